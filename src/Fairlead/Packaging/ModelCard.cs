using System.Globalization;
using System.Text;
using Fairlead.Data;
using Fairlead.Evaluation;
using Fairlead.Models.Contracts;
using Fairlead.Models.Packages;
using Fairlead.Projects;
using Fairlead.Training;

namespace Fairlead.Packaging;

/// <summary>card.md: what the model is, how good it is, and what it must not be used for. For people; holds names of columns and classes, never values of rows.</summary>
internal static class ModelCard
{
    private const int MostImportant = 10;
    private const int MostSlices = 10;
    private const long LeastRowsOfSlice = 30;

    public static string Write(
        ProjectFile project, DatasetVersion version, ModelContract contract, SearchResult search, EvaluationReport evaluation, OnnxComparison? onnx,
        string noOnnx)
    {
        var card = new StringBuilder();
        Line(card, $"# {project.Question}");
        Line(card, "");
        Line(card, $"Model card of `{project.Project}`. {Answer(contract)}");
        Line(card, "");
        Quality(card, contract, evaluation);
        Limits(card, project, contract, evaluation);
        Columns(card, project, evaluation);
        DataPart(card, version);
        Line(card, "## How it was made");
        Line(card, "");
        Line(card, $"- Chosen: {search.Chosen}, the best of {N(search.Trials.Count(trial => trial.Score is not null))} fitted candidates by cross-validated {search.Metric}.");
        if (!search.Native)
        {
            Line(card, "- Trees were trained by the managed fallback: the native trainer was not there.");
        }

        Line(card, onnx is null
            ? $"- No ONNX export: {noOnnx}."
            : $"- `model.onnx` answers from {onnx.Inputs}. Against {onnx.Runtime} on {N(onnx.Rows)} held-out rows no answer differs by more than {Small(onnx.Difference)} (allowed: {Small(onnx.Tolerance)}).");
        Line(card, $"- Data version `{version.Id}`.");
        return card.ToString();
    }

    private static string Answer(ModelContract contract) => contract.Task switch
    {
        ModelTask.Regression => $"It answers with {contract.Target}{(contract.Unit is null ? ", a number" : $" in {contract.Unit}")}.",
        ModelTask.Binary => $"It answers whether {contract.Target} is {Code(contract.Positive ?? contract.Classes[^1])}: yes at a probability of {F(contract.Threshold)} or more.",
        _ => $"It answers with one of {N(contract.Classes.Count)} classes of {contract.Target}: {string.Join(", ", contract.Classes.Select(Code))}.",
    };

    private static void Quality(StringBuilder card, ModelContract contract, EvaluationReport evaluation)
    {
        Line(card, "## How good it is");
        Line(card, "");
        Line(card, $"On {N(evaluation.Rows)} exam rows that it never saw; 95 % bootstrap intervals.");
        if (!evaluation.BeatsGuessing)
        {
            Line(card, "");
            Line(card, "**It can't be told better than guessing.** The interval of its gain over the naive answer includes 0.");
        }

        Line(card, "");
        Line(card, "| Metric | Model | Interval | Naive answer |");
        Line(card, "|---|---|---|---|");
        foreach (var (name, estimate) in evaluation.Metrics.OrderBy(metric => metric.Key, StringComparer.Ordinal))
        {
            Line(card, $"| {name}{(name == evaluation.MainMetric ? " (main)" : "")} | {F(estimate.Value)} | {F(estimate.Low)} to {F(estimate.High)} | {(evaluation.Baseline.TryGetValue(name, out var naive) ? F(naive) : "")} |");
        }

        Line(card, "");
        var slices = evaluation.Slices.Where(slice => slice.Main is not null && slice.Rows >= LeastRowsOfSlice)
            .OrderByDescending(slice => slice.Main!.High - slice.Main.Low).ThenBy(slice => slice.Column, StringComparer.Ordinal).ThenBy(slice => slice.Level, StringComparer.Ordinal)
            .Take(MostSlices).ToArray();
        if (slices.Length > 0)
        {
            Line(card, $"Where it is known least well ({evaluation.MainMetric} on slices of the exam):");
            Line(card, "");
            Line(card, "| Slice | Rows | Value | Interval |");
            Line(card, "|---|---|---|---|");
            foreach (var slice in slices)
            {
                Line(card, $"| {Cell(slice.Column)} = {Cell(slice.Level)} | {N(slice.Rows)} | {F(slice.Main!.Value)} | {F(slice.Main.Low)} to {F(slice.Main.High)} |");
            }

            Line(card, "");
        }
    }

    private static void Limits(StringBuilder card, ProjectFile project, ModelContract contract, EvaluationReport evaluation)
    {
        Line(card, "## What it must not be used for");
        Line(card, "");
        Line(card, $"- Rows of another kind than those it learned from. Answers outside the ranges and names of the contract carry a warning; take them as guesses.");
        Line(card, $"- What would happen if something were changed: it learned what goes together with {contract.Target}, not what causes it.");
        if (!evaluation.BeatsGuessing)
        {
            Line(card, "- Any decision: it can't be told better than guessing.");
        }

        if (project.Columns.Any(column => column.IsFeature && column.Protection == Protection.Keep))
        {
            Line(card, "- Decisions about a person that no person looks at: it uses personal data, as the project file allows.");
        }

        Line(card, "");
    }

    private static void Columns(StringBuilder card, ProjectFile project, EvaluationReport evaluation)
    {
        Line(card, "## What it looks at");
        Line(card, "");
        var important = evaluation.Importance.OrderByDescending(entry => entry.Loss).ThenBy(entry => entry.Column, StringComparer.Ordinal).Take(MostImportant).ToArray();
        if (important.Length > 0)
        {
            Line(card, $"| Column | Loss of {evaluation.MainMetric} when shuffled |");
            Line(card, "|---|---|");
            foreach (var entry in important)
            {
                Line(card, $"| {Cell(entry.Column)} | {F(entry.Loss)} |");
            }

            Line(card, "");
        }

        var left = project.Columns.Where(column => !column.IsFeature).ToArray();
        if (left.Length > 0)
        {
            Line(card, "Left out:");
            Line(card, "");
            foreach (var column in left)
            {
                Line(card, $"- {Code(column.Name)}: {Why(column)}");
            }

            Line(card, "");
        }
    }

    private static string Why(ProjectColumn column) =>
        column.Ignore ?? (!column.Protection.CanTeach ? "personal data" : column.Kind == ColumnKind.Id ? "names a row" : "not a feature");

    private static void DataPart(StringBuilder card, DatasetVersion version)
    {
        Line(card, "## Data");
        Line(card, "");
        Line(card, $"- Rows read {N(version.Read)} = kept {N(version.Kept)} + quarantined {N(version.Quarantined)} + dropped {N(version.Dropped)}.");
        Line(card, $"- Sides: {string.Join(", ", version.Sides.OrderBy(side => side.Key, StringComparer.Ordinal).Select(side => $"{side.Key} {N(side.Value)}"))}.");
        if (version.Corrected > 0)
        {
            Line(card, $"- Labels corrected by people: {N(version.Corrected)}.");
        }

        Line(card, "");
    }

    private static void Line(StringBuilder card, string line) => card.Append(line).Append('\n');

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");

    private static string Code(string text) => $"`{text.Replace('`', '\'').ReplaceLineEndings(" ")}`";

    private static string F(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Small(double value) => value.ToString("0e+00", CultureInfo.InvariantCulture);

    private static string N(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
