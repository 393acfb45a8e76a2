namespace Fairlead.Models.Personal;

/// <summary>Numbers with letters in them: bank accounts, tax and identity numbers, passports, licences, wallets.</summary>
internal static class CodeMatchers
{
    /// <summary>Length of an IBAN by country: ISO 13616 registry.</summary>
    private const string IbanLengths =
        "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24FI18FK18FO18FR27GB22GE22GI23GL18GR27GT28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30";

    private const int IbanMax = 34;

    /// <summary>A token of letters and digits.</summary>
    public static void At(TextScan scan, int first)
    {
        ref readonly var token = ref scan.Tokens[first];
        if (!scan.StartsClean(first, token.Start))
        {
            return;
        }

        var text = scan.TextOf(first);
        if (text.Length > 25)
        {
            CryptoAddresses.At(scan, first);
        }

        if (char.IsAsciiLetter(text[0]))
        {
            Iban(scan, first);
            Nino(scan, first);
            Fiscal(scan, first);
            LetterFirst(scan, first, text);
        }
        else if (text.Length is 8 or 9 && IsDigits(text[..^1]))
        {
            Nif(scan, first, first, text[..^1], text[^1]);
        }
        else if (text.Length == 11 && IsDigits(text[..6]) && IsDigits(text[7..10]) && text[6] is (>= 'A' and <= 'F') or (>= 'U' and <= 'Y'))
        {
            Finnish(scan, first, first, text[..6], text[7..10], text[10], text[6]);
        }

        License(scan, first);
    }

    /// <summary>A token of digits that a letter follows after a hyphen.</summary>
    public static void AtNumber(TextScan scan, int first)
    {
        ref readonly var token = ref scan.Tokens[first];
        if (token.Length is not (6 or 7 or 8) || first + 1 == scan.Tokens.Length || !scan.StartsClean(first, token.Start))
        {
            return;
        }

        ref readonly var next = ref scan.Tokens[first + 1];
        if (next.Start - token.End != 1 || scan.Text[token.End] is not ('-' or '+' or ' ') || !scan.EndsClean(next.End))
        {
            return;
        }

        var text = scan.TextOf(first);
        var rest = scan.TextOf(first + 1);
        if (token.Length == 6)
        {
            if (rest.Length == 4 && IsDigits(rest[..3]) && scan.Text[token.End] != ' ')
            {
                Finnish(scan, first, first + 1, text, rest[..3], rest[3], scan.Text[token.End]);
            }
        }
        else if (rest.Length == 1 && next.Kind == TokenKind.Word)
        {
            Nif(scan, first, first + 1, text, rest[0]);
        }
    }

    /// <summary>A word that groups of digits follow.</summary>
    public static void AtWord(TextScan scan, int first)
    {
        ref readonly var token = ref scan.Tokens[first];
        if (first + 1 == scan.Tokens.Length || token.Length > 6 || scan.Tokens[first + 1].Start - token.End != 1 || !scan.StartsClean(first, token.Start))
        {
            return;
        }

        switch (token.Length)
        {
            case 1 when scan.TextOf(first)[0] is 'X' or 'Y' or 'Z' && scan.Text[token.End] == '-':
                Nie(scan, first);
                break;
            case 2:
                Nino(scan, first);
                break;
            case 3 or 6:
                Fiscal(scan, first);
                break;
        }
    }

    private static void LetterFirst(TextScan scan, int first, ReadOnlySpan<char> text)
    {
        ref readonly var token = ref scan.Tokens[first];
        if (!scan.EndsClean(token.End))
        {
            return;
        }

        Span<byte> digits = stackalloc byte[8];
        switch (text.Length)
        {
            case 9 when text[0] is 'S' or 'T' or 'F' or 'G' or 'M' && char.IsAsciiLetterUpper(text[8]) && Digits(text[1..8], digits) && CheckDigits.Singapore(text[0], digits[..7], text[8]):
                scan.Add(PersonalEntity.SgNricFin, token.Start, token.End, 0.97);
                break;
            case 9 or 8 when text[0] is 'X' or 'Y' or 'Z' && IsDigits(text[1..^1]):
                Nie(scan, first);
                break;
            case 9 when IsDigits(text[1..]) && (scan.Label(first, first) & Cue.Passport) != 0:
                scan.Add(PersonalEntity.UsPassport, token.Start, token.End, 0.75);
                break;
            case 10 when IsPan(text) || (IsPan(text.ToString().ToUpperInvariant()) && scan.Near(first, first, Cue.Pan)):
                scan.Add(PersonalEntity.InPan, token.Start, token.End, scan.Near(first, first, Cue.Pan) ? 0.98 : 0.85);
                break;
            case 13 when text is ['I', 'T', ..] && IsDigits(text[2..]):
                Span<byte> eleven = stackalloc byte[11];
                if (Digits(text[2..], eleven) && CheckDigits.Luhn(eleven) && !CheckDigits.AllSame(eleven))
                {
                    scan.Add(PersonalEntity.ItVatCode, token.Start, token.End, 0.97);
                }

                break;
        }
    }

    /// <summary>Income Tax Department: three letters, the kind of holder, a letter, four digits, a letter.</summary>
    private static bool IsPan(ReadOnlySpan<char> text) =>
        IsUpper(text[..5]) && text[3] is 'A' or 'B' or 'C' or 'F' or 'G' or 'H' or 'J' or 'L' or 'P' or 'T' && IsDigits(text[5..9]) && char.IsAsciiLetterUpper(text[9]) && text[5..9] is not "0000";

    private static void Iban(TextScan scan, int first)
    {
        var text = scan.TextOf(first);
        if (text.Length < 4 || !char.IsAsciiLetter(text[1]) || !IsDigits(text[2..4]))
        {
            return;
        }

        Span<char> country = [char.ToUpperInvariant(text[0]), char.ToUpperInvariant(text[1])];
        var at = IbanLengths.AsSpan().IndexOf(country);
        if (at < 0 || at % 4 != 0)
        {
            return;
        }

        var length = (10 * (IbanLengths[at + 2] - '0')) + IbanLengths[at + 3] - '0';
        Span<char> compact = stackalloc char[IbanMax];
        if (Gather(scan, first, length, compact, " -", out var last) && CheckDigits.Iban(compact[..length]))
        {
            scan.Add(PersonalEntity.IbanCode, scan.Tokens[first].Start, scan.Tokens[last].End, 1);
        }
    }

    /// <summary>HM Revenue and Customs: two letters (not D, F, I, Q, U, V; the second not O; some pairs not), six digits, A to D.</summary>
    private static void Nino(TextScan scan, int first)
    {
        Span<char> compact = stackalloc char[9];
        if (!Gather(scan, first, 9, compact, " -", out var last) || !IsDigits(compact[2..8]) || compact[8] is < 'A' or > 'D' || !char.IsAsciiLetter(compact[0]) || !char.IsAsciiLetter(compact[1]))
        {
            return;
        }

        var pair = compact[..2];
        if (pair[0] is 'D' or 'F' or 'I' or 'Q' or 'U' or 'V' || pair[1] is 'D' or 'F' or 'I' or 'O' or 'Q' or 'U' or 'V' || pair is "BG" or "GB" or "KN" or "NK" or "NT" or "TN" or "ZZ")
        {
            return;
        }

        var labelled = scan.Near(first, last, Cue.Nino);
        if (labelled || char.IsAsciiLetterUpper(scan.TextOf(first)[0]))
        {
            scan.Add(PersonalEntity.UkNino, scan.Tokens[first].Start, scan.Tokens[last].End, labelled ? 0.97 : 0.8);
        }
    }

    private static void Fiscal(TextScan scan, int first)
    {
        Span<char> code = stackalloc char[16];
        if (!Gather(scan, first, 16, code, " ", out var last) || !IsUpper(code[..6]) || !IsUpper(code[15..]))
        {
            return;
        }

        // Where two people would share a code, digits are written as letters.
        foreach (var place in (ReadOnlySpan<int>)[6, 7, 9, 10, 12, 13, 14])
        {
            if (!char.IsAsciiDigit(code[place]) && !"LMNPQRSTUV".Contains(code[place], StringComparison.Ordinal))
            {
                return;
            }
        }

        if ("ABCDEHLMPRST".Contains(code[8], StringComparison.Ordinal) && char.IsAsciiLetterUpper(code[11]) && CheckDigits.ItalianFiscal(code))
        {
            scan.Add(PersonalEntity.ItFiscalCode, scan.Tokens[first].Start, scan.Tokens[last].End, 1);
        }
    }

    private static void Nif(TextScan scan, int first, int last, ReadOnlySpan<char> number, char letter)
    {
        if (!IsDigits(number) || !scan.EndsClean(scan.Tokens[last].End))
        {
            return;
        }

        var labelled = scan.Near(first, last, Cue.SpanishId);
        if (CheckDigits.Spanish(int.Parse(number, System.Globalization.CultureInfo.InvariantCulture), char.ToUpperInvariant(letter)) && (labelled || (number.Length == 8 && char.IsAsciiLetterUpper(letter) && scan.Text[scan.Tokens[last].End - 2] != ' ')))
        {
            scan.Add(PersonalEntity.EsNif, scan.Tokens[first].Start, scan.Tokens[last].End, labelled ? 0.98 : 0.8);
        }
    }

    private static void Nie(TextScan scan, int first)
    {
        Span<char> code = stackalloc char[9];
        var length = Gather(scan, first, 9, code, "-", out var last) ? 9 : Gather(scan, first, 8, code, "-", out last) ? 8 : 0;
        if (length == 0 || !IsDigits(code[1..(length - 1)]) || !char.IsAsciiLetterUpper(code[length - 1]) || code[0] is < 'X' or > 'Z')
        {
            return;
        }

        var number = ((code[0] - 'X') * 10_000_000) + int.Parse(code[1..(length - 1)], System.Globalization.CultureInfo.InvariantCulture);
        if (CheckDigits.Spanish(number, code[length - 1]))
        {
            scan.Add(PersonalEntity.EsNie, scan.Tokens[first].Start, scan.Tokens[last].End, scan.Near(first, last, Cue.SpanishId) ? 0.98 : 0.85);
        }
    }

    private static void Finnish(TextScan scan, int first, int last, ReadOnlySpan<char> date, ReadOnlySpan<char> number, char check, char century)
    {
        Span<byte> digits = stackalloc byte[9];
        if (!Digits(date, digits) || !Digits(number, digits[6..]) || !scan.EndsClean(scan.Tokens[last].End))
        {
            return;
        }

        var year = (century switch { '+' => 1800, >= 'A' and <= 'F' => 2000, _ => 1900 }) + (10 * digits[4]) + digits[5];
        if (CheckDigits.IsDate(year, (10 * digits[2]) + digits[3], (10 * digits[0]) + digits[1]) && CheckDigits.Finnish((int.Parse(date, System.Globalization.CultureInfo.InvariantCulture) * 1_000) + int.Parse(number, System.Globalization.CultureInfo.InvariantCulture), char.ToUpperInvariant(check)))
        {
            scan.Add(PersonalEntity.FiPersonalIdentityCode, scan.Tokens[first].Start, scan.Tokens[last].End, 0.97);
        }
    }

    /// <summary>Licences have fifty shapes, so that only a label says what one is: letters and digits, perhaps in groups or with asterisks.</summary>
    private static void License(TextScan scan, int first)
    {
        var last = first;
        while (last + 1 < scan.Tokens.Length && scan.Tokens[last + 1].Kind != TokenKind.Word && IsJoin(scan.Text[scan.Tokens[last].End..scan.Tokens[last + 1].Start]))
        {
            last++;
        }

        var (start, end) = (scan.Tokens[first].Start, scan.Tokens[last].End);
        var text = scan.Text[start..end];
        if (text.Length is < 5 or > 22 || (scan.Label(first, last) & Cue.License) == 0 || !scan.EndsClean(end))
        {
            return;
        }

        var (digits, letters) = (0, 0);
        foreach (var sign in text)
        {
            digits += char.IsAsciiDigit(sign) ? 1 : 0;
            letters += char.IsAsciiLetterUpper(sign) ? 1 : char.IsLetter(sign) ? 100 : 0;
        }

        if (digits >= 3 && letters is >= 1 and <= 8)
        {
            scan.Add(PersonalEntity.UsDriverLicense, start, end, 0.65);
        }
    }

    private static bool IsJoin(ReadOnlySpan<char> between) => between is "-" || (between.Length is > 0 and < 4 && between.IndexOfAnyExcept('*') < 0);

    /// <summary>Exactly <paramref name="length"/> letters and digits in upper case, over tokens that one sign of <paramref name="gaps"/> parts.</summary>
    private static bool Gather(TextScan scan, int first, int length, Span<char> into, string gaps, out int last)
    {
        var count = 0;
        for (last = first; last < scan.Tokens.Length; last++)
        {
            ref readonly var token = ref scan.Tokens[last];
            if (count + token.Length > length || (last > first && (token.Start - scan.Tokens[last - 1].End != 1 || !gaps.Contains(scan.Text[token.Start - 1], StringComparison.Ordinal))))
            {
                return false;
            }

            foreach (var sign in scan.Text[token.Start..token.End])
            {
                if (!char.IsAscii(sign))
                {
                    return false;
                }

                into[count++] = char.ToUpperInvariant(sign);
            }

            if (count == length)
            {
                return scan.EndsClean(token.End);
            }
        }

        return false;
    }

    private static bool IsDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');

    private static bool IsUpper(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('A', 'Z');

    private static bool Digits(ReadOnlySpan<char> text, Span<byte> digits)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsAsciiDigit(text[i]))
            {
                return false;
            }

            digits[i] = (byte)(text[i] - '0');
        }

        return true;
    }
}
