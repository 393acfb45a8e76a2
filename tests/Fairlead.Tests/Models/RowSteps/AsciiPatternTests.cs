using System.Text;
using CsCheck;
using Fairlead.Models.RowSteps;

namespace Fairlead.Tests.Models.RowSteps;

public sealed class AsciiPatternTests
{
    private static readonly Gen<string> Sign = Gen.OneOf("a", "b", "c", ".", "[ab]", "[^a]", "[a-c]", "[^b-z-]", "[]a]", "[-a]", "[a\\d]", "\\d", "\\w", "\\s", "\\D", "\\W", "\\S", "\\.", "\\-", "ä", "[ä-z]", "\\n", "\n", " ", "1", "-", "@", "}", "]");

    private static readonly Gen<string> Repeat = Gen.OneOf("", "", "", "*", "+", "?", "{2}", "{0,2}", "{1,}", "*?", "+?", "{0}");

    private static readonly Gen<string> Text = Gen.Char["aabbcc1 .-@\n\tä_Zz]"].Array[0, 12].Select(signs => new string(signs));

    [Fact]
    public void It_answers_as_the_general_engine_does()
    {
        var known = 0;
        Gen.Select(Pattern(3), Text.List[1, 8]).Sample((pattern, texts) =>
        {
            if (AsciiPattern.Of(pattern) is not { } fast)
            {
                return;
            }

            var general = RowCheckRunner.Pattern(pattern);
            foreach (var text in texts)
            {
                if (fast.IsMatch(Encoding.UTF8.GetBytes(text)) is { } answer)
                {
                    known++;
                    Assert.True(general.IsMatch(text) == answer, $"{pattern} on {text}: {answer}");
                }
            }
        }, iter: 6_000, seed: "0000KnS0n2Y0", threads: 1);
        Assert.True(known > 15_000, $"{known} texts were decided");
    }

    [Theory]
    [InlineData(@"^[^@]+@[^@]+$", "one@example.org", true)]
    [InlineData(@"^[^@]+@[^@]+$", "one@@example.org", false)]
    [InlineData(@"^shop_[0-9]{3}$", "shop_042", true)]
    [InlineData(@"^shop_[0-9]{3}$", "shop_0423", false)]
    [InlineData(@"^[A-Z]{2}-[0-9]{4}$", "AB-1234", true)]
    [InlineData(@"b|^$", "", true)]
    [InlineData("", "anything", true)]
    [InlineData("^(ab|cd)*$", "abcdab", true)]
    public void Usual_patterns_are_decided_here(string pattern, string text, bool found) => Assert.Equal(found, AsciiPattern.Of(pattern)!.IsMatch(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData(@"\bword\b")]
    [InlineData(@"(?i)a")]
    [InlineData(@"(?=a)b")]
    [InlineData(@"\p{L}+")]
    [InlineData(@"(a)\1")]
    [InlineData(@"a**")]
    [InlineData(@"(a")]
    [InlineData(@"a)")]
    [InlineData(@"[a")]
    [InlineData(@"[z-a]")]
    [InlineData(@"a{2,1}")]
    [InlineData(@"*a")]
    [InlineData(@"[a-z-[aeiou]]")]
    [InlineData(@"((((){999}){999}){999}){999}")]
    [InlineData(@"(((a{99}){99}){99}){99}")]
    public void Other_patterns_are_left_to_the_general_engine(string pattern) => Assert.Null(AsciiPattern.Of(pattern));

    [Theory]
    [InlineData("^a$", "a\n")] // a line feed at the end, which $ looks over
    [InlineData("^a.c$", "aäc")]
    public void Texts_it_does_not_decide(string pattern, string text) => Assert.Null(AsciiPattern.Of(pattern)!.IsMatch(Encoding.UTF8.GetBytes(text)));

    [Fact] // (a|b)*a(a|b){20} has 2^20 states
    public void More_states_than_it_keeps_are_left_to_the_general_engine()
    {
        var pattern = AsciiPattern.Of("^[ab]*a[ab]{20}$")!;
        var random = new Random(1);
        var answers = Enumerable.Range(0, 200).Select(_ => pattern.IsMatch(Enumerable.Range(0, 60).Select(_ => (byte)"ab"[random.Next(2)]).ToArray())).ToList();
        Assert.NotNull(answers[0]);
        Assert.Null(answers[^1]);
    }

    private static Gen<string> Pattern(int depth)
    {
        var atom = depth == 0 ? Sign : Gen.Frequency((6, Sign), (1, Pattern(depth - 1).Select(inner => $"({inner})")), (1, Pattern(depth - 1).Select(inner => $"(?:{inner})")));
        var sequence = Gen.Select(atom, Repeat).Select((part, repeat) => part + repeat).Array[0, 4].Select(string.Concat);
        return Gen.Select(Gen.OneOf("", "", "^", "\\A"), sequence, Gen.OneOf("", "", "$", "\\z", "\\Z"), Gen.OneOf("", "", "", "|b", "|^a$"))
            .Select((start, middle, end, other) => start + middle + end + other);
    }
}
