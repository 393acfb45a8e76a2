using System.Diagnostics;
using Fairlead.Data;
using Fairlead.Models.Contracts;
using Fairlead.Models.Scoring;
using Fairlead.Training.Trees;
using Fairlead.Workspace;

namespace Fairlead.Training;

/// <summary>Step "search": fits a portfolio of candidates within the budget and chooses one, or a blend, by cross-validation. Always ends with a model.</summary>
public static class Search
{
    /// <summary>Part of the step's key: raised when the same input would give another result.</summary>
    public const int Version = 1;

    /// <summary>Candidates whose answers and fits are kept for the blend.</summary>
    private const int KeptMax = 6;

    /// <summary>A candidate worse than the best by more than this factor is not worth time kept back.</summary>
    private const double ContenderScore = 1.02;

    /// <summary>Runs in this process.</summary>
    /// <param name="progress">Told after every trial.</param>
    /// <exception cref="FaultException">There are no rows to train on, or only one class.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; nothing is left behind.</exception>
    public static SearchResult Run(TrainingInput input, BlobStore blobs, IProgress<TrialRecord>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(blobs);
        Check(input);
        var budget = new Budget(input.Seconds, input.Trials, cancel);
        using var data = new SearchData(input, TreeTrainers.Choose());
        var fitter = new CandidateFitter(data, budget);
        var trials = new List<TrialRecord>();
        var kept = new List<Candidate>();
        var stoppedBy = Try(data, fitter, budget, kept, trials, progress);
        var chosen = Choose(data, fitter, budget, kept, trials, progress);
        cancel.ThrowIfCancellationRequested();
        var model = chosen is null ? Constant(data) : Build(data, chosen, SearchData.All);
        var name = chosen is null ? "constant" : string.Join(" + ", chosen.Members.Select(member => $"{member.Candidate.Recipe.Trainer} {member.Candidate.Number}"));
        var folds = Enumerable.Range(0, DatasetVersion.Folds)
            .Select(fold => chosen is not null && data.Fitted.Contains(fold) ? Build(data, chosen, fold) : data.Input.Folds.Contains(fold) ? Constant(data, fold) : model).ToArray();
        cancel.ThrowIfCancellationRequested();
        return new SearchResult(
            Store(model, blobs), [.. folds.Select(fold => Store(fold, blobs))], name, Losses.Name(input.Task), trials, data.Trainer.Native, stoppedBy, budget.Elapsed);
    }

    private static void Check(TrainingInput input)
    {
        var rows = input.Features.Rows;
        if (rows == 0 || input.Folds.Length != rows || (input.Task == ModelTask.Regression ? input.Values : (Array)input.Labels).Length != rows)
        {
            throw new FaultException(
                "search", $"There are {rows} rows to train on, with {input.Folds.Length} folds and {Math.Max(input.Labels.Length, input.Values.Length)} targets.",
                rows == 0 ? "All rows are in quarantine, dropped or kept for the exam: loosen a check, or bring more data." : "");
        }

        if (input.Task != ModelTask.Regression && input.Labels.Distinct().Take(2).Count() < 2)
        {
            throw new FaultException(
                "search", $"Every row to train on is \"{input.Classes[input.Labels[0]]}\": there is nothing to tell apart.", "Bring rows of another class, or name another target.");
        }

        if (input.Task == ModelTask.Regression && input.Values.Any(value => !double.IsFinite(value)))
        {
            throw new FaultException("search", "A target is missing or infinite.", "Drop the rows without a target.");
        }
    }

    /// <summary>Tries recipe after recipe. Returns what stopped it.</summary>
    private static string Try(
        SearchData data, CandidateFitter fitter, Budget budget, List<Candidate> kept, List<TrialRecord> trials, IProgress<TrialRecord>? progress)
    {
        if (data.Evaluated.Length == 0)
        {
            return "converged"; // all rows are near-duplicates of each other: nothing can be judged
        }

        var input = data.Input;
        var part = data[data.Evaluated[0]];
        var portfolio = new Portfolio(
            input.Features.Rows, data.Outputs, part.CanSplit, part.Features.TermCount > 0, input.Task == ModelTask.Regression && Portfolio.Skewed(input.Values), input.Seed);
        var last = new Dictionary<string, double>();
        while (trials.Count < budget.Trials)
        {
            budget.Cancel.ThrowIfCancellationRequested();
            if (portfolio.Next() is not { } recipe)
            {
                return "converged";
            }

            // A trial that could not come to anything in the time left is not begun; the first always is.
            var reserve = fitter.CompletionSeconds(Contenders(kept).Take(Blend.MembersMax));
            if (trials.Count > 0 && budget.Remaining - reserve < Math.Max(0.02, 0.6 * last.GetValueOrDefault(recipe.Trainer)))
            {
                return "budget";
            }

            var started = Stopwatch.GetTimestamp();
            var number = trials.Count + 1;
            TrialRecord record;
            try
            {
                var candidate = fitter.Evaluate(
                    number, recipe, fitSeconds => budget.Remaining < fitter.CompletionSeconds(Contenders(kept).Take(Blend.MembersMax - 1)) + fitter.CompletionSeconds(fitSeconds));
                if (!double.IsFinite(candidate.Score))
                {
                    throw new ArithmeticException("The score is not a number.");
                }

                Keep(kept, candidate);
                record = new TrialRecord(number, recipe.Trainer, recipe.ToString()!, candidate.Score, Stopwatch.GetElapsedTime(started).TotalSeconds, null);
            }
            catch (Exception exception) when (exception is not OperationCanceledException) // one recipe that fails must not end the search
            {
                record = new TrialRecord(number, recipe.Trainer, recipe.ToString()!, null, Stopwatch.GetElapsedTime(started).TotalSeconds, exception.Message);
            }

            last[recipe.Trainer] = record.Seconds;
            portfolio.Tell(recipe, record.Score);
            trials.Add(record);
            progress?.Report(record);
        }

        return "trials";
    }

    /// <summary>Candidates good enough to be chosen or blended: time is kept back for what they still need.</summary>
    private static IEnumerable<Candidate> Contenders(List<Candidate> kept) => kept.TakeWhile(candidate => candidate.Score <= kept[0].Score * ContenderScore);

    /// <summary>Keeps candidates in order of score. Those far behind would never be in a blend.</summary>
    private static void Keep(List<Candidate> kept, Candidate candidate)
    {
        kept.Add(candidate);
        kept.Sort((left, right) => (left.Score, left.Number).CompareTo((right.Score, right.Number)));
        if (kept.Count > KeptMax)
        {
            kept.RemoveAt(KeptMax);
        }
    }

    private static Blend? Choose(
        SearchData data, CandidateFitter fitter, Budget budget, List<Candidate> kept, List<TrialRecord> trials, IProgress<TrialRecord>? progress)
    {
        if (kept.Count == 0)
        {
            return null;
        }

        var started = Stopwatch.GetTimestamp();
        var alike = kept.Where(candidate => candidate.Recipe.Transform == kept[0].Recipe.Transform).ToArray();
        var blend = Blend.Choose(alike, data.Input.Task, fitter.Targets, members => fitter.CompletionSeconds(members) <= budget.Remaining);
        if (blend.Members.Count > 1)
        {
            var settings = string.Join(" + ", blend.Members.Select(member => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{member.Weight:0.##} x {member.Candidate.Number}")));
            var record = new TrialRecord(trials.Count + 1, "blend", settings, blend.Score, Stopwatch.GetElapsedTime(started).TotalSeconds, null);
            trials.Add(record);
            progress?.Report(record);
        }

        fitter.Complete([.. blend.Members.Select(member => member.Candidate)]);
        return blend;
    }

    private static FittedModel Build(SearchData data, Blend blend, int part) => new(
        data[part].Features, data.Input.Task, Answers(data), [.. blend.Members.Select(member => new BlendPart(member.Candidate.Adjusted(part), member.Weight))],
        blend.Members[0].Candidate.Recipe.Transform);

    /// <summary>Shares of the classes, or the mean: what is left when nothing could be fitted.</summary>
    /// <param name="without">A fold whose rows must not count; where no others are left, the answer is even shares, or 0.</param>
    private static FittedModel Constant(SearchData data, int? without = null)
    {
        var task = data.Input.Task;
        var targets = data.Targets.Where((_, row) => data.Input.Folds[row] != without).ToArray();
        var bias = new double[data.Outputs];
        var shares = Enumerable.Range(0, Math.Max(1, data.Input.Classes.Count)).Select(k => (targets.Count(target => target == k) + 1.0) / (targets.Length + data.Input.Classes.Count)).ToArray();
        switch (task)
        {
            case ModelTask.Regression:
                bias[0] = targets.Length == 0 ? 0 : targets.Sum() / targets.Length;
                break;
            case ModelTask.Binary:
                bias[0] = Math.Log(shares[1] / shares[0]);
                break;
            default:
                bias = Array.ConvertAll(shares, Math.Log);
                break;
        }

        var part = data[SearchData.All];
        var inputs = part.Columns;
        return new FittedModel(part.Features, task, Answers(data), [new BlendPart(new LinearModel(data.Outputs, bias, new double[inputs * data.Outputs], part.SparseMeans), 1)]);
    }

    private static int Answers(SearchData data) => data.Input.Task == ModelTask.Regression ? 1 : data.Input.Classes.Count;

    private static string Store(FittedModel model, BlobStore blobs)
    {
        using var stream = new MemoryStream();
        model.Save(stream);
        return blobs.Put(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }
}
