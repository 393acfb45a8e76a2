using Fairlead.Models.Contracts;
using Fairlead.Models.Scoring;

namespace Fairlead.Serving.Predict;

/// <summary>What one thread needs to answer a request; used again for the next.</summary>
internal sealed class PredictScratch
{
    [ThreadStatic]
    private static PredictScratch? _own;

    private Cell[] _raw = [];
    private Cell[] _cleaned = [];
    private double[] _outputs = [];

    /// <summary>The scratch of the calling thread. Not to be held over an await.</summary>
    public static PredictScratch Own => _own ??= new PredictScratch();

    public ModelScratch Model { get; } = new();

    public RowScan Scan { get; } = new();

    public List<string> Warnings { get; } = [];

    /// <summary>The response.</summary>
    public ByteBuffer Answer { get; } = new();

    /// <summary>Payloads of the records, one after the other.</summary>
    public ByteBuffer Records { get; } = new();

    /// <summary>Per row: end of its payload in <see cref="Records"/>, place of its id in <see cref="Answer"/>.</summary>
    public List<(int RecordEnd, int IdAt)> Rows { get; } = [];

    public Span<Cell> Raw(int columns) => Grown(ref _raw, columns);

    public Span<Cell> Cleaned(int columns) => Grown(ref _cleaned, columns);

    public Span<double> Outputs(int outputs) => Grown(ref _outputs, outputs);

    public void Clear()
    {
        Answer.Clear();
        Records.Clear();
        Rows.Clear();
    }

    private static Span<T> Grown<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = new T[length];
        }

        return buffer.AsSpan(0, length);
    }
}
