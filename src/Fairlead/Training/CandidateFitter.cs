using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Fairlead.Models.Scoring;
using Fairlead.Training.Linear;
using Fairlead.Training.Trees;

namespace Fairlead.Training;

/// <summary>Fits recipes: on the evaluated folds side by side, so that they can be judged, and later on what is left for the chosen ones.</summary>
internal sealed class CandidateFitter(SearchData data, Budget budget)
{
    /// <summary>Rounds between two looks at the validation rows.</summary>
    private const int Chunk = 5;

    /// <summary>Rounds without a better score before boosting stops, at a learning rate of 0.1; more at smaller rates.</summary>
    private const int PatienceRounds = 40;

    /// <summary>A fit on all rows has a quarter more rows than those that chose the rounds, and takes this share more of them.</summary>
    private const double RoundsForAll = 1.1;

    /// <summary>What a fit on all rows costs, against one without a fold.</summary>
    private const double ForAll = 1.35;

    private readonly int _threads = Math.Clamp(Environment.ProcessorCount, 1, 4);
    private readonly int[] _rows = data.EvaluatedRows();
    private LinearModel?[] _start = new LinearModel?[SearchData.All + 1];
    private TargetTransform _startTransform;
    private double _coldSeconds;

    /// <summary>Targets of the evaluated rows.</summary>
    public double[] Targets { get; } = Array.ConvertAll(data.EvaluatedRows(), row => data.Targets[row]);

    /// <summary>Fits and judges a recipe.</summary>
    /// <param name="deadline">Given the CPU seconds that one fit of this recipe takes so far, says whether to stop where it is.</param>
    public Candidate Evaluate(int number, Recipe recipe, Func<double, bool> deadline) => recipe switch
    {
        LinearRecipe linear => Linear(number, linear, deadline),
        TreeRecipe trees => Trees(number, trees, deadline),
        _ => throw new InvalidOperationException($"No trainer for {recipe.GetType().Name}."),
    };

    /// <summary>Makes the fits that the members lack: on every fold that can be fitted, and on all rows. Nothing can be fitted afterwards: each part's rows are released as soon as its last fit is made, so that no more parts are held at once than are worked on.</summary>
    public void Complete(IReadOnlyList<Candidate> members)
    {
        // all rows first: it takes longest
        var missing = members.SelectMany(member => data.Fitted.Prepend(SearchData.All).Select(part => (Member: member, Part: part)))
            .Where(job => job.Member.Fits[job.Part] is null).OrderByDescending(job => job.Part).ToArray();
        var left = new int[SearchData.All + 1];
        foreach (var (_, part) in missing)
        {
            left[part]++;
        }

        foreach (var fold in data.Fitted.Where(fold => left[fold] == 0 && data.Has(fold)))
        {
            data[fold].Release();
        }

        InParallel(missing, job =>
        {
            job.Member.Fits[job.Part] = Fit(job.Member, data[job.Part], job.Part);
            if (Interlocked.Decrement(ref left[job.Part]) == 0)
            {
                data[job.Part].Release();
            }
        });
    }

    /// <summary>Wall seconds that <see cref="Complete"/> will take, with something to spare.</summary>
    public double CompletionSeconds(IEnumerable<Candidate> members)
    {
        var (sum, longest) = (0.0, 0.0);
        foreach (var member in members)
        {
            var one = member.Recipe is LinearRecipe ? Math.Max(member.FitSeconds, _coldSeconds) : member.FitSeconds;
            sum += one * (data.Fitted.Count(fold => member.Fits[fold] is null) + ForAll);
            longest = Math.Max(longest, one * ForAll);
        }

        var prepare = data.PrepareSeconds * data.Fitted.Append(SearchData.All).Count(part => !data.Has(part));
        return (1.25 * Math.Max((sum + prepare) / Gain(_threads), longest + data.PrepareSeconds)) + 0.05;
    }

    /// <summary>What a fit with this many CPU seconds would leave to do.</summary>
    public double CompletionSeconds(double fitSeconds) =>
        1.25 * fitSeconds * Math.Max(ForAll, (data.Fitted.Length - data.Evaluated.Length + ForAll) / Gain(_threads));

    /// <summary>What several threads are worth.</summary>
    private static double Gain(int threads) => 1 + (0.7 * (threads - 1));

    private Candidate Linear(int number, LinearRecipe recipe, Func<double, bool> deadline)
    {
        var started = Stopwatch.GetTimestamp();
        var fits = new LinearModel[data.Evaluated.Length];
        var raw = new double[data.Targets.Length * data.Outputs];
        if (_startTransform != recipe.Transform)
        {
            (_start, _startTransform) = (new LinearModel?[SearchData.All + 1], recipe.Transform);
        }

        InParallel([.. Enumerable.Range(0, fits.Length)], i =>
        {
            var part = data[data.Evaluated[i]];
            fits[i] = LinearTrainer.Fit(part.Sparse, part.SparseMeans, part.Target(recipe.Transform), recipe.Strength, _start[data.Evaluated[i]], () => Stop(deadline, started));
            Scatter(LinearTrainer.Predict(fits[i], part.SparseValid!), part.ValidRows, raw);
        });
        var candidate = new Candidate(number, recipe, data.Outputs) { FitSeconds = FitSeconds(started) };
        _coldSeconds = Math.Max(_coldSeconds, candidate.FitSeconds); // later ones start from this one's weights; those on other rows do not
        for (var i = 0; i < fits.Length; i++)
        {
            candidate.Fits[data.Evaluated[i]] = _start[data.Evaluated[i]] = fits[i];
        }

        candidate.Judge(data.Input.Task, Gather(raw), Targets);
        return candidate;
    }

    private bool Stop(Func<double, bool> deadline, long started)
    {
        budget.Cancel.ThrowIfCancellationRequested();
        return budget.Over || deadline(FitSeconds(started));
    }

    /// <summary>CPU seconds of one fit among those that run side by side since <paramref name="started"/>.</summary>
    private double FitSeconds(long started) =>
        Stopwatch.GetElapsedTime(started).TotalSeconds * Gain(Math.Min(_threads, data.Evaluated.Length)) / data.Evaluated.Length;

    private Candidate Trees(int number, TreeRecipe recipe, Func<double, bool> deadline)
    {
        var started = Stopwatch.GetTimestamp();
        var folds = data.Evaluated;
        var fits = new ITreeFit?[folds.Length];
        try
        {
            InParallel([.. Enumerable.Range(0, folds.Length)], i => fits[i] = data[folds[i]].Trees(recipe.Transform).Start(recipe.Settings, Seed(number)));
            var buffers = Array.ConvertAll(folds, fold => new double[data[fold].ValidRows.Length * data.Outputs]);
            var grown = new int[folds.Length];
            var live = Array.ConvertAll(folds, _ => true);
            var raw = new double[data.Targets.Length * data.Outputs];
            double[] bestRaw = [];
            var (best, bestRounds, rounds) = (double.PositiveInfinity, 0, 0);
            var targets = Array.ConvertAll(Targets, target => TargetTransforms.Apply(recipe.Transform, target));
            var patience = (int)Math.Min(PatienceRounds * 0.1 / recipe.Settings.LearningRate, 150);
            while (rounds < recipe.Settings.Rounds && live.Contains(true))
            {
                var chunk = recipe.Settings.Forest ? 20 : Chunk;
                InParallel([.. Enumerable.Range(0, folds.Length).Where(i => live[i])], i =>
                {
                    for (var round = 0; round < chunk && live[i]; round++)
                    {
                        live[i] = fits[i]!.Step();
                        grown[i] += live[i] ? 1 : 0;
                    }

                    fits[i]!.Predict(buffers[i]);
                });
                for (var i = 0; i < folds.Length; i++)
                {
                    Scatter(buffers[i], data[folds[i]].ValidRows, raw);
                }

                rounds += chunk;
                var gathered = Gather(raw);
                var loss = Losses.Mean(data.Input.Task, Losses.Answers(data.Input.Task, data.Outputs, gathered), targets);
                if (recipe.Settings.Forest || loss < best || bestRaw.Length == 0)
                {
                    (best, bestRounds, bestRaw) = (loss, rounds, gathered);
                }

                if (!recipe.Settings.Forest && (rounds - bestRounds >= patience || !double.IsFinite(loss)))
                {
                    break;
                }

                if (Stop(deadline, started))
                {
                    break;
                }
            }

            var candidate = new Candidate(number, recipe, data.Outputs) { FitSeconds = FitSeconds(started) * bestRounds / Math.Max(1, rounds), Rounds = bestRounds };
            InParallel([.. Enumerable.Range(0, folds.Length)], i => candidate.Fits[folds[i]] = fits[i]!.Export(Math.Min(grown[i], bestRounds)));
            candidate.Judge(data.Input.Task, bestRaw, Targets);
            return candidate;
        }
        finally
        {
            foreach (var fit in fits)
            {
                fit?.Dispose();
            }
        }
    }

    private Predictor Fit(Candidate member, SearchPart part, int index)
    {
        bool Stop()
        {
            budget.Cancel.ThrowIfCancellationRequested();
            return budget.Over;
        }

        if (member.Recipe is LinearRecipe linear)
        {
            return LinearTrainer.Fit(part.Sparse, part.SparseMeans, part.Target(linear.Transform), linear.Strength, null, Stop);
        }

        var recipe = (TreeRecipe)member.Recipe;
        var wanted = index == SearchData.All && !recipe.Settings.Forest ? (int)Math.Round(member.Rounds * RoundsForAll) : member.Rounds;
        using var fit = part.Trees(recipe.Transform).Start(recipe.Settings, Seed(member.Number));
        var rounds = 0;
        while (rounds < wanted && fit.Step())
        {
            rounds++;
            if (rounds % Chunk == 0 && Stop())
            {
                break;
            }
        }

        return fit.Export(rounds);
    }

    private int Seed(int number) => unchecked((data.Input.Seed * 1_000_003) + (number * 7_919)) & int.MaxValue;

    private void Scatter(double[] values, int[] rows, double[] all)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            values.AsSpan(i * data.Outputs, data.Outputs).CopyTo(all.AsSpan(rows[i] * data.Outputs));
        }
    }

    private double[] Gather(double[] all)
    {
        var gathered = new double[_rows.Length * data.Outputs];
        for (var i = 0; i < _rows.Length; i++)
        {
            all.AsSpan(_rows[i] * data.Outputs, data.Outputs).CopyTo(gathered.AsSpan(i * data.Outputs));
        }

        return gathered;
    }

    /// <summary>Does all jobs on a few threads; which thread does which changes nothing about the results. The first fault is thrown as it was.</summary>
    private void InParallel<T>(T[] jobs, Action<T> work)
    {
        var faults = new ConcurrentQueue<Exception>();
        Parallel.ForEach(
            Partitioner.Create(jobs, EnumerablePartitionerOptions.NoBuffering), new ParallelOptions { MaxDegreeOfParallelism = _threads }, job =>
            {
                try
                {
                    if (faults.IsEmpty)
                    {
                        work(job);
                    }
                }
                catch (Exception exception)
                {
                    faults.Enqueue(exception);
                }
            });
        if (faults.TryDequeue(out var first))
        {
            ExceptionDispatchInfo.Throw(first);
        }
    }
}
