using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;

namespace Fairlead.Tests.Models.RowSteps;

public sealed class RowPipelineTests
{
    [Theory]
    [InlineData("0", 0.0)]
    [InlineData("-12.50", -12.5)]
    [InlineData("+5", 5.0)]
    [InlineData("5.", 5.0)]
    [InlineData(".5", 0.5)]
    [InlineData("1e5", 100000.0)]
    [InlineData("1E-2", 0.01)]
    [InlineData("007", 7.0)]
    [InlineData("1e-400", 0.0)]
    [InlineData("0.1", 0.1)]
    [InlineData("", null)]
    [InlineData(".", null)]
    [InlineData("1e", null)]
    [InlineData("1e400", null)]
    [InlineData(" 12 ", null)]
    [InlineData("1_000", null)]
    [InlineData("1,000", null)]
    [InlineData("0x1F", null)]
    [InlineData("inf", null)]
    [InlineData("NaN", null)]
    [InlineData("١٢", null)]
    [InlineData("12kg", null)]
    [InlineData("--5", null)]
    public void Numbers_follow_the_grammar(string text, double? expected) =>
        Assert.Equal(expected, NumberText.TryParse(text, out var value) ? value : null);

    [Theory]
    // 2024-02-29 is day 19,782: 54 years * 365 = 19,710, 13 leap days 1972 to 2020 make 19,723 at 2024-01-01, plus 31 + 28 = 59.
    [InlineData("2024-02-29", null, 19782.0)]
    [InlineData("2024/2/29", "ymd", 19782.0)]
    [InlineData("29.02.2024", "dmy", 19782.0)]
    [InlineData("2-29-2024", "mdy", 19782.0)]
    [InlineData("2024-02-29T12:00", null, 19782.5)]
    [InlineData("2024-02-29 6:00:00Z", null, 19782.25)]
    [InlineData("2024-02-29T12:00:00+02:00", null, 19782 + (10.0 / 24))]
    [InlineData("2024-02-29T12:00:00-0130", null, 19782 + (13.5 / 24))]
    [InlineData("2024-02-29T00:00:00.25+00", null, 19782 + (250000.0 / 86400000000))]
    [InlineData("1969-12-31", null, -1.0)]
    [InlineData("2023-02-29", null, null)]
    [InlineData("2024-13-01", null, null)]
    [InlineData("2024-02/29", null, null)]
    [InlineData("24-02-29", null, null)]
    [InlineData("02024-02-29", null, null)]
    [InlineData("2024-02-29T", null, null)]
    [InlineData("2024-02-29T24:00", null, null)]
    [InlineData("2024-02-29T12", null, null)]
    [InlineData("2024-02-29T12:00:00.", null, null)]
    [InlineData("2024-02-29T12:00+02:", null, null)]
    [InlineData("0000-01-01", null, null)]
    [InlineData("29.02.2024", "mdy", null)]
    public void Dates_follow_the_order(string text, string? order, double? expected) =>
        Assert.Equal(expected, DateText.TryParse(text, order, out var days) ? days : null);

    [Fact]
    public void Steps_run_in_order_and_note_what_can_not_be_read()
    {
        var pipeline = new RowPipeline(["region", "weight", "note", "when"],
        [
            new TrimStep("region"),
            new NormaliseStep("region", new Dictionary<string, string> { ["NORTH"] = "North", ["n."] = "North" }),
            new TrimStep("weight"),
            new MissingStep("weight", ["-999", "?"]),
            new CastStep("weight", ColumnKind.Number),
            new ImputeStep("weight", "4.5"),
            new MaskStep("note"),
            new CastStep("when", ColumnKind.Date, "dmy"),
        ]);
        List<string> notes = [];
        Cell[] row = [Cell.Of(" north\u00a0"), Cell.Of(" 12kg"), Cell.Of("call 0151 555 0199"), Cell.Of("1.1.1970")];
        pipeline.Apply(row, notes);
        Assert.Equal([Cell.Of("North"), Cell.Of(4.5), Cell.Of("call [phone]"), Cell.Of(0.0)], row);
        Assert.Equal(["weight: \"12kg\" is not a number"], notes);

        Cell[] numbers = [Cell.Of("N."), Cell.Of(-999.0), Cell.Of("?"), Cell.Of("soon")]; // a JSON number arrives as one
        pipeline.Apply(numbers);
        Assert.Equal([Cell.Of("North"), Cell.Of(4.5), Cell.Of("?"), Cell.Missing], numbers);

        Cell[] blank = [Cell.Of("  "), Cell.Missing, Cell.Missing, Cell.Missing];
        pipeline.Apply(blank);
        Assert.Equal([Cell.Missing, Cell.Of(4.5), Cell.Missing, Cell.Missing], blank);
    }

    [Fact]
    public void A_step_on_a_column_that_is_not_there_is_refused() =>
        Assert.Throws<ArgumentException>(() => new RowPipeline(["a"], [new TrimStep("b")]));

    [Theory]
    [InlineData("write to ann.o'neil+x@mail.example.co.uk, please", "write to [e-mail], please")]
    [InlineData("see https://example.com/a?b=c or www.example.org.", "see [link] or [link].")]
    [InlineData("IBAN GB82 WEST 1234 5698 7654 32 and DE89370400440532013000", "IBAN [bank account] and [bank account]")]
    [InlineData("GB82 WEST 1234 5698 7654 33", "GB82 WEST 1234 5698 7654 33")]
    [InlineData("card 4111 1111 1111 1111, not 4111 1111 1111 1112", "card [card], not 4111 1111 1111 1112")]
    [InlineData("host 192.168.0.1 or fe80::1:2:3", "host [ip address] or [ip address]")]
    [InlineData("version 1.2.3 at 12:30:45", "version 1.2.3 at 12:30:45")]
    [InlineData("+44 20 7946 0958, (555) 010-9999, 555-010-9999", "[phone], [phone], [phone]")]
    [InlineData("ring 08712460324 now", "ring [phone] now")]
    [InlineData("on 01.02.2024, 12 boxes of 1500 for 0.99", "on 01.02.2024, 12 boxes of 1500 for 0.99")]
    [InlineData("plain words @ home", "plain words @ home")]
    public void Personal_data_in_text_is_marked(string text, string expected) => Assert.Equal(expected, PersonalText.Mask(text));

    [Fact]
    public void Checks_say_in_plain_words_what_fails()
    {
        string[] columns = ["weight_kg", "region", "note", "promised", "shipped"];
        var runner = new RowCheckRunner(columns,
        [
            new BetweenCheck("weight_kg", 0, 100), new NotNullCheck("region"), new InSetCheck("region", ["North", "South"]),
            new MatchesCheck("note", "^[a-z]+$"), new LengthCheck("note", 2, 4), new CompareCheck("promised", "shipped", OrEqual: true), new TypeCheck("promised", "integer"),
        ]);
        List<string> failures = [];
        runner.Run([Cell.Of(-3.0), Cell.Of("Nrth"), Cell.Of("Ab😀de"), Cell.Of(1.5), Cell.Of(2.0)], failures);
        Assert.Equal(
        [
            "weight_kg: -3 is below 0", "region: \"Nrth\" is not one of North, South", "note: \"Ab😀de\" does not match ^[a-z]+$",
            "note: \"Ab😀de\" has 5 signs, more than 4", "promised: 1.5 is not greater than or equal to shipped (2)", "promised: 1.5 is not an integer",
        ], failures);

        failures.Clear();
        runner.Run([Cell.Missing, Cell.Missing, Cell.Missing, Cell.Missing, Cell.Of(2.0)], failures);
        Assert.Equal(["region: has no value"], failures);
    }

    [Fact]
    public void A_pattern_with_look_around_is_refused() =>
        Assert.Throws<ArgumentException>(() => new RowCheckRunner(["a"], [new MatchesCheck("a", "(?=x)")]));

    [Fact]
    public void A_check_with_a_condition_looks_only_at_rows_that_meet_it()
    {
        var runner = new RowCheckRunner(["weight", "carrier"], [new ConditionalCheck(new BetweenCheck("weight", 0, 30), "carrier = 'DHL' or carrier is null")]);
        Assert.False(runner.Passes(0, [Cell.Of(31), Cell.Of("DHL")]));
        Assert.False(runner.Passes(0, [Cell.Of(31), Cell.Missing]));
        Assert.True(runner.Passes(0, [Cell.Of(31), Cell.Of("UPS")]));
        Assert.True(runner.Passes(0, [Cell.Of(30), Cell.Of("DHL")]));
    }
}
