using Fairlead.Models.Features;

namespace Fairlead.Models.Scoring;

/// <summary>Buffers for scoring, one a thread. They grow to what the models need and are then reused; any model may use any scratch.</summary>
public sealed class ModelScratch
{
    private double[] _dense = [];
    private int[] _counts = [];
    private int[] _seen = [];
    private int[] _termIndices = [];
    private double[] _termValues = [];
    private int _terms;
    private int[] _inputIndices = [];
    private double[] _inputValues = [];
    private double[] _raw = [];

    internal TextTerms Text { get; } = new();

    internal ReadOnlySpan<int> TermIndices => _termIndices.AsSpan(0, _terms);

    internal ReadOnlySpan<double> TermValues => _termValues.AsSpan(0, _terms);

    internal Span<double> DenseFor(int width) => Grown(ref _dense, width);

    /// <summary>All zero; whoever counts clears again.</summary>
    internal Span<int> CountsFor(int terms) => Grown(ref _counts, terms);

    internal Span<int> SeenFor(int terms) => Grown(ref _seen, terms);

    internal Span<double> RawFor(int outputs) => Grown(ref _raw, outputs);

    internal Span<int> InputIndicesFor(int inputs) => Grown(ref _inputIndices, inputs);

    internal Span<double> InputValuesFor(int inputs) => Grown(ref _inputValues, inputs);

    internal void ClearTerms(int capacity)
    {
        Grown(ref _termIndices, capacity);
        Grown(ref _termValues, capacity);
        _terms = 0;
    }

    internal void AddTerm(int term, double value)
    {
        _termIndices[_terms] = term;
        _termValues[_terms++] = value;
    }

    private static Span<T> Grown<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = new T[Math.Max(length, 2 * buffer.Length)];
        }

        return buffer.AsSpan(0, length);
    }
}
