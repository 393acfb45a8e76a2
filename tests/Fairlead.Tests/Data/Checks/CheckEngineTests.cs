using System.Globalization;
using CsCheck;
using Fairlead.Data.Checks;
using Fairlead.Models.Contracts;
using Fairlead.Models.Expressions;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;

namespace Fairlead.Tests.Data.Checks;

/// <summary>The engine gives the same whatever the form of the columns and the size of the batches, and the same as asking each row by itself.</summary>
public sealed class CheckEngineTests
{
    private static readonly Gen<string?> Value = Gen.OneOf(
        Gen.OneOf("a", "b", "ab", "A1", "Zoë", "true", "false", "yes", "1", "1.0", "2", "01", "-3.5", "1e2", " 4 ", "\u00a05", "12345678901234567890", "2024-02-29", "2024-02-30", "29.2.2024", "Feb 3 2024", "{\"a\": 1}", "[1]", "x\ny", ".5", "5.", "-", "+7"),
        Gen.Int[-5, 5].Select(number => number.ToString(CultureInfo.InvariantCulture)),
        Gen.Const((string)null!)).Select(text => (string?)text);

    private static readonly Gen<MadeTable> Table = Gen.Select(Value, Value, Value, (x, y, z) => new[] { x, y, z }).List[0, 40].Select(rows => new MadeTable(["x", "y", "z"], rows));

    private static readonly string[] Patterns = ["a", "^a", "b$", "[0-9]+", "^A\\d$", "ë", "y"];

    private static readonly Gen<RowCheck> Check = Gen.OneOf<RowCheck>(
        Gen.Const((RowCheck)new NotNullCheck("x")),
        Gen.Const((RowCheck)new IsNullCheck("x")),
        Gen.OneOf("a", "1", "2", "01", "true").List[0, 3].Select(values => (RowCheck)new InSetCheck("x", values)),
        Gen.OneOf("a", "1", "2").List[0, 3].Select(values => (RowCheck)new NotInSetCheck("x", values)),
        Gen.Select(Gen.Int[-5, 5], Gen.Int[-5, 5], Gen.Bool, Gen.Bool, Gen.Bool, (a, b, strictMin, strictMax, dates) => (RowCheck)new BetweenCheck("x", Math.Min(a, b), Math.Max(a, b), strictMin, strictMax, dates)),
        Gen.Select(Gen.Int[-5, 5], Gen.Bool, (a, or) => (RowCheck)new GreaterThanCheck("x", a, or)),
        Gen.Select(Gen.Int[-5, 5], Gen.Bool, (a, or) => (RowCheck)new LessThanCheck("x", a, or)),
        Gen.OneOf(Patterns).Select(pattern => (RowCheck)new MatchesCheck("x", pattern)),
        Gen.OneOf(Patterns).Select(pattern => (RowCheck)new NotMatchesCheck("x", pattern)),
        Gen.OneOf(Patterns).List[1, 3].Select(patterns => (RowCheck)new MatchesAnyCheck("x", patterns)),
        Gen.OneOf(Patterns).List[1, 3].Select(patterns => (RowCheck)new MatchesAllCheck("x", patterns)),
        Gen.OneOf(Patterns).List[1, 3].Select(patterns => (RowCheck)new MatchesNoneCheck("x", patterns)),
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 6], (a, b) => (RowCheck)new LengthCheck("x", a, a + b)),
        Gen.Int[0, 4].Select(length => (RowCheck)new LengthEqualsCheck("x", length)),
        Gen.OneOf("integer", "number", "string", "boolean", "timestamp").Select(type => (RowCheck)new TypeCheck("x", type)),
        Gen.OneOf("integer", "boolean", "timestamp").List[1, 2].Select(types => (RowCheck)new TypeListCheck("x", types)),
        Gen.OneOf("%Y-%m-%d", "%d.%m.%Y", "%b %d %Y").Select(format => (RowCheck)new DateFormatCheck("x", format)),
        Gen.Const((RowCheck)new ParseableDateCheck("x")),
        Gen.Const((RowCheck)new JsonCheck("x")),
        Gen.Const((RowCheck)new JsonSchemaCheck("x", "{\"type\": [\"integer\", \"array\"]}")),
        Gen.Select(Gen.Bool, Gen.Bool, (or, any) => (RowCheck)new CompareCheck("x", "y", or, any)),
        Gen.Bool.Select(any => (RowCheck)new PairEqualCheck("x", "y", any)),
        Gen.Bool.Select(any => (RowCheck)new PairInSetCheck("x", "y", [["a", "1"], ["1", "b"], [null, "2"], ["2", null]], any)),
        Gen.Bool.Select(any => (RowCheck)new UniqueWithinRowCheck(["x", "y", "z"], any)),
        Gen.Bool.Select(any => (RowCheck)new RowSumCheck(["x", "y"], 3, any)));

    private static readonly Gen<string?> Condition = Gen.OneOf(Gen.Const((string)null!), Gen.OneOf("y is not null", "z = 'a' or y > 1", "not (x in (1, 'b'))", "y between -2 and 2", "y != 1 and not z < 'b'",
        "length(y) > 1 or x = z", "y + number(z) >= 0", "lower(x) in ['a', 'ab'] || y is missing", "y = true", "!z", "x > '2024-01-01'")).Select(text => (string?)text);

    [Fact]
    public void A_check_of_rows_fails_the_rows_that_fail_when_asked_one_by_one() =>
        Gen.Select(Table, Check, Condition, Gen.Int[1, 9], Gen.OneOf(0, 2, 4_096)).Sample((table, check, condition, batch, codes) =>
        {
            var rule = new CheckRule("c", check, null, true, true, 1, "") { Condition = condition };
            long[] found;
            try
            {
                found = [.. table.Check([rule], batch, codes).Results[0].UnexpectedRows];
            }
            catch (Fairlead.Workspace.FaultException) when (check.OnText && table.Rows.All(row => row[0] is null || NumberText.TryPlain(row[0], out _)))
            {
                return; // a text check on numbers is refused
            }

            var runner = new RowCheckRunner(table.Columns, [check]);
            var where = condition is null ? null : new ExpressionRunner(Expression.Condition(condition, table.Columns), table.Columns);
            var expected = Enumerable.Range(0, table.Rows.Count).Where(row =>
            {
                var cells = table.Rows[row].Select(Cell.Of).ToArray();
                return (where is null || where.Holds(cells) == true) && !runner.Passes(0, cells);
            }).Select(row => (long)row).ToArray();
            Assert.Equal(expected, found);
        }, iter: 3_000, seed: "0N0XIzNsQ0O2");

    [Fact]
    public void A_check_that_needs_other_rows_gives_the_same_in_every_form_and_every_batch() =>
        Gen.Select(Table, Condition, Gen.Int[1, 9], Gen.OneOf(0, 2, 4_096)).Sample((table, condition, batch, codes) =>
        {
            CheckRule Rule(TableCheck check) => new(check.Name, null, check, true, true, 1, "") { Condition = condition };
            var rules = new[]
            {
                Rule(new UniqueCheck(["x"])), Rule(new CompoundUniqueCheck(["x", "y"], false)), Rule(new OrderCheck("x", true, false)), Rule(new OrderCheck("x", false, true)), Rule(new ZScoreCheck("x", 1, true)),
                Rule(new StatisticCheck("x", Statistic.Mean, null, 1, false, false)), Rule(new StatisticCheck("x", Statistic.Median, null, 1, false, false)), Rule(new StatisticCheck("x", Statistic.Stdev, null, 1, false, false)),
                Rule(new StatisticCheck("x", Statistic.Sum, null, 1, false, false)), Rule(new StatisticCheck("x", Statistic.DistinctCount, null, 1, false, false)), Rule(new StatisticCheck("x", Statistic.UniqueProportion, null, 1, false, false)),
                Rule(new StatisticCheck("x", Statistic.NullProportion, null, 1, false, false)), Rule(new DistinctCheck("x", DistinctRule.EqualsSet, ["a", "1"])), Rule(new MostCommonCheck("x", ["a"], false)),
                Rule(new QuantilesCheck("x", [0.1, 0.5], [[0, 1], [0, 1]])), Rule(new DivergenceCheck("x", 1, ["a", "1"], null, [0.5, 0.5], null, 0.1, 0)), Rule(new RowCountEqualsCheck(3)),
            };
            var plain = table.Check(rules);
            var other = table.Check(rules, batch, codes);
            foreach (var (a, b) in plain.Results.Zip(other.Results))
            {
                Assert.Equal(a.UnexpectedRows, b.UnexpectedRows);
                Assert.Equal(a.Observed?.ToJsonString(), b.Observed?.ToJsonString());
                Assert.Equal((a.Rule.Id, a.Success, a.Elements, a.Missing), (b.Rule.Id, b.Success, b.Elements, b.Missing));
            }

            var where = condition is null ? null : new ExpressionRunner(Expression.Condition(condition, table.Columns), table.Columns);
            var looked = Enumerable.Range(0, table.Rows.Count).Where(row => where is null || where.Holds([.. table.Rows[row].Select(Cell.Of)]) == true).ToList();
            var values = looked.Where(row => table.Rows[row][0] is not null).ToList();
            Assert.Equal(values.GroupBy(row => table.Rows[row][0]).Where(group => group.Count() > 1).SelectMany(group => group).Order().Select(row => (long)row), plain.Results[0].UnexpectedRows);
            Assert.Equal(
                looked.Where(row => (table.Rows[row][0] ?? table.Rows[row][1]) is not null).GroupBy(row => (table.Rows[row][0], table.Rows[row][1])).Where(group => group.Count() > 1).SelectMany(group => group).Order().Select(row => (long)row),
                plain.Results[1].UnexpectedRows);
            Assert.Equal(values.Select(row => table.Rows[row][0]).Distinct().Count(), plain.Results[9].Observed!.GetValue<long>());
        }, iter: 800, seed: "0N0XIzNsQ0O2");

    [Fact]
    public void Hashes_that_went_to_the_file_are_found_again()
    {
        // 64 KB are 4,096 entries: 50,000 spill many times. Value i mod 30,000: rows 0 to 19,999 have a twin.
        using var index = new HashIndex(memoryMax: 65_536);
        for (var row = 0; row < 50_000; row++)
        {
            index.Add(ValueHash.Of(BitConverter.GetBytes(row % 30_000)), row);
        }

        var (distinct, rows) = (0, new List<long>());
        index.Visit((_, _, _) => distinct++, rows.AddRange);
        rows.Sort();
        Assert.Equal(30_000, distinct);
        Assert.Equal(Enumerable.Range(0, 20_000).Concat(Enumerable.Range(30_000, 20_000)).Select(row => (long)row), rows);
    }

    [Fact]
    public void Quantiles_beyond_the_limit_are_off_by_their_stated_share()
    {
        var random = new Random(5);
        var store = new QuantileStore(exactMax: 1_000);
        var numbers = Enumerable.Range(0, 20_000).Select(_ => (random.NextDouble() - 0.3) * Math.Pow(10, random.Next(-3, 6))).ToArray();
        foreach (var number in numbers)
        {
            store.Add(number);
        }

        Array.Sort(numbers);
        Assert.True(store.IsRounded);
        foreach (var place in (int[])[0, 1, 777, 6_000, 10_000, 19_999])
        {
            Assert.Equal(numbers[place], store.At(place), Math.Abs(numbers[place]) / 4_096);
        }
    }

    [Fact]
    public void Row_numbers_come_back_as_they_were_added() =>
        Gen.Int[1, 1_000].List[0, 200].Sample(gaps =>
        {
            var runs = new RowRuns();
            var rows = new List<long>();
            long row = -1;
            foreach (var gap in gaps)
            {
                row += gap < 500 ? 1 : gap * (long)gap;
                rows.Add(row);
                runs.Add(row);
            }

            Assert.Equal(rows, runs);
            Assert.Equal(rows.Count, runs.Count);
        }, iter: 500, seed: "0N0XIzNsQ0O2");

    [Fact]
    public void Bytes_read_as_the_same_numbers_as_text() =>
        Gen.OneOf(Value.Where(text => text is not null).Select(text => text!), Gen.Double.Select(number => number.ToString("R", CultureInfo.InvariantCulture)), Gen.Select(Gen.Long, Gen.Int[0, 25], (digits, point) => digits.ToString(CultureInfo.InvariantCulture) + "." + new string('3', point)))
            .Sample(text =>
            {
                var expected = NumberText.TryParse(text.AsSpan().Trim(RowStep.WhiteSpace), out var number);
                Assert.Equal(expected, NumberBytes.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out var read));
                Assert.Equal(BitConverter.DoubleToInt64Bits(expected ? number : 0), BitConverter.DoubleToInt64Bits(expected ? read : 0));
                Assert.Equal(NumberText.TryPlain(text, out _), NumberBytes.TryPlain(System.Text.Encoding.UTF8.GetBytes(text), out _));
            }, iter: 20_000, seed: "0N0XIzNsQ0O2");
}
