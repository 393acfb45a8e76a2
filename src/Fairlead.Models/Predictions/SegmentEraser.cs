using System.Buffers.Binary;

namespace Fairlead.Models.Predictions;

/// <summary>Takes single predictions out of a segment. Their bytes become zeros behind a mark; all others keep their place, and so their id.</summary>
public static class SegmentEraser
{
    /// <summary>Erases the predictions that <paramref name="theirs"/> names; only looks for them where <paramref name="onlyLook"/>. On disk when it returns. Also for a segment that is being written.</summary>
    /// <param name="text">UTF-8 of what they are known by: where it stands outside of whole records, in what a power cut left, it becomes zeros too. Empty for none.</param>
    public static IReadOnlyList<PredictionId> Erase(string path, Func<LoggedPrediction, bool> theirs, ReadOnlySpan<byte> text, bool onlyLook)
    {
        ArgumentNullException.ThrowIfNull(theirs);
        using var file = new FileStream(path, FileMode.Open, onlyLook ? FileAccess.Read : FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        var (erased, gaps) = Find(bytes, theirs, text);
        if (!onlyLook && gaps.Count > 0)
        {
            foreach (var gap in gaps)
            {
                var blank = new byte[gap.Length];
                gap.Erase(blank);
                file.Position = gap.Start;
                file.Write(blank);
            }

            file.Flush(flushToDisk: true);
        }

        return erased;
    }

    /// <summary>The same in memory: the bytes of a segment, which are changed in place.</summary>
    /// <param name="changed">Some became zeros.</param>
    public static IReadOnlyList<PredictionId> Erase(byte[] bytes, Func<LoggedPrediction, bool> theirs, ReadOnlySpan<byte> text, out bool changed)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentNullException.ThrowIfNull(theirs);
        var (erased, gaps) = Find(bytes, theirs, text);
        foreach (var gap in gaps)
        {
            gap.Erase(bytes.AsSpan(gap.Start, gap.Length));
        }

        changed = gaps.Count > 0;
        return erased;
    }

    private static (List<PredictionId> Erased, List<Gap> Gaps) Find(byte[] bytes, Func<LoggedPrediction, bool> theirs, ReadOnlySpan<byte> text)
    {
        if (SegmentReader.Parse(bytes) is not { } segment)
        {
            return ([], []);
        }

        var (erased, gaps, at) = (new List<PredictionId>(), new List<Gap>(), 0);
        foreach (var offset in segment.Offsets(out _, out _))
        {
            AddText(bytes, at, offset, text, gaps);
            var length = Math.Min(SegmentFormat.Aligned(SegmentFormat.RecordHead + BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(offset))), bytes.Length - offset);
            at = offset + length;
            if (segment.At(offset) is { } prediction && theirs(prediction))
            {
                erased.Add(prediction.Id);
                gaps.Add(new Gap(offset, length, IsRecord: true));
            }
        }

        AddText(bytes, at, bytes.Length, text, gaps);
        return (erased, gaps);
    }

    private static void AddText(byte[] bytes, int start, int end, ReadOnlySpan<byte> text, List<Gap> gaps)
    {
        while (!text.IsEmpty && start < end && bytes.AsSpan(start, end - start).IndexOf(text) is var found and >= 0)
        {
            gaps.Add(new Gap(start + found, text.Length, IsRecord: false));
            start += found + text.Length;
        }
    }

    /// <summary>Bytes that go.</summary>
    /// <param name="IsRecord">A whole record, whose place stays known.</param>
    private readonly record struct Gap(int Start, int Length, bool IsRecord)
    {
        public void Erase(Span<byte> bytes)
        {
            if (IsRecord)
            {
                SegmentFormat.Erase(bytes);
            }
            else
            {
                bytes.Clear();
            }
        }
    }
}
