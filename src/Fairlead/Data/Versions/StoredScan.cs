using System.Globalization;
using System.Text;
using Fairlead.Data.Scanning;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Versions;

/// <summary>A stored table, scanned in the order of its <c>__row</c>.</summary>
internal sealed class StoredScan : ITableScan
{
    private const int NoRow = -1;
    private readonly DataEngine _engine;
    private readonly string _select;
    private long _after = NoRow;
    private long _rows;

    private StoredScan(DataEngine engine, string table, IReadOnlyList<ScannedColumn> columns) =>
        (_engine, Columns, _select) = (engine, columns, $"SELECT __row{string.Concat(columns.Select(column => ", " + SqlText.Name(column.Name)))} FROM {table}");

    public IReadOnlyList<ScannedColumn> Columns { get; }

    /// <param name="columns">Columns to read; all but <c>__row</c> when null.</param>
    public static StoredScan Open(string blob, BlobStore blobs, IReadOnlyList<string>? columns)
    {
        var table = DataEngine.Table(blob, blobs);
        var engine = new DataEngine(blobs.NewTemporary(".spill"), CancellationToken.None, columns?.Count ?? 0);
        try
        {
            var known = engine.List($"DESCRIBE FROM {table}", reader => new ScannedColumn(reader.GetString(0), FormOf(reader.GetString(1))));
            return new StoredScan(engine, table, columns is null ? [.. known.Where(column => column.Name != "__row")] : [.. columns.Select(name => known.First(column => column.Name == name))]);
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    public TableBatch? Next(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var after = _after.ToString(CultureInfo.InvariantCulture);
        var rows = _engine.List($"{_select} WHERE __row > {after} ORDER BY __row LIMIT {TableScan.BatchRows}", reader =>
        {
            _after = reader.GetInt64(0);
            return Enumerable.Range(1, Columns.Count).Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i)).ToArray();
        });
        if (rows.Count == 0)
        {
            return null;
        }

        var batch = new TableBatch { FirstRow = _rows, Rows = rows.Count, Columns = [.. Columns.Select((column, i) => Vector(column.Form, rows, i))] };
        _rows += rows.Count;
        return batch;
    }

    public void Dispose() => _engine.Dispose();

    private static VectorForm FormOf(string type) => type switch
    {
        "DOUBLE" => VectorForm.Double,
        "BOOLEAN" => VectorForm.Boolean,
        "BIGINT" or "INTEGER" => VectorForm.Integer,
        _ => VectorForm.Text,
    };

    private static ColumnVector Vector(VectorForm form, List<object?[]> rows, int column)
    {
        var vector = new ColumnVector(form) { Rows = rows.Count };
        if (form == VectorForm.Text)
        {
            (vector.Starts, vector.Lengths) = (new int[rows.Count], new int[rows.Count]);
            using var bytes = new MemoryStream();
            for (var row = 0; row < rows.Count; row++)
            {
                vector.Starts[row] = (int)bytes.Length;
                vector.Lengths[row] = -1;
                if (rows[row][column] is { } text)
                {
                    bytes.Write(Encoding.UTF8.GetBytes((string)text));
                    vector.Lengths[row] = (int)bytes.Length - vector.Starts[row];
                }
            }

            vector.Bytes = bytes.ToArray();
            return vector;
        }

        vector.Missing = [.. rows.Select(row => row[column] is null)];
        if (form == VectorForm.Double)
        {
            vector.Doubles = [.. rows.Select(row => row[column] is { } value ? (double)value : 0)];
        }
        else
        {
            vector.Integers = [.. rows.Select(row => row[column] is { } value ? Convert.ToInt64(value, CultureInfo.InvariantCulture) : 0)];
        }

        return vector;
    }
}
