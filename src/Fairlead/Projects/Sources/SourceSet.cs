using System.Security.Cryptography;
using Fairlead.Workspace;

namespace Fairlead.Projects.Sources;

/// <summary>Several sources as one table, one after another. All have the same columns, in any order; those of the first count.</summary>
internal sealed class SourceSet : ISource
{
    private SourceSet(string path, IReadOnlyList<ISource> parts, IReadOnlyList<string> columns) => (Path, Parts, Columns) = (path, parts, columns);

    public IReadOnlyList<ISource> Parts { get; }

    public string Path { get; }

    public string Format => Parts[0].Format;

    public IReadOnlyList<string> Columns { get; }

    public IReadOnlyList<string> Notes => [.. Parts.SelectMany(part => part.Notes.Select(note => Parts.Count == 1 ? note : $"{part.Path}: {note}")).Take(20)];

    public bool HasHeader => Parts.All(part => part.HasHeader);

    public long? Rows => Parts.All(part => part.Rows is not null) ? Parts.Sum(part => part.Rows) : null;

    /// <summary>Opens files as one table.</summary>
    /// <param name="model">A file whose columns all must have, when it is not the first of these.</param>
    /// <exception cref="FaultException">Every fault of every file that opening finds, and where columns differ.</exception>
    public static SourceSet Open(string path, IReadOnlyList<SourcePlace> places, SourceOptions options, (string Path, IReadOnlyList<string> Columns)? model = null)
    {
        List<ISource> parts = [];
        List<Fault> faults = [];
        foreach (var place in places)
        {
            try
            {
                parts.Add(SourceReader.Open(place.Path, options));
            }
            catch (FaultException exception)
            {
                faults.AddRange(exception.Faults);
            }
        }

        var (first, columns) = model ?? (parts.Count > 0 ? (parts[0].Path, parts[0].Columns) : ("", []));
        foreach (var part in parts)
        {
            var missing = columns.Except(part.Columns, StringComparer.Ordinal).ToList();
            var more = part.Columns.Except(columns, StringComparer.Ordinal).ToList();
            if (missing.Count + more.Count > 0)
            {
                var what = string.Join("; ", new[] { missing.Count > 0 ? $"it lacks {Some(missing)}" : "", more.Count > 0 ? $"it has {Some(more)} besides" : "" }.Where(said => said.Length > 0));
                faults.Add(new Fault($"{part.Path}:1", $"The file's columns are not those of {first}: {what}.", "Give all files the same columns; their order does not matter."));
            }
        }

        if (faults.Count == 0 && parts is [ParquetFile leading, ..])
        {
            faults.AddRange(parts.OfType<ParquetFile>().Skip(1).SelectMany(part => OtherKinds(leading, part)));
        }

        return faults.Count > 0 ? throw new FaultException(faults) : new SourceSet(path, parts, columns);
    }

    /// <summary>Columns of a Parquet file that hold something else than those of the first one. Whole numbers and numbers go together: a column of whole numbers becomes one of numbers where a value is missing.</summary>
    private static IEnumerable<Fault> OtherKinds(ParquetFile first, ParquetFile file)
    {
        var kinds = first.Columns.Zip(first.Kinds).ToDictionary(column => column.First, column => column.Second, StringComparer.Ordinal);
        return file.Columns.Zip(file.Kinds).Where(column => kinds[column.First] != column.Second && !(IsNumber(kinds[column.First]) && IsNumber(column.Second))).Select(column =>
            new Fault(file.Path, $"The column \"{column.First}\" holds {column.Second}, while that of {first.Path} holds {kinds[column.First]}.", "Write all files with the same types."));

        static bool IsNumber(string kind) => kind is ParquetFile.WholeNumber or ParquetFile.Number;
    }

    /// <summary>Names of columns as a message shows them.</summary>
    public static string Some(IReadOnlyList<string> names) => string.Join(", ", names.Take(30)) + (names.Count > 30 ? $" and {names.Count - 30:N0} more" : "");

    public ISourceRows Read(IReadOnlyList<int> places, IncrementalHash? digest = null) => new SetRows(this, places, digest);

    /// <summary>The rows of all sources, with the columns of the first.</summary>
    private sealed class SetRows(SourceSet set, IReadOnlyList<int> places, IncrementalHash? digest) : ISourceRows
    {
        private ISourceRows? _part;
        private RowBlock? _ordered;
        private int[]? _order;
        private int _at = -1;
        private long _rows;

        public RowBlock Block => _ordered ?? _part!.Block;

        public int RowsMax => Math.Max(RowBlockBuilder.RowsMax, RecordSplitter.RowsLimit);

        public bool Next(CancellationToken cancel)
        {
            while (true)
            {
                if (_part?.Next(cancel) == true)
                {
                    _rows += _part.Block.Rows;
                    if (_rows > SourceLimits.RowsMax)
                    {
                        throw new FaultException(set.Path, $"The sources have more than {SourceLimits.RowsMax:N0} rows, which is the limit.", "Take a sample.");
                    }

                    _ordered = _order is null ? null : Ordered(_part.Block);
                    return true;
                }

                _part?.Dispose();
                _part = null;
                if (++_at >= set.Parts.Count)
                {
                    return false;
                }

                Open(set.Parts[_at]);
            }
        }

        public void Dispose() => _part?.Dispose();

        private void Open(ISource source)
        {
            var here = source.Columns.Select((name, place) => (name, place)).ToDictionary(column => column.name, column => column.place, StringComparer.Ordinal);
            int[] order = [.. set.Columns.Select(name => here[name])];
            _order = order.SequenceEqual(Enumerable.Range(0, order.Length)) ? null : order;
            _part = source.Read([.. places.Select(place => order[place])], digest);
        }

        private RowBlock Ordered(RowBlock block)
        {
            var columns = _order!.Length;
            var ordered = _ordered ?? new RowBlock { Stride = columns };
            if (ordered.Starts.Length < block.Rows * columns)
            {
                (ordered.Starts, ordered.Ends) = (new int[block.Rows * columns], new int[block.Rows * columns]);
            }

            (ordered.Bytes, ordered.Rows) = (block.Bytes, block.Rows);
            for (var row = 0; row < block.Rows; row++)
            {
                var first = block.Offset + (row * block.Stride);
                for (var column = 0; column < columns; column++)
                {
                    ordered.Starts[(row * columns) + column] = block.Starts[first + _order[column]];
                    ordered.Ends[(row * columns) + column] = block.Ends[first + _order[column]];
                }
            }

            return ordered;
        }
    }
}
