using System.Globalization;

namespace Fairlead.Models.RowSteps;

/// <summary>Text that reads as a number: <c>[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?</c> in ASCII, with a finite value. No white space, no thousands signs, no words such as inf or nan.</summary>
public static class NumberText
{
    /// <summary>Reads a number; correctly rounded to the nearest double.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out double value)
    {
        value = 0;
        return IsNumber(text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }

    /// <summary>Reads a number that stands for its value: one with leading zeros (007) is a code, not a number.</summary>
    public static bool TryPlain(ReadOnlySpan<char> text, out double value)
    {
        value = 0;
        var digits = text is ['+' or '-', ..] ? text[1..] : text;
        return digits is not ['0', >= '0' and <= '9', ..] && TryParse(text, out value);
    }

    /// <summary>The shortest text that reads back as the number.</summary>
    public static string Shortest(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static bool IsNumber(ReadOnlySpan<char> text)
    {
        var rest = text is ['+' or '-', ..] ? text[1..] : text;
        var whole = Digits(ref rest);
        var fraction = 0;
        if (rest is ['.', ..])
        {
            rest = rest[1..];
            fraction = Digits(ref rest);
        }

        if (whole + fraction == 0)
        {
            return false;
        }

        if (rest is ['e' or 'E', ..])
        {
            rest = rest[1..];
            rest = rest is ['+' or '-', ..] ? rest[1..] : rest;
            if (Digits(ref rest) == 0)
            {
                return false;
            }
        }

        return rest.IsEmpty;
    }

    private static int Digits(ref ReadOnlySpan<char> rest)
    {
        var count = DigitRun.Length(rest);
        rest = rest[count..];
        return count;
    }
}
