using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Fairlead.Models.RowSteps;

/// <summary>A pattern of a date: %Y (year of four digits), %y (of two), %m, %d, %H, %M, %S (one or two digits), %b (Jan to Dec), %B (January to December), %p (AM or PM), %%; other signs stand for themselves.</summary>
/// <remarks>The codes are those of strftime in ISO/IEC 9899 (C99), 7.23.3.5. Names of months are English, in any case. Without a time the date is midnight UTC.</remarks>
public sealed class DateFormat
{
    /// <summary>Names of the months by their first three letters, in lower case.</summary>
    public static readonly IReadOnlyList<string> Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    private const string LongNames = "January|February|March|April|May|June|July|August|September|October|November|December";
    private readonly Regex _regex;
    private readonly string _codes;

    private DateFormat(string pattern, string codes) => (Pattern, _codes, _regex) = (pattern, codes, new Regex($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));

    /// <summary>As a regular expression with one group for each of <see cref="Codes"/>, in both engines' syntax.</summary>
    public string Pattern { get; }

    /// <summary>The letters of the codes, in the order of their groups.</summary>
    public string Codes => _codes;

    /// <summary>Reads a pattern; says what is wrong with it.</summary>
    public static bool TryParse(string format, out DateFormat? parsed, out string? wrong)
    {
        ArgumentNullException.ThrowIfNull(format);
        (parsed, wrong) = (null, null);
        var (regex, codes) = (new StringBuilder(), new StringBuilder());
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || (i + 1 < format.Length && format[i + 1] == '%'))
            {
                i += format[i] == '%' ? 1 : 0;
                _ = char.IsLetterOrDigit(format[i]) || format[i] is ' ' or ',' or ':' or '/' or '%' or '_' ? regex.Append(format[i]) : regex.Append('\\').Append(format[i]);
                continue;
            }

            var code = ++i < format.Length ? format[i] : ' ';
            if (codes.ToString().Contains(code, StringComparison.Ordinal))
            {
                wrong = $"%{code} stands twice";
                return false;
            }

            var part = code switch
            {
                'Y' => "[0-9]{4}",
                'y' => "[0-9]{2}",
                'm' or 'd' or 'H' or 'M' or 'S' => "[0-9]{1,2}",
                'b' => "(?i:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)",
                'B' => $"(?i:{LongNames})",
                'p' => "(?i:AM|PM)",
                _ => null,
            };
            if (part is null)
            {
                wrong = $"%{code} is not a code of a date";
                return false;
            }

            codes.Append(code);
            regex.Append('(').Append(part).Append(')');
        }

        var all = codes.ToString();
        int Count(string some) => all.Count(code => some.Contains(code, StringComparison.Ordinal));
        wrong = format.Any(sign => sign > 126 || sign < 32) ? "it holds signs that are not ASCII" : Count("Yy") != 1 ? "it needs one year (%Y or %y)" : Count("mbB") != 1 ? "it needs one month (%m, %b or %B)" : Count("d") != 1 ? "it needs a day (%d)" : Count("p") > Count("H") ? "%p needs %H" : null;
        parsed = wrong is null ? new DateFormat(regex.ToString(), all) : null;
        return wrong is null;
    }

    /// <summary>Days since 1970-01-01, the time as the fraction.</summary>
    /// <param name="text">The text, without white space around it.</param>
    /// <param name="pivot">Years of two digits below it are 20yy, others 19yy.</param>
    public bool TryRead(string text, int pivot, out double days)
    {
        days = 0;
        var match = _regex.Match(text);
        if (!match.Success)
        {
            return false;
        }

        var (year, month, day, hour, minute, second, afternoon, half) = (0, 0, 0, 0, 0, 0, false, false);
        for (var i = 0; i < _codes.Length; i++)
        {
            var part = match.Groups[i + 1].Value;
            switch (_codes[i])
            {
                case 'Y':
                    year = Whole(part);
                    break;
                case 'y':
                    year = Whole(part) is var two && two < pivot ? 2_000 + two : 1_900 + two;
                    break;
                case 'm':
                    month = Whole(part);
                    break;
                case 'b' or 'B':
                    month = Months.ToList().IndexOf(PlainText.LowerAscii(part[..3])) + 1;
                    break;
                case 'd':
                    day = Whole(part);
                    break;
                case 'H':
                    hour = Whole(part);
                    break;
                case 'M':
                    minute = Whole(part);
                    break;
                case 'S':
                    second = Whole(part);
                    break;
                default:
                    (half, afternoon) = (true, part[0] is 'P' or 'p');
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

    private static int Whole(string digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
}
