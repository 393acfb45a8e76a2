using Fairlead.Training;

namespace Fairlead.Iterations;

/// <summary>What happens while an iteration runs, for whoever watches.</summary>
public abstract record LoopEvent
{
    private LoopEvent()
    {
    }

    /// <summary>A step begins.</summary>
    public sealed record Started(string Step, string Says) : LoopEvent;

    /// <summary>A step ended; <paramref name="Says"/> is its outcome in one plain sentence.</summary>
    public sealed record Finished(StepRun Run, string Says) : LoopEvent;

    /// <summary>The search fitted a candidate.</summary>
    public sealed record Trial(TrialRecord Record) : LoopEvent;

    /// <summary>Something a person should know and keep.</summary>
    public sealed record Note(string Says) : LoopEvent;

    /// <summary>What is being waited for now; the next one takes its place.</summary>
    public sealed record Waiting(string Says) : LoopEvent;
}
