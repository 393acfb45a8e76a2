using Fairlead.Customers;
using Fairlead.Models.Contracts;
using Fairlead.Web.Design;

namespace Fairlead.Tests.Customers;

public sealed class PlainWordsTests
{
    private static readonly Wording Wording = new("Order", "order_id", new Dictionary<string, string> { ["yes"] = "will probably be late" });

    [Fact]
    public void An_answer_is_a_sentence_with_what_speaks_for_it()
    {
        CardReason[] reasons = [new("d", "distance", "412", "km", 1.2), new("c", "carrier", "Swiftline", null, -0.9), new("w", "weather", "snow", null, 0.8), new("x", "weight", "2", "kg", 0.01)];
        Assert.Equal(
            "Order 4711 will probably be late: 78 in 100, because distance is 412 km and weather is snow.", // carrier speaks against it, weight is faint: 0.01 < 0.1 x 1.2
            PlainWords.Of(Wording, "late", "Order 4711", "yes", 0.781, reasons));
    }

    [Fact]
    public void A_class_without_a_phrase_is_named() =>
        Assert.Equal("Order 4711 is probably no (late): 52 in 100.", PlainWords.Of(Wording, "late", "Order 4711", "no", 0.52, []));

    [Fact]
    public void A_number_has_its_unit_and_the_way_each_reason_pushed()
    {
        CardReason[] reasons = [new("i", "income", "8.3", null, 90_000), new("a", "age", null, null, -20_000)];
        Assert.Equal(
            "House 12: price is probably about 210,400 USD, because income is 8.3 (raises it) and age is missing (lowers it).", PlainWords.Of("price", "USD", "House 12", 210_400.4, reasons));
    }

    [Theory]
    [InlineData(0, "fewer than 1 in 100")]
    [InlineData(0.004, "fewer than 1 in 100")]
    [InlineData(0.005, "1 in 100")] // half rounds up
    [InlineData(0.78, "78 in 100")]
    [InlineData(0.994, "99 in 100")]
    [InlineData(0.9951, "more than 99 in 100")]
    public void A_chance_is_counted_in_hundred_and_never_sure(double probability, string said) => Assert.Equal(said, PlainWords.InHundred(probability));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(412, "412")]
    [InlineData(3.14159, "3.142")]
    [InlineData(0.012345, "0.01234")] // banker's rounding of the fifth
    [InlineData(210_400.4, "210,400")]
    [InlineData(-12.5, "-12.5")]
    public void A_number_has_four_digits_that_matter(double value, string said) => Assert.Equal(said, PlainWords.Number(value));

    [Fact]
    public void A_long_value_is_cut_and_quoted()
    {
        var note = string.Concat(Enumerable.Repeat("ring twice ", 9));
        Assert.Equal("note is “ring twice ring twice ring twice ring t…”", PlainWords.Reason(new CardReason("n", "note", note, null, 1)));
    }

    [Theory]
    [InlineData("Promised days", "1", "days", "promised days is 1")] // the label says the unit
    [InlineData("Ordered at", "2025-07-28 00:05", null, "ordered at is 2025-07-28 00:05")]
    [InlineData("VAT rate", "19", "%", "VAT rate is 19 %")]
    [InlineData("Note", null, null, "note is missing")]
    public void A_reason_reads_as_part_of_a_sentence(string label, string? value, string? unit, string said) =>
        Assert.Equal(said, PlainWords.Reason(new CardReason("x", label, value, unit, 1)));

    [Fact]
    public void A_line_never_breaks_between_a_number_and_its_unit() =>
        Assert.Equal("late: 78\u00a0in\u00a0100, because distance is 412\u00a0km and income is 8.3 (raises it)", Typeset.Sentence("late: 78 in 100, because distance is 412 km and income is 8.3 (raises it)"));
}
