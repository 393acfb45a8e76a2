using System.Globalization;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;

namespace Fairlead.Projects.Inference;

/// <summary>
/// Proposes checks. Bounds never come from the exact smallest or largest value, which the next delivery would break without being wrong:
/// a number is bounded where its meaning does it (not below 0) or where a few values stand far off all others.
/// </summary>
internal static class CheckProposals
{
    /// <summary>Columns that "never missing" is written for.</summary>
    private const int NotNullMax = 60;

    public static (IReadOnlyList<CheckRule> Rules, IReadOnlyDictionary<string, string> Remarks) Of(
        IReadOnlyList<InferredColumn> columns, InferredTarget target, string? key, long rows, long copies)
    {
        var rules = new List<CheckRule>();
        var remarks = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(new CheckRule($"not_null:{target.Sample.Name}", new NotNullCheck(target.Sample.Name), null, true, false, 1, ""), "a row without an answer teaches nothing");
        if (key is not null)
        {
            // Copies of whole rows repeat the key until they are dropped, which comes after the checks.
            Add(new CheckRule($"unique:{key}", null, new UniqueCheck([key]), copies == 0, false, 1, ""), copies == 0 ? null : "an error once the copies are gone at the source");
        }

        Add(new CheckRule("row_count_between", null, new RowCountCheck(Math.Max(1, Outward.OfRows(rows).Low), null), false, false, 1, ""), "a delivery cut short");
        foreach (var column in columns.Where(c => c.IsFeature && c.Kind == ColumnKind.Number))
        {
            Numbers(column);
        }

        foreach (var column in columns.Where(c => c.IsFeature && c.Kind == ColumnKind.Category))
        {
            if (column.Listed is null && ProposalRules.Names(Levels(column)) is { } set)
            {
                Add(new CheckRule($"in_set:{column.Name}", new InSetCheck(column.Name, Ordered(set.Names)), null, false, false, 1, ""),
                    set.LeftOut == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{set.LeftOut} {(set.LeftOut == 1 ? "row has" : "rows have")} a rare name that may be a slip"));
            }
        }

        var never = columns.Where(c => c.IsFeature && c.Sample.Missing == 0 && c.MissingMarks.Count == 0).ToList();
        foreach (var column in never.Count <= NotNullMax ? never : [])
        {
            Add(new CheckRule($"not_null:{column.Name}", new NotNullCheck(column.Name), null, false, false, 1, ""), null);
        }

        return (rules, remarks);

        void Add(CheckRule rule, string? remark)
        {
            rules.Add(rule);
            if (remark is not null)
            {
                remarks[rule.Id] = remark;
            }
        }

        void Numbers(InferredColumn column)
        {
            var values = column.Sample.Numbers.Where(n => !double.IsNaN(n)).Order().Select(n => (n, 1L)).ToList();
            if (values.Count < ProposalRules.RowsMin)
            {
                return;
            }

            var bounds = ProposalRules.Natural(column.Name, values);
            if (bounds.Min is not null || bounds.Max is not null)
            {
                var odd = bounds.Below + bounds.Above;
                Add(
                    new CheckRule($"between:{column.Name}", new BetweenCheck(column.Name, bounds.Min, bounds.Max, StrictMin: bounds.StrictMin), null, true, false, 1, ""),
                    odd == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{odd} {(odd == 1 ? "row" : "rows")} now{(bounds.Above > 0 ? $", up to {values[^1].n:0.####}" : $", down to {values[0].n:0.####}")}"));
            }
        }
    }

    /// <summary>Names after spelling, with their rows.</summary>
    private static IEnumerable<(string Value, long Count)> Levels(InferredColumn column) =>
        column.Sample.Levels.GroupBy(l => column.Spellings.GetValueOrDefault(SpellingClusters.AsciiLower(l.Value), l.Value), StringComparer.Ordinal).Select(g => (g.Key, g.Sum(l => (long)l.Count)));

    /// <summary>Codes by number, names as they come.</summary>
    private static IReadOnlyList<string> Ordered(IReadOnlyList<string> names) =>
        names.All(n => !double.IsNaN(ColumnSample.NumberOf(n))) ? [.. names.OrderBy(ColumnSample.NumberOf)] : names;
}
