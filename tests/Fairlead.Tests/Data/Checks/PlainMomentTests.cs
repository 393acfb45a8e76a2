using System.Globalization;
using System.Text;
using CsCheck;
using Fairlead.Data.Checks;
using Fairlead.Models.RowSteps;

namespace Fairlead.Tests.Data.Checks;

/// <summary>What is told by bytes is what reading the dates says.</summary>
public sealed class PlainMomentTests
{
    /// <summary>Days and moments near each other, and near the edges of what they may be; some with one sign changed.</summary>
    private static readonly Gen<string> Text = Gen.Select(Gen.OneOf(0, 1, 1999, 2000, 9999), Gen.Int[0, 13], Gen.Int[0, 32], Gen.OneOf(0, 1, 9, 19, 23, 24), Gen.OneOf(0, 59, 60), Gen.OneOf(0, 1, 59, 60), Gen.Int[0, 60])
        .Select((year, month, day, hour, minute, second, change) =>
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"{year:0000}-{month:00}-{day:00}{(change % 2 == 0 ? "" : $"T{hour:00}:{minute:00}:{second:00}Z")}");
            return change < text.Length && change % 3 == 0 ? string.Concat(text.AsSpan(0, change), "/:-T 0a9"[change % 8].ToString(), text.AsSpan(change + 1)) : text;
        });

    [Fact]
    public void Two_plain_moments_are_in_the_order_of_their_dates() => Gen.Select(Text, Text).Sample((left, right) =>
    {
        var (a, b) = (Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right));
        if (PlainMoment.Key(a) is >= 0 and var first && PlainMoment.Key(b) is >= 0 and var second)
        {
            Assert.True(DateText.TryParse(left, null, out var day), left);
            Assert.True(DateText.TryParse(right, null, out var other), right);
            Assert.Equal(day.CompareTo(other), first.CompareTo(second));
        }
    }, iter: 20_000, seed: "0N0XIzNsQ0O2");

    [Theory]
    [InlineData("2024-02-28", true)]
    [InlineData("0001-01-01", true)]
    [InlineData("9999-12-28T23:59:59Z", true)]
    [InlineData("2024-02-10T00:00:00Z", true)]
    [InlineData("0000-01-01", false)]
    [InlineData("2024-00-01", false)]
    [InlineData("2024-13-01", false)]
    [InlineData("2024-02-00", false)]
    [InlineData("2024-02-29", true)]
    [InlineData("2023-02-29", false)]
    [InlineData("1900-02-29", false)]
    [InlineData("2024-04-30", true)]
    [InlineData("2024-04-31", false)]
    [InlineData("2024-12-31T00:00:00Z", true)]
    [InlineData("2024-12-32", false)]
    [InlineData("2024-12-40", false)]
    [InlineData("2024-02-28T24:00:00Z", false)]
    [InlineData("2024-02-28T23:60:00Z", false)]
    [InlineData("2024-02-28T23:00:60Z", false)]
    [InlineData("2024-02-28 23:00:00Z", false)]
    [InlineData("2024-02-28T23:00:00+", false)]
    [InlineData("2024/02/28", false)]
    [InlineData("2024-02-2x", false)]
    [InlineData("202a-02-20", false)]
    [InlineData("2024-02-28T2x:00:00Z", false)]
    [InlineData("", false)]
    public void Only_whole_days_and_moments_are_plain(string text, bool expected) => Assert.Equal(expected, PlainMoment.Key(Encoding.UTF8.GetBytes(text)) >= 0);
}
