using CsCheck;
using Fairlead.Data;
using Fairlead.Data.Checks;
using Fairlead.Data.Scanning;
using Fairlead.Projects;
using Fairlead.Models.Contracts;
using Fairlead.Models.Personal;
using Fairlead.Models.RowSteps;
using Fairlead.Projects.Sources;
using Fairlead.Tests.Data.Cleaning;
using Fairlead.Tests.Data.Cleaning.Oracle;

namespace Fairlead.Tests.Data;

/// <summary>The managed row steps, row by row in serving and column by column over whole tables, and a form in SQL give the same bits; so do checks.</summary>
public sealed class RowStepSqlTests : IDisposable
{
    private static readonly string[] Nasty =
    [
        "", " ", "\t\n", "\u00a0", "\u2003", "a", " a", "A ", "\u00a0Yes\u00a0", "YES", "yEs", "İ", "ß", "é", "e\u0301", "😀", "🤦🏼‍♂️", "日本", "'", "''", "\"", "\\", "\\d", "%", "NULL", "null", "N/A", "?", "-999", "-999.0", "-999 ",
        "0", "-0", "+0", "00", "007", "1", "1.0", "1.", ".1", ".", "+.5e+3", "1e5", "1E-5", "1e400", "-1e400", "1e-400", "5e-324", "2.2250738585072011e-308", "1e", "e1", "1e+", "0x1F", "1_000", "1,000", "1 000", "inf", "-Infinity", "nan", "NaN",
        " 12 ", "١٢", "１２", "12kg", "--1", "+-1", "1-1", "9007199254740993", "123456789012345678901234567890", "0.1", "0.30000000000000004", "3.141592653589793238462643", "true", "T", "no", "Off",
        "2024-02-29", "2023-02-29", "2024-2-9", "2024/02/29", "2024.02.29", "2024-02/29", "29.02.2024", "9.2.2024", "02-29-2024", "2-9-2024", "13.13.2024", "0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01", "02024-01-01", "24-01-01", "2024-00-10", "2024-01-32",
        "2024-02-29T23:59:59.999999Z", "2024-02-29 1:05", "2024-02-29t01:05:09z", "2024-02-29T24:00", "2024-02-29T12:60", "2024-02-29T12:00:60", "2024-02-29T12:00:00.1234567891", "2024-02-29T12:00:00.123456789", "2024-02-29T12:00:00.", "2024-02-29T12:00+02", "2024-02-29T12:00-0230", "2024-02-29T12:00:00+02:",
        "2024-02-29T12:00:00+23:59", "2024-02-29T12:00:00+24:00", "2024-02-29T12:00:00+5", "1969-12-31T23:59:59.5-01:00", "2024-02-29T", "2024-02-29 ", " 2024-02-29", "2024-02-29\n", "12\n", "0099-1-1",
        "ann@example.com", "call 0151 555 0199 now", "see http://x.io/a", "GB82WEST12345698765432",
    ];

    private static readonly PersonalKey Key = Made("a key of this test and of no other");

    private static readonly RowStep[][] Pipelines =
    [
        [new TrimStep("c")],
        [new MissingStep("c", ["N/A", "?", "-999", "", "NULL", "it's"])],
        [new NormaliseStep("c", new Dictionary<string, string> { ["YES"] = "yes", ["yes"] = "never", ["İ"] = "I", ["?"] = "", ["a"] = "'A'", ["É"] = "E" })],
        [new NormaliseStep("c", new Dictionary<string, string> { ["YES"] = "yes", ["a"] = "b" }, IgnoreCase: false)],
        [new TrimStep("c"), new NormaliseStep("c", new Dictionary<string, string> { ["yes"] = "Yes" }), new ImputeStep("c", "none's")],
        [new MaskStep("c")],
        [new TrimStep("c"), new PseudonymStep("c", Key.Id), new ImputeStep("c", "none")],
        [new SyntheticStep("c", Key.Id)],
        [new GeneraliseStep("c", "first 3")],
        [new CastStep("c", ColumnKind.Number), new GeneraliseStep("c", "band 10")],
        [new CastStep("c", ColumnKind.Number), new GeneraliseStep("c", "band 0.3")],
        [new CastStep("c", ColumnKind.Date), new GeneraliseStep("c", "month")],
        [new CastStep("c", ColumnKind.Date), new GeneraliseStep("c", "year")],
        [new CastStep("c", ColumnKind.Date, "dmy"), new GeneraliseStep("c", "25 years")],
        [new CastStep("c", ColumnKind.Number)],
        [new TrimStep("c"), new CastStep("c", ColumnKind.Number), new MissingStep("c", ["-999", "0", "1.0"]), new ImputeStep("c", "0.1"), new TrimStep("c"), new CastStep("c", ColumnKind.Date)],
        [new CastStep("c", ColumnKind.Date)],
        [new TrimStep("c"), new CastStep("c", ColumnKind.Date, "dmy")],
        [new CastStep("c", ColumnKind.Date, "mdy")],
        [new CastStep("c", ColumnKind.Date, "ymd"), new ImputeStep("c", "19782.25")],
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly DataEngine _engine;

    public RowStepSqlTests()
    {
        _engine = new DataEngine(Path.Combine(_folder.Path, "spill"), CancellationToken.None);
        ProtectionSql.AddFunctions(_engine, Pipelines.SelectMany(steps => steps));
    }

    private static PersonalKey Made(string text)
    {
        var key = PersonalKey.Parse(text)!;
        PersonalKey.Hold(key);
        return key;
    }

    public void Dispose()
    {
        _engine.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Steps_agree_on_nasty_values() => AssertSteps(Nasty);

    [Fact]
    public void Steps_agree_on_generated_values()
    {
        var pieces = Gen.OneOf(Gen.OneOf(Nasty), Gen.Char["0123456789+-.eE:/ TZ"].Array[0, 14].Select(signs => new string(signs)),
            Gen.Double.Select(NumberText.Shortest), Gen.Select(Gen.OneOf(Nasty), Gen.OneOf(Nasty), (a, b) => a + b),
            Gen.Select(Gen.Int[0, 2100], Gen.Int[0, 13], Gen.Int[0, 32], Gen.Int[0, 86_400_000], Gen.Char["-/."]).Select(parts =>
                $"{parts.Item1:0000}{parts.Item5}{parts.Item2}{parts.Item5}{parts.Item3} {TimeSpan.FromMilliseconds(parts.Item4):hh\\:mm\\:ss\\.fff}"),
            Gen.String.Select(Valid));
        pieces.Array[200, 400].Sample(AssertSteps, iter: 12, seed: "0000KnS0n2Y0", threads: 1);
    }

    [Theory]
    [InlineData("telco_churn.csv")]
    [InlineData("sms_spam.tsv")]
    [InlineData("california_housing.csv")]
    public void Steps_agree_on_real_files(string name)
    {
        var source = SourceReader.Open(RealData.File(name));
        var table = _engine.Relation(source);
        foreach (var column in source.Columns.Take(20))
        {
            AssertSteps([.. _engine.List($"SELECT DISTINCT {SqlText.Name(column)} AS v FROM {table} ORDER BY v LIMIT 1500", reader => reader.IsDBNull(0) ? "" : reader.GetString(0))]);
        }
    }

    [Fact]
    public void Checks_agree_on_text_and_on_numbers()
    {
        RowCheck[] checks =
        [
            new NotNullCheck("c"), new InSetCheck("c", ["a", "1", "YES", "it's"]), new InSetCheck("c", []), new BetweenCheck("c", 0, 12), new BetweenCheck("c", null, 0.1, StrictMax: true), new BetweenCheck("c", 1, null, StrictMin: true), new BetweenCheck("c", null, null),
            new MatchesCheck("c", "^[a-z]+$"), new MatchesCheck("c", @"\d"), new MatchesCheck("c", "(?i)é"), new MatchesCheck("c", "^.$"), new LengthCheck("c", 1, 3), new LengthCheck("c", null, 1), new LengthCheck("c", 4, null),
            new TypeCheck("c", "integer"), new TypeCheck("c", "number"), new TypeCheck("c", "string"), new TypeCheck("c", "boolean"), new TypeCheck("c", "timestamp"),
            new CompareCheck("c", "d", false), new CompareCheck("c", "d", true),
        ];
        AssertChecks(checks, [], Nasty, [.. Nasty.Skip(7), .. Nasty.Take(7)]);
        AssertChecks(checks, [new CastStep("c", ColumnKind.Number)], Nasty, [.. Nasty.Skip(3), .. Nasty.Take(3)]);
        AssertChecks(checks, [new CastStep("c", ColumnKind.Number), new CastStep("d", ColumnKind.Number)], Nasty, [.. Nasty.Skip(1), .. Nasty.Take(1)]);
        Gen.OneOf(Nasty).Array[300].Sample(other => AssertChecks(checks, [], [.. Nasty.Concat(Nasty).Concat(Nasty).Take(300)], other), iter: 4, seed: "0000KnS0n2Y0", threads: 1);
    }

    private void AssertSteps(string[] values)
    {
        Fill(values, values);
        foreach (var steps in Pipelines)
        {
            var pipeline = new RowPipeline(["c"], steps);
            var expected = values.Select(value =>
            {
                Cell[] row = [Cell.Of(value)];
                pipeline.Apply(row);
                return row[0];
            });
            var actual = Run($"SELECT c FROM {Nest(steps)} ORDER BY i", steps.Any(step => step is CastStep));
            foreach (var (cell, (sql, value)) in expected.Zip(actual.Zip(values)))
            {
                Assert.True(cell == sql, $"{string.Join(", ", steps.Select(step => step.ToString()))} on \"{value}\": managed {cell}, SQL {sql}");
            }

            StepScanTests.AssertLikeRows(["c"], [], steps, [.. values.Select(value => new[] { value })]);
        }
    }

    private void AssertChecks(RowCheck[] checks, RowStep[] steps, string[] left, string[] right)
    {
        Fill(left, right);
        var pipeline = new RowPipeline(["c", "d"], steps);
        var runner = new RowCheckRunner(["c", "d"], checks);
        var numbers = steps.Select(step => step.Column).ToHashSet();
        var rules = checks.Select((check, i) => new CheckRule($"{i}", check, null, true, false, 1, "")).ToList();
        ITableScan Open(IReadOnlyList<string> looked) => _engine.Scan($"SELECT {string.Join(", ", looked)} FROM {Nest(steps)} ORDER BY i");
        var sources = new CheckSources(Open, (_, _) => throw new InvalidOperationException(), (_, _, _) => throw new InvalidOperationException(), _ => throw new InvalidOperationException(), DateTimeOffset.UnixEpoch);
        var results = CheckEngine.Run(rules, ["c", "d"], sources, TestContext.Current.CancellationToken, _ => null).Results;
        for (var check = 0; check < checks.Length; check++)
        {
            var fails = results[check].UnexpectedRows.ToHashSet();
            for (var row = 0; row < left.Length; row++)
            {
                Cell[] cells = [Cell.Of(left[row]), Cell.Of(right[row])];
                pipeline.Apply(cells);
                if (checks[check] is not TypeCheck { Type: "timestamp" } || !cells[0].IsNumber)
                {
                    Assert.True(runner.Passes(check, cells) != fails.Contains(row), $"{checks[check]} on {cells[0]} and {cells[1]} ({numbers.Count} numbers): the engine says {(fails.Contains(row) ? "fails" : "passes")}");
                }
            }
        }
    }

    private void Fill(string[] left, string[] right)
    {
        _engine.Execute("CREATE OR REPLACE TABLE t (i VARCHAR, c VARCHAR, d VARCHAR)");
        _engine.Append("t", left.Select((value, i) => new[] { i.ToString("D6"), value.Length == 0 ? null : value, right[i].Length == 0 ? null : right[i] }));
    }

    private static string Nest(IEnumerable<RowStep> steps)
    {
        var (sql, numbers) = ("t", new HashSet<string>());
        foreach (var step in steps)
        {
            sql = $"(SELECT * REPLACE ({RowStepSql.Expression(step, step.Column, numbers.Contains(step.Column))} AS {step.Column}) FROM {sql})";
            _ = step is CastStep && numbers.Add(step.Column);
        }

        return sql;
    }

    private List<Cell> Run(string sql, bool isNumber) =>
        _engine.List(sql, reader => reader.IsDBNull(0) ? Cell.Missing : isNumber ? Cell.Of(reader.GetDouble(0)) : Cell.Of(reader.GetString(0)));

    /// <summary>Halves of surrogate pairs and NUL can't be in a UTF-8 source.</summary>
    private static string Valid(string text) => string.Concat(text.EnumerateRunes().Where(rune => rune.Value is not (0 or 0xFFFD)));
}
