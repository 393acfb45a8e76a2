using System.Globalization;
using Fairlead.Models.Contracts;

namespace Fairlead.Customers;

/// <summary>An answer as a sentence a person understands: "Order 4711 will probably be late: 78 in 100, because distance is 412 km and weather is snow."</summary>
public static class PlainWords
{
    /// <summary>Reasons that a sentence names at most.</summary>
    public const int Reasons = 3;

    /// <summary>Reasons weaker than this share of the strongest are not worth a word.</summary>
    public const double Faint = 0.1;

    private const int LongestValue = 40;

    /// <summary>A class with its probability.</summary>
    /// <param name="title">What the row is called, such as "Order 4711".</param>
    /// <param name="answer">The answered class, as written in the data.</param>
    /// <param name="probability">Of the answered class, in [0, 1].</param>
    public static string Of(Wording wording, string target, string title, string answer, double probability, IReadOnlyList<CardReason> reasons)
    {
        ArgumentNullException.ThrowIfNull(wording);
        var phrase = wording.Answers.TryGetValue(answer, out var said) && said.Length > 0 ? said : $"is probably {answer} ({target})";
        return $"{title} {phrase}: {InHundred(probability)}{Because(reasons)}.";
    }

    /// <summary>A number.</summary>
    public static string Of(string targetLabel, string? unit, string title, double value, IReadOnlyList<CardReason> reasons) =>
        $"{title}: {targetLabel} is probably about {Number(value)}{(unit is null ? "" : " " + unit)}{Moved(reasons)}.";

    /// <summary>What a row is called: its thing and its name, or the thing and a number.</summary>
    public static string Title(Wording wording, string? name, string otherwise)
    {
        ArgumentNullException.ThrowIfNull(wording);
        return $"{wording.Thing} {(string.IsNullOrWhiteSpace(name) ? otherwise : Clip(name))}";
    }

    /// <summary>"78 in 100"; never 0 or 100, since no model is sure.</summary>
    public static string InHundred(double probability) => Math.Round(probability * 100, MidpointRounding.AwayFromZero) switch
    {
        <= 0 => "fewer than 1 in 100",
        >= 100 => "more than 99 in 100",
        var n => n.ToString("0", CultureInfo.InvariantCulture) + " in 100",
    };

    /// <summary>Four significant digits at most, thousands grouped: 210,400; 3.142; 0.0123.</summary>
    public static string Number(double value)
    {
        if (value == 0 || !double.IsFinite(value))
        {
            return value.ToString(CultureInfo.InvariantCulture);
        }

        var decimals = 3 - (int)Math.Floor(Math.Log10(Math.Abs(value)));
        return decimals <= 0
            ? value.ToString("#,##0", CultureInfo.InvariantCulture)
            : Math.Round(value, Math.Min(decimals, 10)).ToString("#,##0." + new string('#', Math.Min(decimals, 10)), CultureInfo.InvariantCulture);
    }

    /// <summary>A date column's number (days since 1970-01-01 UTC) as a person reads it.</summary>
    public static string Date(double days) =>
        DateTimeOffset.UnixEpoch.AddDays(days) is var moment && moment.TimeOfDay < TimeSpan.FromSeconds(1)
            ? moment.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : moment.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>One reason: "distance is 412 km", "weight is missing".</summary>
    public static string Reason(CardReason reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        var label = Inside(reason.Label);
        if (reason.Value is null)
        {
            return $"{label} is missing";
        }

        // Free text is quoted, so that it is not read as part of the sentence; a date with its time is not.
        var quoted = reason.Value.Contains(' ', StringComparison.Ordinal) && reason.Value.Any(char.IsLetter);
        return $"{label} is {(quoted ? $"“{Clip(reason.Value)}”" : Clip(reason.Value))}{UnitBeside(reason.Label, reason.Unit)}";
    }

    /// <summary>A unit as it stands after a value, or nothing where the label says it already ("promised days is 3").</summary>
    public static string UnitBeside(string label, string? unit)
    {
        ArgumentNullException.ThrowIfNull(label);
        return unit is null || label.Split(' ').Contains(unit, StringComparer.OrdinalIgnoreCase) ? "" : " " + unit;
    }

    /// <summary>A label inside a sentence: "Ordered at" becomes "ordered at", "VAT rate" stays.</summary>
    private static string Inside(string label) =>
        label.Length > 1 && char.IsUpper(label[0]) && char.IsLower(label[1]) ? char.ToLowerInvariant(label[0]) + label[1..] : label;

    private static string Because(IReadOnlyList<CardReason> reasons)
    {
        ArgumentNullException.ThrowIfNull(reasons);
        return Listed([.. Worth(reasons).Where(r => r.Effect > 0).Select(Reason)]);
    }

    private static string Moved(IReadOnlyList<CardReason> reasons)
    {
        ArgumentNullException.ThrowIfNull(reasons);
        return Listed([.. Worth(reasons).Select(r => $"{Reason(r)} ({(r.Effect > 0 ? "raises it" : "lowers it")})")]);
    }

    private static IEnumerable<CardReason> Worth(IReadOnlyList<CardReason> reasons)
    {
        var strongest = reasons.Count == 0 ? 0 : reasons.Max(r => Math.Abs(r.Effect));
        return reasons.Where(r => r.Effect != 0 && Math.Abs(r.Effect) >= Faint * strongest).OrderByDescending(r => Math.Abs(r.Effect)).Take(Reasons);
    }

    private static string Listed(string[] said) => said.Length switch
    {
        0 => "",
        1 => ", because " + said[0],
        _ => $", because {string.Join(", ", said[..^1])} and {said[^1]}",
    };

    private static string Clip(string value)
    {
        if (value.Length <= LongestValue)
        {
            return value;
        }

        var end = char.IsHighSurrogate(value[LongestValue - 2]) ? LongestValue - 2 : LongestValue - 1;
        return value[..end].TrimEnd() + "…";
    }
}
