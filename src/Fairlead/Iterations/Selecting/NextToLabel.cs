using System.Globalization;
using Fairlead.Data;
using Fairlead.Data.Quarantine;
using Fairlead.Evaluation;
using Fairlead.Models.Contracts;
using Fairlead.Models.Packages;
using Fairlead.Models.RowSteps;
using Fairlead.Models.Scoring;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Iterations.Selecting;

/// <summary>Which rows to label next: those the model is least sure of, that differ from each other, and that lie where training rows are thin.</summary>
public static class NextToLabel
{
    /// <summary>Rows named unless told otherwise.</summary>
    public const int Default = 50;

    /// <summary>Rows named at most.</summary>
    public const int Max = 10_000;

    /// <summary>Rows looked at, at most: the least sure ones of all.</summary>
    public const int PoolMax = 5_000;

    /// <param name="From">A file of rows without labels; null takes the rows of the project without a label, or where there are none, its training rows, to be labelled once more.</param>
    /// <param name="Count">1 to <see cref="Max"/>.</param>
    public sealed record Request(ProjectFile Project, string? From, int Count = Default);

    /// <param name="Rank">From 1; to be labelled in this order.</param>
    /// <param name="Place">0-based row of the file, or raw row of the project.</param>
    /// <param name="Key">Key of the row; null for a row of a file.</param>
    /// <param name="Answer">What the model answers.</param>
    /// <param name="Uncertainty">Classes: 1 less the lead of the likeliest class over the next, in [0, 1]. Numbers: standard deviation of the answers of the fold models, as a share of the largest.</param>
    /// <param name="Novelty">Distance to the nearest row named before it, in [0, 1] (Gower 1971).</param>
    /// <param name="ThinSlice">The slice with the fewest training rows that it lies in, in words, or null when all have enough.</param>
    /// <param name="Why">Why it is named, in a sentence.</param>
    /// <param name="Values">The row as it came, by column, without dropped personal columns and the target.</param>
    public sealed record Row(int Rank, long Place, string? Key, string Answer, double Uncertainty, double Novelty, string? ThinSlice, string Why, IReadOnlyList<KeyValuePair<string, string?>> Values);

    /// <param name="Source">"file", "without label" (rows in quarantine for it) or "training rows".</param>
    /// <param name="Candidates">Rows that could be named.</param>
    public sealed record Outcome(int Iteration, string Source, long Candidates, IReadOnlyList<Row> Rows);

    /// <exception cref="FaultException">There is no iteration, the file does not fit, or the count is out of range.</exception>
    public static Outcome Run(WorkspaceFolder workspace, Request request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentNullException.ThrowIfNull(request);
        if (request.Count is < 1 or > Max)
        {
            throw new FaultException("-n", $"{request.Count} is no number of rows to name.", $"Give 1 to {Max:N0}.", wrongUse: true);
        }

        var project = request.Project;
        var iteration = AnsweringIteration.ForScore(workspace, project);
        var package = ModelPackage.Load(AnsweringIteration.PackageFolderOf(workspace, iteration));
        var data = DatasetReader.Load(project, iteration.Data, workspace.Blobs);
        FittedModel Load(string blob)
        {
            using var stream = workspace.Blobs.OpenRead(blob);
            return FittedModel.Load(stream);
        }

        FittedModel[] folds = [.. iteration.Search.FoldModels.Select(Load)];
        var pool = request.From is { } file ? FromRaw(DatasetReader.RawFile(file, package.Contract), package, data)
            : Unlabelled(workspace, project, iteration, package, data, cancel) ?? FromTraining(data);
        cancel.ThrowIfCancellationRequested();
        var uncertainty = Uncertainty(project, package, folds, Load(iteration.Search.Model), data, pool, out var answers);
        int[] least = [.. Enumerable.Range(0, pool.Count).OrderByDescending(i => uncertainty[i]).ThenBy(i => i).Take(PoolMax)];
        var picked = Picking.Choose(data, pool.Cleaned.Take(least), Array.ConvertAll(least, i => uncertainty[i]), request.Count, project, cancel);
        var rows = picked.Select((pick, rank) =>
        {
            var at = least[pick.At];
            return new Row(rank + 1, pool.Rows[at], pool.Keys?[at], answers[at], uncertainty[at], pick.Novelty, pick.ThinSlice, pick.Why, pool.Values(at));
        }).ToList();
        if (pool.Source == "training rows" && rows.Count > 0)
        {
            // Their raw values are read for the few that are named.
            var raw = DatasetReader.RawRows(project, iteration.Data, [.. rows.Select(row => row.Place)], workspace.Blobs);
            rows = [.. rows.Select((row, i) => row with { Values = [.. raw.Columns.Where(c => c.Name != project.Target).Select(c => KeyValuePair.Create(c.Name, c[i].Text))] })];
        }

        return new Outcome(iteration.Number, pool.Source, pool.Count, rows);
    }

    /// <summary>Candidates, cleaned as the model reads them.</summary>
    /// <param name="At">Positions in the data set, where they are rows of it.</param>
    private sealed record Pool(string Source, Frame Cleaned, long[] Rows, string[]? Keys, int[]? At, Func<int, IReadOnlyList<KeyValuePair<string, string?>>> Values)
    {
        public int Count => Rows.Length;
    }

    private static Pool FromTraining(Dataset data)
    {
        var rows = TrainingSide.Rows(data);
        return new Pool("training rows", data.Features.Take(rows), Array.ConvertAll(rows, row => data.Rows[row]), Array.ConvertAll(rows, row => data.Keys[row]), rows, _ => []);
    }

    private static Pool? Unlabelled(WorkspaceFolder workspace, ProjectFile project, Iteration iteration, ModelPackage package, Dataset data, CancellationToken cancel)
    {
        if (!iteration.Data.QuarantineReasons.ContainsKey("no label"))
        {
            return null;
        }

        var found = BrowseQuarantine.Run(project, iteration.Data, workspace.Blobs, new BrowseQuarantine.Request("no label", Take: BrowseQuarantine.RowsMax), cancel).Rows;
        var byRow = found.Select(row => row.Values.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal)).ToList();
        var raw = new Frame([.. package.Contract.Columns.Select(column => new FrameColumn(column.Name, ColumnKind.Text, [.. byRow.Select(row => row.GetValueOrDefault(column.Name))]))]);
        var pool = FromRaw(raw, package, data);
        return found.Count == 0 ? null : pool with
        {
            Source = "without label",
            Rows = [.. found.Select(row => row.Row)],
            Keys = [.. found.Select(row => row.Key)],
            Values = at => [.. found[at].Values.Where(pair => pair.Key != project.Target)],
        };
    }

    private static Pool FromRaw(Frame raw, ModelPackage package, Dataset data)
    {
        var columns = data.Features.Columns;
        var names = package.Contract.Cleaned.Select(column => column.Name).ToList();
        int[] places = [.. columns.Select(column => names.IndexOf(column.Name))];
        var numbers = columns.Select(column => column.Numbers is null ? null : new double[raw.Rows]).ToArray();
        var texts = columns.Select(column => column.Numbers is null ? new string?[raw.Rows] : null).ToArray();
        var cells = new Cell[names.Count];
        var steps = new RowPipeline(names, package.Contract.RowSteps);
        for (var row = 0; row < raw.Rows; row++)
        {
            for (var c = 0; c < cells.Length; c++)
            {
                cells[c] = c < raw.Columns.Count ? raw.Columns[c][row] : Cell.Missing;
            }

            steps.Apply(cells);
            for (var c = 0; c < places.Length; c++)
            {
                var cell = places[c] < 0 ? Cell.Missing : cells[places[c]];
                if (numbers[c] is { } known)
                {
                    known[row] = cell.NumberOrNaN;
                }
                else
                {
                    texts[c]![row] = cell.Text;
                }
            }
        }

        var cleaned = new Frame([.. columns.Select((column, c) => numbers[c] is { } known ? new FrameColumn(column.Name, column.Kind, known) : new FrameColumn(column.Name, column.Kind, texts[c]!))]);
        return new Pool("file", cleaned, [.. Enumerable.Range(0, raw.Rows).Select(row => (long)row)], null, null, at => [.. raw.Columns.Select(column => KeyValuePair.Create(column.Name, column[at].Text))]);
    }

    private static double[] Uncertainty(ProjectFile project, ModelPackage package, FittedModel[] folds, FittedModel final, Dataset data, Pool pool, out string[] answers)
    {
        var width = final.Outputs;
        var outputs = pool.At is { } at ? Unseen(new UnseenJudge(data, final, folds), at, width) : ManyRows.Score(final, pool.Cleaned);
        answers = new string[pool.Count];
        var unsure = new double[pool.Count];
        var spread = project.Task == ModelTask.Regression ? folds.Select(fold => ManyRows.Score(fold, pool.Cleaned)).ToList() : [];
        for (var row = 0; row < pool.Count; row++)
        {
            var one = outputs.AsSpan(row * width, width);
            if (project.Task == ModelTask.Regression)
            {
                answers[row] = one[0].ToString("R", CultureInfo.InvariantCulture);
                var mean = spread.Count == 0 ? 0 : spread.Sum(fold => fold[row]) / spread.Count;
                unsure[row] = spread.Count == 0 ? 0 : Math.Sqrt(spread.Sum(fold => (fold[row] - mean) * (fold[row] - mean)) / spread.Count);
                continue;
            }

            answers[row] = package.Contract.Classes[package.Decide(one)];
            var (first, second) = (0.0, 0.0);
            foreach (var chance in one)
            {
                (first, second) = chance > first ? (chance, first) : (first, Math.Max(second, chance));
            }

            unsure[row] = 1 - (first - second);
        }

        var largest = project.Task == ModelTask.Regression ? unsure.DefaultIfEmpty(0).Max() : 1;
        return largest > 0 ? Array.ConvertAll(unsure, value => value / largest) : unsure;
    }

    /// <summary>Rows of the data are answered by models that never saw them; one that no model may judge counts as sure.</summary>
    private static double[] Unseen(UnseenJudge judge, int[] rows, int width)
    {
        var outputs = new double[rows.Length * width];
        foreach (var (i, answer) in judge.Answer(rows).Index())
        {
            if (answer is not null)
            {
                answer.CopyTo(outputs, i * width);
            }
            else
            {
                outputs[i * width] = 1;
            }
        }

        return outputs;
    }
}
