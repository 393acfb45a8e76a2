namespace Fairlead.Models.Personal;

/// <summary>Phone numbers, international (ITU-T E.164) and national. How long a number of a country is says the table; how national ones are grouped, the rules below.</summary>
internal static class PhoneNumbers
{
    private const int DigitsMax = 15;
    private const int GroupsMax = 7;

    /// <summary>Country codes of one and two digits with the least and most digits of their national numbers (national numbering plans as published by the ITU); codes of three digits have 5 to 12.</summary>
    private static readonly (byte Min, byte Max)[] Plans = ReadPlans(
        "1:10-10 7:10-10 20:8-10 27:9-9 30:10-10 31:9-9 32:8-9 33:9-9 34:9-9 36:8-9 39:6-12 40:9-9 41:9-9 43:6-13 44:9-10 45:8-8 46:7-10 47:8-8 48:9-9 49:6-12 51:8-9 52:10-11 53:6-8 54:10-11 55:10-11 56:9-9 57:8-10 58:10-10 60:7-10 61:9-9 62:7-12 63:8-10 64:8-10 65:8-8 66:8-9 81:9-10 82:8-11 84:7-10 86:10-11 90:10-10 91:10-10 92:9-10 93:9-9 94:9-9 95:7-10 98:10-10");

    private static (byte Min, byte Max)[] ReadPlans(string text)
    {
        var plans = new (byte, byte)[100];
        foreach (var plan in text.Split(' '))
        {
            var parts = plan.Split(':', '-');
            plans[int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture)] = (byte.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture), byte.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture));
        }

        return plans;
    }

    /// <summary>A run of groups of digits that may be a number.</summary>
    private ref struct Run
    {
        public Span<byte> Digits;
        public Span<int> Sizes;
        public int Count;
        public int Groups;

        /// <summary>The sign between the first two groups.</summary>
        public char Sign;

        /// <summary>Groups after the second are parted by other signs than the first two of them.</summary>
        public bool IsMixed;
        public char Later;

        /// <summary>The number stands behind + or its first group in brackets.</summary>
        public bool Plus;
        public bool Bracket;

        /// <summary>Digits of a "(0)" that is dialled inside the country only.</summary>
        public int Trunk;
    }

    public static void At(TextScan scan, int first)
    {
        var start = scan.Tokens[first].Start;
        var run = new Run { Digits = stackalloc byte[DigitsMax], Sizes = stackalloc int[GroupsMax] };
        if (start > 0 && scan.Text[start - 1] == '(')
        {
            (run.Bracket, start) = (true, start - 1);
        }

        if (start > 0 && scan.Text[start - 1] == '+')
        {
            (run.Plus, start) = (true, start - 1);
            if (start > 0 && scan.Text[start - 1] == '(' && !run.Bracket)
            {
                start--;
            }
        }

        if (run.Bracket && scan.Tokens[first].End < scan.Text.Length && scan.Text[scan.Tokens[first].End] is not (')' or ' ' or '-' or '.' or '/'))
        {
            (run.Bracket, start) = (false, run.Plus ? start : scan.Tokens[first].Start);
        }

        if (!scan.StartsClean(first, start) || (!run.Plus && start > 0 && scan.Text[start - 1] == '+'))
        {
            return;
        }

        var (bestEnd, bestScore) = (0, 0.0);
        for (var last = first; last < scan.Tokens.Length && run.Groups < GroupsMax; last++)
        {
            ref readonly var token = ref scan.Tokens[last];
            var text = scan.Text[token.Start..token.End];
            var extension = token.Kind == TokenKind.Mixed && run.Groups > 1 ? text.IndexOf('x') : -1;
            if (extension > 0 && !text[..extension].ContainsAnyExceptInRange('0', '9') && !text[(extension + 1)..].ContainsAnyExceptInRange('0', '9'))
            {
                text = text[..extension];
            }
            else if (token.Kind != TokenKind.Number)
            {
                break;
            }

            if (run.Count + text.Length > DigitsMax || (last > first && !IsGap(scan.Text[scan.Tokens[last - 1].End..token.Start], run.Sign, out run.Sign)))
            {
                break;
            }

            if (run.Groups >= 2)
            {
                run.IsMixed |= run.Groups > 2 && scan.Text[token.Start - 1] != run.Later;
                run.Later = scan.Text[token.Start - 1];
            }

            if (text is "0" && run.Plus && run.Groups > 0 && scan.Text[token.Start - 1] == '(')
            {
                run.Trunk = 1;
            }

            foreach (var digit in text)
            {
                run.Digits[run.Count++] = (byte)(digit - '0');
            }

            run.Sizes[run.Groups++] = text.Length;
            if (run.Count >= 7 && scan.EndsClean(token.End) && Score(scan, first, last, run) is var score && score >= bestScore && score > 0)
            {
                (bestEnd, bestScore) = (Extension(scan, last), score);
            }

            if (extension > 0)
            {
                break;
            }
        }

        if (bestScore > 0)
        {
            scan.Add(PersonalEntity.PhoneNumber, Opened(scan.Text[start..bestEnd]) ? start : start + 1, bestEnd, bestScore);
        }
    }

    /// <summary>A bracket before the number belongs to it only where it is closed within.</summary>
    private static bool Opened(ReadOnlySpan<char> number) => number[0] != '(' || number.Contains(')');

    private static bool IsGap(ReadOnlySpan<char> gap, char known, out char sign)
    {
        sign = gap.Length > 0 && known == '\0' ? gap[0] : known;
        return gap is " " or "-" or "." or "/" or ")" or ") " or ")-" or "(" or " (" or ")(" or " - " or "\u00a0" or "–" or "\u2011" or ") - " or ").";
    }

    /// <summary>How sure the groups so far are a phone number; 0 where they are none.</summary>
    private static double Score(TextScan scan, int first, int last, in Run run)
    {
        var label = scan.Label(first, last);
        var called = (label & Cue.Phone) != 0;
        if (run.Plus)
        {
            return IsInternational(run.Digits[..run.Count], run.Trunk) ? called ? 0.98 : 0.9 : 0;
        }

        if (run.Digits[0] == 0 && run.Digits[1] == 0)
        {
            return run.Count >= 10 && !scan.FollowsFour(first) && IsInternational(run.Digits[2..run.Count], run.Trunk) && (called || (run.Groups > 1 && (label & Cue.Thing) == 0)) ? called ? 0.95 : 0.75 : 0;
        }

        if (!called && (label & Cue.Labels & ~Cue.Machine) != 0 && !run.Bracket && run.Sizes[0] != 3)
        {
            return 0;
        }

        if ((label & (Cue.Thing | Cue.Release)) != 0 && !called)
        {
            return 0;
        }

        if (NorthAmerican(run, called) is > 0 and var american)
        {
            return american;
        }

        if (run.Digits[0] == 0 && run.Count is >= 9 and <= 12 && !IsDate(run))
        {
            return run.Groups == 1 ? called ? 0.85 : 0 : called ? 0.88 : run.Sizes[0] is >= 2 and <= 6 && run.Groups <= 5 && !run.IsMixed && !IsTorn(run) && !scan.FollowsFour(first) && (label & Cue.Labels & ~Cue.Machine) == 0 ? 0.65 : 0;
        }

        var local = run.Groups == 2 && run.Sizes[0] == 3 && run.Sizes[1] == 4; // 555-0132
        var least = (label & Cue.Calls) == 0 || local ? 7 : 9; // "the call 16707566": a word that says little, and few digits
        return called && run.Count >= least && run.Count <= 13 && run.Groups <= 5 && !IsDate(run) && !CheckDigits.AllSame(run.Digits[..run.Count]) && (run.Sign != '.' || run.Count >= 9) && !HasSingle(run) ? 0.7 : 0;
    }

    /// <summary>A group of one digit, but for the first: no country writes its numbers so.</summary>
    private static bool HasSingle(in Run run)
    {
        for (var i = 1; i < run.Groups; i++)
        {
            if (run.Sizes[i] == 1)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>(555) 010-9999, 555-010-9999, 1-555-010-9999. Area and exchange begin with 2 to 9 (North American Numbering Plan).</summary>
    private static double NorthAmerican(in Run run, bool called)
    {
        var skip = run.Digits[0] == 1 && run.Count == 11 ? 1 : 0;
        if (run.Count - skip != 10)
        {
            return 0;
        }

        var own = run.Digits[skip] >= 2 && run.Digits[skip + 3] >= 2;
        var shape = run.Groups - (skip == 1 && run.Sizes[0] == 1 ? 1 : 0);
        var at = run.Groups - shape;
        var usual = shape == 3 && run.Sizes[at] == 3 && run.Sizes[at + 1] == 3;
        var halves = shape == 2 && run.Sizes[at] == 3;
        return usual && own ? called ? 0.95 : 0.75
            : usual && (called || run.Sign is '-' or '.' or ')') && run.Digits[skip] >= 2 ? called ? 0.85 : 0.6
            : halves && own && (called || run.Bracket) ? 0.8
            : called && own ? 0.8
            : 0;
    }

    /// <summary>The digits behind + or 00: a country code, and as many digits as that country has.</summary>
    private static bool IsInternational(ReadOnlySpan<byte> digits, int trunk)
    {
        if (digits.Length < 7 || digits[0] == 0)
        {
            return false;
        }

        var one = digits[0];
        var two = (10 * one) + digits[1];
        var (code, plan) = one is 1 or 7 ? (1, Plans[one]) : Plans[two].Max > 0 ? (2, Plans[two]) : (3, (Min: (byte)5, Max: (byte)12));
        var national = digits.Length - code - trunk;
        return national >= plan.Min && national <= plan.Max && (code < 3 || digits.Length <= DigitsMax);
    }

    /// <summary>Signs that change after the first gap, or the groups of a social security number: 078-05-1123.</summary>
    private static bool IsTorn(in Run run) =>
        (run.Groups >= 3 && run.Later != run.Sign && !run.Bracket && run.Groups > 3) || (run.Groups >= 3 && run.Sizes[0] == 3 && run.Sizes[1] == 2 && run.Sizes[2] == 4);

    /// <summary>01.02.2024 and 2024-02-01, perhaps with a time.</summary>
    private static bool IsDate(in Run run) =>
        run.Groups >= 3 && run.Sign is '.' or '/' or '-'
        && ((run.Sizes[0] <= 2 && run.Sizes[1] <= 2 && (run.Sizes[2] == 4 || (run.Sizes[2] == 2 && run.Groups == 3))) || (run.Sizes[0] == 4 && run.Sizes[1] <= 2 && run.Sizes[2] <= 2));

    /// <summary>The end with an extension: "ext. 12", "x12".</summary>
    private static int Extension(TextScan scan, int last)
    {
        var end = scan.Tokens[last].End;
        if (last + 1 < scan.Tokens.Length && scan.Text[end..scan.Tokens[last + 1].Start].Trim(" ,.").IsEmpty)
        {
            var word = scan.TextOf(last + 1);
            if (word is ['x', >= '0' and <= '9', ..] && word.Length <= 7 && !word[1..].ContainsAnyExceptInRange('0', '9'))
            {
                return scan.Tokens[last + 1].End;
            }

            if (word is "x" or "ext" or "Ext" or "extension" && last + 2 < scan.Tokens.Length && scan.Tokens[last + 2] is { Kind: TokenKind.Number, Length: <= 6 } && scan.Tokens[last + 2].Start - scan.Tokens[last + 1].End <= 2)
            {
                return scan.Tokens[last + 2].End;
            }
        }

        return end;
    }
}
