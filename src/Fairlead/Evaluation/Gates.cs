using System.Globalization;
using Fairlead.Data;
using Fairlead.Data.Checks;
using Fairlead.Evaluation.Cases;
using Fairlead.Models.Contracts;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Evaluation;

/// <param name="Rows">Rows in quarantine.</param>
/// <param name="Read">Rows read.</param>
/// <param name="Max">Largest share allowed, in (0, 1].</param>
public sealed record QuarantineShare(long Rows, long Read, double Max)
{
    public bool TooMuch => Rows > Max * Read;
}

/// <summary>Step "gates": holds what was measured against the rules of the project file. A gate that can't be measured is not passed.</summary>
public static class Gates
{
    /// <summary>Part of the step's key: raised when the same input would give another result.</summary>
    public const int Version = 2;

    /// <param name="cases">What became of the cases; null when there are none.</param>
    /// <param name="quarantine">How much was set aside; null where it does not matter. Too much is a gate of its own, whatever the project file declares.</param>
    /// <param name="rules">Declared checks, to tell apart those whose failing rows went to quarantine.</param>
    /// <param name="checks">What they found.</param>
    public static IReadOnlyList<GateResult> Evaluate(
        IReadOnlyList<GateRule> gates, ModelTask task, EvaluationReport report, CaseReport? cases, IReadOnlyList<CheckRule> rules, IReadOnlyList<CheckOutcome> checks,
        QuarantineShare? quarantine = null)
    {
        ArgumentNullException.ThrowIfNull(gates);
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(checks);
        var results = new List<GateResult>(gates.Count);
        foreach (var gate in gates)
        {
            if (!GateSyntax.TryParse(gate.Text, task, out var read, out var what, out var fix))
            {
                results.Add(new GateResult(gate.Text, false, $"{gate.Where}: {what} {fix}"));
                continue;
            }

            var (passed, observed) = read.Kind switch
            {
                GateKind.NotWorseThanChampion => Champion(report.Champion),
                GateKind.CasesPass => CasesPass(cases),
                GateKind.ChecksPass => ChecksPass(rules, checks),
                _ => Metric(read, report),
            };
            results.Add(new GateResult(gate.Text, passed, observed));
        }

        if (quarantine is { TooMuch: true } much)
        {
            var limit = (100 * much.Max).ToString("0.##", CultureInfo.InvariantCulture);
            results.Add(new GateResult($"quarantine <= {limit} %", false,
                $"{Count(much.Rows)} of {Count(much.Read)} rows read are in quarantine; the limit is {limit} % (\"quarantine: max\" in the project file): look at the check or the source before the rows"));
        }

        return results;
    }

    private static (bool, string) Metric(GateExpression gate, EvaluationReport report)
    {
        if (!report.Metrics.TryGetValue(gate.Metric, out var estimate))
        {
            return (false, $"{gate.Metric} can't be measured on the {Count(report.Rows)} exam rows: they hold one class, or one value.");
        }

        var figure = gate.Figure switch { GateFigure.Low => estimate.Low, GateFigure.High => estimate.High, _ => estimate.Value };
        var end = gate.Figure == GateFigure.Value ? "" : $", so its {(gate.Figure == GateFigure.Low ? "low" : "high")} end is {Figure(figure)}";
        return (gate.Holds(figure), $"{gate.Metric} is {Figure(estimate.Value)} [{Figure(estimate.Low)}, {Figure(estimate.High)}] on {Count(report.Rows)} exam rows{end}");
    }

    private static (bool, string) Champion(ChampionComparison? champion)
    {
        if (champion is null)
        {
            return (true, "there is no champion yet");
        }

        if (champion.Rows == 0)
        {
            return (false, $"no exam row could be compared: iteration {champion.Iteration.ToString(CultureInfo.InvariantCulture)} saw or can't read all {Count(champion.LeftOut)} of them");
        }

        var (value, low, high) = champion.Metrics[champion.MainMetric];
        var leftOut = champion.LeftOut > 0 ? $"; {Counted.Of(champion.LeftOut, "row")} {(champion.LeftOut == 1 ? "is" : "are")} left out that one of the two saw or can't read" : "";
        return (champion.NotWorse,
            $"{champion.MainMetric} changes by {Signed(value)} [{Signed(low)}, {Signed(high)}] against iteration {champion.Iteration.ToString(CultureInfo.InvariantCulture)} on {Counted.Of(champion.Rows, "row")} that neither saw{leftOut}");
    }

    private static (bool, string) CasesPass(CaseReport? cases)
    {
        if (cases is null || cases.Results.Count == 0)
        {
            return (true, "there are no cases yet");
        }

        var must = cases.Results.Where(r => r.Must).ToArray();
        var failed = must.Where(r => !r.Passed).Select(r => r.Id).ToArray();
        var shown = cases.Results.Count - must.Length;
        return (failed.Length == 0,
            $"{must.Length - failed.Length} of {Counted.Of(must.Length, "case")} {(must.Length - failed.Length == 1 ? "passes" : "pass")}{(failed.Length > 0 ? ", not " + Listed(failed) : "")}{(shown > 0 ? $"; {shown} more are only shown" : "")}");
    }

    /// <summary>
    /// A row check that is allowed no exceptions sends its failing rows to quarantine, after which the rest meets it. What fails the gate is a rule
    /// about the table, one whose rows stay (<c>action: fail</c>), or more failing rows than <see cref="CheckRule.Mostly"/> allows.
    /// </summary>
    private static (bool, string) ChecksPass(IReadOnlyList<CheckRule> rules, IReadOnlyList<CheckOutcome> checks)
    {
        var byId = rules.ToLookup(r => r.Id, StringComparer.Ordinal);
        var failed = checks.Where(c => c.Error && !c.Passed && byId[c.Id].Any(r => (r.Table is not null && !c.Quarantined) || r.KeepsRows || r.Mostly < 1)).ToArray();
        if (failed.Length > 0)
        {
            return (false, $"{failed.Length} of {Counted.Of(checks.Count, "check")} {(failed.Length == 1 ? "fails" : "fail")}: {Listed([.. failed.Select(c => $"{c.Id} ({c.Observed})")])}");
        }

        var aside = checks.Where(c => c.Error && c.Unexpected > 0).Sum(c => c.Unexpected);
        var warned = checks.Count(c => !c.Error && !c.Passed);
        var alone = checks.Count(c => c.Observed == CheckInputs.NothingBefore);
        return (true, checks.Count == 0
            ? "there are no checks"
            : $"{Counted.Of(checks.Count, "check")}{(aside > 0 ? $"; what failed was set aside ({Counted.Of(aside, "finding")})" : "")}{(warned > 0 ? $"; {warned} warn" : "")}{(alone > 0 ? $"; {alone} had {CheckInputs.NothingBefore} to compare with" : "")}");
    }

    private static string Listed(string[] names) =>
        names.Length <= 3 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(3))} and {names.Length - 3} more";

    private static string Count(long count) => count.ToString("#,##0", CultureInfo.InvariantCulture);

    private static string Figure(double value) => Math.Abs(value) >= 1_000 ? value.ToString("#,##0", CultureInfo.InvariantCulture) : value.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Signed(double value) => Figure(value) is var text && text == "-0" ? "0" : (value > 0 && text != "0" ? "+" : "") + text;
}
