using System.Globalization;
using System.Text.RegularExpressions;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Projects.Reading;
using Fairlead.Workspace;

namespace Fairlead.Projects.Inference;

/// <summary>Proposes how rows are dealt: by key; by group where several rows belong to one thing; by time only when asked.</summary>
internal static partial class SplitProposal
{
    /// <exception cref="FaultException">The column to split by is not a date column.</exception>
    public static (SplitRule Rule, IReadOnlyList<string> Notes) Of(string? byTime, IReadOnlyList<InferredColumn> columns, string target, string? key)
    {
        if (byTime is not null)
        {
            var column = columns.FirstOrDefault(c => c.Name == byTime && c.Kind == ColumnKind.Date) ?? throw new FaultException(
                $"column \"{byTime}\"", "A split by time needs a date column.", $"Date columns: {string.Join(", ", columns.Where(c => c.Kind == ColumnKind.Date).Select(c => c.Name).DefaultIfEmpty("none"))}.");
            return (ByTime(column), ["the newest rows judge; fixed moments, so that no row ever changes sides"]);
        }

        var group = columns.FirstOrDefault(c => c.Name != key && c.Name != target && GroupName().IsMatch(c.Name) && c.Protection == Protection.None
            && c.Sample.Missing == 0 && c.Sample.Distinct >= 20 && c.Sample.Count >= 1.3 * c.Sample.Distinct);
        return group is null
            ? (new SplitRule("key", null, PlanReader.DefaultExam, PlanReader.DefaultSealed, 1), [])
            : (new SplitRule("group", group.Name, PlanReader.DefaultExam, PlanReader.DefaultSealed, 1),
                [string.Create(CultureInfo.InvariantCulture, $"one {group.Name} has several rows ({group.Sample.Count} rows, {group.Sample.Distinct} of them): all go to the same side")]);
    }

    private static SplitRule ByTime(InferredColumn column)
    {
        var order = column.Format ?? "ymd";
        var days = column.Sample.ByCode.SelectMany(l => Enumerable.Repeat(DateText.TryParse(l.Value, order, out var at) ? Math.Floor(at) : double.NaN, l.Count)).Where(d => !double.IsNaN(d)).Order().ToList();
        var examFrom = days[(int)(days.Count * (1 - PlanReader.DefaultExam - PlanReader.DefaultSealed))];
        var sealedFrom = days[(int)(days.Count * (1 - PlanReader.DefaultSealed))];
        return new SplitRule(
            "time", column.Name, PlanReader.DefaultExam, sealedFrom > examFrom ? PlanReader.DefaultSealed : 0, 1,
            Midnight(examFrom), sealedFrom > examFrom ? Midnight(sealedFrom) : null);

        static DateTimeOffset Midnight(double day) => new(DateTime.UnixEpoch.AddDays(day), TimeSpan.Zero);
    }

    [GeneratedRegex(@"(patient|customer|client|user|member|subject|person|household|device|machine|vehicle|account|session|group|site)[_\s\-]?(id|no|nr|number|key)?$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex GroupName();
}
