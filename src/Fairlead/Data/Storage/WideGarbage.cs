namespace Fairlead.Data.Storage;

/// <summary>Collects what the batches of a very wide table leave behind. On its own the collector may wait for hundreds of megabytes, as many as the caches of the processor say, and a batch of ten thousand columns leaves much.</summary>
/// <param name="columns">Of the table.</param>
internal sealed class WideGarbage(int columns)
{
    private const long Most = 64L << 20;

    private long _before;

    /// <summary>After a batch, on the thread that made it.</summary>
    /// <param name="last">It was the last one: what was held for the scan is garbage too.</param>
    public void Collect(bool last)
    {
        if (columns > DataEngine.ColumnsWithin && GC.GetAllocatedBytesForCurrentThread() is var allocated && (last || allocated - _before > Most))
        {
            GC.Collect(last ? GC.MaxGeneration : 0, GCCollectionMode.Forced, blocking: true);
            _before = allocated;
        }
    }
}
