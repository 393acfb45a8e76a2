using Fairlead.Models.Contracts;
using Fairlead.Models.Scoring;

namespace Fairlead.Models.Features;

/// <summary>A <see cref="TextFeature"/> ready to weigh texts.</summary>
/// <remarks>
/// Weight of a term: (1 + ln tf) x idf, then the row's weights are divided by their Euclidean length.
/// Sublinear tf and this idf as in G. Salton and C. Buckley, "Term-weighting approaches in automatic text retrieval", IPM 24(5), 1988.
/// </remarks>
internal sealed class TextVocabulary
{
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _index;
    private readonly double[] _idf;
    private readonly int[] _dense;
    private readonly int _offset;

    public TextVocabulary(TextFeature feature, int offset)
    {
        var index = new Dictionary<string, int>(feature.Terms.Count, StringComparer.Ordinal);
        for (var i = 0; i < feature.Terms.Count; i++)
        {
            index.Add(feature.Terms[i], i);
        }

        _index = index.GetAlternateLookup<ReadOnlySpan<char>>();
        (_idf, _dense, _offset) = ([.. feature.Idf], [.. feature.DenseTerms], offset);
    }

    /// <summary>Adds the row's terms to the scratch, and their weights to <paramref name="dense"/> (NaN when there is no text).</summary>
    public void Transform(Cell cell, Span<double> dense, ModelScratch scratch)
    {
        if (cell.IsMissing)
        {
            dense.Fill(double.NaN);
            return;
        }

        var terms = scratch.Text;
        terms.Read(cell.Text ?? cell.ToString());
        var counts = scratch.CountsFor(_idf.Length);
        var seen = scratch.SeenFor(_idf.Length);
        var found = 0;
        for (var i = 0; i < terms.Count; i++)
        {
            if (_index.TryGetValue(terms[i], out var term) && counts[term]++ == 0)
            {
                seen[found++] = term;
            }
        }

        var rising = seen[..found];
        rising.Sort(); // sums in one order, whatever the order of the words
        var squares = 0.0;
        foreach (var term in rising)
        {
            var weight = Weight(counts[term], _idf[term]);
            squares += weight * weight;
        }

        var length = Math.Sqrt(squares);
        for (var d = 0; d < _dense.Length; d++)
        {
            var count = counts[_dense[d]];
            dense[d] = count == 0 ? 0 : Weight(count, _idf[_dense[d]]) / length;
        }

        foreach (var term in rising)
        {
            scratch.AddTerm(_offset + term, Weight(counts[term], _idf[term]) / length);
            counts[term] = 0; // left clean for the next row
        }
    }

    private static double Weight(int count, double idf) => count == 1 ? idf : (1 + Math.Log(count)) * idf;
}
