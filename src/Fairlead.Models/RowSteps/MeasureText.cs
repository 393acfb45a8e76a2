using System.Globalization;

namespace Fairlead.Models.RowSteps;

/// <summary>Numbers as people write them: <c>1.234,5 kg</c>, <c>$1,200</c>, <c>12 %</c>, <c>-3 °C</c>.</summary>
/// <remarks>
/// White space at both ends does not count. A sign, then a currency sign, then digits with thousands marks in groups of three (all of one kind: the comma or point that is not the decimal mark, a blank,
/// a no-break blank or an apostrophe), then decimals, then a unit. Units are compared without their case.
/// </remarks>
public static class MeasureText
{
    private const string Currencies = "$€£¥";
    private const int SignsOnStack = 256;

    /// <summary>A unit by its spelling in lower case, with the quantity it measures: value in the base unit = (value + Offset) * Factor.</summary>
    /// <remarks>Factors are exact by definition: the international pound, foot and mile of 1959; the degree Celsius and Fahrenheit of the SI brochure, 9th edition, and NIST SP 811.</remarks>
    private static readonly Dictionary<string, (string Quantity, double Factor, double Offset)> Units = new(StringComparer.Ordinal)
    {
        ["mg"] = ("mass", 0.001, 0),
        ["g"] = ("mass", 1, 0),
        ["kg"] = ("mass", 1_000, 0),
        ["t"] = ("mass", 1_000_000, 0),
        ["lb"] = ("mass", 453.59237, 0),
        ["lbs"] = ("mass", 453.59237, 0),
        ["oz"] = ("mass", 28.349523125, 0),
        ["mm"] = ("length", 0.001, 0),
        ["cm"] = ("length", 0.01, 0),
        ["m"] = ("length", 1, 0),
        ["km"] = ("length", 1_000, 0),
        ["in"] = ("length", 0.0254, 0),
        ["ft"] = ("length", 0.3048, 0),
        ["yd"] = ("length", 0.9144, 0),
        ["mi"] = ("length", 1_609.344, 0),
        ["ml"] = ("volume", 0.001, 0),
        ["cl"] = ("volume", 0.01, 0),
        ["l"] = ("volume", 1, 0),
        ["hl"] = ("volume", 100, 0),
        ["s"] = ("time", 1, 0),
        ["sec"] = ("time", 1, 0),
        ["min"] = ("time", 60, 0),
        ["h"] = ("time", 3_600, 0),
        ["d"] = ("time", 86_400, 0),
        ["days"] = ("time", 86_400, 0),
        ["day"] = ("time", 86_400, 0),
        ["k"] = ("temperature", 1, 0),
        ["°c"] = ("temperature", 1, 273.15),
        ["c"] = ("temperature", 1, 273.15),
        ["°f"] = ("temperature", 5.0 / 9, 459.67),
        ["f"] = ("temperature", 5.0 / 9, 459.67),
        ["share"] = ("share", 1, 0),
        ["%"] = ("share", 0.01, 0),
        ["percent"] = ("share", 0.01, 0),
        ["‰"] = ("share", 0.001, 0),
        ["$"] = ("usd", 1, 0),
        ["usd"] = ("usd", 1, 0),
        ["€"] = ("eur", 1, 0),
        ["eur"] = ("eur", 1, 0),
        ["£"] = ("gbp", 1, 0),
        ["gbp"] = ("gbp", 1, 0),
        ["¥"] = ("jpy", 1, 0),
        ["jpy"] = ("jpy", 1, 0),
    };

    /// <summary>The spellings that are read as the unit or converted to it, each with how: value = (value + Offset) * Factor - After. The unit itself is among them.</summary>
    /// <param name="unit">The unit wanted. One that the table does not know has itself as its only spelling.</param>
    public static IReadOnlyList<(string Spelling, double Offset, double Factor, double After)> Spellings(string unit)
    {
        ArgumentNullException.ThrowIfNull(unit);
        var key = PlainText.LowerAscii(unit);
        if (!Units.TryGetValue(key, out var wanted))
        {
            return [(key, 0, 1, 0)];
        }

        return [.. Units.Where(pair => pair.Value.Quantity == wanted.Quantity).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair =>
            (pair.Value.Factor, pair.Value.Offset) == (wanted.Factor, wanted.Offset) ? (pair.Key, 0.0, 1.0, 0.0) : (pair.Key, pair.Value.Offset, pair.Value.Factor / wanted.Factor, wanted.Offset))];
    }

    /// <summary>True when the table knows the unit, so that others are converted to it.</summary>
    public static bool IsKnown(string unit) => Units.ContainsKey(PlainText.LowerAscii(unit));

    /// <summary>Reads a number with the spellings of a step's unit.</summary>
    /// <param name="text">The text.</param>
    /// <param name="comma">The comma is the decimal mark.</param>
    /// <param name="spellings">Of <see cref="Spellings"/>; null: no unit may stand there.</param>
    /// <param name="assumed">The unit, in lower case, of a number without one.</param>
    /// <param name="value">The number, in the unit wanted.</param>
    public static bool TryParse(string text, bool comma, IReadOnlyList<(string Spelling, double Offset, double Factor, double After)>? spellings, string? assumed, out double value)
    {
        ArgumentNullException.ThrowIfNull(text);
        value = 0;
        var rest = text.AsSpan().Trim(RowStep.WhiteSpace);
        Span<char> number = rest.Length <= SignsOnStack ? stackalloc char[rest.Length + 3] : new char[rest.Length + 3];
        var negative = rest is ['-' or '\u2212', ..];
        rest = Blanks(rest is ['+' or '-' or '\u2212', ..] ? rest[1..] : rest);
        var before = !rest.IsEmpty && Currencies.Contains(rest[0], StringComparison.Ordinal) ? rest[..1] : [];
        rest = Blanks(rest[before.Length..]);
        var used = 0;
        if (negative)
        {
            number[used++] = '-';
        }

        if (!Digits(ref rest, comma, number, ref used))
        {
            return false;
        }

        rest = rest.TrimStart(" \u00a0\u202f");
        if (!rest.IsEmpty && (rest[0] is '.' or ',' or '\'' or '+' or '-' || rest.IndexOfAnyInRange('0', '9') >= 0))
        {
            return false;
        }

        value = double.Parse(number[..used], NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!double.IsFinite(value) || (before.Length > 0 && rest.Length > 0))
        {
            return false; // too large, or two units
        }

        if (spellings is null)
        {
            return before.IsEmpty && rest.IsEmpty;
        }

        var unit = before.Length + rest.Length == 0 ? assumed! : PlainText.LowerAscii((before.Length > 0 ? before : rest).ToString());
        foreach (var (spelling, offset, factor, after) in spellings)
        {
            if (spelling == unit)
            {
                value = ((value + offset) * factor) - after;
                return double.IsFinite(value);
            }
        }

        return false;
    }

    private static ReadOnlySpan<char> Blanks(ReadOnlySpan<char> text) => text.TrimStart(" \u00a0");

    /// <summary>Takes digits with thousands marks and decimals, and puts them into <paramref name="to"/> as a plain number.</summary>
    private static bool Digits(ref ReadOnlySpan<char> rest, bool comma, scoped Span<char> to, ref int used)
    {
        var (point, thousands) = comma ? (',', '.') : ('.', ',');
        var run = DigitRun.Length(rest);
        if (run == 0)
        {
            if (rest.Length < 2 || rest[0] != point || !char.IsAsciiDigit(rest[1]))
            {
                return false;
            }

            to[used++] = '0';
        }

        Take(ref rest, run, to, ref used);
        if (run is 1 or 2 or 3 && !rest.IsEmpty && (rest[0] == thousands || rest[0] is ' ' or '\u00a0' or '\u202f' or '\''))
        {
            var mark = rest[0];
            while (!rest.IsEmpty && rest[0] == mark && DigitRun.Length(rest[1..]) == 3)
            {
                rest = rest[1..];
                Take(ref rest, 3, to, ref used);
            }
        }

        if (!rest.IsEmpty && rest[0] == point)
        {
            to[used++] = '.';
            rest = rest[1..];
            Take(ref rest, DigitRun.Length(rest), to, ref used);
        }

        return true;
    }

    private static void Take(ref ReadOnlySpan<char> rest, int count, scoped Span<char> to, ref int used)
    {
        rest[..count].CopyTo(to[used..]);
        used += count;
        rest = rest[count..];
    }
}
