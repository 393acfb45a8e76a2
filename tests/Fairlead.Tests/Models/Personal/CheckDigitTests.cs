using CsCheck;
using Fairlead.Models.Personal;

namespace Fairlead.Tests.Models.Personal;

/// <summary>Numbers made here: the check digit is found by trying, so that what is tested is that one digit in ten (or eleven) fits and a changed digit is told.</summary>
public sealed class CheckDigitTests
{
    private static readonly Gen<byte[]> Digits9 = Gen.Byte[0, 9].Array[9];

    public delegate bool Check(ReadOnlySpan<byte> digits);

    public static TheoryData<string, int, bool> Kinds => new()
    {
        { "luhn", 16, true }, { "verhoeff", 12, true }, { "mod1110", 11, true }, { "nhs", 10, true }, { "acn", 9, false }, { "tfn", 9, true }, { "abn", 11, true },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void One_changed_digit_is_told(string kind, int length, bool always)
    {
        Check check = kind switch
        {
            "luhn" => digits => CheckDigits.Luhn(digits),
            "verhoeff" => CheckDigits.Verhoeff,
            "mod1110" => CheckDigits.Mod1110,
            "nhs" => CheckDigits.Nhs,
            "acn" => CheckDigits.Acn,
            "tfn" => CheckDigits.Tfn,
            _ => CheckDigits.Abn,
        };
        var (valid, missed, tried) = (0, 0, 0);
        Gen.Select(Gen.Byte[0, 9].Array[length], Gen.Int[0, length - 1], Gen.Byte[1, 9]).Sample((digits, place, more) =>
        {
            for (byte last = 0; last < 10; last++)
            {
                digits[^1] = last;
                if (!check(digits))
                {
                    continue;
                }

                valid++;
                var changed = digits.ToArray();
                changed[place] = (byte)((changed[place] + more) % 10);
                tried++;
                missed += check(changed) ? 1 : 0;
            }
        }, seed: "0000KkTQwkW4", iter: 2_000, threads: 1);
        Assert.InRange(valid, kind == "abn" ? 100 : 1_500, 2_200);
        Assert.True(always ? missed == 0 : missed < 0.25 * tried, $"{missed} of {tried}"); // weights 8, 6, 5, 4, 2 of the ACN share factors with 10
    }

    [Fact] // 86095742719 is the example of the tax office's own description of the check
    public void German_tax_numbers_repeat_one_digit()
    {
        Assert.True(CheckDigits.GermanTax([8, 6, 0, 9, 5, 7, 4, 2, 7, 1, 9]));
        Assert.False(CheckDigits.GermanTax([8, 6, 0, 9, 5, 7, 4, 2, 7, 1, 8]));
        Assert.False(CheckDigits.GermanTax([0, 6, 0, 9, 5, 7, 4, 2, 7, 1, 9]));
    }

    [Fact]
    public void Luhn_holds_for_the_sum_worked_by_hand() =>
        // 79927398713: 3 + 2 + 7 + 16→7 + 9 + 6 + 7 + 4 + 9 + 18→9 + 7 = 70
        Assert.True(CheckDigits.Luhn([7, 9, 9, 2, 7, 3, 9, 8, 7, 1, 3]));

    [Fact]
    public void Nine_digits_without_a_label_are_no_number_of_a_state() => Digits9.Sample(digits =>
        Assert.Empty(PersonalScanner.OfThread.Scan(string.Concat(digits)).ToArray()), seed: "0000KkTQwkW4", iter: 2_000);
}
