using Fairlead.Models.RowSteps;

namespace Fairlead.Tests.Models.RowSteps;

public sealed class MeasureTextTests
{
    [Theory]
    [InlineData("1.234,5 kg", true, "kg", null, 1234.5)]
    [InlineData("$1,200", false, "$", null, 1200)]
    [InlineData("12 %", false, "%", null, 12)]
    [InlineData("12 %", false, "share", null, 0.12)]
    [InlineData("500 g", false, "kg", null, 0.5)]
    [InlineData("500", false, "kg", "g", 0.5)]
    [InlineData("1 lb", false, "g", null, 453.59237)] // the international pound, 1959
    [InlineData("26.2 mi", false, "km", null, 42.1648128)] // 1 mi = 1609.344 m
    [InlineData("212 °F", false, "°C", null, 100)]
    [InlineData("-40 °F", false, "°C", null, -40)]
    [InlineData("1 234 567", false, null, null, 1234567)]
    [InlineData("1'234.50", false, null, null, 1234.5)]
    [InlineData("\u22125", false, null, null, -5)]
    [InlineData(",5", true, null, null, 0.5)]
    public void It_reads(string text, bool comma, string? unit, string? assumed, double expected)
    {
        Assert.True(MeasureText.TryParse(text, comma, unit is null ? null : MeasureText.Spellings(unit), assumed ?? unit?.ToLowerInvariant(), out var value));
        Assert.Equal(expected, value, 1e-9);
    }

    [Theory]
    [InlineData("5 km", "kg")] // a wrong unit
    [InlineData("5 kg", null)] // no unit is wanted
    [InlineData("1,23", null)] // no group of three
    [InlineData("1,234 567", null)] // two kinds of marks
    [InlineData("$5 kg", "kg")]
    [InlineData("kg", "kg")]
    [InlineData("", null)]
    public void It_does_not_guess(string text, string? unit) =>
        Assert.False(MeasureText.TryParse(text, false, unit is null ? null : MeasureText.Spellings(unit), unit, out _));

    [Fact]
    public void A_row_says_what_could_not_be_read()
    {
        List<string> notes = [];
        new RowPipeline(["weight"], [new ParseNumberStep("weight", Unit: "kg")]).Apply([Fairlead.Models.Contracts.Cell.Of("5 km")], notes);
        Assert.Equal(["weight: \"5 km\" is not a number in kg"], notes);
    }

    [Theory]
    [InlineData("%d %b %Y", "29 FEB 2024", 19782.0)]
    [InlineData("%d.%m.%y", "29.02.24", 19782.0)]
    [InlineData("%d.%m.%y", "01.01.70", 0.0)]
    [InlineData("%B %d, %Y %H:%M %p", "February 29, 2024 12:00 PM", 19782.5)]
    [InlineData("%d.%m.%Y", "30.02.2024", null)]
    [InlineData("%H:%M %d.%m.%Y", "24:00 29.02.2024", null)]
    public void A_date_is_read_by_its_pattern(string format, string text, double? days)
    {
        Assert.True(DateFormat.TryParse(format, out var parsed, out _));
        Assert.Equal(days, parsed!.TryRead(text, 50, out var read) ? read : null);
    }

    [Theory]
    [InlineData("%d.%m", "year")]
    [InlineData("%d.%m.%Y %Y", "twice")]
    [InlineData("%q", "not a code")]
    [InlineData("%d %Y", "month")]
    public void A_pattern_that_is_no_date_says_why(string format, string why)
    {
        Assert.False(DateFormat.TryParse(format, out _, out var wrong));
        Assert.Contains(why, wrong, StringComparison.Ordinal);
    }
}
