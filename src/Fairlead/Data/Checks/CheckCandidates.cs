using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Fairlead.Data.Profiles;
using Fairlead.Data.Scanning;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Projects.Inference;
using Fairlead.Workspace;

namespace Fairlead.Data.Checks;

/// <summary>A check that a profile speaks for, and that is to be measured.</summary>
/// <param name="Reason">What speaks for it, once the rows that fail it and those looked at are known.</param>
/// <param name="FailingMax">Largest share of failing rows with which it is proposed.</param>
/// <param name="Otherwise">What is proposed where more rows fail it; null: nothing.</param>
/// <param name="Unless">It is not proposed where this one is.</param>
/// <param name="RowsMin">Fewest rows looked at from which it is proposed.</param>
internal sealed record CheckCandidate(CheckRule Rule, Func<long, long, string> Reason, double FailingMax, CheckCandidate? Otherwise = null, CheckCandidate? Unless = null, int RowsMin = 0)
{
    public static CheckCandidate Of(RowCheck check, Func<long, long, string> reason, double mostly = 1, CheckCandidate? otherwise = null) =>
        new(RuleOf(check, null, mostly), reason, ProposalRules.FailingMax, otherwise);

    public static CheckCandidate Of(TableCheck check, string reason) => new(RuleOf(null, check, 1), (_, _) => reason, 0);

    public static CheckRule RuleOf(RowCheck? row, TableCheck? table, double mostly)
    {
        var about = row?.Columns ?? table!.About;
        var name = row?.Name ?? table!.Name;
        return new CheckRule(about.Count == 0 ? name : $"{name}:{string.Join('+', about)}", row, table, true, false, mostly, "");
    }

    /// <summary>"Every value is written alike.", "All but 3 values are written alike."</summary>
    public static Func<long, long, string> Of(string every, string allBut) => (failing, _) => failing == 0 ? every : string.Create(CultureInfo.InvariantCulture, $"All but {failing:N0} values {allBut}");
}

/// <summary>What the profile of a column speaks for. No bound is the exact smallest or largest value: see <see cref="Outward"/>.</summary>
internal static class ColumnCandidates
{
    /// <summary>An outlier lies this many interquartile ranges beyond the quartiles.</summary>
    private const double OutlierRanges = 10;

    /// <summary>Different texts up to which a column may be a set of names.</summary>
    private const int LevelsMax = 200;

    /// <summary>Standard errors that an estimated number of different values may lie below that of the rows.</summary>
    private const double UniqueErrors = 4;

    /// <param name="column">Whole: after the last row.</param>
    /// <param name="unique">Its values may each stand once, and that is to be measured.</param>
    /// <param name="personal">Takes its name and what it holds where a check would list values of a column that holds personal data: none does.</param>
    public static IEnumerable<CheckCandidate> Of(ColumnCollector column, ColumnHead head, bool unique, SortedDictionary<string, string> personal)
    {
        var present = column.Rows - column.Missing;
        if (present == 0)
        {
            yield break;
        }

        yield return Presence(column);
        var own = unique ? CheckCandidate.Of(new UniqueCheck([column.Name]), string.Create(CultureInfo.InvariantCulture, $"Each of the {column.Rows:N0} values stands once.")) : null;
        if (own is not null)
        {
            yield return own;
        }

        if (head.Rises)
        {
            yield return CheckCandidate.Of(new OrderCheck(column.Name, true, false), "Each value is at least the one before it.");
        }

        var numbers = column.CountOf(CellKind.Integer) + column.CountOf(CellKind.Number);
        if (numbers >= (1 - ProposalRules.FailingMax) * present)
        {
            if (column.Form == VectorForm.Text)
            {
                yield return Type(column);
            }

            // A running number has no bounds.
            var isWhole = column.CountOf(CellKind.Number) == 0;
            if (!(isWhole && column.Values.IsExact && column.Values.Distinct == present) && Bounds(column, present) is { } bounds)
            {
                yield return isWhole ? bounds with { Unless = own } : bounds;
            }
        }
        else if (column.Form == VectorForm.Text && (Levels(column, present, personal) ?? Texts(column, head, present)) is { } candidate)
        {
            yield return candidate;
        }
    }

    /// <summary>Every value of the column is its own, as far as the profile knows: exact for few values, estimated beyond.</summary>
    public static bool MayBeUnique(ColumnCollector column, ColumnHead head)
    {
        var present = column.Rows - column.Missing;
        return head.Distinct == head.Present && (column.Values.IsExact ? column.Values.Distinct == present : column.Values.Distinct >= (1 - (UniqueErrors * column.Values.DistinctError)) * present);
    }

    private static CheckCandidate Presence(ColumnCollector column)
    {
        var share = (double)column.Missing / column.Rows;
        if (column.Missing == 0)
        {
            return CheckCandidate.Of(new NotNullCheck(column.Name), (_, _) => "Every row has a value.");
        }

        if (share <= ProposalRules.FailingMax)
        {
            return CheckCandidate.Of(new NotNullCheck(column.Name), (failing, _) => string.Create(CultureInfo.InvariantCulture, $"All but {Counted.Of(failing, "row")} have a value."), Math.Floor((1 - (2 * share)) * 100) / 100);
        }

        // Half as much again, to whole percents.
        var most = Math.Min(1, Math.Ceiling(share * 150) / 100);
        return CheckCandidate.Of(new StatisticCheck(column.Name, Statistic.NullProportion, null, most, false, false), $"{SuggestChecks.Percent(share)} of the rows have no value now; far more would be news.");
    }

    private static CheckCandidate? Levels(ColumnCollector column, long present, SortedDictionary<string, string> personal)
    {
        if (column.Values.Names(LevelsMax) is not { } levels || ProposalRules.Names(levels) is not { } set)
        {
            return null;
        }

        if (ListedValues.Personal(column.Name, levels) is { } what)
        {
            personal[column.Name] = what;
            return null;
        }

        var rare = levels.Count - set.Names.Count;
        return CheckCandidate.Of(new InSetCheck(column.Name, set.Names), (failing, _) => failing == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(set.Names.Count, "name")} in {Counted.Of(present, "row")}.")
            : string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(set.Names.Count, "name")} {(set.Names.Count == 1 ? "makes" : "make")} up all but {failing:N0} of {present:N0} rows; {(rare == 1 ? "1 rare one may be a slip" : $"{rare} rare ones may be slips")}."));
    }

    private static CheckCandidate Type(ColumnCollector column) => column.CountOf(CellKind.Number) == 0
        ? CheckCandidate.Of(new TypeCheck(column.Name, "integer"), CheckCandidate.Of("Every value is a whole number.", "are whole numbers."))
        : CheckCandidate.Of(new TypeCheck(column.Name, "number"), CheckCandidate.Of("Every value is a number.", "are numbers."));

    private static CheckCandidate? Bounds(ColumnCollector column, long present)
    {
        var ranked = column.Ranked();
        if (ranked.Count == 0)
        {
            return null;
        }

        var (min, max) = (column.Extremes.Low[0].Value, column.Extremes.High[0].Value);
        var (low, high) = Outward.Of(min, max);
        var (first, third) = (ranked.Quantile(0.25), ranked.Quantile(0.75));
        var range = third - first;
        var (fenceLow, fenceHigh) = (first - (OutlierRanges * range), third + (OutlierRanges * range));
        var far = range > 0 ? ranked.Below(fenceLow) + ranked.Count - ranked.AtMost(fenceHigh) : 0;
        if (far > 0 && far <= Math.Max(ProposalRules.FailingMax / 10, ranked.Error) * present)
        {
            (low, high) = Outward.Of(Math.Max(min, fenceLow), Math.Min(max, fenceHigh));
        }

        // A bound that the column has by its meaning, where it is the nearer one and is not the smallest or largest value.
        var natural = ProposalRules.Natural(column.Name, [.. ranked.Weighted()], (column.Negatives, column.Zeros));
        var strict = natural.StrictMin && natural.Min >= low && natural.Min != min;
        low = natural.Min is { } least && least != min ? Math.Max(low, least) : low;
        high = natural.Max is { } most && most != max ? Math.Min(high, most) : high;
        var numbers = ranked.Count;
        return CheckCandidate.Of(
            new BetweenCheck(column.Name, low, high, StrictMin: strict),
            (failing, looked) => string.Create(CultureInfo.InvariantCulture, $"Half of the values lie from {Said(first)} to {Said(third)}{(failing > looked - numbers ? $"; {failing - (looked - numbers):N0} lie far outside" : "")}."));
    }

    private static CheckCandidate? Texts(ColumnCollector column, ColumnHead head, long present)
    {
        var texts = column.Texts.Count > 0 ? column.Texts.Summary(1) : null;
        var candidate = Lengths(column, texts);
        if (texts?.Patterns is [var shape, ..] && shape.Count >= (1 - ProposalRules.FailingMax) * present && Pattern(shape.Pattern, texts) is { } pattern)
        {
            candidate = CheckCandidate.Of(new MatchesCheck(column.Name, pattern), CheckCandidate.Of("Every value is written alike.", "are written alike."), otherwise: candidate);
        }

        List<string> formats = [.. head.DateFormats().Reverse()];
        foreach (var written in formats.Select(DatePattern).OfType<string>()) // days that there are not may be written like the others
        {
            candidate = CheckCandidate.Of(new MatchesCheck(column.Name, written), CheckCandidate.Of("Every value is written alike.", "are written alike."), otherwise: candidate);
        }

        if (DatesOf(column) >= (1 - ProposalRules.FailingMax) * present)
        {
            candidate = CheckCandidate.Of(new ParseableDateCheck(column.Name), CheckCandidate.Of("Every value is a date, in several ways of writing.", "are dates, in several ways of writing."), otherwise: candidate);
        }

        foreach (var format in formats)
        {
            candidate = CheckCandidate.Of(new DateFormatCheck(column.Name, format), CheckCandidate.Of($"Every value is written as {format}.", $"are written as {format}."), otherwise: candidate);
        }

        return candidate;
    }

    /// <summary>A date format of digits as a pattern; null for names of months.</summary>
    private static string? DatePattern(string format) => format.Contains("%b", StringComparison.Ordinal) ? null
        : $"^{Regex.Escape(format).Replace("%Y", "[0-9]{4}", StringComparison.Ordinal).Replace("%m", "[0-9]{2}", StringComparison.Ordinal).Replace("%d", "[0-9]{2}", StringComparison.Ordinal).Replace("%H", "[0-9]{2}", StringComparison.Ordinal).Replace("%M", "[0-9]{2}", StringComparison.Ordinal).Replace("%S", "[0-9]{2}", StringComparison.Ordinal)}$";

    /// <summary>Values that are dates, however written.</summary>
    private static long DatesOf(ColumnCollector column) =>
        column.CountOf(CellKind.Date) + column.CountOf(CellKind.Moment) + column.CountOf(CellKind.DayFirst) + column.CountOf(CellKind.MonthFirst) + column.CountOf(CellKind.EitherFirst);

    private static CheckCandidate? Lengths(ColumnCollector column, TextProfile? texts)
    {
        if (texts is null)
        {
            return null; // numbers and dates
        }

        // Numbers and dates among the texts are not in their lengths.
        var (least, most) = (AreAll(texts, column) ? texts.LengthMin : 0, texts.LengthMax);
        var room = Math.Max(2, (long)Math.Ceiling((most - least) * 0.5));
        var low = least > room ? least - room : 0;
        return CheckCandidate.Of(new LengthCheck(column.Name, low == 0 ? null : (int)low, (int)(most + room)), (_, _) => string.Create(CultureInfo.InvariantCulture, $"Texts have {texts.LengthMin} to {most} signs."));
    }

    /// <summary>The lengths are those of all values of the column.</summary>
    private static bool AreAll(TextProfile texts, ColumnCollector column) => column.Texts.Count == column.Rows - column.Missing && texts.LengthMin > 0;

    /// <summary>A shape such as AA-9999 as ^[A-Z]{2}-[0-9]{4}$; null where it says no more than that a text is letters.</summary>
    /// <param name="texts">Where all have one length, a run of five or more has a known one.</param>
    private static string? Pattern(string shape, TextProfile texts)
    {
        List<(char Sign, int Times)> parts = []; // 0 times: five or more
        for (var i = 0; i < shape.Length; i++)
        {
            if (shape[i] == '+' && parts is [.., { Sign: 'A' or 'a' or '9', Times: 1 }])
            {
                parts[^1] = (parts[^1].Sign, 0);
            }
            else if (parts.Count > 0 && parts[^1].Sign == shape[i] && parts[^1].Times > 0)
            {
                parts[^1] = (shape[i], parts[^1].Times + 1);
            }
            else
            {
                parts.Add((shape[i], 1));
            }
        }

        var open = parts.Where(part => part.Times == 0).ToList();
        if (open.Count == 1 && texts.LengthMin == texts.LengthMax)
        {
            var at = parts.FindIndex(part => part.Times == 0);
            parts[at] = (parts[at].Sign, (int)texts.LengthMax - parts.Sum(part => part.Times));
            open = [];
        }

        if (parts.Count == 1 && open.Count == 1 && parts[0].Sign != '9')
        {
            return null;
        }

        var pattern = new StringBuilder("^");
        foreach (var (sign, times) in parts)
        {
            pattern.Append(sign switch { '9' => "[0-9]", 'A' => "[A-Z]", 'a' => "[a-z]", _ => Regex.Escape(sign.ToString()) });
            pattern.Append(times switch { 0 => "+", 1 => "", _ => string.Create(CultureInfo.InvariantCulture, $"{{{times}}}") });
        }

        return pattern.Append('$').ToString();
    }

    /// <summary>A figure to four digits.</summary>
    private static string Said(double value) => value == 0 ? "0" : Math.Abs(value) is > 1e15 or < 1e-9 ? value.ToString("G4", CultureInfo.InvariantCulture) : Math.Round((decimal)value, Math.Clamp(3 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 12)).ToString("0.############", CultureInfo.InvariantCulture);
}
