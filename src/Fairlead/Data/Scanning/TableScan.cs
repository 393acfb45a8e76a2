using System.Text;
using Fairlead.Projects.Sources;

namespace Fairlead.Data.Scanning;

/// <summary>Consecutive rows of a table, column by column.</summary>
public sealed class TableBatch
{
    /// <summary>Number of the first row, 0-based in file order.</summary>
    public long FirstRow { get; set; }

    public int Rows { get; set; }

    /// <summary>One vector for each of <see cref="ITableScan.Columns"/>, in that order.</summary>
    public IReadOnlyList<ColumnVector> Columns { get; set; } = [];
}

/// <param name="Name">As written in the source.</param>
/// <param name="Form">Of every vector of this column in the scan.</param>
public sealed record ScannedColumn(string Name, VectorForm Form);

/// <summary>A table read once, forward, in batches of a bounded size: what checks, profiles and drift look at. Not safe for several threads.</summary>
public interface ITableScan : IDisposable
{
    IReadOnlyList<ScannedColumn> Columns { get; }

    /// <summary>The next rows, or null at the end. The batch and its arrays hold until the next call.</summary>
    TableBatch? Next(CancellationToken cancel);
}

/// <summary>Opens tables for scanning.</summary>
public static class TableScan
{
    /// <summary>Most rows in a batch.</summary>
    public const int BatchRows = 16_384;

    /// <summary>A source file: CSV, TSV, JSON lines, a JSON array, Parquet.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">Columns to read, in the order wanted; all when null.</param>
    /// <exception cref="Fairlead.Workspace.FaultException">The file can't be read: every fault with file:line:column.</exception>
    public static ITableScan Open(string path, IReadOnlyList<string>? columns = null)
    {
        if (Path.GetExtension(path) is ".csv")
        {
            var file = DelimitedFile.Open(path, SourceOptions.None);
            int[] places = [.. (columns ?? file.Columns).Select(name => Array.IndexOf(file.Columns, name))];
            return new DelimitedScan(file, SourceOptions.None, places, null);
        }

        var source = SourceReader.Open(path);
        return new QueryScan(source, columns ?? source.Columns);
    }

    /// <summary>Rows of a query of texts, read by DuckDB.</summary>
    private sealed class QueryScan : ITableScan
    {
        private readonly DataEngine _engine;
        private readonly IEnumerator<TableBatch> _batches;

        public QueryScan(Source source, IReadOnlyList<string> columns)
        {
            _engine = new DataEngine(Path.Combine(Path.GetTempPath(), $"fairlead-{Environment.ProcessId}-{source.Sha256[..16]}"), CancellationToken.None, columns.Count);
            Columns = [.. columns.Select(name => new ScannedColumn(name, VectorForm.Text))];
            var rows = _engine.List($"SELECT {string.Join(", ", columns.Select(SqlText.Name))} FROM {source.Sql}",
                reader => Enumerable.Range(0, columns.Count).Select(i => reader.IsDBNull(i) ? null : reader.GetString(i)).ToArray());
            _batches = Batches(rows).GetEnumerator();
        }

        public IReadOnlyList<ScannedColumn> Columns { get; }

        public TableBatch? Next(CancellationToken cancel)
        {
            cancel.ThrowIfCancellationRequested();
            return _batches.MoveNext() ? _batches.Current : null;
        }

        public void Dispose()
        {
            _batches.Dispose();
            _engine.Dispose();
        }

        private IEnumerable<TableBatch> Batches(List<string?[]> rows)
        {
            for (var first = 0; first < rows.Count; first += BatchRows)
            {
                var count = Math.Min(BatchRows, rows.Count - first);
                var columns = Columns.Select((_, i) => Vector(rows, i, first, count)).ToList();
                yield return new TableBatch { FirstRow = first, Rows = count, Columns = columns };
            }
        }

        private static ColumnVector Vector(List<string?[]> rows, int column, int first, int count)
        {
            var (starts, lengths) = (new int[count], new int[count]);
            using var bytes = new MemoryStream();
            for (var row = 0; row < count; row++)
            {
                var text = rows[first + row][column];
                starts[row] = (int)bytes.Length;
                lengths[row] = -1;
                if (text is not null)
                {
                    bytes.Write(Encoding.UTF8.GetBytes(text));
                    lengths[row] = (int)bytes.Length - starts[row];
                }
            }

            return new ColumnVector(VectorForm.Text) { Rows = count, Bytes = bytes.ToArray(), Starts = starts, Lengths = lengths };
        }
    }
}
