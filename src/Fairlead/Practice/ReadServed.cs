using System.Globalization;
using System.Text;
using System.Text.Json;
using Fairlead.Data;
using Fairlead.Data.Drift;
using Fairlead.Data.Profiles;
using Fairlead.Evaluation;
using Fairlead.Iterations;
using Fairlead.Models.Contracts;
using Fairlead.Models.Drift;
using Fairlead.Models.Packages;
using Fairlead.Models.Predictions;
using Fairlead.Models.RowSteps;
using Fairlead.Models.Scoring;
using Fairlead.Projects;
using Fairlead.Releases;
using Fairlead.Workspace;
using Cell = Fairlead.Models.Contracts.Cell;

namespace Fairlead.Practice;

/// <summary>Estimates from the prediction log how good the served model is, and holds what it is asked against its training rows. Keeps its last result until there are new answers.</summary>
/// <remarks>
/// Performance: as <c>data estimate</c> does it, with the exam's rows, which the model never saw, as the answers whose truth is known. Inputs: the tests of <c>data drift</c> over the bins and levels of the training rows that the package carries.
/// Safe for several threads.
/// </remarks>
public sealed class ReadServed
{
    /// <summary>Newest answers that are looked at.</summary>
    public const int Window = 2_000;

    /// <summary>Answers, and exam rows, below which nothing is estimated.</summary>
    public const int AnswersMin = 50;

    /// <summary>Exam rows that answers are held against, at most: of more a sample by the hash of their keys.</summary>
    public const int ExamRowsMax = 20_000;

    private readonly Lock _gate = new();
    private ((string Iteration, string Data, long Answers) Key, ServedModel Result)? _last;

    /// <summary>Null when nothing is released.</summary>
    public ServedModel? Run(WorkspaceFolder workspace, ProjectFile project, PredictionStore predictions)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(predictions);
        if (ReleaseRecords.Current(workspace.Records, project.Id, "staging") is not { } release || IterationRecords.Find(workspace.Records, project.Id, release.Iteration) is not { } iteration)
        {
            return null;
        }

        var key = (iteration.Key, iteration.Data.Blob, predictions.Count(project.Id));
        lock (_gate)
        {
            if (_last is { } last && last.Key == key)
            {
                return last.Result;
            }

            var result = Look(workspace, project, predictions, iteration);
            _last = (key, result);
            return result;
        }
    }

    private static ServedModel Look(WorkspaceFolder workspace, ProjectFile project, PredictionStore predictions, Iteration iteration)
    {
        var manifest = iteration.Package.GetValueOrDefault(ModelPackage.ManifestFile);
        var answers = predictions.Recent(project.Id, Window).Where(answer => answer.Package == manifest).ToList();
        var empty = new ServedModel(iteration.Number, answers.Count, answers.Count > 0 ? answers[^1].At : null, answers.Count > 0 ? answers[0].At : null, 0, [], false, 0, [], null);
        if (answers.Count < AnswersMin)
        {
            return empty with { Why = string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(answers.Count, "answer")} so far; an estimate needs {AnswersMin}") };
        }

        var files = iteration.Package.Values.Append(iteration.Data.Blob).ToList();
        if (!files.TrueForAll(workspace.Blobs.Has))
        {
            return empty with { Why = "what it was made from is not kept any more" };
        }

        var package = ModelPackage.Load(AnsweringIteration.PackageFolderOf(workspace, iteration));
        var (columns, drifted) = Inputs(package, answers, iteration, workspace.Blobs);
        var looked = empty with { Columns = columns, Drifted = drifted };
        return Exam(workspace, project, iteration, package) is { } exam && exam.Outputs.Count >= AnswersMin
            ? Estimated(looked with { ReferenceOf = exam.Of }, exam, [.. answers.Where(answer => answer.Outputs.Count == package.Contract.Outputs).Select(answer => answer.Outputs)], package.Contract)
            : looked with { Why = string.Create(CultureInfo.InvariantCulture, $"fewer than {AnswersMin} exam rows are there that this model never saw") };
    }

    private static ServedModel Estimated(ServedModel looked, ExamAnswers exam, IReadOnlyList<IReadOnlyList<double>> answers, ModelContract contract)
    {
        var positive = contract.Positive is { } name ? contract.Classes.ToList().IndexOf(name) : -1;
        int Best(IReadOnlyList<double> outputs) => positive >= 0 ? positive : Enumerable.Range(0, outputs.Count).MaxBy(k => outputs[k]);
        var outcome = contract.Task == ModelTask.Regression
            ? EstimatePerformance.OfNumbers([.. exam.Outputs.Select(outputs => outputs[0])], [.. exam.Truth], [.. answers.Select(outputs => outputs[0])])
            : EstimatePerformance.Of(
                [.. exam.Outputs.Select(outputs => outputs[Best(outputs)])], [.. exam.Outputs.Select((outputs, i) => Best(outputs) == exam.Truth[i])], [.. answers.Select(outputs => outputs[Best(outputs)])],
                contract.Threshold, positive >= 0);
        return looked with { ReferenceRows = exam.Outputs.Count, Metrics = outcome.Metrics, Worse = outcome.Worse, Outside = outcome.Outside, Notes = outcome.Notes };
    }

    /// <param name="Outputs">Of the model, per row.</param>
    /// <param name="Truth">Class index or number of each row.</param>
    /// <param name="Of">Rows that these are a sample of.</param>
    private sealed record ExamAnswers(IReadOnlyList<double[]> Outputs, IReadOnlyList<double> Truth, long Of);

    /// <summary>The model's outputs on exam rows of its own version that it never saw, and their truth; null where the project file reads the version in another way by now.</summary>
    private static ExamAnswers? Exam(WorkspaceFolder workspace, ProjectFile project, Iteration iteration, ModelPackage package)
    {
        if (project.Task != iteration.Task || iteration.Data.Profile.All(column => column.Name != project.Target))
        {
            return null;
        }

        var (data, of) = DatasetReader.LoadUnseenExam(project, iteration.Data, package.Contract.Classes, ExamRowsMax, workspace.Blobs);
        if (!package.Model.Columns.All(data.Features.Has) || data.Labels.Contains(-1))
        {
            return null;
        }

        var (scores, width) = (ManyRows.Score(package.Model, data.Features), package.Contract.Outputs);
        return new ExamAnswers([.. Enumerable.Range(0, data.Count).Select(row => scores[(row * width)..((row + 1) * width)])], data.Values.Length > 0 ? data.Values : [.. data.Labels.Select(label => (double)label)], of);
    }

    /// <summary>Columns compared, and those that drifted.</summary>
    private static (int Columns, IReadOnlyList<ColumnDrift> Drifted) Inputs(ModelPackage package, IReadOnlyList<LoggedPrediction> answers, Iteration iteration, BlobStore blobs)
    {
        if (iteration.Package.GetValueOrDefault(ModelPackage.DriftFile) is not { } file || JsonSerializer.Deserialize(blobs.Read(file), DriftJson.Default.DriftReference) is not { } reference)
        {
            return (0, []);
        }

        var contract = package.Contract;
        var places = contract.Cleaned.Select((column, place) => (column, place)).ToDictionary(one => one.column.Name, one => one.place, StringComparer.Ordinal);

        // Dates move on by themselves. What is protected is logged as it was protected, and would be protected twice.
        var columns = reference.Columns.Where(column => column.Counts.Count > 0 && column.Kind != ColumnKind.Date && places.TryGetValue(column.Name, out var place) && contract.Cleaned[place].Protection == Protection.None).ToList();
        var counts = columns.Select(column => new long[column.Counts.Count]).ToArray();
        var missing = new long[columns.Count];
        var (cells, outputs, scratch) = (new Cell[package.Width], new double[contract.Outputs], new ModelScratch());
        foreach (var answer in answers)
        {
            Array.Clear(cells);
            for (var i = 0; i < contract.Columns.Count; i++)
            {
                cells[i] = answer.Row.GetValueOrDefault(contract.Columns[i].Name);
            }

            package.Answer(cells, outputs, scratch, null);
            for (var i = 0; i < columns.Count; i++)
            {
                if (BinOf(columns[i], cells[places[columns[i].Name]]) is >= 0 and var bin)
                {
                    counts[i][bin]++;
                }
                else
                {
                    missing[i]++;
                }
            }
        }

        var report = CompareTables.Compare(
            new CompareTables.Request("training rows", "answers"),
            [.. columns.Select(column => Spread(column, column.Counts, column.Missing))], [.. columns.Select((column, i) => Spread(column, counts[i], missing[i]))]);
        return (report.Columns.Count, [.. report.Columns.Where(column => column.Drifted)]);
    }

    private static int BinOf(DriftColumn column, Cell cell)
    {
        if (column.Levels is { } levels)
        {
            return cell.Text is not { } text ? -1 : levels.ToList().IndexOf(text) is >= 0 and var level ? level : levels.Count;
        }

        return cell.IsNumber ? column.Edges!.Count(edge => cell.Number >= edge) : -1;
    }

    private static ColumnSide Spread(DriftColumn column, IReadOnlyList<long> counts, long missing)
    {
        var levels = new ValueCounts(ColumnSideCollector.LevelsMax);
        for (var bin = 0; bin < counts.Count; bin++)
        {
            if (counts[bin] > 0)
            {
                var name = Encoding.UTF8.GetBytes(NameOf(column, bin));
                levels.Add(Hashes.Of(name), name, counts[bin]);
            }
        }

        var (present, none) = (counts.Sum(), new NumberSpread([], [], 0));
        var kinds = new long[(int)CellKind.EitherFirst + 1];
        kinds[(int)CellKind.Text] = present;
        return new ColumnSide(column.Name, present + missing, missing, kinds, none, levels, none);
    }

    private static string NameOf(DriftColumn column, int bin)
    {
        if (column.Levels is { } levels)
        {
            return bin < levels.Count ? levels[bin] : "any other name";
        }

        static string Shown(double edge) => NumberText.Shortest(double.Parse(edge.ToString("G5", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
        var edges = column.Edges!;
        return edges.Count == 0 ? "any value" : bin == 0 ? $"below {Shown(edges[0])}" : bin == edges.Count ? $"{Shown(edges[^1])} or more" : $"{Shown(edges[bin - 1])} to {Shown(edges[bin])}";
    }
}
