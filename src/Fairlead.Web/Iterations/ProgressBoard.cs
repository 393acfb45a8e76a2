using Fairlead.Iterations;
using Fairlead.Training;

namespace Fairlead.Web.Iterations;

/// <summary>Where a running iteration stands, for pages to show and to wait on. Thread-safe. The loop reports to it; see <see cref="Report"/>.</summary>
public sealed class ProgressBoard(TimeProvider time) : IProgress<LoopEvent>
{
    /// <summary>Trials and notes that are kept; older ones are left out of the picture.</summary>
    public const int MaxLines = 200;

    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ProgressPicture _picture = ProgressPicture.Idle;

    /// <summary>The picture at this moment. Immutable.</summary>
    public ProgressPicture Now
    {
        get
        {
            lock (_lock)
            {
                return _picture;
            }
        }
    }

    /// <summary>An iteration begins.</summary>
    public void Begin() => Change(_ => ProgressPicture.Idle with { State = ProgressState.Running, Since = time.GetUtcNow() });

    /// <summary>It ended and is recorded under this number.</summary>
    public void End(int iteration, bool passed) => Change(p => p with { State = ProgressState.Done, Iteration = iteration, Passed = passed });

    /// <summary>It ended without a result.</summary>
    /// <param name="why">What is wrong and what to do, for a person.</param>
    public void Fail(string why) => Change(p => p with { State = ProgressState.Failed, Why = why });

    /// <inheritdoc/>
    public void Report(LoopEvent value) => Change(p => value switch
    {
        LoopEvent.Started started => p with { Steps = [.. p.Steps.Where(s => s.Step != started.Step), new ProgressStep(started.Step, started.Says, false, false, null)] },
        LoopEvent.Finished finished => p with
        {
            Steps = [.. p.Steps.Where(s => s.Step != finished.Run.Step), new ProgressStep(finished.Run.Step, finished.Says, true, finished.Run.Reused, finished.Run.Seconds)],
        },
        LoopEvent.Trial trial => p with { Trials = [.. p.Trials.TakeLast(MaxLines - 1), trial.Record] },
        LoopEvent.Note note => p with { Notes = [.. p.Notes.TakeLast(MaxLines - 1), note.Says] },
        _ => p,
    });

    /// <summary>Waits until the picture is another than <paramref name="seen"/>.</summary>
    public async Task<ProgressPicture> NextAsync(ProgressPicture? seen, CancellationToken cancel)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (!ReferenceEquals(_picture, seen))
                {
                    return _picture;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancel);
        }
    }

    private void Change(Func<ProgressPicture, ProgressPicture> change)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _picture = change(_picture);
            changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }
}

public enum ProgressState
{
    Idle,
    Running,
    Done,
    Failed,
}

/// <param name="Iteration">Number of the iteration that ended; 0 before.</param>
/// <param name="Why">Why it failed, or null.</param>
public sealed record ProgressPicture(
    ProgressState State, DateTimeOffset Since, IReadOnlyList<ProgressStep> Steps, IReadOnlyList<TrialRecord> Trials, IReadOnlyList<string> Notes, int Iteration, bool Passed, string? Why)
{
    public static ProgressPicture Idle { get; } = new(ProgressState.Idle, default, [], [], [], 0, false, null);
}

/// <param name="Says">What it does, or what it came to, in one plain sentence.</param>
/// <param name="Seconds">Null while it runs.</param>
public sealed record ProgressStep(string Step, string Says, bool Done, bool Reused, double? Seconds);
