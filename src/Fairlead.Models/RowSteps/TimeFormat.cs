namespace Fairlead.Models.RowSteps;

/// <summary>Whether a text reads by a strftime format, by the rules of POSIX <c>strptime</c> as Python's <c>datetime.strptime</c> follows them: the whole text, names in English and in any case, numbers with or without leading zeros.</summary>
/// <remarks>
/// Directives: %Y %y %m %d %H %I %M %S %f (1 to 6 digits) %j %p %b %B %h %a %A %z (+hh, +hhmm, +hh:mm, +hhmmss, Z) %Z (UTC, GMT) %w %u %U %W %D (%m/%d/%y) %F (%Y-%m-%d) %T (%H:%M:%S) %R (%H:%M) %e %k %l %n %t %%.
/// White space in the format stands for one or more of it in the text. A day that its month does not have does not read. Thread-safe.
/// </remarks>
public sealed class TimeFormat
{
    private static readonly string[] Months = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
    private static readonly string[] Days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    private static readonly string[] Halves = ["am", "pm"];
    private static readonly string[] Zones = ["utc", "gmt"];
    private readonly string _format;

    /// <exception cref="ArgumentException">The format has a directive that is not known, or ends in a lone %.</exception>
    public TimeFormat(string format)
    {
        ArgumentNullException.ThrowIfNull(format);
        _format = format.Replace("%D", "%m/%d/%y", StringComparison.Ordinal).Replace("%F", "%Y-%m-%d", StringComparison.Ordinal)
            .Replace("%T", "%H:%M:%S", StringComparison.Ordinal).Replace("%R", "%H:%M", StringComparison.Ordinal);
        if (format.Length == 0 || !format.Contains('%', StringComparison.Ordinal))
        {
            throw new ArgumentException($"\"{format}\" has no directive such as %Y.", nameof(format));
        }

        for (var i = 0; i < _format.Length; i++)
        {
            if (_format[i] == '%' && (++i == _format.Length || !"YymdHIMSfjpbBhaAzZwuUWeklnt%".Contains(_format[i], StringComparison.Ordinal)))
            {
                throw new ArgumentException(i >= _format.Length ? "The format ends in a lone %." : $"%{_format[i]} is not a directive.", nameof(format));
            }
        }
    }

    /// <summary>Whether the whole text reads by the format.</summary>
    public bool Reads(ReadOnlySpan<char> text)
    {
        var parts = new Parts();
        return Match(_format, text, ref parts) && parts.IsDate();
    }

    private static bool Match(ReadOnlySpan<char> format, ReadOnlySpan<char> text, ref Parts parts)
    {
        while (!format.IsEmpty)
        {
            var sign = format[0];
            if (sign == '%' && format[1] is not ('%' or 'n' or 't'))
            {
                if (!Take(format[1], ref text, format[2..], ref parts))
                {
                    return false;
                }

                format = format[2..];
                continue;
            }

            var literal = sign == '%' && format[1] == '%';
            var blank = !literal && (sign == '%' || char.IsWhiteSpace(sign));
            format = format[(sign == '%' ? 2 : 1)..];
            if (blank)
            {
                if (text.IsEmpty || !char.IsWhiteSpace(text[0]))
                {
                    return false;
                }

                text = text.TrimStart();
                format = format.TrimStart();
            }
            else if (text.IsEmpty || char.ToLowerInvariant(text[0]) != char.ToLowerInvariant(sign))
            {
                return false;
            }
            else
            {
                text = text[1..];
            }
        }

        return text.IsEmpty;
    }

    private static bool Take(char directive, ref ReadOnlySpan<char> text, ReadOnlySpan<char> rest, ref Parts parts)
    {
        switch (directive)
        {
            case 'Y':
                return Number(ref text, 4, 4, 1, 9999, out parts.Year);
            case 'y':
                var read = Number(ref text, 2, 2, 0, 99, out var year);
                parts.Year = year < 69 ? 2000 + year : 1900 + year; // POSIX: 69 to 99 are 1969 to 1999
                return read;
            case 'm':
                return Number(ref text, 1, Width(rest, text, 2), 1, 12, out parts.Month);
            case 'd' or 'e':
                text = directive == 'e' ? text.TrimStart(' ') : text;
                return Number(ref text, 1, Width(rest, text, 2), 1, 31, out parts.Day);
            case 'H' or 'k':
                text = directive == 'k' ? text.TrimStart(' ') : text;
                return Number(ref text, 1, Width(rest, text, 2), 0, 23, out _);
            case 'I' or 'l':
                text = directive == 'l' ? text.TrimStart(' ') : text;
                return Number(ref text, 1, Width(rest, text, 2), 1, 12, out _);
            case 'M':
                return Number(ref text, 1, Width(rest, text, 2), 0, 59, out _);
            case 'S':
                return Number(ref text, 1, Width(rest, text, 2), 0, 61, out _);
            case 'f':
                return Number(ref text, 1, 6, 0, 999_999, out _);
            case 'j':
                return Number(ref text, 1, 3, 1, 366, out parts.DayOfYear);
            case 'w':
                return Number(ref text, 1, 1, 0, 6, out _);
            case 'u':
                return Number(ref text, 1, 1, 1, 7, out _);
            case 'U' or 'W':
                return Number(ref text, 1, 2, 0, 53, out _);
            case 'p':
                return Word(ref text, Halves, out _);
            case 'B':
                return Word(ref text, Months, out parts.Month) && ++parts.Month > 0;
            case 'b' or 'h':
                return Short(ref text, Months, out parts.Month) && ++parts.Month > 0;
            case 'A':
                return Word(ref text, Days, out _);
            case 'a':
                return Short(ref text, Days, out _);
            case 'Z':
                return Word(ref text, Zones, out _);
            default:
                return Offset(ref text);
        }
    }

    /// <summary>Digits that a number may take: fewer where numbers follow without a separator, so that 2024131 reads by %Y%m%d as well as it can: as 2024-13-1 does not, as 2024-1-31 does.</summary>
    private static int Width(ReadOnlySpan<char> rest, ReadOnlySpan<char> text, int max)
    {
        var digits = DigitRun.Length(text);
        var following = 0;
        while (rest is ['%', _, ..])
        {
            following += rest[1] switch { 'Y' => 4, 'y' => 2, 'm' or 'd' or 'e' or 'H' or 'I' or 'k' or 'l' or 'M' or 'S' or 'j' or 'f' => 1, _ => 0 };
            rest = rest[2..];
        }

        return following == 0 ? max : Math.Clamp(digits - following, 1, max);
    }

    private static bool Number(ref ReadOnlySpan<char> text, int digitsMin, int digitsMax, int min, int max, out int value)
    {
        var count = 0;
        value = 0;
        while (count < digitsMax && count < text.Length && char.IsAsciiDigit(text[count]) && (count < digitsMin || (value * 10) + (text[count] - '0') <= max))
        {
            value = (value * 10) + (text[count++] - '0');
        }

        text = text[count..];
        return count >= digitsMin && value >= min && value <= max;
    }

    private static bool Word(ref ReadOnlySpan<char> text, string[] words, out int index)
    {
        for (index = 0; index < words.Length; index++)
        {
            if (text.StartsWith(words[index], StringComparison.OrdinalIgnoreCase))
            {
                text = text[words[index].Length..];
                return true;
            }
        }

        return false;
    }

    private static bool Short(ref ReadOnlySpan<char> text, string[] words, out int index)
    {
        for (index = 0; index < words.Length; index++)
        {
            if (text.StartsWith(words[index].AsSpan(0, 3), StringComparison.OrdinalIgnoreCase))
            {
                text = text[3..];
                return true;
            }
        }

        return false;
    }

    private static bool Offset(ref ReadOnlySpan<char> text)
    {
        if (text is ['Z' or 'z', ..])
        {
            text = text[1..];
            return true;
        }

        if (text is not ['+' or '-', ..])
        {
            return false;
        }

        text = text[1..];
        if (!Number(ref text, 2, 2, 0, 23, out _))
        {
            return false;
        }

        for (var part = 0; part < 2; part++)
        {
            var colon = text is [':', ..];
            if (colon)
            {
                text = text[1..];
            }
            else if (text.IsEmpty || !char.IsAsciiDigit(text[0]))
            {
                return true;
            }

            if (!Number(ref text, 2, 2, 0, 59, out _))
            {
                return false;
            }
        }

        return true;
    }

    private struct Parts
    {
        public int Year;
        public int Month;
        public int Day;
        public int DayOfYear;

        /// <summary>Without a year, the year is 1900, which has no 29 February: as in C and Python.</summary>
        public readonly bool IsDate()
        {
            var year = Year == 0 ? 1900 : Year;
            return (Day == 0 || Day <= DateTime.DaysInMonth(year, Month == 0 ? 1 : Month)) && (DayOfYear < 366 || DateTime.IsLeapYear(year));
        }
    }
}
