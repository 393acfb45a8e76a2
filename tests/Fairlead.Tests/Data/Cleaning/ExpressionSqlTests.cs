using CsCheck;
using Fairlead.Data;
using Fairlead.Data.Cleaning;
using Fairlead.Models.Contracts;
using Fairlead.Models.Expressions;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Tests.Data.Cleaning;

/// <summary>Expressions in managed code and in SQL give the same bits.</summary>
public sealed class ExpressionSqlTests : IDisposable
{
    private static readonly string[] Columns = ["n", "m", "t", "u", "d", "e"];

    private static readonly double?[] Numbers =
        [null, 0, -0.0, 1, -1, 0.5, -0.5, 2.5, -2.5, 0.1, 0.30000000000000004, 0.49999999999999994, 1e-320, 5e-324, 1e300, -1e300, 1.7976931348623157e308, 9007199254740993, 1e15, 1e16, 123456.789, -7.25];

    private static readonly string?[] Texts =
        [null, "a", "A", " a ", "\u00a0", " ", "aXbXc", "X", "ß", "é", "e\u0301", "😀", "a😀b", "日本 語", "'", "''", "\\", "%", "_", "12", " 12.5 ", "1e400", "-3", "true", "2024-02-29", "29.2.2024", "0001-01-01", "9999-12-31T23:59:59.999999Z", "o'neill SMITH", "x-y-z", "YES", "nan"];

    private static readonly double?[] Dates =
        [null, 0, -0.5, 19_782, 19_782.5, 19_782.999999999996, -719_162, -719_162.25, 2_932_896.99999, 2_932_896.9999999999, 2_932_897, 1e9, -1e9, 10_957.041666666666];

    private static readonly string[] Written =
    [
        "n + m", "n - m * 2", "n / m", "n % m", "-n", "n / (m / (n / m))", "abs(n) + floor(m) - ceil(n)", "round(n)", "round(n, 2)", "round(n, 15)", "log(n)", "exp(n)", "sqrt(n)", "power(n, m)", "min(n, m)", "max(n, m, 0)", "coalesce(n, m)", "coalesce(n / 0, 1)",
        "n = m", "n != m", "n < m", "n <= m", "n > m", "n >= m", "n * 1e300 > m", "n in (0, m, missing)", "n not in (1, 2)", "n between m and 1", "n between m and missing", "n is missing", "n / m is not missing",
        "t = u", "t < u", "t >= u", "t in (u, 'a')", "t between 'A' and u", "lower(t)", "upper(t)", "title(t)", "trim(t)", "soundex(t)", "length(trim(t))", "length(t)", "left(t, 2)", "left(t, 0)", "right(t, 2)", "substring(t, 2)", "substring(t, 2, 1)", "substring(t, 1, 0)", "contains(t, u)", "starts_with(t, u)", "ends_with(t, u)", "contains(trim(t), u)",
        "matches(t, '^[a-z]')", "matches(trim(t), '\\d')", "replace(t, 'X', '')", "replace(t, 'a', '''')", "split_part(t, 'X', 2)", "split_part(t, '-', 9)", "concat(t, u)", "concat(t)", "concat(trim(t), '-', lower(u))", "min(t, u)", "max(t, trim(u))", "coalesce(trim(t), u, 'none')", "trim(t) is missing", "replace(t, 'a', '') = u",
        "number(t)", "number(t) + n", "number(d)", "number(n > m)", "text(n)", "text(n / m)", "text(d)", "text(n > m)", "date(t)", "date(t, 'dmy')", "text(date(t))", "year(d)", "month(d)", "day(d)", "weekday(d)", "hour(d)", "days_between(d, e)", "d - e", "d + n", "text(d + 1)", "year(d + n)", "d < e", "d = '2024-02-29'", "d between '2000-01-01' and e", "d is missing", "d + 1e9 is missing", "min(d, e)", "coalesce(d, e)", "hour(date(t))",
        "n > m and t = u", "n > m or t = u", "not (n > m)", "(n > m) = (t = u)", "coalesce(n > m, t = u)", "n > m and (t = u or d < e) and not t is missing", "if n > m then t else u", "if n > m then n / m", "case when t = u then 1 when n > m then n else m end", "case when n > 0 then d else e end", "if n > 0 then n > m else t = u", "if missing then 1 else 2", "missing", "missing = missing", "true and missing", "1 = 1", "-0 = 0",
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly DataEngine _engine;

    public ExpressionSqlTests() => _engine = new DataEngine(Path.Combine(_folder.Path, "spill"), CancellationToken.None);

    public void Dispose()
    {
        _engine.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void They_agree_on_nasty_values()
    {
        var rows = new List<Cell[]>();
        for (var i = 0; i < Texts.Length * Numbers.Length; i++)
        {
            rows.Add([Of(Numbers[i % Numbers.Length]), Of(Numbers[i * 7 % Numbers.Length]), Cell.Of(Texts[i % Texts.Length]), Cell.Of(Texts[i * 5 % Texts.Length]), Of(Dates[i % Dates.Length]), Of(Dates[i * 3 % Dates.Length])]);
        }

        AssertEqual(Written, rows);
    }

    [Fact]
    public void They_agree_on_generated_expressions_and_values()
    {
        var cells = Gen.Select(Gen.OneOf(Gen.OneOf(Numbers), Gen.Double.Select(number => (double?)number)), Gen.OneOf(Numbers), Gen.OneOf(Gen.OneOf(Texts), Gen.Char["aXx- 1.'😀"].Array[0, 8].Select(Valid)), Gen.OneOf(Texts), Gen.OneOf(Dates), Gen.OneOf(Gen.OneOf(Dates), Gen.Double[-800_000, 3_000_000].Select(days => (double?)days)))
            .Select(parts => new[] { Of(parts.Item1), Of(parts.Item2), Cell.Of(parts.Item3), Cell.Of(parts.Item4), Of(parts.Item5), Of(parts.Item6) });
        Gen.Select(Generated(ExpressionType.Boolean, 3), Generated(ExpressionType.Number, 3), Generated(ExpressionType.Text, 3), Generated(ExpressionType.Date, 2), cells.Array[60])
            .Sample((boolean, number, text, date, rows) => AssertEqual([boolean, number, text, date], [.. rows]), iter: 60, seed: "0000KnS0n2Y0", threads: 1);
    }

    [Fact]
    public void They_agree_on_a_real_file()
    {
        var source = SourceReader.Open(RealData.File("telco_churn.csv"));
        var rows = _engine.List($"SELECT tenure, MonthlyCharges, Contract, PaymentMethod FROM {_engine.Relation(source)} LIMIT 2000", reader => new[]
        {
            Of(double.Parse(reader.GetString(0), System.Globalization.CultureInfo.InvariantCulture)), Of(double.Parse(reader.GetString(1), System.Globalization.CultureInfo.InvariantCulture)),
            Cell.Of(reader.GetString(2)), Cell.Of(reader.GetString(3)), Of(null), Of(null),
        });
        AssertEqual([.. Written.Where(text => !text.Contains("d ", StringComparison.Ordinal))], rows);
    }

    [Fact]
    public void Nothing_of_a_text_becomes_SQL()
    {
        var expression = Expression.Parse("t = 'x''; DROP TABLE t; --' or `a\"b` = \"' OR 1=1 --\"", name => name is "t" or "a\"b" ? ExpressionType.Text : null);
        var sql = ExpressionSql.Condition(expression, SqlText.Name, _engine);
        Assert.Equal("""(("t" = 'x''; DROP TABLE t; --') OR ("a""b" = ''' OR 1=1 --'))""", sql);
    }

    [Fact]
    public void What_doubles_again_and_again_is_refused()
    {
        var nested = "t";
        for (var i = 0; i < 12; i++)
        {
            nested = $"text(date({nested}))";
        }

        Assert.Throws<FaultException>(() => ExpressionSql.Value(Expression.Parse(nested, _ => ExpressionType.Text), SqlText.Name, _engine));
    }

    private void AssertEqual(IReadOnlyList<string> texts, List<Cell[]> rows)
    {
        _engine.Execute("CREATE OR REPLACE TABLE t (i VARCHAR, n VARCHAR, m VARCHAR, t VARCHAR, u VARCHAR, d VARCHAR, e VARCHAR)");
        _engine.Append("t", rows.Select((row, i) => row.Select(cell => cell.IsMissing ? null : cell.ToString()).Prepend(i.ToString("D6")).ToArray()));
        _engine.Execute("CREATE OR REPLACE TABLE v AS SELECT i, n::DOUBLE AS n, m::DOUBLE AS m, t, u, d::DOUBLE AS d, e::DOUBLE AS e FROM t");
        foreach (var text in texts)
        {
            var expression = Expression.Parse(text, TypeOf);
            var runner = new ExpressionRunner(expression, Columns);
            var isNumber = expression.Type is ExpressionType.Number or ExpressionType.Date;
            var sql = ExpressionSql.Value(expression, SqlText.Name, _engine);
            var actual = _engine.List($"SELECT {sql} FROM v ORDER BY i", reader => reader.IsDBNull(0) ? Cell.Missing : isNumber ? Cell.Of(reader.GetDouble(0)) : Cell.Of(reader.GetString(0)));
            for (var i = 0; i < rows.Count; i++)
            {
                var expected = runner.Value(rows[i]);
                Assert.True(expected == actual[i], $"{text} on {string.Join(", ", Columns.Zip(rows[i], (name, cell) => $"{name}={cell}"))}: managed \"{expected}\", SQL \"{actual[i]}\"; {sql}");
            }
        }
    }

    private static Gen<string> Generated(ExpressionType type, int depth)
    {
        if (depth == 0)
        {
            return type switch
            {
                ExpressionType.Number => Gen.OneOf("n", "m", "0", "2.5", "1e300", "missing"),
                ExpressionType.Text => Gen.OneOf("t", "u", "'a'", "'X'"),
                ExpressionType.Date => Gen.OneOf("d", "e", "date('2024-02-29')"),
                _ => Gen.OneOf("n > m", "t = u", "d < e", "true", "t is missing"),
            };
        }

        var (number, text, date, boolean) = (Generated(ExpressionType.Number, depth - 1), Generated(ExpressionType.Text, depth - 1), Generated(ExpressionType.Date, depth - 1), Generated(ExpressionType.Boolean, depth - 1));
        return type switch
        {
            ExpressionType.Number => Gen.OneOf(
                number, Gen.Select(number, Gen.OneOf("+", "-", "*", "/", "%"), number, (a, sign, b) => $"({a} {sign} {b})"), Gen.Select(Gen.OneOf("abs", "floor", "ceil", "round", "sqrt", "log", "exp"), number, (name, a) => $"{name}({a})"),
                Gen.Select(boolean, number, number, (a, b, c) => $"(if {a} then {b} else {c})"), text.Select(a => $"length({a})"), text.Select(a => $"number({a})"), Gen.Select(Gen.OneOf("year", "month", "day", "hour", "weekday"), date, (name, a) => $"{name}({a})"),
                Gen.Select(date, date, (a, b) => $"days_between({a}, {b})"), Gen.Select(Gen.OneOf("min", "max", "coalesce"), number, number, (name, a, b) => $"{name}({a}, {b})")),
            ExpressionType.Text => Gen.OneOf(
                text, Gen.Select(Gen.OneOf("lower", "upper", "trim", "title"), text, (name, a) => $"{name}({a})"), Gen.Select(text, text, (a, b) => $"concat({a}, {b})"), text.Select(a => $"substring({a}, 2, 3)"), text.Select(a => $"split_part({a}, 'X', 2)"),
                text.Select(a => $"replace({a}, 'a', '')"), Gen.Select(Gen.OneOf("min", "max", "coalesce"), text, text, (name, a, b) => $"{name}({a}, {b})"), number.Select(a => $"text({a})"), date.Select(a => $"text({a})"), Gen.Select(boolean, text, (a, b) => $"(case when {a} then {b} end)")),
            ExpressionType.Date => Gen.OneOf(date, Gen.Select(date, number, (a, b) => $"({a} + {b})"), text.Select(a => $"date({a})"), Gen.Select(date, date, (a, b) => $"coalesce({a}, {b})")),
            _ => Gen.OneOf(
                boolean, Gen.Select(boolean, Gen.OneOf("and", "or", "=", "!="), boolean, (a, sign, b) => $"(({a}) {sign} ({b}))"), boolean.Select(a => $"(not ({a}))"), Gen.Select(number, Gen.OneOf("=", "!=", "<", "<=", ">", ">="), number, (a, sign, b) => $"{a} {sign} {b}"),
                Gen.Select(text, Gen.OneOf("=", "<", ">="), text, (a, sign, b) => $"{a} {sign} {b}"), Gen.Select(date, date, (a, b) => $"{a} <= {b}"), Gen.Select(number, number, number, (a, b, c) => $"{a} between {b} and {c}"), Gen.Select(text, text, (a, b) => $"{a} not in ({b}, 'a')"),
                number.Select(a => $"{a} is missing"), text.Select(a => $"{a} is not missing"), Gen.Select(text, text, (a, b) => $"contains({a}, {b})"), text.Select(a => $"matches({a}, '[aX]')")),
        };
    }

    private static ExpressionType? TypeOf(string name) => name switch
    {
        "n" or "m" => ExpressionType.Number,
        "t" or "u" => ExpressionType.Text,
        "d" or "e" => ExpressionType.Date,
        _ => null,
    };

    private static Cell Of(double? number) => number is { } value ? Cell.Of(value) : Cell.Missing;

    /// <summary>Halves of surrogate pairs can't be in a UTF-8 source.</summary>
    private static string Valid(char[] signs) => string.Concat(new string(signs).EnumerateRunes().Where(rune => rune.Value is not 0xFFFD));
}
