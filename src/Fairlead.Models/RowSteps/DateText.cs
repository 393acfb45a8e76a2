namespace Fairlead.Models.RowSteps;

/// <summary>Text that reads as a date or a moment.</summary>
/// <remarks>
/// A date in the given order with one separator (-, / or .), a year of four digits, month and day of one or two:
/// 2024-02-29, 29.2.2024. Then, when given, a time after a space or T: 9:05, 09:05:30, 09:05:30.25; then Z or an offset: +02, +0200, +02:00.
/// Without an offset a time is UTC.
/// </remarks>
public static class DateText
{
    /// <summary>Microseconds of a day.</summary>
    public const long DayMicroseconds = 86_400_000_000;

    private const int Epoch = 719_162; // days from 0001-01-01 to 1970-01-01

    /// <summary>Days since 1970-01-01 UTC, the time of day as the fraction, to the microsecond.</summary>
    /// <param name="text">The text.</param>
    /// <param name="order">ymd (also null), dmy or mdy.</param>
    /// <param name="days">The moment.</param>
    public static bool TryParse(ReadOnlySpan<char> text, string? order, out double days)
    {
        days = 0;
        var rest = text;
        if (!Date(ref rest, order, out var date) || !Time(ref rest, out var microseconds) || !rest.IsEmpty)
        {
            return false;
        }

        days = date + ((double)microseconds / DayMicroseconds);
        return true;
    }

    private static bool Date(ref ReadOnlySpan<char> rest, string? order, out int days)
    {
        days = 0;
        var yearFirst = order is null or "ymd";
        if (!Number(ref rest, yearFirst ? 4 : 1, yearFirst ? 4 : 2, out var first) || rest is not ['-' or '/' or '.', ..])
        {
            return false;
        }

        var separator = rest[0];
        rest = rest[1..];
        if (!Number(ref rest, 1, 2, out var second) || rest.IsEmpty || rest[0] != separator)
        {
            return false;
        }

        rest = rest[1..];
        if (!Number(ref rest, yearFirst ? 1 : 4, yearFirst ? 2 : 4, out var third))
        {
            return false;
        }

        var (year, month, day) = order switch
        {
            "dmy" => (third, second, first),
            "mdy" => (third, first, second),
            _ => (first, second, third),
        };
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        days = new DateOnly(year, month, day).DayNumber - Epoch;
        return true;
    }

    private static bool Time(ref ReadOnlySpan<char> rest, out long microseconds)
    {
        microseconds = 0;
        if (rest is not ['T' or 't' or ' ', ..])
        {
            return true;
        }

        rest = rest[1..];
        if (!Number(ref rest, 1, 2, out var hour) || hour > 23 || !Colon(ref rest) || !Number(ref rest, 2, 2, out var minute) || minute > 59)
        {
            return false;
        }

        var second = 0;
        if (rest is [':', ..])
        {
            rest = rest[1..];
            if (!Number(ref rest, 2, 2, out second) || second > 59)
            {
                return false;
            }

            if (rest is ['.', ..] && !Fraction(ref rest, out microseconds))
            {
                return false;
            }
        }

        microseconds += ((((hour * 60L) + minute) * 60) + second) * 1_000_000;
        return Offset(ref rest, ref microseconds);
    }

    private static bool Fraction(ref ReadOnlySpan<char> rest, out long microseconds)
    {
        microseconds = 0;
        rest = rest[1..];
        var count = DigitRun.Length(rest);
        if (count is < 1 or > 9)
        {
            return false;
        }

        for (var i = 0; i < 6; i++)
        {
            microseconds = (microseconds * 10) + (i < count ? rest[i] - '0' : 0);
        }

        rest = rest[count..];
        return true;
    }

    private static bool Offset(ref ReadOnlySpan<char> rest, ref long microseconds)
    {
        if (rest is ['Z' or 'z', ..])
        {
            rest = rest[1..];
            return true;
        }

        if (rest is not ['+' or '-', ..])
        {
            return true;
        }

        var sign = rest[0] == '+' ? 1 : -1;
        rest = rest[1..];
        if (!Number(ref rest, 2, 2, out var hours, more: true) || hours > 23)
        {
            return false;
        }

        var minutes = 0;
        if (!rest.IsEmpty && ((rest[0] == ':' && !Colon(ref rest)) || !Number(ref rest, 2, 2, out minutes) || minutes > 59))
        {
            return false;
        }

        microseconds -= sign * ((hours * 60L) + minutes) * 60_000_000;
        return true;
    }

    private static bool Colon(ref ReadOnlySpan<char> rest)
    {
        if (rest is not [':', ..])
        {
            return false;
        }

        rest = rest[1..];
        return true;
    }

    /// <summary>Takes min to max digits; a further digit is a fault unless <paramref name="more"/>.</summary>
    private static bool Number(ref ReadOnlySpan<char> rest, int min, int max, out int value, bool more = false)
    {
        value = 0;
        var count = 0;
        while (count < rest.Length && count < max && char.IsAsciiDigit(rest[count]))
        {
            value = (value * 10) + (rest[count++] - '0');
        }

        rest = rest[count..];
        return count >= min && (more || rest.IsEmpty || !char.IsAsciiDigit(rest[0]));
    }
}
