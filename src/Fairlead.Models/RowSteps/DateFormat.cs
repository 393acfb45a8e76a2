using System.Text;

namespace Fairlead.Models.RowSteps;

/// <summary>A pattern of a date: %Y (year of four digits), %y (of two), %m, %d, %H, %M, %S (one or two digits), %b (Jan to Dec), %B (January to December), %p (AM or PM), %%; other signs stand for themselves.</summary>
/// <remarks>The codes are those of strftime in ISO/IEC 9899 (C99), 7.23.3.5. Names of months are English, in any case. Without a time the date is midnight UTC.</remarks>
public sealed class DateFormat
{
    /// <summary>Names of the months by their first three letters, in lower case.</summary>
    public static readonly IReadOnlyList<string> Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    private static readonly string[] LongNames = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
    private const string Codes = "YymdHMSbBp";
    private readonly List<Part> _parts;

    private DateFormat(List<Part> parts) => _parts = parts;

    /// <summary>Reads a pattern; says what is wrong with it.</summary>
    public static bool TryParse(string format, out DateFormat? parsed, out string? wrong)
    {
        ArgumentNullException.ThrowIfNull(format);
        (parsed, wrong) = (null, null);
        List<Part> parts = [];
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || (i + 1 < format.Length && format[i + 1] == '%'))
            {
                i += format[i] == '%' ? 1 : 0;
                parts.Add(new Part('\0', -1, format[i]));
                continue;
            }

            var code = ++i < format.Length ? format[i] : ' ';
            if (parts.Exists(part => part.Code == code))
            {
                wrong = $"%{code} stands twice";
                return false;
            }

            if (!Codes.Contains(code, StringComparison.Ordinal))
            {
                wrong = $"%{code} is not a code of a date";
                return false;
            }

            parts.Add(new Part(code, Codes.IndexOf(code, StringComparison.Ordinal), '\0'));
        }

        int Count(string some) => parts.Count(part => part.Code != '\0' && some.Contains(part.Code, StringComparison.Ordinal));
        wrong = format.Any(sign => sign > 126 || sign < 32) ? "it holds signs that are not ASCII" : Count("Yy") != 1 ? "it needs one year (%Y or %y)" : Count("mbB") != 1 ? "it needs one month (%m, %b or %B)" : Count("d") != 1 ? "it needs a day (%d)" : Count("p") > Count("H") ? "%p needs %H" : null;
        parsed = wrong is null ? new DateFormat(parts) : null;
        return wrong is null;
    }

    /// <summary>Days since 1970-01-01, the time as the fraction.</summary>
    /// <param name="text">The text, without white space around it.</param>
    /// <param name="pivot">Years of two digits below it are 20yy, others 19yy.</param>
    public bool TryRead(ReadOnlySpan<char> text, int pivot, out double days)
    {
        days = 0;
        Span<int> values = stackalloc int[Codes.Length];
        if (!Match(text, 0, values))
        {
            return false;
        }

        var (year, month, day, hour, minute, second, afternoon, half) = (0, 0, 0, 0, 0, 0, false, false);
        foreach (var part in _parts)
        {
            var value = part.Place < 0 ? 0 : values[part.Place];
            switch (part.Code)
            {
                case 'Y':
                    year = value;
                    break;
                case 'y':
                    year = value < pivot ? 2_000 + value : 1_900 + value;
                    break;
                case 'm' or 'b' or 'B':
                    month = value;
                    break;
                case 'd':
                    day = value;
                    break;
                case 'H':
                    hour = value;
                    break;
                case 'M':
                    minute = value;
                    break;
                case 'S':
                    second = value;
                    break;
                case 'p':
                    (half, afternoon) = (true, value > 0);
                    break;
            }
        }

        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59 || (half && hour is < 1 or > 12))
        {
            return false;
        }

        hour = half ? (hour % 12) + (afternoon ? 12 : 0) : hour;
        var microseconds = ((((hour * 60L) + minute) * 60) + second) * 1_000_000;
        days = new DateOnly(year, month, day).DayNumber - 719_162 + ((double)microseconds / DateText.DayMicroseconds);
        return true;
    }

    /// <summary>Matches the parts from one on against the whole text. Where one or two digits may stand, two are tried first, as a regular expression does.</summary>
    private bool Match(ReadOnlySpan<char> text, int from, Span<int> values)
    {
        for (var at = from; at < _parts.Count; at++)
        {
            var (code, place, sign) = _parts[at];
            var length = 1;
            switch (code)
            {
                case 'Y' or 'y':
                    length = code == 'Y' ? 4 : 2;
                    break;
                case 'b':
                    length = 3;
                    values[place] = Name(text, Months);
                    break;
                case 'B':
                    values[place] = Name(text, LongNames);
                    length = values[place] == 0 ? 0 : LongNames[values[place] - 1].Length;
                    break;
                case 'p':
                    length = 2;
                    values[place] = Begins(text, "PM") ? 1 : 0;
                    break;
                case '\0':
                    break;
                default:
                    if (IsDigits(text, 2))
                    {
                        values[place] = Whole(text[..2]);
                        if (Match(text[2..], at + 1, values))
                        {
                            return true;
                        }
                    }

                    break;
            }

            var fits = code switch
            {
                '\0' => text.Length > 0 && text[0] == sign,
                'b' or 'B' => values[place] > 0,
                'p' => values[place] > 0 || Begins(text, "AM"),
                _ => IsDigits(text, length),
            };
            if (!fits)
            {
                return false;
            }

            if (code is not ('\0' or 'b' or 'B' or 'p'))
            {
                values[place] = Whole(text[..length]);
            }

            text = text[length..];
        }

        return text.IsEmpty;
    }

    private static bool IsDigits(ReadOnlySpan<char> text, int count) => DigitRun.Length(text) >= count;

    private static int Whole(ReadOnlySpan<char> digits)
    {
        var value = 0;
        foreach (var digit in digits)
        {
            value = (value * 10) + (digit - '0');
        }

        return value;
    }

    private static bool Begins(ReadOnlySpan<char> text, string word) => text.Length >= word.Length && Ascii.EqualsIgnoreCase(text[..word.Length], word);

    /// <summary>Number of the month that the text begins with, from 1; 0 for none.</summary>
    private static int Name(ReadOnlySpan<char> text, IReadOnlyList<string> names)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (Begins(text, names[i]))
            {
                return i + 1;
            }
        }

        return 0;
    }

    /// <param name="Code">As after the percent sign, or NUL for a sign that stands for itself.</param>
    /// <param name="Place">Of its value.</param>
    private sealed record Part(char Code, int Place, char Sign);
}
