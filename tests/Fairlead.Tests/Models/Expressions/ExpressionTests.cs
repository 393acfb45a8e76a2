using CsCheck;
using Fairlead.Models.Contracts;
using Fairlead.Models.Expressions;

namespace Fairlead.Tests.Models.Expressions;

public sealed class ExpressionTests
{
    private static readonly string[] Names = ["price", "status", "order date", "shipped", "note"];
    private static readonly Cell[] Row = [Cell.Of(12.5), Cell.Of("Paid"), Cell.Of(19_782.5), Cell.Missing, Cell.Missing]; // 2024-02-29 12:00 (19,782 days after 1970-01-01)

    [Theory]
    [InlineData("price * 2 + 1", "26")]
    [InlineData("1 + 2 * 3 - 4 / 8", "6.5")]
    [InlineData("-price % 5", "-2.5")]
    [InlineData("7 % -4", "3")]
    [InlineData("price / 0", "")]
    [InlineData("1e308 * 10", "")]
    [InlineData("round(2.5) + round(-2.5)", "0")]
    [InlineData("round(2.345, 2)", "2.35")] // 2.345 * 100 is 234.5 exactly in doubles (234.50000000000003 rounds the same way)
    [InlineData("round(0.49999999999999994)", "0")]
    [InlineData("floor(-0.5)", "-1")]
    [InlineData("sqrt(-1)", "")]
    [InlineData("log(exp(2))", "2")]
    [InlineData("power(2, 10)", "1024")]
    [InlineData("min(3, missing, 1)", "1")]
    [InlineData("coalesce(missing, price, 1)", "12.5")]
    [InlineData("lower(status)", "paid")]
    [InlineData("title('o''neill SMITH-jones')", "O'neill Smith-Jones")]
    [InlineData("concat(status, '/', text(price), note)", "Paid/12.5")]
    [InlineData("substring('a😀bc', 2, 2)", "😀b")]
    [InlineData("right('a😀bc', 3)", "😀bc")]
    [InlineData("length('a😀bc')", "4")]
    [InlineData("soundex('Robert')", "R163")] // the examples of the National Archives' rules
    [InlineData("soundex('Rupert')", "R163")]
    [InlineData("soundex('Ashcraft')", "A261")]
    [InlineData("soundex('Tymczak')", "T522")]
    [InlineData("soundex('Pfister')", "P236")]
    [InlineData("soundex('Honeyman')", "H555")]
    [InlineData("soundex('12')", "")]
    [InlineData("split_part('2024-02-29', '-', 3)", "29")]
    [InlineData("split_part('a', '-', 2)", "")]
    [InlineData("replace('1,200', ',', '')", "1200")]
    [InlineData("number(replace('1,200', ',', '')) + 1", "1201")]
    [InlineData("number('12 kg')", "")]
    [InlineData("year(`order date`) * 10000 + month(`order date`) * 100 + day(`order date`)", "20240229")]
    [InlineData("weekday(`order date`)", "4")] // 29 February 2024 was a Thursday
    [InlineData("hour(`order date`)", "12")]
    [InlineData("text(`order date`)", "2024-02-29T12:00:00Z")]
    [InlineData("`order date` > '2024-02-29'", "true")]
    [InlineData("days_between('2024-02-28', `order date`)", "1.5")]
    [InlineData("`order date` - date('2024-01-01')", "59.5")]
    [InlineData("text(date('29.2.2024', 'dmy') + 1)", "2024-03-01")]
    [InlineData("date('9999-12-31') + 1 is missing", "true")]
    [InlineData("status in ('Paid', 'Open') and price between 10 and 20", "true")]
    [InlineData("status not in ('Open', missing)", "")] // x <> 'Open' and x <> missing
    [InlineData("shipped > 1", "")]
    [InlineData("shipped > 1 or true", "true")]
    [InlineData("shipped > 1 and false", "false")]
    [InlineData("not (shipped > 1)", "")]
    [InlineData("shipped is missing and note is missing AND price IS NOT missing", "true")]
    [InlineData("if price > 10 then 'dear' else 'cheap'", "dear")]
    [InlineData("case when shipped > 1 then 1 when price > 10 then 2 else 3 end", "2")]
    [InlineData("if shipped > 1 then 1", "")]
    [InlineData("matches(status, '^[A-Z]')", "true")]
    [InlineData("contains(status, \"ai\") and starts_with(status, 'P') and ends_with(status, 'd')", "true")]
    [InlineData("length(trim('  ')) is missing", "true")]
    [InlineData("number(true) + number(price = 12.5)", "2")]
    public void It_gives_what_is_worked_out_by_hand(string text, string expected) =>
        Assert.Equal(expected, new ExpressionRunner(Parse(text), Names).Value(Row).ToString());

    [Theory]
    [InlineData("status == 'Paid' && price > 10", true)]
    [InlineData("!(status = 'Paid') || price <= 10", false)]
    [InlineData("status IN ['Open', 'Paid'] And Not shipped Is Not Null", true)]
    [InlineData("price <> 12.5", false)]
    public void Conditions_may_be_written_in_the_ways_of_other_languages(string text, bool met) => Assert.Equal(met, new ExpressionRunner(Parse(text), Names).Holds(Row));

    /// <summary>A row as a file has it: numbers, dates and flags are texts.</summary>
    [Theory]
    [InlineData("n = 1", true)] // by value
    [InlineData("n = '1'", false)] // a text written out is compared as text
    [InlineData("n > m", false)] // both read as numbers: 1 and 12
    [InlineData("m > 2 and m < 100", true)]
    [InlineData("t = 5", false)] // no number: unequal, neither above nor below
    [InlineData("t != 5", true)]
    [InlineData("t > 5", null)]
    [InlineData("d > '2024-02-01'", true)]
    [InlineData("d = '2024-2-29'", true)]
    [InlineData("d between '2024-02-01' and '2024-03-01'", true)]
    [InlineData("year(d) = 2024 and days_between(d, '2024-03-01') = 1", true)]
    [InlineData("flag = true", true)]
    [InlineData("flag and not (flag = false)", true)]
    [InlineData("t = true", false)]
    [InlineData("none > 1", null)]
    [InlineData("none not in (1, 2)", null)]
    [InlineData("none is null or t = 'x'", true)]
    [InlineData("t != ''", true)] // nothing that is there equals the empty text
    [InlineData("n + m = 13 and length(t) = 4", true)]
    [InlineData("coalesce(none, t) = 'text'", true)]
    [InlineData("\"order no\" = 'A.1' and `order no` = \"A.1\"", true)]
    [InlineData("a.b > 1 and end = 'x' and case in ('y') and if = 'z'", true)]
    [InlineData("case when m > 2 then n = 1 else false end", true)]
    public void Columns_of_no_kind_are_taken_as_what_stands_beside_them(string text, bool? met)
    {
        string[] names = ["n", "m", "t", "d", "flag", "none", "order no", "a.b", "end", "case", "if"];
        Cell[] row = [Cell.Of("1.0"), Cell.Of(" 12"), Cell.Of("text"), Cell.Of("2024-02-29"), Cell.Of("Yes"), Cell.Missing, Cell.Of("A.1"), Cell.Of("2"), Cell.Of("x"), Cell.Of("y"), Cell.Of("z")];
        Assert.Equal(met, new ExpressionRunner(Expression.Condition(text, names), names).Holds(row));
    }

    /// <summary>Over cleaned values a condition says the same whether its columns have kinds (as in a recipe, where SQL is held to the same) or none (as in a check).</summary>
    [Fact]
    public void A_condition_without_kinds_says_what_one_with_kinds_says()
    {
        string[] names = ["a", "b", "t", "d"];
        ExpressionType[] types = [ExpressionType.Number, ExpressionType.Number, ExpressionType.Text, ExpressionType.Date];
        var part = Gen.OneOf("a > 1", "a <= b", "a + b >= 2", "a between -1 and b", "b in (0, 1, a)", "a is missing", "t = 'x'", "t != 'y'", "t in ('x', 'z')", "length(t) > 1", "t > 'xx'", "d >= '2024-02-01'", "d is not missing", "year(d) = 2024", "d between '2024-01-01' and '2024-02-15'", "abs(a) = b", "lower(t) = 'x'");
        var whole = Gen.Select(part, part, part, Gen.Int[0, 4], (x, y, z, form) => form switch { 0 => x, 1 => $"{x} and {y}", 2 => $"not ({x} or {y})", 3 => $"{x} or {y} and not {z}", _ => $"if {x} then {y} else {z}" });
        var number = Gen.OneOf(Gen.Const(Cell.Missing), Gen.Int[-2, 3].Select(value => Cell.Of((double)value)), Gen.Const(Cell.Of(1.5)));
        Gen.Select(whole, number, number, Gen.OneOf("x", "y", "xx", "Z").Select(text => Cell.Of((string?)text)), Gen.Int[19_700, 19_800].Select(days => Cell.Of((double)days))).Sample((text, a, b, t, d) =>
        {
            Cell[] row = [a, b, t, d];
            var typed = new ExpressionRunner(Expression.Parse(text, name => Array.IndexOf(names, name) is >= 0 and var at ? types[at] : null, condition: true), names).Holds(row);
            Assert.Equal(typed, new ExpressionRunner(Expression.Condition(text, names), names).Holds(row));
        }, iter: 5_000, seed: "0N0XIzNsQ0O2");
    }

    [Theory]
    [InlineData("", "1:1", "empty")]
    [InlineData("price +", "1:8", "ends where a value")]
    [InlineData("price * status", "1:9", "takes a number")]
    [InlineData("statis = 'x'", "1:1", "no column \"statis\"")]
    [InlineData("price =\n  'x'", "2:3", "compares a number with a text")]
    [InlineData("price", "1:1", "not true or false", true)]
    [InlineData("lower(price)", "1:7", "takes a text")]
    [InlineData("lowr(status)", "1:1", "no function")]
    [InlineData("lower()", "1:1", "takes 1 value, not 0")]
    [InlineData("substring(status, 0)", "1:19", "whole number")]
    [InlineData("replace(status, '', 'x')", "1:17", "empty")]
    [InlineData("matches(status, '(')", "1:17", "pattern")]
    [InlineData("matches(status, '(?=a)')", "1:17", "linear-time")]
    [InlineData("`order date` = '2023-02-29'", "1:16", "not a date")]
    [InlineData("status = ''", "1:10", "empty text is a missing value")]
    [InlineData("1 < price < 3", "1:11", "Two comparisons")]
    [InlineData("'open", "1:1", "does not end")]
    [InlineData("price date = 1", "1:7", "does not belong")]
    [InlineData("price & 1", "1:7", "means nothing")]
    [InlineData("status + 'x'", "1:1", "this is a text")]
    [InlineData("if price > 1 then 'a' else 2", "1:28", "one type")]
    [InlineData("case when price > 1 then 2", "1:27", "does not end")]
    public void A_fault_says_where_and_what(string text, string at, string what, bool condition = false)
    {
        var exception = Assert.Throws<ExpressionException>(() => Expression.Parse(text, TypeOf, condition));
        var fault = Assert.Single(exception.Faults);
        Assert.Equal(at, $"{fault.Line}:{fault.Column}");
        Assert.Contains(what, fault.What, StringComparison.Ordinal);
        Assert.NotEmpty(fault.Fix);
    }

    [Fact]
    public void All_type_faults_come_at_once() =>
        Assert.Equal(3, Assert.Throws<ExpressionException>(() => Parse("statis = 'x' and price = 'y' and lower(price) = 'z'")).Faults.Count);

    [Theory]
    [InlineData(40, "nested deeper")]
    [InlineData(6_000, "at most 4,000")]
    public void Size_and_depth_are_limited(int brackets, string what) =>
        Assert.Contains(what, Assert.Throws<ExpressionException>(() => Parse(new string('(', brackets))).Faults[0].What, StringComparison.Ordinal);

    [Fact]
    public void A_long_chain_is_refused_before_it_is_deep() =>
        Assert.Contains("more than 400 parts", Assert.Throws<ExpressionException>(() => Parse(string.Join('+', Enumerable.Repeat("1", 900)))).Faults[0].What, StringComparison.Ordinal);

    [Fact]
    public void A_number_that_is_still_text_is_read_where_a_number_is_wanted() =>
        Assert.Equal(Cell.Of(3), new ExpressionRunner(Parse("price + 1"), Names).Value([Cell.Of(" 2 "), default, default, default, default]));

    [Fact]
    public void Every_function_can_be_called()
    {
        foreach (var function in ExpressionFunctions.All.Values)
        {
            var arguments = function.Arguments.Select(form => form switch
            {
                ArgumentForm.Number => "price",
                ArgumentForm.Date => "`order date`",
                ArgumentForm.WholeLiteral => "1",
                ArgumentForm.OrderLiteral => "'ymd'",
                _ => "status",
            }).Select((value, i) => function.Arguments[i] is ArgumentForm.TextLiteral or ArgumentForm.TextLiteralOrEmpty or ArgumentForm.PatternLiteral ? "'a'" : value);
            new ExpressionRunner(Parse($"{function.Name}({string.Join(", ", arguments)})"), Names).Value(Row);
        }
    }

    private static Expression Parse(string text) => Expression.Parse(text, TypeOf);

    private static ExpressionType? TypeOf(string name) => name switch
    {
        "price" or "shipped" => ExpressionType.Number,
        "status" or "note" => ExpressionType.Text,
        "order date" => ExpressionType.Date,
        _ => null,
    };
}
