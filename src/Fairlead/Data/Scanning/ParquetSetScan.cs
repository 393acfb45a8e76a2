using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Scanning;

/// <summary>Parquet files as one table, one after another, values in the form the files have them; a column that is of whole numbers in some and of numbers in others is one of numbers.</summary>
internal sealed class ParquetSetScan : ITableScan
{
    private readonly SourceSet _set;
    private readonly JoinedColumn[] _columns;
    private readonly TableBatch _batch;
    private ParquetScan? _part;
    private int _at = -1;
    private long _given;

    /// <param name="set">Of Parquet files only.</param>
    /// <param name="places">The columns wanted, by their place in the set.</param>
    public ParquetSetScan(SourceSet set, IReadOnlyList<int> places)
    {
        _set = set;
        var forms = Forms(set);
        Columns = [.. places.Select(place => new ScannedColumn(set.Columns[place], forms[set.Columns[place]]))];
        _columns = [.. Columns.Select(column => new JoinedColumn(column.Form))];
        _batch = new TableBatch { Columns = [.. _columns.Select(column => column.Vector)] };
    }

    public IReadOnlyList<ScannedColumn> Columns { get; }

    public TableBatch? Next(CancellationToken cancel)
    {
        TableBatch? read;
        while ((read = _part?.Next(cancel)) is null)
        {
            _part?.Dispose();
            _part = null;
            if (++_at >= _set.Parts.Count)
            {
                return null;
            }

            var file = (ParquetFile)_set.Parts[_at];
            var own = file.Columns.Select((name, place) => (name, place)).ToDictionary(column => column.name, column => column.place, StringComparer.Ordinal);
            _part = new ParquetScan(file.Path, [.. Columns.Select(column => own[column.Name])]);
        }

        for (var i = 0; i < _columns.Length; i++)
        {
            var vector = read.Columns[i];
            _columns[i].Take(vector.Form == Columns[i].Form ? vector : Doubles(vector, read.Rows), read.Rows);
        }

        (_batch.FirstRow, _batch.Rows) = (_given, read.Rows);
        _given += read.Rows;
        return _given > SourceLimits.RowsMax
            ? throw new FaultException(_set.Path, $"The files have more than {SourceLimits.RowsMax:N0} rows, which is the limit.", "Take a sample.")
            : _batch;
    }

    public void Dispose() => _part?.Dispose();

    private static ColumnVector Doubles(ColumnVector whole, int rows)
    {
        var doubles = new double[rows];
        for (var row = 0; row < rows; row++)
        {
            doubles[row] = whole.Integers[row];
        }

        return new ColumnVector(VectorForm.Double) { Rows = rows, Doubles = doubles, Missing = whole.Missing };
    }

    /// <summary>The form of every column that all files can be read as.</summary>
    private static Dictionary<string, VectorForm> Forms(SourceSet set)
    {
        var forms = new Dictionary<string, VectorForm>(StringComparer.Ordinal);
        foreach (var (name, kind) in set.Parts.Cast<ParquetFile>().SelectMany(file => file.Columns.Zip(file.Kinds)))
        {
            var form = ParquetColumn.FormOf(kind);
            forms[name] = forms.TryGetValue(name, out var known) && known != form ? VectorForm.Double : form;
        }

        return forms;
    }
}
