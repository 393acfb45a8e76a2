using System.Globalization;
using CsCheck;
using Fairlead.Data.Checks;
using Fairlead.Data.Scanning;
using Fairlead.Projects;

namespace Fairlead.Tests.Data.Checks;

/// <summary>Keys that rise are not looked up one by one, and the answer is the same as if they were.</summary>
public sealed class RisingValuesTests
{
    private static readonly CheckRule Unique = new("unique", null, new UniqueCheck(["x"]), true, true, 1, "");

    /// <summary>Mostly steps upwards by one or more; sometimes nothing, a step back, the same again or a text that is no plain number.</summary>
    private static readonly Gen<string?[]> Column = Gen.Select(Gen.Int[0, 20], Gen.Int[0, 99], (by, kind) => (by, kind)).Array[0, 60].Select(steps =>
    {
        var value = 0L;
        return steps.Select(step =>
        {
            value += step.kind < 60 ? 1 : step.kind < 90 ? step.by : step.kind < 94 ? -step.by : 0;
            return step.kind is 94 or 95 ? null : step.kind == 96 ? "0" + value.ToString(CultureInfo.InvariantCulture) : step.kind == 97 ? "k" : value.ToString(CultureInfo.InvariantCulture);
        }).ToArray();
    });

    [Fact]
    public void A_column_that_rises_for_a_while_has_the_same_duplicates() =>
        Gen.Select(Column, Gen.Bool, Gen.Int[1, 9], Gen.OneOf(0, 2, 4_096)).Sample((column, some, batch, codes) =>
        {
            var table = new MadeTable(["x", "y"], [.. column.Select((value, row) => new[] { value, row % 3 == 0 ? "a" : "b" })]);
            var result = table.Check([Unique with { Condition = some ? "y = 'b'" : null }], batch, codes).Results[0];
            var looked = Enumerable.Range(0, column.Length).Where(row => !some || row % 3 != 0).ToList();
            Assert.Equal(Duplicates(looked, row => column[row]), result.UnexpectedRows);
            Assert.Equal((looked.Count, looked.Count(row => column[row] is null)), (result.Elements, result.Missing));
            Assert.Equal(result.UnexpectedCount == 0, result.Success);
        }, iter: 2_000, seed: "0N0XIzNsQ0O2");

    [Fact]
    public void A_column_of_whole_numbers_has_the_same_duplicates() =>
        Gen.Select(Gen.OneOf(Gen.Long[-3, 40], Gen.OneOf(long.MinValue, long.MaxValue, 0L)).Array[0, 12], Gen.Int[0, 30], Gen.Int[1, 9]).Sample((odd, rising, batch) =>
        {
            long?[] column = [.. Enumerable.Range(0, rising).Select(i => i % 7 == 5 ? (long?)null : i * i), .. odd.Select(value => (long?)value)];
            var sources = new CheckSources(_ => new Numbers(column, batch), (_, _) => throw new InvalidOperationException(), (_, _, _) => throw new InvalidOperationException(), _ => throw new InvalidOperationException(), DateTimeOffset.UnixEpoch);
            var result = CheckEngine.Run([Unique], ["x"], sources, CancellationToken.None).Results[0];
            Assert.Equal(Duplicates([.. Enumerable.Range(0, column.Length)], row => column[row]?.ToString(CultureInfo.InvariantCulture)), result.UnexpectedRows);
        }, iter: 1_000, seed: "0N0XIzNsQ0O2");

    [Fact]
    public void All_values_taken_are_told_in_their_order() =>
        Gen.Select(Gen.Long.HashSet[0, 50], Gen.Int[1, 5].Array[50]).Sample((values, gaps) =>
        {
            var row = 0L;
            var expected = values.Order().Select((value, i) => (value, row += gaps[i])).ToList();
            var rising = new RisingValues();
            Assert.All(expected, pair => Assert.True(rising.TryAdd(pair.value, pair.Item2)));
            Assert.False(expected.Count > 0 && rising.TryAdd(expected[^1].value, row + 1)); // the same again
            var told = new List<(long, long)>();
            rising.Visit((value, at) => told.Add((value, at)));
            Assert.Equal(expected, told);
        }, iter: 1_000, seed: "0N0XIzNsQ0O2");

    [Fact]
    public void Steps_that_differ_fill_it_and_equal_steps_do_not()
    {
        var equal = new RisingValues();
        var differing = new RisingValues();
        var (taken, value) = (0, 0L);
        for (var row = 0; row < 3_000_000; row++)
        {
            Assert.True(equal.TryAdd(row * 7L, row));
            value += (row % 5) + 1_000;
            taken += taken == row && differing.TryAdd(value, row) ? 1 : 0;
        }

        Assert.InRange(taken, RisingValues.BytesMax / 5, (RisingValues.BytesMax / 4) + 1); // a step takes 4 bytes here
        var told = 0;
        differing.Visit((_, _) => told++);
        Assert.Equal(taken, told);
    }

    [Theory]
    [InlineData("0", 0L)]
    [InlineData("7", 7L)]
    [InlineData("999999999999999999", 999999999999999999L)]
    [InlineData("", null)]
    [InlineData("00", null)]
    [InlineData("07", null)]
    [InlineData("-7", null)]
    [InlineData("7 ", null)]
    [InlineData("1000000000000000000", null)]
    public void A_text_is_a_number_only_where_no_other_text_is_the_same_number(string text, long? expected) =>
        Assert.Equal(expected, RisingValues.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out var value) ? value : null);

    private static long[] Duplicates(List<int> rows, Func<int, string?> value) =>
        [.. rows.Where(row => value(row) is not null).GroupBy(value).Where(group => group.Count() > 1).SelectMany(group => group).Order().Select(row => (long)row)];

    private sealed class Numbers(long?[] column, int batch) : ITableScan
    {
        private readonly ColumnVector _vector = new(VectorForm.Integer);
        private int _next;

        public IReadOnlyList<ScannedColumn> Columns => [new ScannedColumn("x", VectorForm.Integer)];

        public TableBatch? Next(CancellationToken cancel)
        {
            var rows = column.Skip(_next).Take(batch).ToList();
            _vector.Integers = [.. rows.Select(value => value ?? 0)];
            _vector.Missing = [.. rows.Select(value => value is null)];
            var made = new TableBatch { FirstRow = _next, Rows = rows.Count, Columns = [_vector] };
            _next += rows.Count;
            return rows.Count > 0 ? made : null;
        }

        public void Dispose()
        {
        }
    }
}
