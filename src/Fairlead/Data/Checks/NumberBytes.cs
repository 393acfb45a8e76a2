using System.Globalization;
using Fairlead.Models.RowSteps;

namespace Fairlead.Data.Checks;

/// <summary><see cref="NumberText"/> on UTF-8 bytes: the same texts read, to the same bits.</summary>
internal static class NumberBytes
{
    /// <summary>Powers of ten that a double holds exactly.</summary>
    private static readonly double[] Tens = [.. Enumerable.Range(0, 23).Select(power => double.Parse($"1e{power}", CultureInfo.InvariantCulture))];

    private const long MantissaMax = 1L << 53;

    /// <summary>Reads a number, white space around it not counted.</summary>
    /// <remarks>Up to 2^53 as digits and up to 22 decimals the quotient of two exact doubles is correctly rounded (W. D. Clinger, "How to Read Floating Point Numbers Accurately", PLDI 1990); all else goes to the runtime's parser.</remarks>
    public static bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        text = Trim(text);
        if (text.IsEmpty)
        {
            return false;
        }

        var i = text[0] is (byte)'-' or (byte)'+' ? 1 : 0;
        long mantissa = 0;
        var (digits, decimals) = (0, 0);
        for (; i < text.Length && (uint)(text[i] - '0') <= 9; i++, digits++)
        {
            mantissa = digits < 18 ? (mantissa * 10) + (text[i] - '0') : MantissaMax;
        }

        if (i < text.Length && text[i] == '.')
        {
            for (i++; i < text.Length && (uint)(text[i] - '0') <= 9; i++, digits++, decimals++)
            {
                mantissa = digits < 18 ? (mantissa * 10) + (text[i] - '0') : MantissaMax;
            }
        }

        if (digits == 0)
        {
            return false;
        }

        if (i == text.Length && mantissa < MantissaMax && decimals <= 22)
        {
            value = decimals == 0 ? mantissa : mantissa / Tens[decimals];
            value = text[0] == '-' ? -value : value;
            return true;
        }

        return (i == text.Length || text[i] is (byte)'e' or (byte)'E') && Slowly(text, out value); // nothing else stands behind the digits of a number
    }

    /// <summary>A number that stands for its value; see <see cref="NumberText.TryPlain"/>.</summary>
    public static bool TryPlain(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        if (text.IsEmpty || text[0] is < (byte)'+' or > (byte)'9' || text[^1] > (byte)'9')
        {
            return false;
        }

        var digits = text[0] is (byte)'+' or (byte)'-' ? text[1..] : text;
        return digits is not [(byte)'0', >= (byte)'0' and <= (byte)'9', ..] && text[^1] > (byte)' ' && TryParse(text, out value);
    }

    /// <summary>Takes <see cref="RowStep.WhiteSpace"/> off both ends.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || (text[0] > ' ' && text[0] != 0xC2 && text[^1] > ' ' && text[^1] != 0xA0))
        {
            return text;
        }

        while (!text.IsEmpty && IsBlank(text[0]))
        {
            text = text[1..];
        }

        while (text is [0xC2, 0xA0, ..])
        {
            text = Trim(text[2..]);
        }

        while (!text.IsEmpty && IsBlank(text[^1]))
        {
            text = text[..^1];
        }

        return text is [.., 0xC2, 0xA0] ? Trim(text[..^2]) : text;
    }

    private static bool IsBlank(byte sign) => sign is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f' or (byte)'\v';

    private static bool Slowly(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        Span<char> chars = text.Length <= 512 ? stackalloc char[text.Length] : new char[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] >= 0x80)
            {
                return false;
            }

            chars[i] = (char)text[i];
        }

        return NumberText.TryParse(chars, out value);
    }
}
