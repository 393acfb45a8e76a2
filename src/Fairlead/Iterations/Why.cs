using Fairlead.Customers;
using Fairlead.Data;
using Fairlead.Evaluation.Explanations;
using Fairlead.Models.Contracts;
using Fairlead.Models.Features;
using Fairlead.Models.Packages;
using Fairlead.Models.Scoring;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Iterations;

/// <summary>Why one answer came out: the row as it came, cleaned, and as features; the reasons; the training rows most like it; and what people said.</summary>
public static class Why
{
    /// <param name="Sentence">The answer in plain words.</param>
    /// <param name="Raw">Raw values by column, as far as they are kept.</param>
    /// <param name="Cleaned">After the row steps.</param>
    /// <param name="Features">What the model looked at, by input name.</param>
    /// <param name="Reasons">Strongest first.</param>
    /// <param name="Said">What people said about this answer.</param>
    public sealed record Explanation(
        AnswerView Prediction, string Project, int Iteration, string Sentence, IReadOnlyDictionary<string, string?> Raw, IReadOnlyDictionary<string, string?> Cleaned,
        IReadOnlyDictionary<string, double?> Features, IReadOnlyList<CardReason> Reasons, IReadOnlyList<string> Warnings, IReadOnlyList<LikeRow> Nearest, IReadOnlyList<Feedback> Said);

    /// <param name="Probabilities">By class; empty for regression.</param>
    public sealed record AnswerView(string Id, DateTimeOffset At, string From, string Answer, IReadOnlyDictionary<string, double> Probabilities);

    /// <param name="Key">Key of the training row.</param>
    /// <param name="Distance">Mean difference over the features, 0 is the same.</param>
    /// <param name="Target">Its recorded answer.</param>
    public sealed record LikeRow(string Key, double Distance, string Target, IReadOnlyDictionary<string, string?> Values);

    /// <exception cref="FaultException">The workspace does not have this prediction.</exception>
    public static Explanation Run(WorkspaceFolder workspace, ProjectFile project, AnsweredPrediction found)
    {
        workspace.Audit.Read("why", $"{project.Project}, answer {found.Id}");
        var package = ModelPackage.Load(AnsweringIteration.PackageFolderOf(workspace, found.Iteration));
        var contract = package.Contract;
        var raw = contract.Columns.Select(c => Cell.Of(found.Raw.GetValueOrDefault(c.Name))).ToArray();
        var answered = CardMaker.Answer(package, raw, new ModelScratch());
        var reasons = AnswerReasons.Of(package, answered.Cleaned, answered.Output);
        var name = contract.Wording.Name is { } naming ? found.Raw.GetValueOrDefault(naming) : null;
        var sentence = CardMaker.Sentence(contract, PlainWords.Title(contract.Wording, name ?? found.Key, "").TrimEnd(), answered, reasons);
        var visible = contract.Columns.Select((column, place) => (column, place)).Where(c => c.column.Protection != Protection.Drop).ToList();
        var inputs = package.Model.Columns.Select(column => answered.Cleaned[visible.First(c => c.column.Name == column).place]).ToArray();
        return new Explanation(
            new AnswerView(found.Id, found.At, found.From, found.Answer, contract.Classes.Select((c, i) => KeyValuePair.Create(c, (found.Outputs ?? answered.Outputs)[i])).ToDictionary()),
            project.Project, found.Iteration.Number, sentence, found.Raw,
            visible.ToDictionary(c => c.column.Name, c => Text(answered.Cleaned[c.place], c.column.Kind)),
            Features(package.Model.FeatureSet, inputs),
            reasons, answered.Warnings, Nearest(workspace, project, found, package, inputs),
            [.. ListFeedback.Run(workspace.Records, project.Id).Where(f => f.Prediction == found.Id || (found.Key is not null && f.Key == found.Key))]);
    }

    private static string? Text(Cell cell, ColumnKind kind) =>
        cell.IsMissing ? null : kind == ColumnKind.Date && cell.IsNumber ? PlainWords.Date(cell.Number) : cell.ToString();

    private static Dictionary<string, double?> Features(FeatureSet features, Cell[] inputs)
    {
        var row = features.Transform(inputs, new ModelScratch());
        var named = new Dictionary<string, double?>(StringComparer.Ordinal);
        for (var i = 0; i < features.DenseWidth; i++)
        {
            named[features.DenseNames[i]] = double.IsNaN(row.Dense[i]) ? null : row.Dense[i];
        }

        return named;
    }

    private static List<LikeRow> Nearest(WorkspaceFolder workspace, ProjectFile project, AnsweredPrediction found, ModelPackage package, Cell[] inputs)
    {
        var data = DatasetReader.Load(project, found.Iteration.Data, workspace.Blobs);
        var columns = package.Model.Columns.Where(data.Features.Has).Select(name => data.Features[name]).ToArray();
        return [.. NearestRows.Find(data, package.Model.Columns, inputs, except: found.Key).Select(near => new LikeRow(
            near.Key, near.Distance, near.Target, columns.ToDictionary(c => c.Name, c => Text(c[near.Row], c.Kind))))];
    }
}
