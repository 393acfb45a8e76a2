using CsCheck;
using Fairlead.Data;
using Fairlead.Models.Contracts;
using Fairlead.Models.Expressions;
using Fairlead.Models.RowSteps;
using Fairlead.Projects.Sources;
using Fairlead.Tests.Data.Cleaning.Oracle;

namespace Fairlead.Tests.Data.Cleaning;

/// <summary>The steps of a recipe in managed code, row by row in serving and column by column over whole tables, and a form in SQL give the same bits.</summary>
public sealed class RecipeStepSqlTests : IDisposable
{
    private static readonly string[] Nasty =
    [
        "", " ", "\u00a0", "a", "A b", "o'neill SMITH-jones", "éCOLE ß", "😀 x", "x-y-z", "-", "--", "12x34", "12 x 34", "'", "%", "yes", "YES", "1", "0", "true",
        "1.234,5 kg", "1,234.5 kg", "$1,200", "$ 1,200.50", "-$5", "€-5", "1.200 €", "12 %", "12%", "0,5", "0.5", ".5", ",5", "5.", "5,", "1,23", "1,234", "1.234", "1,2345", "12,34,567", "1 234 567", "1\u00a0234,5", "1\u202f234", "1'234.50", "1,234 567", "- 3 °C", "-3 °C", "\u22123.5 °F", "98.6 F", "300 K", "5 lb", "5 LBS", "12oz", "3 mi", "3 km", "7 parsec", "$5 kg", "5 kg kg", "5 k g", "5kg.", "+5 kg", "++5", "1e5", "1e5 kg", "99999999999999999999999999999999999 kg", "0 kg", "-0", "1.0.0", "١٢ kg",
        "2024-02-29", "29.02.2024", "02/29/2024", "3/4/2024", "29 Feb 2024", "29 feb 24", "29 February 2024", "Feb 29, 2024", "31 Apr 2024", "1 ſep 2024", "29-02-24", "29-02-70", "29/02/00", "2024-02-29 13:05", "2024-02-29 1:05 pm", "2024-02-29 12:00 AM", "2024-02-29 0:05 am", "2024-02-29 13:05 PM", "2024-02-29 24:00", "0000-01-01", "9999-12-31", "20240229", "2024-2-9", " 29 Feb 2024 ", "nan", "inf",
    ];

    private static readonly Dictionary<string, ExpressionType> Reads = new() { ["c"] = ExpressionType.Text, ["n"] = ExpressionType.Number };

    /// <summary>Pipelines over the text columns c and d, the number n (cast first), and what they make.</summary>
    private static readonly (string[] Made, RowStep[] Steps)[] Pipelines =
    [
        ([], [new CaseStep("c", "lower")]),
        ([], [new CaseStep("c", "upper")]),
        ([], [new CaseStep("c", "title")]),
        ([], [new MapStep("c", new Dictionary<string, string> { ["yes"] = "1", ["a"] = "", ["'"] = "it's", ["%"] = "%" })]),
        ([], [new MapStep("c", new Dictionary<string, string> { ["yes"] = "1" }, "other")]),
        ([], [new MapStep("c", new Dictionary<string, string> { ["yes"] = "1" }, "")]),
        ([], [new ParseNumberStep("c")]),
        ([], [new ParseNumberStep("c", DecimalComma: true)]),
        ([], [new ParseNumberStep("c", Unit: "kg")]),
        ([], [new ParseNumberStep("c", DecimalComma: true, Unit: "kg", Assumed: "g")]),
        ([], [new ParseNumberStep("c", Unit: "°C")]),
        ([], [new ParseNumberStep("c", Unit: "USD")]),
        ([], [new ParseNumberStep("c", Unit: "share", Assumed: "%")]),
        ([], [new ParseNumberStep("c", Unit: "parsec")]),
        ([], [new ParseDateStep("c", ["ymd", "dmy", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%d-%m-%y", "%d/%m/%y", "%Y%m%d"], 50)]),
        ([], [new ParseDateStep("c", ["%m/%d/%Y", "%Y-%m-%d %H:%M %p", "%Y-%m-%d %H:%M"], 0)]),
        ([], [new CastStep("n", ColumnKind.Number), new ClipStep("n", -2, 2.5)]),
        ([], [new CastStep("n", ColumnKind.Number), new ClipStep("n", null, 0)]),
        ([], [new ClipStep("c", 0, 1)]),
        ([], [new CastStep("n", ColumnKind.Number), new GroupImputeStep("n", "c", "median", new Dictionary<string, string> { ["a"] = "1.5", ["it's"] = "2", ["yes"] = "-0" }, "7")]),
        ([], [new CastStep("n", ColumnKind.Number), new GroupImputeStep("d", "n", "most_frequent", new Dictionary<string, string> { ["0"] = "zero", ["1.5"] = "more" })]),
        ([], [new CastStep("n", ColumnKind.Number), new ParseNumberStep("c"), new ModelImputeStep("n", ["c"], 0.1, [0.3], [12.5])]),
        ([], [new CastStep("n", ColumnKind.Number), new ParseNumberStep("c"), new ClassImputeStep("d", ["n", "c"], [new LinearClass("more", 0.5, [-0.25, 0.001]), new LinearClass("it's", 0.25, [0.5, 0]), new LinearClass("less", 0.5, [-0.25, 0.001])], [0.5, 12.5])]),
        ([], [new CastStep("n", ColumnKind.Number), new ModelImputeStep("n", ["c", "d"], 0.1, [0.25, -3, 0.7, 1e-3, 2, -0.5, 0.125], [0, 0]) { Levels = [["a", "it's", "yes"], ["%", "1"]] }]),
        ([], [new CastStep("n", ColumnKind.Number), new ClassImputeStep("d", ["c", "n"], [new LinearClass("more", 0.5, [0, 0.25, -1, 0.1]), new LinearClass("it's", 0.25, [0.5, 0, 0.75, -0.1])], [0, 0.5]) { Levels = [["yes", "é"], null] }]),
        ([], [new CastStep("n", ColumnKind.Number), new ModelImputeStep("n", ["c"], 0.1, [4], [0]) { Levels = [[]] }]),
        (["p", "q"], [new SplitStep("c", ["p", "q"], "x")]),
        (["p", "q"], [new SplitStep("c", ["p", "q"], null, "([0-9]+) ?x ?([0-9]+)"), new CastStep("p", ColumnKind.Number)]),
        (["p"], [new CastStep("n", ColumnKind.Number), new JoinStep("p", ["c", "n", "d"], ", ")]),
        (["p"], [new JoinStep("p", ["c", "d"], "")]),
        (["p", "q"], [new CastStep("n", ColumnKind.Number), new DeriveStep("p", "if n > 0 then concat(lower(c), '!') else c", Reads), new DeriveStep("q", "length(p) + n", new Dictionary<string, ExpressionType> { ["p"] = ExpressionType.Text, ["n"] = ExpressionType.Number }), new ClipStep("q", 0, 5), new CaseStep("p", "upper")]),
        (["p"], [new CaseStep("c", "lower"), new CastStep("n", ColumnKind.Number), new DeriveStep("p", "c", new Dictionary<string, ExpressionType> { ["c"] = ExpressionType.Text }), new MapStep("c", new Dictionary<string, string> { ["yes"] = "no" }), new DeriveStep("n", "n * 2", Reads)]),
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly DataEngine _engine;

    public RecipeStepSqlTests() => _engine = new DataEngine(Path.Combine(_folder.Path, "spill"), CancellationToken.None);

    public void Dispose()
    {
        _engine.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void They_agree_on_nasty_values() => AssertSteps([.. Nasty.Select((value, i) => new[] { value, Nasty[(i + 7) % Nasty.Length], i % 4 == 0 ? "" : NumberText.Shortest((i % 7) - 3 + (i % 2 * 0.5)) })]);

    [Fact]
    public void They_agree_on_generated_values()
    {
        var text = Gen.OneOf(Gen.OneOf(Nasty), Gen.Char["0123456789.,'- $€%kgKMmi°CF"].Array[0, 12].Select(signs => new string(signs).Trim()), Gen.Select(Gen.Double[-1e6, 1e6], Gen.OneOf(" kg", "kg", " g", " %", "", " lb"), (number, unit) => number.ToString("#,##0.##", System.Globalization.CultureInfo.InvariantCulture) + unit),
            Gen.Select(Gen.Int[1, 32], Gen.Int[1, 13], Gen.Int[0, 2100], Gen.OneOf("-", "/", ".", " ")).Select(parts => $"{parts.Item1}{parts.Item4}{parts.Item2:00}{parts.Item4}{parts.Item3:0000}"));
        Gen.Select(text, text, Gen.OneOf(Gen.OneOf("", "0", "-0", "1.5", "x"), Gen.Double[-10, 10].Select(NumberText.Shortest)), (c, d, n) => new[] { c, d, n }).Array[150].Sample(rows => AssertSteps(rows), iter: 10, seed: "0000KnS0n2Y0", threads: 1);
    }

    [Theory]
    [InlineData("telco_churn.csv")]
    [InlineData("sms_spam.tsv")]
    public void They_agree_on_real_files(string name)
    {
        var source = SourceReader.Open(RealData.File(name));
        var columns = source.Columns.Take(6).ToList();
        var table = _engine.Relation(source);
        foreach (var column in columns)
        {
            var values = _engine.List($"SELECT DISTINCT {SqlText.Name(column)} AS v FROM {table} ORDER BY v LIMIT 400", reader => reader.IsDBNull(0) ? "" : reader.GetString(0));
            AssertSteps([.. values.Select((value, i) => new[] { value, values[i / 2], values[i * 3 % values.Count] })]);
        }
    }

    private void AssertSteps(string[][] rows)
    {
        _engine.Execute("CREATE OR REPLACE TABLE t (__row VARCHAR, c VARCHAR, d VARCHAR, n VARCHAR)");
        _engine.Append("t", rows.Select((row, i) => new[] { i.ToString("D6"), Or(row[0]), Or(row[1]), Or(row[2]) }));
        foreach (var (made, steps) in Pipelines)
        {
            string[] columns = ["c", "d", "n", .. made];
            var pipeline = new RowPipeline(columns, steps);
            var sql = new NestedSteps(steps, name => name, _engine).Over("t", ["__row"], ["c", "d", "n"], _ => true, flags: true);
            var actual = _engine.List($"SELECT {string.Join(", ", columns)} FROM {sql} ORDER BY __row", reader => columns.Select((_, i) => reader.IsDBNull(i) ? Cell.Missing : reader.GetFieldType(i) == typeof(double) ? Cell.Of(reader.GetDouble(i)) : Cell.Of(reader.GetString(i))).ToArray());
            for (var row = 0; row < rows.Length; row++)
            {
                var cells = new Cell[columns.Length];
                for (var i = 0; i < 3; i++)
                {
                    cells[i] = Cell.Of(rows[row][i]);
                }

                pipeline.Apply(cells);
                for (var i = 0; i < cells.Length; i++)
                {
                    Assert.True(cells[i] == actual[row][i], $"{string.Join(", ", steps.Select(step => step.ToString()))} on {string.Join(" | ", rows[row])}, column {columns[i]}: managed \"{cells[i]}\", SQL \"{actual[row][i]}\"");
                }
            }

            StepScanTests.AssertLikeRows(["c", "d", "n"], made, steps, [.. rows.Select(row => new[] { row[0], row[1], row[2] })]);
        }
    }

    private static string? Or(string text) => text.Length == 0 ? null : text;
}
