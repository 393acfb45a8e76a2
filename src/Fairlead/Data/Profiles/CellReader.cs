using System.Globalization;
using Fairlead.Models.RowSteps;

namespace Fairlead.Data.Profiles;

/// <summary>What one value reads as.</summary>
internal enum CellKind : byte
{
    Text,
    Integer,
    Number,
    Boolean,

    /// <summary>A day, year first.</summary>
    Date,

    /// <summary>A day with a time, year first.</summary>
    Moment,

    /// <summary>A date that only reads with the day first.</summary>
    DayFirst,

    /// <summary>A date that only reads with the month first.</summary>
    MonthFirst,

    /// <summary>A date that reads both ways: 3/4/2024.</summary>
    EitherFirst,
}

/// <summary>A value as it was read.</summary>
/// <param name="Number">Of numbers; booleans are 0 or 1.</param>
/// <param name="Moment">Microseconds since 1970-01-01 UTC of dates; day first where it reads both ways.</param>
/// <param name="Other">The same with the month first, where it reads both ways.</param>
internal readonly record struct Cell(CellKind Kind, double Number, long Moment, long Other)
{
    public bool IsNumber => Kind is CellKind.Integer or CellKind.Number;

    public bool IsDate => Kind >= CellKind.Date;
}

/// <summary>Reads a text as a number, a boolean, a date or a plain text, without making a string of it.</summary>
/// <remarks>
/// Numbers are read as <see cref="NumberText"/> reads them, but for a leading zero before another digit (007, a code that a number would lose); dates as <see cref="DateText"/> reads them.
/// true, false, yes and no in any case are booleans. White space around a value is not part of it.
/// </remarks>
internal static class CellReader
{
    private const int DateMax = 40;

    private static readonly double[] PowersOfTen = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    public static Cell Read(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return default;
        }

        if (text[0] <= ' ' || text[^1] <= ' ')
        {
            text = text.Trim(" \t\r\n"u8);
            if (text.IsEmpty)
            {
                return default;
            }
        }

        var first = text[0];
        if ((uint)(first - '0') <= 9 || first is (byte)'-' or (byte)'+' or (byte)'.')
        {
            return Number(text, out var cell) || ((uint)(first - '0') <= 9 && Date(text, out cell)) ? cell : default;
        }

        return text.Length <= 5 && IsBoolean(text, out var truth) ? new Cell(CellKind.Boolean, truth ? 1 : 0, 0, 0) : default;
    }

    /// <summary>Days from 1970-01-01 to a day of the proleptic Gregorian calendar (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2013).</summary>
    internal static int Days(int year, int month, int day)
    {
        year -= month <= 2 ? 1 : 0;
        var era = (year >= 0 ? year : year - 399) / 400;
        var ofEra = year - (era * 400);
        var ofYear = (((153 * (month + (month > 2 ? -3 : 9))) + 2) / 5) + day - 1;
        return (era * 146_097) + (ofEra * 365) + (ofEra / 4) - (ofEra / 100) + ofYear - 719_468;
    }

    private static bool IsBoolean(ReadOnlySpan<byte> text, out bool truth)
    {
        truth = text.Length switch
        {
            4 => Same(text, "true"u8),
            3 => Same(text, "yes"u8),
            _ => false,
        };
        return truth || (text.Length == 5 && Same(text, "false"u8)) || (text.Length == 2 && Same(text, "no"u8));
    }

    private static bool Same(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower)
    {
        for (var i = 0; i < lower.Length; i++)
        {
            if ((text[i] | 0x20) != lower[i])
            {
                return false;
            }
        }

        return true;
    }

    private static bool Number(ReadOnlySpan<byte> text, out Cell cell)
    {
        cell = default;
        var at = text[0] is (byte)'-' or (byte)'+' ? 1 : 0;
        var start = at;
        ulong digits = 0;
        for (; at < text.Length && (uint)(text[at] - '0') <= 9; at++)
        {
            digits = (digits * 10) + (uint)(text[at] - '0'); // may wrap; used only up to 18 digits
        }

        var whole = at - start;
        if (whole > 1 && text[start] == '0')
        {
            return false;
        }

        var negative = text[0] == '-';
        if (at == text.Length)
        {
            if (whole is 0 or > 18)
            {
                return whole != 0 && Slow(text, CellKind.Integer, out cell);
            }

            cell = new Cell(CellKind.Integer, negative ? -(double)digits : digits, 0, 0);
            return true;
        }

        var fraction = 0;
        if (text[at] == '.')
        {
            for (at++; at < text.Length && (uint)(text[at] - '0') <= 9; at++, fraction++)
            {
                digits = (digits * 10) + (uint)(text[at] - '0');
            }
        }

        if (whole + fraction == 0)
        {
            return false;
        }

        if (at == text.Length)
        {
            // Both are exact doubles, so that their quotient is the nearest double to the text.
            if (whole + fraction <= 15)
            {
                var value = digits / PowersOfTen[fraction];
                cell = new Cell(CellKind.Number, negative ? -value : value, 0, 0);
                return true;
            }

            return Slow(text, CellKind.Number, out cell);
        }

        return (text[at] | 0x20) == 'e' && Exponent(text[(at + 1)..]) && Slow(text, CellKind.Number, out cell);
    }

    private static bool Exponent(ReadOnlySpan<byte> text)
    {
        text = text.Length > 0 && text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        return !text.IsEmpty && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
    }

    private static bool Slow(ReadOnlySpan<byte> text, CellKind kind, out Cell cell)
    {
        var isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value);
        cell = isNumber ? new Cell(kind, value, 0, 0) : default;
        return isNumber;
    }

    private static bool Date(ReadOnlySpan<byte> text, out Cell cell)
    {
        cell = default;
        if (text.Length is < 8 or > DateMax)
        {
            return false;
        }

        if (text[4] == '-' && text.Length >= 10 && text[7] == '-' && Two(text, 0, out var century) && Two(text, 2, out var ofCentury) && Two(text, 5, out var month) && Two(text, 8, out var day))
        {
            var year = (century * 100) + ofCentury;
            if (year < 1 || month is < 1 or > 12 || day < 1 || (day > 28 && day > DateTime.DaysInMonth(year, month)))
            {
                return false;
            }

            var days = Days(year, month, day) * DateText.DayMicroseconds;
            if (text.Length == 10)
            {
                cell = new Cell(CellKind.Date, 0, days, 0);
                return true;
            }

            if ((text.Length == 19 || (text.Length == 20 && text[19] == 'Z')) && text[10] is (byte)'T' or (byte)' ' && text[13] == ':' && text[16] == ':'
                && Two(text, 11, out var hour) && Two(text, 14, out var minute) && Two(text, 17, out var second) && hour < 24 && minute < 60 && second < 60)
            {
                cell = new Cell(CellKind.Moment, 0, days + ((((hour * 60L) + minute) * 60) + second) * 1_000_000, 0);
                return true;
            }
        }

        return IsSeparator(text[1]) || IsSeparator(text[2]) ? OtherDate(text, yearFirst: false, out cell) : IsSeparator(text[4]) && OtherDate(text, yearFirst: true, out cell);
    }

    private static bool IsSeparator(byte sign) => sign is (byte)'-' or (byte)'/' or (byte)'.';

    private static bool OtherDate(ReadOnlySpan<byte> text, bool yearFirst, out Cell cell)
    {
        Span<char> chars = stackalloc char[DateMax];
        for (var i = 0; i < text.Length; i++)
        {
            chars[i] = (char)text[i];
        }

        chars = chars[..text.Length];
        if (yearFirst)
        {
            var isDate = DateText.TryParse(chars, null, out var days);
            cell = isDate ? new Cell(chars.Contains(':') ? CellKind.Moment : CellKind.Date, 0, Microseconds(days), 0) : default;
            return isDate;
        }

        var dayFirst = DateText.TryParse(chars, "dmy", out var asDay);
        var monthFirst = DateText.TryParse(chars, "mdy", out var asMonth);
        cell = (dayFirst, monthFirst) switch
        {
            (true, true) => new Cell(CellKind.EitherFirst, 0, Microseconds(asDay), Microseconds(asMonth)),
            (true, false) => new Cell(CellKind.DayFirst, 0, Microseconds(asDay), 0),
            (false, true) => new Cell(CellKind.MonthFirst, 0, Microseconds(asMonth), 0),
            _ => default,
        };
        return dayFirst || monthFirst;
    }

    private static long Microseconds(double days) => (long)Math.Round(days * DateText.DayMicroseconds);

    private static bool Two(ReadOnlySpan<byte> text, int at, out int value)
    {
        var (tens, ones) = ((uint)(text[at] - '0'), (uint)(text[at + 1] - '0'));
        value = (int)((tens * 10) + ones);
        return tens <= 9 && ones <= 9;
    }
}
