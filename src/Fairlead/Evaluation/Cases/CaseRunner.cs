using System.Globalization;
using Fairlead.Evaluation.Metrics;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Models.Scoring;

namespace Fairlead.Evaluation.Cases;

/// <summary>What became of one case.</summary>
/// <param name="Answer">The class by name, or the number as invariant text; null when no model may judge it.</param>
/// <param name="Probability">Of the answer; null for numbers.</param>
/// <param name="By">final: the iteration's model. unseen: its twin of a fold, which never saw the row or its near-duplicates. nobody.</param>
/// <param name="Observed">In words.</param>
public sealed record CaseResult(string Id, bool Must, bool Passed, string Expected, string? Answer, double? Probability, string By, string Observed);

/// <summary>What became of all cases, in their order.</summary>
public sealed record CaseReport(IReadOnlyList<CaseResult> Results, int Passed, int Failed);

/// <summary>Step "cases": asks the model for every case and compares with what is expected.</summary>
public static class CaseRunner
{
    /// <summary>Part of the step's key: raised when the same input would give another result.</summary>
    public const int Version = 1;

    /// <param name="contract">How a raw row is cleaned, and which classes there are.</param>
    /// <param name="model">The iteration's model.</param>
    /// <param name="judge">Knows which model never saw a row.</param>
    public static CaseReport Run(IReadOnlyList<CaseRecord> cases, ModelContract contract, FittedModel model, UnseenJudge judge)
    {
        ArgumentNullException.ThrowIfNull(cases);
        ArgumentNullException.ThrowIfNull(contract);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(judge);
        string[] names = [.. contract.Cleaned.Select(c => c.Name)];
        var pipeline = new RowPipeline(names, contract.RowSteps);
        var rule = AnswerRule.For(contract.Task, contract.Classes, contract.Positive, contract.Threshold);
        var results = cases.Select(one => Judge(one, contract, names, pipeline, rule, model, judge)).ToArray();
        var passed = results.Count(r => r.Passed);
        return new CaseReport(results, passed, results.Length - passed);
    }

    private static CaseResult Judge(
        CaseRecord one, ModelContract contract, string[] names, RowPipeline pipeline, AnswerRule rule, FittedModel model, UnseenJudge judge)
    {
        var row = one.Key is null ? null : judge.RowOf(one.Key);
        var final = row is null || judge.FinalNeverSaw(row.Value);
        var by = final ? model : judge.ModelFor(row!.Value);
        if (by is null)
        {
            return new CaseResult(one.Id, one.Must, false, one.Expected, null, null, "nobody", "every model of this iteration saw the row, so none may judge it");
        }

        var cells = new Cell[names.Length];
        for (var c = 0; c < names.Length; c++)
        {
            cells[c] = one.Row.TryGetValue(names[c], out var value) ? Cell.Of(value) : Cell.Missing;
        }

        pipeline.Apply(cells);
        var outputs = new double[by.Outputs];
        by.Score([.. by.Columns.Select(column => cells[Array.IndexOf(names, column)])], outputs, new ModelScratch());
        var who = final ? "final" : "unseen";
        return contract.Task == ModelTask.Regression ? Number(one, outputs[0], who) : Class(one, contract, outputs, rule.Answer(outputs), who);
    }

    private static CaseResult Class(CaseRecord one, ModelContract contract, double[] outputs, int answer, string by)
    {
        var name = contract.Classes[answer];
        var passed = name == one.Expected;
        var observed = contract.Classes.Contains(one.Expected, StringComparer.Ordinal)
            ? $"answers {name} ({(100 * outputs[answer]).ToString("0", CultureInfo.InvariantCulture)} in 100)"
            : $"expects {one.Expected}, which is not one of the classes {string.Join(", ", contract.Classes)}";
        return new CaseResult(one.Id, one.Must, passed, one.Expected, name, outputs[answer], by, observed);
    }

    private static CaseResult Number(CaseRecord one, double answer, string by)
    {
        var text = answer.ToString("R", CultureInfo.InvariantCulture);
        if (!double.TryParse(one.Expected, NumberStyles.Float, CultureInfo.InvariantCulture, out var expected))
        {
            return new CaseResult(one.Id, one.Must, false, one.Expected, text, null, by, $"expects {one.Expected}, which is not a number");
        }

        var off = Math.Abs(answer - expected);
        return new CaseResult(
            one.Id, one.Must, off <= (one.Tolerance ?? 0), one.Expected, text, null, by,
            string.Create(CultureInfo.InvariantCulture, $"answers {answer:0.####}, {off:0.####} off; allowed is {one.Tolerance ?? 0:0.####}"));
    }
}
