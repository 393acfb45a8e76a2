using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

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

    /// <summary>Cells of a batch of a wide table.</summary>
    private const int CellsMax = 1 << 22;

    /// <summary>Fewest rows in a batch of a wide table.</summary>
    private const int RowsLeast = 256;

    /// <summary>Rows in a batch of so many columns, where whoever makes it may choose.</summary>
    public static int RowsOf(int columns) => Math.Clamp(CellsMax / Math.Max(1, columns), RowsLeast, BatchRows);

    /// <summary>Length of an array for the rows of a batch and for those to come: of a wide table batches have few rows, and each column has such arrays.</summary>
    public static int Room(int rows) => Math.Max(rows, Math.Min(BatchRows, rows * 2));

    /// <summary>A source file: CSV, TSV, JSON lines, a JSON array, Parquet.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">Columns to read, in the order wanted; all when null.</param>
    /// <param name="reading">What is declared about how text files are written.</param>
    /// <param name="coded">Texts come as codes while a column has few distinct ones; no for columns of which it is known that nearly all differ.</param>
    /// <exception cref="FaultException">The file can't be read: every fault with file:line:column.</exception>
    public static ITableScan Open(string path, IReadOnlyList<string>? columns = null, SourceOptions? reading = null, bool coded = true) => Open(SourceReader.Open(path, reading), columns, coded);

    /// <summary>An opened source.</summary>
    /// <exception cref="FaultException">The source has no such column.</exception>
    public static ITableScan Open(ISource source, IReadOnlyList<string>? columns = null, bool coded = true)
    {
        ArgumentNullException.ThrowIfNull(source);
        var places = columns is null ? [.. Enumerable.Range(0, source.Columns.Count)] : Places(source, columns);
        return source switch
        {
            ParquetFile => new ParquetScan(source.Path, places),
            SourceSet set when set.Parts.All(part => part is ParquetFile) => new ParquetSetScan(set, places),
            _ => new TextScan(source, places, coded),
        };
    }

    private static int[] Places(ISource source, IReadOnlyList<string> columns)
    {
        var known = source.Columns.Select((name, place) => (name, place)).ToDictionary(column => column.name, column => column.place, StringComparer.Ordinal);
        var absent = columns.Where(name => !known.ContainsKey(name)).Select(name =>
            new Fault($"{source.Path}:1", $"The column \"{name}\" is not in the file.{NearestName.Hint(name, source.Columns)}", "Name a column of the file.")).ToList();
        return absent.Count > 0 ? throw new FaultException(absent) : [.. columns.Select(name => known[name])];
    }
}
