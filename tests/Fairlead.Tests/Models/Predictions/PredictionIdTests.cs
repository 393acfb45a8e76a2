using CsCheck;
using Fairlead.Models.Predictions;

namespace Fairlead.Tests.Models.Predictions;

public sealed class PredictionIdTests
{
    [Fact]
    public void An_id_goes_round_and_its_signs_are_safe_in_urls() =>
        Gen.Select(Gen.ULong[0, (1UL << 40) - 1], Gen.UInt, Gen.Int[0, (1 << 24) - 1]).Sample(
            (instance, segment, place) =>
            {
                var id = new PredictionId(instance, segment, place * 8);
                var text = id.ToString();
                Assert.Equal(20, text.Length);
                Assert.All(text, sign => Assert.True(char.IsAsciiDigit(sign) || char.IsAsciiLetterLower(sign)));
                Assert.True(PredictionId.TryParse(text, out var read));
                Assert.Equal(id, read);
                Assert.True(PredictionId.TryParse(text.ToUpperInvariant(), out read));
                Assert.Equal(id, read);
                Assert.StartsWith(PredictionId.NameOf(instance), text, StringComparison.Ordinal);
            },
            iter: 500, seed: "0000KnS0n2Y0");

    [Fact]
    public void A_mistyped_sign_is_refused_in_fifteen_of_sixteen_cases()
    {
        var (id, refused, tried) = (new PredictionId(123_456_789, 7, 4096).ToString(), 0, 0);
        for (var at = 0; at < id.Length; at++)
        {
            foreach (var sign in "0123456789abcdefghjkmnpqrstvwxyz".Where(sign => sign != id[at]))
            {
                tried++;
                refused += PredictionId.TryParse(string.Concat(id.AsSpan(0, at), [sign], id.AsSpan(at + 1)), out _) ? 0 : 1;
            }
        }

        // 620 neighbours, each refused with probability 15/16: 581 expected, standard deviation 6
        Assert.Equal(620, tried);
        Assert.InRange(refused, 581 - 24, 581 + 24);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0000000000000000000")]
    [InlineData("000000000000000000000")]
    [InlineData("0000000000000000000u")]
    [InlineData("0000000000000000000é")]
    public void What_is_no_id_is_refused(string text) => Assert.False(PredictionId.TryParse(text, out _));
}
