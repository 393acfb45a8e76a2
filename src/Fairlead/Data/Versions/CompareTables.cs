using Fairlead.Data.Drift;
using Fairlead.Data.Scanning;
using Fairlead.Workspace;

namespace Fairlead.Data.Versions;

/// <summary>What changed from one table to another, row by row, by key.</summary>
public static class CompareTables
{
    /// <summary>Rows of each kind in an answer, unless asked for more.</summary>
    public const int ExamplesDefault = 20;

    /// <param name="Key">Columns that identify a row; empty: the key of stored versions.</param>
    /// <param name="PairDuplicates">A key that occurs again is no fault: its n-th row in A is paired with its n-th in B.</param>
    /// <param name="Output">File for the whole difference, or null.</param>
    /// <param name="Examples">Most rows of each kind in the answer.</param>
    public sealed record Request(ComparedTable A, ComparedTable B, IReadOnlyList<string> Key, bool PairDuplicates = false, string? Output = null, int Examples = ExamplesDefault);

    /// <param name="Identical">No row was added, removed or changed, and the columns are the same. The order of rows and columns may differ.</param>
    /// <param name="Added">Rows that only B has.</param>
    /// <param name="Removed">Rows that only A has.</param>
    /// <param name="Changed">Rows that both have with another value in a column that both have.</param>
    /// <param name="Unchanged">Rows that both have, the same.</param>
    /// <param name="Moved">Rows of both that stand elsewhere among the others.</param>
    /// <param name="Repeated">Rows whose key occurred before.</param>
    /// <param name="Cells">Values that differ.</param>
    /// <param name="Output">The file with the whole difference, or null.</param>
    public sealed record Outcome(
        bool Identical, SideView A, SideView B, IReadOnlyList<string> Key, long Added, long Removed, long Changed, long Unchanged, long Moved, long Repeated, long Cells,
        SchemaChange Schema, IReadOnlyList<ColumnChange> Columns, RowExamples Examples, string? Output);

    public sealed record SideView(string Name, long Rows, int Columns);

    /// <param name="Retyped">Columns whose values have another type.</param>
    /// <param name="Reordered">Columns of both that stand in another order.</param>
    public sealed record SchemaChange(IReadOnlyList<TypedColumn> Added, IReadOnlyList<TypedColumn> Removed, IReadOnlyList<TypeChange> Retyped, bool Reordered);

    /// <param name="Type">integer, number, boolean, timestamp, string; empty where a column of texts has no value.</param>
    public sealed record TypedColumn(string Column, string Type);

    public sealed record TypeChange(string Column, string Before, string After);

    public sealed record RowExamples(IReadOnlyList<RowView> Added, IReadOnlyList<RowView> Removed, IReadOnlyList<ChangedRow> Changed);

    /// <param name="Row">0-based, in file order.</param>
    public sealed record RowView(IReadOnlyList<string?> Key, long Row, IReadOnlyDictionary<string, string?> Values);

    /// <param name="Row">In A.</param>
    /// <param name="To">In B.</param>
    public sealed record ChangedRow(IReadOnlyList<string?> Key, long Row, long To, IReadOnlyList<CellChange> Cells);

    /// <exception cref="FaultException">A table can't be read, a key column is not there, or a key occurs again.</exception>
    public static Outcome Run(Request request, CancellationToken cancel) => Run(request, RowPairing.RowsAtOnce, RowDetails.BytesAtOnce, cancel);

    internal static Outcome Run(Request request, int rowsAtOnce, long bytesAtOnce, CancellationToken cancel)
    {
        var key = request.Key.Count > 0 ? request.Key
            : request.A.Key is { } known && request.B.Key == known ? [known]
            : throw new FaultException("--key", "Which column tells which row is which is not said.", "Name it: --key COLUMN, more than once for a key of several columns.", wrongUse: true);
        var (columnsA, columnsB) = (request.A.Columns(key), request.B.Columns(key));
        Func<ITableScan> openA = () => request.A.Open(columnsA), openB = () => request.B.Open(columnsB);
        var shared = SharedColumns.Of(key, (request.A.Name, Scanned(openA)), (request.B.Name, Scanned(openB)));

        var (gatheredA, gatheredB) = (Collectors(shared.A), Collectors(shared.B));
        var pairing = new RowPairing(request.PairDuplicates, rowsAtOnce);
        pairing.Run(openA, openB, shared.HashA, shared.HashB, batch => Add(gatheredA, batch), batch => Add(gatheredB, batch), cancel);
        var spare = new double[ColumnSideCollector.NumbersMax];
        var (sidesA, sidesB) = (Array.ConvertAll(gatheredA, column => column.Finish(spare)), Array.ConvertAll(gatheredB, column => column.Finish(spare)));
        var columns = Changes(request, shared, sidesA, sidesB);
        var schema = new SchemaChange(
            [.. shared.B.Index().Where(column => shared.PlaceInA[column.Index] < 0).Select(column => new TypedColumn(column.Item.Name, ColumnChange.TypeOf(sidesB[column.Index], column.Item.Form)))],
            [.. shared.A.Index().Where(column => SharedColumns.Place(shared.B, column.Item.Name) < 0).Select(column => new TypedColumn(column.Item.Name, ColumnChange.TypeOf(sidesA[column.Index], column.Item.Form)))],
            [.. columns.Where(column => column.TypeBefore != column.TypeAfter && column.TypeBefore != ColumnChange.Empty && column.TypeAfter != ColumnChange.Empty).Select(column => new TypeChange(column.Column, column.TypeBefore, column.TypeAfter))],
            LongestRun.Outside([.. shared.PlaceInA]) is not null);
        var moved = LongestRun.Outside(pairing.Of);
        var details = new RowDetails(shared, pairing, moved, request.Examples, bytesAtOnce);
        if (request.Output is { } path)
        {
            using var writer = new DiffWriter(path);
            writer.Write(new DatasetDiff.Head(DatasetDiff.Format, DatasetDiff.Version, key, Table(request.A.Name, shared.A, pairing.RowsOfA, pairing.HashOfA), Table(request.B.Name, shared.B, pairing.RowsOfB, pairing.HashOfB)));
            details.Read(openA, openB, writer, cancel);
            writer.Write(new DatasetDiff.End(details.Added, details.Removed, details.Changed, details.Moved));
            writer.Finish();
        }
        else
        {
            details.Read(openA, openB, null, cancel);
        }

        columns = columns.ConvertAll(column => column with { Changed = details.Cells.GetValueOrDefault(column.Column) });
        var same = details.Added + details.Removed + details.Changed == 0 && schema.Added.Count + schema.Removed.Count + schema.Retyped.Count == 0;
        return new Outcome(
            same, new SideView(request.A.Name, pairing.RowsOfA, shared.A.Count), new SideView(request.B.Name, pairing.RowsOfB, shared.B.Count), key,
            details.Added, details.Removed, details.Changed, pairing.RowsOfB - details.Added - details.Changed, details.Moved, pairing.Repeated, details.Cells.Values.Sum(), schema, columns, details.Examples(), request.Output);
    }

    /// <summary>How the values of the columns that both have lie, in B's order, with what <c>data drift</c> says of them: two measures of one change would be one too many.</summary>
    private static List<ColumnChange> Changes(Request request, SharedColumns shared, ColumnSide[] a, ColumnSide[] b)
    {
        List<int> both = [.. Enumerable.Range(0, shared.B.Count).Where(i => shared.PlaceInA[i] >= 0)];
        var drift = both.Count == 0 ? [] : Drift.CompareTables.Compare(new Drift.CompareTables.Request(request.A.Name, request.B.Name), both.ConvertAll(i => a[shared.PlaceInA[i]]), both.ConvertAll(i => b[i]))
            .Columns.ToDictionary(column => column.Column, StringComparer.Ordinal);
        return both.ConvertAll(i => ColumnChange.Of((a[shared.PlaceInA[i]], shared.A[shared.PlaceInA[i]].Form), (b[i], shared.B[i].Form), drift.GetValueOrDefault(shared.B[i].Name)));
    }

    private static ColumnSideCollector[] Collectors(IReadOnlyList<ScannedColumn> columns) => [.. columns.Select(column => new ColumnSideCollector(column.Name))];

    private static IReadOnlyList<ScannedColumn> Scanned(Func<ITableScan> open)
    {
        using var scan = open();
        return scan.Columns;
    }

    private static void Add(ColumnSideCollector[] columns, TableBatch batch)
    {
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i].Add(batch.Columns[i]);
        }
    }

    private static DatasetDiff.DiffTable Table(string name, IReadOnlyList<ScannedColumn> columns, long rows, string hash) =>
        new(name, rows, [.. columns.Select(column => column.Name)], [.. columns.Select(column => column.Form)], hash);
}
