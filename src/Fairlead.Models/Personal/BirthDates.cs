namespace Fairlead.Models.Personal;

/// <summary>Dates of birth: a date that a word such as "born" or "DOB" labels. Other dates are not personal, and not told.</summary>
internal static class BirthDates
{
    /// <summary>12.05.1987, 5/12/87, 1987-05-12, 12 May 1987, 12-May-1987, 12th of May 1987.</summary>
    public static void At(TextScan scan, int first)
    {
        if (scan.Tokens[first].Length > 8 || first + 1 > scan.Tokens.Length || !scan.StartsClean(first, scan.Tokens[first].Start) || !scan.Near(first, first + 2, Cue.Birth))
        {
            return;
        }

        if (scan.Tokens[first].Length == 8 && scan.EndsClean(scan.Tokens[first].End) && IsDate(Value(scan, first) / 10_000, Value(scan, first) / 100 % 100, Value(scan, first) % 100))
        {
            Add(scan, first, first);
            return;
        }

        if (first + 2 >= scan.Tokens.Length)
        {
            return;
        }

        if (scan.Is(first + 1, Cue.Month) && scan.Tokens[first + 2].Kind == TokenKind.Number && Gap(scan, first) <= 2 && Gap(scan, first + 1) <= 3 && Value(scan, first) is >= 1 and <= 31 && IsYear(scan, first + 2))
        {
            Add(scan, first, first + 2);
            return;
        }

        if (scan.Tokens[first + 1].Kind != TokenKind.Number || scan.Tokens[first + 2].Kind != TokenKind.Number || Gap(scan, first) > 2 || Gap(scan, first) != Gap(scan, first + 1))
        {
            return;
        }

        var (a, b, c) = (Value(scan, first), Value(scan, first + 1), Value(scan, first + 2));
        var sign = scan.Text[scan.Tokens[first].End];
        if (sign is not ('-' or '/' or '.' or ' ') || scan.Text[scan.Tokens[first + 1].End] != sign)
        {
            return;
        }

        var year = scan.Tokens[first].Length == 4 ? IsDate(a, b, c)
            : (scan.Tokens[first + 2].Length == 4 || (scan.Tokens[first + 2].Length == 2 && sign != ' ')) && (IsDate(Full(c), b, a) || IsDate(Full(c), a, b));
        if (year && (scan.EndsClean(scan.Tokens[first + 2].End) || scan.Text[scan.Tokens[first + 2].End] == 'T'))
        {
            Add(scan, first, first + 2);
        }
    }

    /// <summary>May 12, 1987; May 12th 1987.</summary>
    public static void AtMonth(TextScan scan, int first)
    {
        if (!scan.Is(first, Cue.Month) || first + 2 >= scan.Tokens.Length || !scan.Near(first, first + 2, Cue.Birth))
        {
            return;
        }

        var day = scan.TextOf(first + 1);
        var digits = day.Length > 2 && char.IsAsciiLetter(day[^1]) ? day[..^2] : day;
        if (digits.Length is 1 or 2 && !digits.ContainsAnyExceptInRange('0', '9') && Gap(scan, first) <= 2 && Gap(scan, first + 1) <= 2 && scan.Tokens[first + 2].Kind == TokenKind.Number && IsYear(scan, first + 2))
        {
            Add(scan, first, first + 2);
        }
    }

    private static void Add(TextScan scan, int first, int last)
    {
        var label = scan.Label(first, last);
        if ((label & Cue.Birth) != 0 && !IsOtherSentence(scan, first))
        {
            scan.Add(PersonalEntity.DateTime, scan.Tokens[first].Start, scan.Tokens[last].End, 0.85);
        }
    }

    /// <summary>"Born on 12/05/1987. Seen on 12/05/2021": the label's own date stands between.</summary>
    private static bool IsOtherSentence(TextScan scan, int first)
    {
        for (var i = first - 1; i >= 0 && !scan.Is(i, Cue.Birth); i--)
        {
            if (scan.Tokens[i].Kind == TokenKind.Number && scan.Tokens[i].Length == 4)
            {
                return true;
            }
        }

        return false;
    }

    private static int Gap(TextScan scan, int token) => scan.Tokens[token + 1].Start - scan.Tokens[token].End;

    private static int Value(TextScan scan, int token) => int.TryParse(scan.TextOf(token), System.Globalization.CultureInfo.InvariantCulture, out var value) ? value : -1;

    private static int Full(int year) => year < 100 ? 1900 + year : year;

    private static bool IsYear(TextScan scan, int token) => scan.Tokens[token].Length == 4 && Value(scan, token) is >= 1880 and <= 2100;

    private static bool IsDate(int year, int month, int day) => year is >= 1880 and <= 2100 && CheckDigits.IsDate(year, month, day);
}
