using System.Globalization;
using CsCheck;
using Fairlead.Data.Versions;
using Fairlead.Workspace;

namespace Fairlead.Tests.Data.Versions;

/// <summary>The difference of two tables by key, and that it turns the one into the other.</summary>
public sealed class CompareTablesTests : IDisposable
{
    private static readonly string?[] Values = [null, "", "a", "b", "1", "2.5", "007", "\"", "é", "a,b", "x\ny", "2024-02-29"];
    private static readonly string?[] Keys = ["0", "1", "2", "3", "4", "5", "6", "7", "8", null];
    private static readonly string[] Names = ["k", "x", "y", "z"];

    private static readonly Gen<string?> Value = Gen.Int[0, Values.Length - 1].Select(i => Values[i]);

    /// <summary>Two tables: some keys of ten in any order, of columns k, x, y, z some.</summary>
    private static readonly Gen<MemoryTable> Table =
        from keys in Gen.Shuffle(Keys)
        from count in Gen.Int[0, 10]
        from columns in Gen.Shuffle(Names, 2, 4).Where(columns => columns.Contains("k"))
        from rows in Value.Array[4].Array[10]
        from codes in Gen.Bool
        select new MemoryTable(columns, [.. keys.Take(count).Select((key, row) => columns.Select((name, i) => name == "k" ? key : rows[row][i]).ToArray())], 3, codes);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Applied_to_A_it_gives_B_row_for_row_whatever_fits_into_memory_at_once() =>
        Gen.Select(Table, Table, Gen.Int[1, 4], Gen.Int[0, 40]).Sample((a, b, rowsAtOnce, bytesAtOnce) =>
        {
            var path = Path.Combine(_folder.Path, "diff.jsonl");
            var outcome = CompareTables.Run(new CompareTables.Request(a.Named("A"), b.Named("B"), ["k"], Output: path), rowsAtOnce, bytesAtOnce, CancellationToken.None);
            var made = ApplyDiff.Run(a.Named("A"), path, CancellationToken.None);

            Assert.Equal(b.Columns, made.Columns);
            Assert.Equal(b.Rows, [.. made.Rows]);
            Assert.Equal(b.Rows.Count, made.Count);
            Assert.Equal(b.Rows.Count, outcome.Added + outcome.Changed + outcome.Unchanged);
            Assert.Equal(a.Rows.Count, outcome.Removed + outcome.Changed + outcome.Unchanged);
        }, seed: "0000KqzZf7Q5", iter: 400, threads: 1);

    [Fact]
    public void Counts_and_cells_are_those_of_a_plain_comparison() =>
        Gen.Select(Table, Table).Sample((a, b) =>
        {
            var outcome = CompareTables.Run(new CompareTables.Request(a.Named("A"), b.Named("B"), ["k"], Examples: 100), CancellationToken.None);

            var (before, after) = (ByKey(a), ByKey(b));
            var both = before.Keys.Intersect(after.Keys).ToList();
            var shared = a.Columns.Intersect(b.Columns).ToList();
            Assert.Equal(after.Count - both.Count, outcome.Added);
            Assert.Equal(before.Count - both.Count, outcome.Removed);
            var cells = both.SelectMany(key => shared.Where(name => before[key][name] != after[key][name]).Select(name => (key, name, before[key][name], after[key][name]))).Order().ToList();
            Assert.Equal(cells, outcome.Examples.Changed.SelectMany(row => row.Cells.Select(cell => (row.Key[0] ?? "none", cell.Column, cell.Before, cell.After))).Order().ToList());
            Assert.Equal(cells.Count, outcome.Cells);
            Assert.Equal(cells.Select(cell => cell.key).Distinct().Count(), outcome.Changed);
        }, seed: "0000KqzZf7Q5", iter: 300, threads: 1);

    [Fact]
    public void A_table_is_identical_to_itself_in_another_order()
    {
        var rows = Enumerable.Range(0, 50).Select(i => new[] { i.ToString(CultureInfo.InvariantCulture), "v" }).ToList();
        var outcome = CompareTables.Run(new CompareTables.Request(new MemoryTable(["id", "x"], rows).Named("A"), new MemoryTable(["id", "x"], [rows[49], .. rows[..49]]).Named("B"), ["id"]), CancellationToken.None);

        Assert.True(outcome.Identical);
        Assert.Equal((50, 1), (outcome.Unchanged, outcome.Moved)); // the last row went to the front; 49 kept their order
    }

    [Fact]
    public void A_key_that_occurs_again_is_a_fault_with_its_row_unless_pairs_are_asked_for()
    {
        var a = new MemoryTable(["id", "x"], [["1", "a"], ["2", "b"], ["1", "c"]]).Named("A");
        var b = new MemoryTable(["id", "x"], [["1", "a"], ["1", "d"], ["2", "b"], ["1", "e"]]).Named("B");

        var fault = Assert.Throws<FaultException>(() => CompareTables.Run(new CompareTables.Request(a, b, ["id"]), CancellationToken.None));
        Assert.Equal(["A, row 2", "B, row 1", "B, row 3"], fault.Faults.Select(one => one.Where));

        var paired = CompareTables.Run(new CompareTables.Request(a, b, ["id"], PairDuplicates: true), CancellationToken.None);
        Assert.Equal((1, 0, 1, 2, 3), (paired.Added, paired.Removed, paired.Changed, paired.Unchanged, paired.Repeated));
        Assert.Equal([new CellChange("x", "c", "d")], paired.Examples.Changed.Single().Cells);
    }

    [Fact]
    public void Columns_that_come_go_or_change_their_type_are_named()
    {
        var a = new MemoryTable(["id", "gone", "n"], [["1", "x", "1"], ["2", "y", "2"]]).Named("A");
        var b = new MemoryTable(["n", "id", "new"], [["1.5", "1", "true"], ["2", "2", "false"]]).Named("B");

        var schema = CompareTables.Run(new CompareTables.Request(a, b, ["id"]), CancellationToken.None).Schema;

        Assert.Equal([new CompareTables.TypedColumn("new", "boolean")], schema.Added);
        Assert.Equal([new CompareTables.TypedColumn("gone", "string")], schema.Removed);
        Assert.Equal([new CompareTables.TypeChange("n", "integer", "number")], schema.Retyped);
        Assert.True(schema.Reordered);
    }

    [Fact]
    public void Shifts_of_a_column_are_measured_whatever_its_rows()
    {
        // A: 1, 2, 3, 4 (mean 2.5); B: 3, 4, 5, 6 (mean 4.5). Two of four lie apart: D = 0.5.
        var a = new MemoryTable(["id", "x", "c"], [["1", "1", "red"], ["2", "2", "red"], ["3", "3", "blue"], ["4", "4", null]]).Named("A");
        var b = new MemoryTable(["id", "x", "c"], [["1", "3", "red"], ["2", "4", "blue"], ["3", "5", "blue"], ["4", "6", "blue"]]).Named("B");

        var columns = CompareTables.Run(new CompareTables.Request(a, b, ["id"]), CancellationToken.None).Columns;

        var x = columns.Single(column => column.Column == "x");
        Assert.Equal((2.5, 4.5, 0.5), (x.Numbers!.MeanBefore, x.Numbers.MeanAfter, x.Drift!.Score));
        Assert.Equal([1, 1, 2, 3, 4], x.Numbers.Quantiles.Select(quantile => quantile.Before));

        // Shares of red 2/3 -> 1/4, of blue 1/3 -> 3/4.
        var c = columns.Single(column => column.Column == "c");
        Assert.Equal((0.25, 0.0, 2L), (c.Missing.Before, c.Missing.After, c.Changed));
        Assert.Equal([new LevelShare("blue", 1 / 3.0, 0.75), new LevelShare("red", 2 / 3.0, 0.25)], c.Levels!.Most);
    }

    [Fact]
    public void Columns_move_by_the_figures_of_data_drift()
    {
        string Rows(string name, int shift) => _folder.File(name, "id,amount,plan,note,left\n" + string.Concat(Enumerable.Range(0, 800).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"{i},{(i * 7_919 % 199) + shift},{"abcd"[(i * 31 % 100) < 20 + shift ? 0 : i % 4]},{(i % 9 < shift / 20 ? "" : $"note {i}")},{(i % 3 == 0 ? "yes" : "no")}\n"))));
        var (a, b) = (Rows("a.csv", 0), Rows("b.csv", 40));

        var columns = CompareTables.Run(new CompareTables.Request(ComparedTable.File(a), ComparedTable.File(b), ["id"]), CancellationToken.None).Columns;
        var drift = Fairlead.Data.Drift.CompareTables.Run(new Fairlead.Data.Drift.CompareTables.Request(a, b), CancellationToken.None);

        Assert.Equal(["amount", "left", "note", "plan"], drift.Columns.Select(column => column.Column).Order());
        Assert.Contains(drift.Columns, column => column.Drifted);
        Assert.All(columns, column => Assert.Equivalent(drift.Columns.SingleOrDefault(one => one.Column == column.Column), column.Drift, strict: true));
    }

    [Fact]
    public void A_difference_is_applied_only_to_the_table_it_starts_from_and_only_when_whole()
    {
        var a = new MemoryTable(["id", "x"], [["1", "a"], ["2", "b"]]);
        var path = Path.Combine(_folder.Path, "diff.jsonl");
        CompareTables.Run(new CompareTables.Request(a.Named("A"), new MemoryTable(["id", "x"], [["1", "c"]]).Named("B"), ["id"], Output: path), CancellationToken.None);

        Assert.Throws<FaultException>(() => ApplyDiff.Run(new MemoryTable(["id", "x"], [["1", "a"], ["2", "z"]]).Named("A"), path, CancellationToken.None));
        File.WriteAllLines(path, File.ReadAllLines(path)[..^1]);
        Assert.Contains("not whole", Assert.Throws<FaultException>(() => ApplyDiff.Run(a.Named("A"), path, CancellationToken.None)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_are_compared_and_written_again()
    {
        var a = _folder.File("a.csv", "id,name,n\n1,Ada,1\n2,\"a, b\",\n3,x,3\n");
        var b = _folder.File("b.csv", "id,name,n\n3,x,3\n2,\"a, c\",\n4,\"say \"\"hi\"\"\",9\n");
        var diff = Path.Combine(_folder.Path, "d.jsonl");

        var outcome = CompareTables.Run(new CompareTables.Request(ComparedTable.File(a), ComparedTable.File(b), ["id"], Output: diff), CancellationToken.None);
        var made = ApplyDiff.Run(ComparedTable.File(a), diff, CancellationToken.None);
        var again = Path.Combine(_folder.Path, "again.csv");
        RowsFile.Write(again, made.Columns, made.Rows);

        Assert.Equal((1, 1, 1, 1, false), (outcome.Added, outcome.Removed, outcome.Changed, outcome.Moved, outcome.Identical));
        Assert.Equal(File.ReadAllText(b), File.ReadAllText(again));
    }

    private static Dictionary<string, Dictionary<string, string?>> ByKey(MemoryTable table)
    {
        var place = table.Columns.ToList().IndexOf("k");
        return table.Rows.ToDictionary(row => row[place] ?? "none", row => table.Columns.Zip(row).ToDictionary(pair => pair.First, pair => pair.Second));
    }
}
