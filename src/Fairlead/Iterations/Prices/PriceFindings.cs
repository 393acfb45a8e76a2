using Fairlead.Customers.Causes;
using Fairlead.Data;
using Fairlead.Evaluation;
using Fairlead.Evaluation.Metrics;
using Fairlead.Iterations.Labels;
using Fairlead.Models.Contracts;
using Fairlead.Projects;
using Fairlead.Training;
using Fairlead.Workspace;

namespace Fairlead.Iterations.Prices;

/// <summary>Prices the problems found in a version: a copy of the training rows with and without the repair, a quick model on each, and how many answers to exam rows differ.</summary>
/// <remarks>
/// The quick model is one linear fit (<see cref="QuickModel"/>), the same for both, without randomness: what differs is the repair. It says how much a finding could matter, not how the searched model would answer.
/// Rows beyond the limits are left out by taking every n-th, so that the same version always has the same prices.
/// </remarks>
public static class PriceFindings
{
    /// <summary>Part of the step's key: raised when the same input would give another result.</summary>
    public const int Version = 2;

    /// <summary>Most findings priced; the rest has no price. Failed checks first, then labels, then those of most rows.</summary>
    public const int FindingsMax = 12;

    /// <summary>Training rows of a quick model at most.</summary>
    public const int TrainRowsMax = 10_000;

    /// <summary>Exam rows answered at most.</summary>
    public const int ExamRowsMax = 5_000;

    private const int ExamRowsMin = 20;

    /// <summary>A number changed when it moved by more than this share of the target's standard deviation.</summary>
    private const double ChangedShare = 0.1;

    /// <param name="Labels">Suspected labels of the same version, or null.</param>
    /// <param name="Threshold">Binary: the class of interest is answered at or above this probability.</param>
    public sealed record Request(ProjectFile Project, DatasetVersion Version, Dataset Data, LabelReport? Labels, double Threshold, BlobStore Blobs);

    public static IReadOnlyList<FindingPrice> Run(Request request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        var data = request.Data;
        var exam = EveryNth([.. Enumerable.Range(0, data.Count).Where(row => data.Sides[row] == Side.Exam)], ExamRowsMax);
        var train = EveryNth(TrainingSide.Rows(data), TrainRowsMax);
        if (exam.Length < ExamRowsMin || train.Length == 0 || (request.Project.Task != ModelTask.Regression && train.Select(row => data.Labels[row]).Distinct().Count() < 2))
        {
            return [];
        }

        var now = QuickRows.Of(data, train, exam);
        var copies = new RepairedCopies(request, now, train, exam, cancel);
        var rule = AnswerRule.For(request.Project.Task, data.Classes, request.Project.Positive, request.Threshold);
        double[]? standing = null;
        List<FindingPrice> prices = [];
        foreach (var copy in copies.All().Take(FindingsMax))
        {
            cancel.ThrowIfCancellationRequested();
            if (copy.Column is not null && prices.Find(price => (price.How, price.Column, price.Check) == (copy.How, copy.Column, copy.Check)) is { } same)
            {
                prices.Add(same with { Kind = copy.Kind, Finding = copy.Title }); // the same repair for another reason
                continue;
            }

            if (copy.Make() is not { } other)
            {
                continue;
            }

            standing ??= Answer(request, now);
            var changed = Changed(request.Project.Task, rule, standing, Answer(request, other.Rows), Enumerable.Range(0, exam.Length).Select(i => data.Values.Length == 0 ? 0 : data.Values[exam[i]]).ToArray());
            prices.Add(new FindingPrice(copy.Kind, copy.Column, copy.Title, copy.Check, other.Touched, exam.Length, changed, Bootstrap.Share(changed, exam.Length), copy.How));
        }

        return prices;
    }

    private static double[] Answer(Request request, QuickRows rows)
    {
        var task = request.Project.Task;
        var model = QuickModel.Fit(new TrainingInput(rows.Train, [], task, request.Data.Classes, rows.Labels, rows.Values, null, null, 0));
        return ManyRows.Score(model, rows.Exam);
    }

    private static long Changed(ModelTask task, AnswerRule rule, double[] before, double[] after, double[] truth)
    {
        var rows = truth.Length;
        var width = before.Length / rows;
        if (task != ModelTask.Regression)
        {
            return Enumerable.Range(0, rows).LongCount(row => rule.Answer(before.AsSpan(row * width, width)) != rule.Answer(after.AsSpan(row * width, width)));
        }

        var mean = truth.Sum() / rows;
        var spread = Math.Sqrt(truth.Sum(value => (value - mean) * (value - mean)) / rows);
        return Enumerable.Range(0, rows).LongCount(row => Math.Abs(before[row] - after[row]) > ChangedShare * spread);
    }

    private static int[] EveryNth(int[] rows, int max)
    {
        var step = (rows.Length + max - 1) / max;
        return step <= 1 ? rows : [.. rows.Where((_, i) => i % step == 0)];
    }
}

/// <summary>Rows that a quick model is fitted on and answers.</summary>
/// <param name="Labels">Class index of each training row; empty for regression.</param>
/// <param name="Values">Target of each training row; empty for classes.</param>
internal sealed record QuickRows(Frame Train, int[] Labels, double[] Values, Frame Exam)
{
    /// <summary>Free text is left out where there are other columns: it costs most of the time of a fit and carries little of what is repaired.</summary>
    public static QuickRows Of(Dataset data, int[] train, int[] exam)
    {
        var plain = data.Features.Columns.Where(column => column.Kind != ColumnKind.Text).ToList();
        var features = plain.Count == 0 ? data.Features : new Frame(plain);
        return new QuickRows(features.Take(train), data.Labels.Length == 0 ? [] : Array.ConvertAll(train, row => data.Labels[row]), data.Values.Length == 0 ? [] : Array.ConvertAll(train, row => data.Values[row]), features.Take(exam));
    }

    /// <summary>Without some training rows.</summary>
    public QuickRows Without(HashSet<int> rows)
    {
        int[] kept = [.. Enumerable.Range(0, Train.Rows).Where(row => !rows.Contains(row))];
        return this with { Train = Train.Take(kept), Labels = Labels.Length == 0 ? [] : Array.ConvertAll(kept, row => Labels[row]), Values = Values.Length == 0 ? [] : Array.ConvertAll(kept, row => Values[row]) };
    }

    /// <summary>With more training rows.</summary>
    /// <param name="cells">Cleaned cells, row by row, in the order of the frame's columns.</param>
    public QuickRows With(IReadOnlyList<(Cell[] Cells, int Label, double Value)> cells)
    {
        var columns = Train.Columns.Select((column, c) => column.Numbers is { } numbers
            ? new FrameColumn(column.Name, column.Kind, [.. numbers, .. cells.Select(row => row.Cells[c].NumberOrNaN)])
            : new FrameColumn(column.Name, column.Kind, [.. column.Texts!, .. cells.Select(row => row.Cells[c].Text)]));
        return this with
        {
            Train = new Frame([.. columns]),
            Labels = Labels.Length == 0 ? [] : [.. Labels, .. cells.Select(row => row.Label)],
            Values = Values.Length == 0 ? [] : [.. Values, .. cells.Select(row => row.Value)],
        };
    }

    /// <summary>Without one of several columns.</summary>
    public QuickRows WithoutColumn(string name) => this with { Train = new Frame([.. Train.Columns.Where(column => column.Name != name)]), Exam = new Frame([.. Exam.Columns.Where(column => column.Name != name)]) };

    /// <summary>With other values of one column.</summary>
    public QuickRows Replaced(FrameColumn train, FrameColumn exam) => this with { Train = Put(Train, train), Exam = Put(Exam, exam) };

    private static Frame Put(Frame frame, FrameColumn column) => new([.. frame.Columns.Select(other => other.Name == column.Name ? column : other)]);
}
