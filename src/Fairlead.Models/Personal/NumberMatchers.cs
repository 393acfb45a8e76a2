namespace Fairlead.Models.Personal;

/// <summary>Numbers of digits alone, in one piece or in groups: cards, and what states, banks and health services hand out.</summary>
internal static class NumberMatchers
{
    private const int DigitsMax = 19;
    private const int GroupsMax = 8;

    public static void At(TextScan scan, int first)
    {
        if (scan.Tokens[first].Length > DigitsMax || !scan.StartsClean(first, scan.Tokens[first].Start))
        {
            return;
        }

        Span<byte> digits = stackalloc byte[DigitsMax];
        var (count, shape, sign) = (0, 0L, '\0');
        for (var last = first; last < scan.Tokens.Length && last < first + GroupsMax; last++)
        {
            ref readonly var token = ref scan.Tokens[last];
            if (token.Kind != TokenKind.Number || count + token.Length > DigitsMax)
            {
                return;
            }

            if (last > first)
            {
                var between = Separator(scan.Text[scan.Tokens[last - 1].End..token.Start]);
                if (between == '\0' || (sign != '\0' && between != sign))
                {
                    return;
                }

                sign = between;
            }

            foreach (var digit in scan.Text[token.Start..token.End])
            {
                digits[count++] = (byte)(digit - '0');
            }

            shape = (shape * 32) + token.Length;
            if (count >= 7 && scan.EndsClean(token.End))
            {
                Match(scan, first, last, digits[..count], shape, sign);
            }
        }
    }

    /// <summary>The one sign between two groups; 0 when it is none of them.</summary>
    private static char Separator(ReadOnlySpan<char> between) =>
        between is [' ' or '-' or '.' or '+' or '/'] ? between[0] : between is ['\u00a0'] ? ' ' : between is ['–' or '\u2011'] ? '-' : '\0';

    private static long Shape(int a, int b = 0, int c = 0, int d = 0, int e = 0)
    {
        long shape = a;
        foreach (var size in (ReadOnlySpan<int>)[b, c, d, e])
        {
            shape = size == 0 ? shape : (shape * 32) + size;
        }

        return shape;
    }

    private static void Match(TextScan scan, int first, int last, ReadOnlySpan<byte> digits, long shape, char sign)
    {
        var one = first == last;
        if (digits.Length is >= 12 and <= 19)
        {
            Card(scan, first, last, digits, shape, sign);
        }

        switch (digits.Length)
        {
            case 9:
                Nine(scan, first, last, digits, shape, sign);
                break;
            case 10:
                Ten(scan, first, last, digits, shape, sign);
                break;
            case 11:
                Eleven(scan, first, last, digits, shape, sign);
                break;
            case 12 when digits[0] >= 2 && (one || (shape == Shape(4, 4, 4) && sign is ' ' or '-' && !scan.FollowsFour(first) && !scan.PrecedesFour(last))) && !CheckDigits.AllSame(digits) && CheckDigits.Verhoeff(digits):
                Add(scan, PersonalEntity.InAadhaar, first, last, Cue.Aadhaar, one ? 0.3 : 0.7, 0.98);
                break;
            case 12 when (one || (shape == Shape(8, 4) && sign is '-' or '+')) && CheckDigits.Swedish(digits):
                Add(scan, PersonalEntity.SePersonnummer, first, last, Cue.Swedish, one ? 0.55 : 0.9, 1);
                break;
            case 13 when (one || (shape == Shape(6, 7) && sign is '-')) && CheckDigits.Korean(digits):
                Add(scan, PersonalEntity.KrRrn, first, last, Cue.Rrn, one ? 0.3 : 0.9, 1);
                break;
        }

        if (one && digits.Length is >= 8 and <= 17 && (scan.Label(first, last) & (Cue.Bank | Cue.Card | Cue.Iban)) == Cue.Bank && !CheckDigits.AllSame(digits))
        {
            Add(scan, PersonalEntity.UsBankNumber, first, last, Cue.None, 0.6, 0.6);
        }

        if (one && digits.Length is >= 7 and <= 14 && (scan.Label(first, last) & Cue.License) != 0)
        {
            Add(scan, PersonalEntity.UsDriverLicense, first, last, Cue.None, 0.6, 0.6);
        }
    }

    private static void Add(TextScan scan, PersonalEntity entity, int first, int last, Cue cue, double bare, double labelled)
    {
        var score = cue != Cue.None && scan.Near(first, last, cue) ? labelled : bare;
        if (score == bare && cue != Cue.None && entity != PersonalEntity.UsSsn && (scan.Label(first, last) & ~(cue | Cue.Machine | Cue.Birth)) != 0)
        {
            score = Math.Min(score, 0.4); // it is called something else, and fits by chance
        }

        scan.Add(entity, scan.Tokens[first].Start, scan.Tokens[last].End, score);
    }

    private static void Nine(TextScan scan, int first, int last, ReadOnlySpan<byte> digits, long shape, char sign)
    {
        var one = first == last;
        var american = shape == Shape(3, 2, 4) && sign is '-' or ' ' or '.';
        var torn = one || (sign == '-' && (shape == Shape(3, 6) || shape == Shape(5, 4)));
        if ((american || torn) && digits[0] == 9 && IsItin(digits))
        {
            Add(scan, PersonalEntity.UsItin, first, last, Cue.Itin | Cue.Ssn, american ? 0.6 : 0.3, 0.95);
        }
        else if ((american || torn) && IsSsn(digits) && (!american || (scan.Label(first, last) & Cue.Thing) == 0))
        {
            Add(scan, PersonalEntity.UsSsn, first, last, Cue.Ssn, american ? sign == '-' ? 0.8 : 0.6 : 0.3, american ? 0.98 : 0.9);
        }

        if (one || (shape == Shape(3, 3, 3) && sign is ' ' or '-'))
        {
            if (CheckDigits.Tfn(digits))
            {
                Add(scan, PersonalEntity.AuTfn, first, last, Cue.Tfn, 0.3, 0.97);
            }

            if (CheckDigits.Acn(digits))
            {
                Add(scan, PersonalEntity.AuAcn, first, last, Cue.Acn, 0.3, 0.96);
            }
        }

        if (one && (scan.Label(first, last) & Cue.Passport) != 0)
        {
            Add(scan, PersonalEntity.UsPassport, first, last, Cue.None, 0.75, 0.75);
        }
    }

    /// <summary>Social Security Administration: areas 000, 666 and 900 up, group 00 and serial 0000 are not given out; nor are the numbers of leaflets and examples.</summary>
    private static bool IsSsn(ReadOnlySpan<byte> digits)
    {
        var number = Number(digits);
        return digits[0] != 9 && number / 1_000_000 is not (0 or 666) && number / 10_000 % 100 != 0 && number % 10_000 != 0
            && number is not (123_456_789 or 78_051_120 or 219_099_999) && !CheckDigits.AllSame(digits);
    }

    /// <summary>Internal Revenue Service: 9, and 50 to 65, 70 to 88, 90 to 92 or 94 to 99 in the fourth and fifth place.</summary>
    private static bool IsItin(ReadOnlySpan<byte> digits) => ((10 * digits[3]) + digits[4]) is (>= 50 and <= 65) or (>= 70 and <= 88) or (>= 90 and <= 92) or >= 94;

    private static void Ten(TextScan scan, int first, int last, ReadOnlySpan<byte> digits, long shape, char sign)
    {
        var one = first == last;
        var grouped = shape == Shape(3, 3, 4) && sign is ' ' or '-';
        if ((one || grouped) && CheckDigits.Nhs(digits))
        {
            // Written like this it may be an American phone number too: those begin each of the two groups with 2 to 9.
            var american = digits[0] >= 2 && digits[3] >= 2;
            Add(scan, PersonalEntity.UkNhs, first, last, Cue.Nhs, grouped && sign == ' ' && !american && digits[0] != 0 ? 0.8 : 0.3, 0.98);
        }

        if ((one || grouped) && digits[0] is 1 or 2 && CheckDigits.Luhn(digits, prefix: 24))
        {
            Add(scan, PersonalEntity.UsNpi, first, last, Cue.Npi, 0.3, 0.97);
        }

        if ((one || (shape == Shape(4, 5, 1) && sign is ' ' or '-')) && CheckDigits.Medicare(digits))
        {
            Add(scan, PersonalEntity.AuMedicare, first, last, Cue.Medicare, one ? 0.3 : 0.8, 0.97);
        }

        if ((one || (shape == Shape(6, 4) && sign is '-' or '+')) && CheckDigits.Swedish(digits))
        {
            Add(scan, PersonalEntity.SePersonnummer, first, last, Cue.Swedish, one ? 0.3 : 0.85, 1);
        }
    }

    private static void Eleven(TextScan scan, int first, int last, ReadOnlySpan<byte> digits, long shape, char sign)
    {
        var one = first == last;
        var grouped = shape == Shape(2, 3, 3, 3) && sign == ' ';
        if (CheckDigits.AllSame(digits))
        {
            return;
        }

        if ((one || grouped) && CheckDigits.Abn(digits))
        {
            Add(scan, PersonalEntity.AuAbn, first, last, Cue.Abn, grouped ? 0.8 : 0.4, 0.98);
        }

        if (one && CheckDigits.Pesel(digits))
        {
            Add(scan, PersonalEntity.PlPesel, first, last, Cue.Pesel, 0.6, 1);
        }

        if ((one || grouped || shape == Shape(2, 3, 3, 3)) && CheckDigits.GermanTax(digits))
        {
            Add(scan, PersonalEntity.DeTaxId, first, last, Cue.GermanTax, 0.65, 0.99);
        }

        if (one && CheckDigits.Luhn(digits) && (scan.Label(first, last) & (Cue.ItalianVat | Cue.Fiscal)) != 0)
        {
            Add(scan, PersonalEntity.ItVatCode, first, last, Cue.None, 0.97, 0.97);
        }

        if ((one || (shape == Shape(4, 5, 1, 1) && sign is ' ' or '-' or '/')) && digits[10] > 0 && CheckDigits.Medicare(digits))
        {
            Add(scan, PersonalEntity.AuMedicare, first, last, Cue.Medicare, one ? 0.3 : 0.8, 0.97);
        }
    }

    private static void Card(TextScan scan, int first, int last, ReadOnlySpan<byte> digits, long shape, char sign)
    {
        var usual = shape == digits.Length || (sign is ' ' or '-' && (shape == Shape(4, 4, 4, 4) || shape == Shape(4, 6, 5) || shape == Shape(4, 6, 4) || shape == Shape(4, 4, 4, 4, 3) || shape == Shape(4, 4, 4, 1)));
        if (!usual || !CheckDigits.Luhn(digits))
        {
            return;
        }

        var known = IsIssued(Number(digits[..6]), digits.Length);
        var rare = digits.Length is 12 or 13 or 17 or 18;
        if (known && (!rare || scan.Near(first, last, Cue.Card)))
        {
            scan.Add(PersonalEntity.CreditCard, scan.Tokens[first].Start, scan.Tokens[last].End, 1);
        }
        else if (digits[0] != 0 && scan.Near(first, last, Cue.Card))
        {
            scan.Add(PersonalEntity.CreditCard, scan.Tokens[first].Start, scan.Tokens[last].End, 0.7);
        }
    }

    /// <summary>First six digits and length as the card schemes publish them (ISO/IEC 7812 issuer ranges).</summary>
    private static bool IsIssued(int six, int length) => length switch
    {
        _ when six / 100_000 == 4 => length is 13 or 16 or 19,
        15 => six / 10_000 is 34 or 37 || six / 100_000 == 1 || six / 100 is 2131 or 1800,
        14 => six / 1_000 is (>= 300 and <= 305) or 309 || six / 10_000 is 36 or 38 or 39,
        16 when six / 10_000 is >= 51 and <= 55 => true,
        16 when six is >= 222_100 and <= 272_099 => true,
        16 when six is >= 220_000 and <= 220_499 => true,
        16 when six / 10_000 is 30 or 36 or 38 or 39 or 81 or 82 => true,
        >= 16 when six / 100 is >= 3528 and <= 3589 => true,
        >= 16 when six / 100 == 6011 || six / 10_000 is 62 or 65 || six / 1_000 is >= 644 and <= 649 => true,
        >= 12 => six / 10_000 is 50 or (>= 56 and <= 58) or (>= 60 and <= 69),
        _ => false,
    };

    private static int Number(ReadOnlySpan<byte> digits)
    {
        var number = 0;
        foreach (var digit in digits)
        {
            number = (number * 10) + digit;
        }

        return number;
    }
}
