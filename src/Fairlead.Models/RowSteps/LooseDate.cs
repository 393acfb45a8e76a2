using System.Buffers;

namespace Fairlead.Models.RowSteps;

/// <summary>Whether a text reads as a date or a moment in one of the usual ways of writing.</summary>
/// <remarks>
/// A date: 2024-02-29, 2024/2/29, 2024.02.29, 20240229, 29.2.2024, 29/02/2024 or 2/29/2024 (either order, where one is possible), two-digit years, 29 Feb 2024, Feb 29, 2024, February 2024, 2024-02, 29-Feb-2024,
/// each with an English weekday before it when wanted. A time after it (a blank, T or a comma): 13:00, 13:00:30.25, 1 pm, 1:00 PM; then Z, UTC, GMT or an offset. A time alone reads too; a number alone does not, unless it has 8 or 14 digits.
/// </remarks>
public static class LooseDate
{
    private static readonly TimeFormat[] Dates = [.. new[]
    {
        "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%m.%d.%Y",
        "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d-%m-%y", "%m-%d-%y", "%y-%m-%d", "%y/%m/%d",
        "%d %b %Y", "%d %B %Y", "%d. %b %Y", "%d. %B %Y", "%b %d %Y", "%B %d %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y", "%d-%B-%Y", "%d-%b-%y", "%d %b %y", "%Y %b %d", "%Y %B %d", "%Y-%b-%d",
        "%b %Y", "%B %Y", "%b, %Y", "%B, %Y", "%Y-%m", "%Y/%m", "%Y-%j",
    }.Select(format => new TimeFormat(format))];

    private static readonly TimeFormat[] Times = [.. new[] { "%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%H:%M:%S,%f", "%I:%M %p", "%I:%M%p", "%I:%M:%S %p", "%I:%M:%S%p", "%I %p", "%I%p" }.Select(format => new TimeFormat(format))];
    private static readonly SearchValues<char> OffsetSigns = SearchValues.Create("0123456789:");
    private static readonly string[] Weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

    /// <summary>Longest text looked at, in characters.</summary>
    public const int LengthMax = 64;

    public static bool Reads(ReadOnlySpan<char> text)
    {
        text = Weekday(text.Trim(RowStep.WhiteSpace));
        if (text.IsEmpty || text.Length > LengthMax)
        {
            return false;
        }

        if (Any(Dates, text) || DateText.TryParse(text, null, out _))
        {
            return true;
        }

        text = Zone(text);
        if (Any(Times, text) || (text.Length == 14 && !text.ContainsAnyExceptInRange('0', '9') && Any(Dates, text[..8]) && Clock(text[8..])))
        {
            return true;
        }

        for (var i = 4; i < text.Length; i++)
        {
            if (text[i] is ' ' or 'T' or 't' or ',' && Any(Times, text[(i + 1)..].TrimStart(' ')) && Any(Dates, text[..i].TrimEnd(" ,")))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Clock(ReadOnlySpan<char> digits) => int.Parse(digits[..2], System.Globalization.CultureInfo.InvariantCulture) < 24 && digits[2] < '6' && digits[4] < '6';

    private static bool Any(TimeFormat[] formats, ReadOnlySpan<char> text)
    {
        foreach (var format in formats)
        {
            if (format.Reads(text))
            {
                return true;
            }
        }

        return false;
    }

    private static ReadOnlySpan<char> Weekday(ReadOnlySpan<char> text)
    {
        foreach (var day in Weekdays)
        {
            foreach (var length in (ReadOnlySpan<int>)[day.Length, 3])
            {
                if (text.StartsWith(day.AsSpan(0, length), StringComparison.OrdinalIgnoreCase) && text.Length > length && text[length] is ' ' or ',')
                {
                    return text[length..].TrimStart(" ,");
                }
            }
        }

        return text;
    }

    private static ReadOnlySpan<char> Zone(ReadOnlySpan<char> text)
    {
        foreach (var name in (ReadOnlySpan<string>)["UTC", "GMT", "Z"])
        {
            if (text.EndsWith(name, StringComparison.OrdinalIgnoreCase) && text.Length > name.Length)
            {
                return text[..^name.Length].TrimEnd(' ');
            }
        }

        var sign = text.LastIndexOfAny('+', '-');
        var colon = text.IndexOf(':');
        return sign > colon && colon > 0 && text[(sign + 1)..] is { Length: 2 or 4 or 5 } offset && !offset.ContainsAnyExcept(OffsetSigns) ? text[..sign].TrimEnd(' ') : text;
    }
}
