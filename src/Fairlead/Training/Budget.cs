using System.Diagnostics;

namespace Fairlead.Training;

/// <summary>What a search may spend: wall time, trials, or both. The clock starts when it is made.</summary>
internal sealed class Budget
{
    /// <summary>Wall time when neither seconds nor trials are given.</summary>
    public const double DefaultSeconds = 8;

    /// <summary>Share of the time by which the last fits may run over, so that a model whose fit has begun is not thrown away.</summary>
    private const double Grace = 0.08;

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly double _seconds;

    public Budget(double? seconds, int? trials, CancellationToken cancel)
    {
        _seconds = seconds ?? (trials is null ? DefaultSeconds : double.PositiveInfinity);
        (Trials, Cancel) = (trials ?? int.MaxValue, cancel);
    }

    public int Trials { get; }

    public CancellationToken Cancel { get; }

    public double Elapsed => Stopwatch.GetElapsedTime(_start).TotalSeconds;

    /// <summary>Seconds that are left; infinite when only trials count.</summary>
    public double Remaining => _seconds - Elapsed;

    /// <summary>The time and its grace are over: end what is running.</summary>
    public bool Over => Remaining < -Grace * _seconds;
}
