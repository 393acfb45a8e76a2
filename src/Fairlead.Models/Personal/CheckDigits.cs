namespace Fairlead.Models.Personal;

/// <summary>Check digits of numbers that states and banks hand out. Digits are values 0 to 9, most significant first.</summary>
internal static class CheckDigits
{
    private const string SpanishLetters = "TRWAGMYFPDXBNJZSQVHLCKE";
    private const string FinnishSigns = "0123456789ABCDEFHJKLMNPRSTUVWXY";

    private static ReadOnlySpan<byte> DihedralProduct =>
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 0, 6, 7, 8, 9, 5, 2, 3, 4, 0, 1, 7, 8, 9, 5, 6, 3, 4, 0, 1, 2, 8, 9, 5, 6, 7, 4, 0, 1, 2, 3, 9, 5, 6, 7, 8,
        5, 9, 8, 7, 6, 0, 4, 3, 2, 1, 6, 5, 9, 8, 7, 1, 0, 4, 3, 2, 7, 6, 5, 9, 8, 2, 1, 0, 4, 3, 8, 7, 6, 5, 9, 3, 2, 1, 0, 4, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0,
    ];

    private static ReadOnlySpan<byte> VerhoeffPermutation => [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

    /// <summary>ISO/IEC 7812-1, annex B (Luhn): every second digit from the right is doubled; the sum of digits is a multiple of 10.</summary>
    /// <param name="prefix">Sum that stands before: 24 for NPI, whose check covers 80840 too.</param>
    public static bool Luhn(ReadOnlySpan<byte> digits, int prefix = 0)
    {
        var sum = prefix;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] << (i & 1);
            sum += digit > 9 ? digit - 9 : digit;
        }

        return sum % 10 == 0;
    }

    /// <summary>The sum of digit times weight.</summary>
    public static int Weighted(ReadOnlySpan<byte> digits, ReadOnlySpan<byte> weights)
    {
        var sum = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            sum += digits[i] * weights[i];
        }

        return sum;
    }

    /// <summary>J. Verhoeff, "Error Detecting Decimal Codes", 1969: a dihedral group of order 10; the product of all digits, permuted by place, is 0.</summary>
    public static bool Verhoeff(ReadOnlySpan<byte> digits)
    {
        var check = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            int digit = digits[^(i + 1)];
            for (var times = i % 8; times > 0; times--)
            {
                digit = VerhoeffPermutation[digit];
            }

            check = DihedralProduct[(10 * check) + digit];
        }

        return check == 0;
    }

    /// <summary>ISO 7064, MOD 11,10 (German tax number).</summary>
    public static bool Mod1110(ReadOnlySpan<byte> digits)
    {
        var product = 10;
        foreach (var digit in digits[..^1])
        {
            var sum = (digit + product) % 10;
            product = (sum == 0 ? 10 : sum) * 2 % 11;
        }

        return (11 - product) % 10 == digits[^1];
    }

    /// <summary>German tax number (section 139b AO): 11 digits, no leading 0, one digit of the first ten occurs twice or three times and at least one not at all, ISO 7064 check.</summary>
    public static bool GermanTax(ReadOnlySpan<byte> digits)
    {
        if (digits[0] == 0)
        {
            return false;
        }

        Span<byte> counts = stackalloc byte[10];
        counts.Clear();
        foreach (var digit in digits[..10])
        {
            counts[digit]++;
        }

        var (twice, thrice, more) = (0, 0, 0);
        foreach (var count in counts)
        {
            twice += count == 2 ? 1 : 0;
            thrice += count == 3 ? 1 : 0;
            more += count > 3 ? 1 : 0;
        }

        return more == 0 && twice + thrice == 1 && Mod1110(digits);
    }

    /// <summary>NHS number: weights 10 to 2, 11 minus the sum modulo 11 is the last digit (11 is 0, 10 does not occur).</summary>
    public static bool Nhs(ReadOnlySpan<byte> digits)
    {
        var check = 11 - (Weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11);
        return check != 10 && check % 11 == digits[9] && !AllSame(digits);
    }

    /// <summary>Australian business number: 1 taken off the first digit, weights 10, 1, 3, …, 19, a multiple of 89.</summary>
    public static bool Abn(ReadOnlySpan<byte> digits) => digits[0] > 0 && (Weighted(digits, [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) - 10) % 89 == 0;

    /// <summary>Australian company number: weights 8 to 1, the complement to 10 is the last digit.</summary>
    public static bool Acn(ReadOnlySpan<byte> digits) => (10 - (Weighted(digits, [8, 7, 6, 5, 4, 3, 2, 1]) % 10)) % 10 == digits[8];

    /// <summary>Australian tax file number of 9 digits: weights 1, 4, 3, 7, 5, 8, 6, 9, 10, a multiple of 11.</summary>
    public static bool Tfn(ReadOnlySpan<byte> digits) => Weighted(digits, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 == 0 && !AllSame(digits);

    /// <summary>Australian Medicare card: begins with 2 to 6, weights 1, 3, 7, 9 twice; the sum modulo 10 is the ninth digit.</summary>
    public static bool Medicare(ReadOnlySpan<byte> digits) => digits[0] is >= 2 and <= 6 && Weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 == digits[8];

    /// <summary>Polish PESEL: a date whose month carries the century, weights 1, 3, 7, 9, …</summary>
    public static bool Pesel(ReadOnlySpan<byte> digits)
    {
        var month = (10 * digits[2]) + digits[3];
        var century = (month / 20) switch { 0 => 1900, 1 => 2000, 2 => 2100, 3 => 2200, _ => 1800 };
        return IsDate(century + (10 * digits[0]) + digits[1], month % 20, (10 * digits[4]) + digits[5])
            && (10 - (Weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10 == digits[10];
    }

    /// <summary>Swedish personal or co-ordination number (day + 60): a date and the Luhn check of the last ten digits.</summary>
    public static bool Swedish(ReadOnlySpan<byte> digits)
    {
        var ten = digits[^10..];
        var day = (10 * ten[4]) + ten[5];
        var year = (10 * ten[0]) + ten[1] + (digits.Length == 12 ? 100 * ((10 * digits[0]) + digits[1]) : 2000); // 2000: 29 February passes
        return (digits.Length == 10 || year is >= 1850 and < 2100) && IsDate(year, (10 * ten[2]) + ten[3], day > 60 ? day - 60 : day) && Luhn(ten);
    }

    /// <summary>Korean resident number: a date, 1 to 8 for century and sex, and a check digit, which numbers given out since October 2020 no longer have.</summary>
    public static bool Korean(ReadOnlySpan<byte> digits)
    {
        var century = digits[6] switch { 1 or 2 or 5 or 6 => 1900, 3 or 4 or 7 or 8 => 2000, _ => 0 };
        var (year, month) = (century + (10 * digits[0]) + digits[1], (10 * digits[2]) + digits[3]);
        if (century == 0 || !IsDate(year, month, (10 * digits[4]) + digits[5]))
        {
            return false;
        }

        return (11 - (Weighted(digits, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11)) % 10 == digits[12] || (year * 12) + month >= (2020 * 12) + 10;
    }

    /// <summary>Spanish NIF and NIE: the number modulo 23 names the letter.</summary>
    public static bool Spanish(int number, char letter) => SpanishLetters[number % 23] == letter;

    /// <summary>Finnish identity code: the nine digits modulo 31 name the last sign.</summary>
    public static bool Finnish(int nineDigits, char sign) => FinnishSigns[nineDigits % 31] == sign;

    /// <summary>Singapore NRIC and FIN: weights 2, 7, 6, 5, 4, 3, 2, an offset by the first letter, and a table of letters.</summary>
    public static bool Singapore(char first, ReadOnlySpan<byte> digits, char last)
    {
        var sum = Weighted(digits, [2, 7, 6, 5, 4, 3, 2]) + (first is 'T' or 'G' ? 4 : first == 'M' ? 3 : 0);
        var letters = first switch { 'S' or 'T' => "JZIHGFEDCBA", 'F' or 'G' => "XWUTRQPNMLK", _ => "XWUTRQPNJLK" };
        return letters[sum % 11] == last;
    }

    /// <summary>ISO 13616: the first four signs moved to the end and letters read as 10 to 35, the number leaves 1 when divided by 97.</summary>
    /// <param name="compact">Upper-case letters and digits, no spaces.</param>
    public static bool Iban(ReadOnlySpan<char> compact)
    {
        var rest = 0;
        for (var i = 0; i < compact.Length; i++)
        {
            var sign = compact[(i + 4) % compact.Length];
            rest = char.IsAsciiDigit(sign) ? ((rest * 10) + sign - '0') % 97 : ((rest * 100) + sign - 'A' + 10) % 97;
        }

        return rest == 1;
    }

    /// <summary>Italian fiscal code: signs in odd places by the table of the decree of 23 December 1976, in even places by value; the sum modulo 26 names the last letter.</summary>
    /// <param name="code">16 upper-case signs.</param>
    public static bool ItalianFiscal(ReadOnlySpan<char> code)
    {
        ReadOnlySpan<byte> odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
        var sum = 0;
        for (var i = 0; i < 15; i++)
        {
            var value = char.IsAsciiDigit(code[i]) ? code[i] - '0' : code[i] - 'A';
            sum += i % 2 == 0 ? odd[value] : value;
        }

        return code[15] - 'A' == sum % 26;
    }

    /// <summary>A day of the Gregorian calendar.</summary>
    public static bool IsDate(int year, int month, int day) => year is > 0 and < 10_000 && month is >= 1 and <= 12 && day >= 1 && day <= System.DateTime.DaysInMonth(year, month);

    public static bool AllSame(ReadOnlySpan<byte> digits) => digits.IndexOfAnyExcept(digits[0]) < 0;
}
