using Fairlead.Models.Contracts;
using Fairlead.Models.Features;

namespace Fairlead.Training;

/// <summary>Chooses the vocabulary of a text column.</summary>
/// <remarks>
/// Memory is bounded whatever the text: a first pass counts terms in a table of <see cref="Buckets"/> hashed counters, an upper bound of how often
/// each term can occur; only terms that can reach the minimum are then held by name. The hash is a filter only, the result does not depend on it.
/// </remarks>
internal static class TextFitter
{
    /// <summary>Most terms for the linear model: those in most rows.</summary>
    public const int MaxTerms = 20_000;

    /// <summary>Most terms for trees: those that tell most about the target.</summary>
    public const int MaxDenseTerms = 100;

    /// <summary>A term in more than this share of the rows that have text tells nothing.</summary>
    public const double MaxShare = 0.9;

    private const int Buckets = 1 << 22;

    /// <param name="least">Fewest rows that a term must be in.</param>
    public static TextFeature? Fit(FrameColumn column, ModelTask task, int[] labels, double[] values, int least)
    {
        if (column.Texts is not { } texts)
        {
            return null;
        }

        var reader = new TextTerms();
        var (table, withText) = (new int[Buckets], 0);
        foreach (var text in texts.Where(text => !string.IsNullOrEmpty(text)))
        {
            withText++;
            reader.Read(text);
            for (var i = 0; i < reader.Count; i++)
            {
                table[Bucket(reader[i])]++;
            }
        }

        var candidates = new Dictionary<string, Candidate>(StringComparer.Ordinal);
        var lookup = candidates.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var row = 0; row < texts.Length; row++)
        {
            reader.Read(texts[row]);
            for (var i = 0; i < reader.Count; i++)
            {
                var term = reader[i];
                if (table[Bucket(term)] < least)
                {
                    continue;
                }

                if (!lookup.TryGetValue(term, out var candidate))
                {
                    lookup[term] = candidate = new Candidate();
                }

                if (candidate.LastRow != row)
                {
                    (candidate.LastRow, candidate.Rows) = (row, candidate.Rows + 1);
                }
            }
        }

        (string Term, int Rows)[] chosen = [.. candidates
            .Where(term => term.Value.Rows >= least && term.Value.Rows <= MaxShare * withText)
            .Select(term => (Term: term.Key, term.Value.Rows))
            .OrderByDescending(term => term.Rows).ThenBy(term => term.Term, StringComparer.Ordinal)
            .Take(MaxTerms)];
        if (chosen.Length == 0)
        {
            return null;
        }

        var idf = chosen.Select(term => Math.Log((1.0 + withText) / (1.0 + term.Rows)) + 1).ToArray();
        string[] terms = [.. chosen.Select(term => term.Term)];
        return new TextFeature(column.Name, terms, idf, MostInformative(texts, terms, task, labels, values));
    }

    /// <summary>Indices of the terms whose presence tells most about the target: largest chi-square (classes) or squared correlation (numbers).</summary>
    private static int[] MostInformative(string?[] texts, string[] terms, ModelTask task, int[] labels, double[] values)
    {
        // Classes as one column each, 0 or 1; a number as one column, centred. Then both are the same sum.
        var classes = task == ModelTask.Regression ? 1 : labels.Max() + 1;
        var mean = task == ModelTask.Regression ? values.Average() : 0;
        var (rows, sums) = (new int[terms.Length], new double[terms.Length * classes]);
        ForEachTerm(texts, terms, (row, term) =>
        {
            rows[term]++;
            if (task == ModelTask.Regression)
            {
                sums[term] += values[row] - mean;
            }
            else
            {
                sums[(term * classes) + labels[row]]++;
            }
        });

        var shares = new double[classes];
        foreach (var label in task == ModelTask.Regression ? [] : labels)
        {
            shares[label] += 1.0 / labels.Length;
        }

        var scores = new double[terms.Length];
        for (var term = 0; term < terms.Length; term++)
        {
            double present = rows[term], absent = texts.Length - present;
            for (var k = 0; k < classes; k++)
            {
                var surplus = sums[(term * classes) + k] - (present * shares[k]);
                var expected = task == ModelTask.Regression ? 1 : shares[k];
                scores[term] += expected > 0 ? surplus * surplus / expected : 0;
            }

            // Chi-square of presence and absence together: surplus^2 (1/present + 1/absent) a class.
            scores[term] *= present > 0 && absent > 0 ? (1 / present) + (1 / absent) : 0;
        }

        return [.. Enumerable.Range(0, terms.Length)
            .Where(term => scores[term] > 0)
            .OrderByDescending(term => scores[term]).ThenBy(term => term)
            .Take(MaxDenseTerms)];
    }

    /// <summary>Calls once for each term in a row, rows in order.</summary>
    private static void ForEachTerm(string?[] texts, string[] terms, Action<int, int> found)
    {
        var (index, seen) = (new Dictionary<string, int>(terms.Length, StringComparer.Ordinal), new int[terms.Length]);
        for (var i = 0; i < terms.Length; i++)
        {
            index.Add(terms[i], i);
        }

        var lookup = index.GetAlternateLookup<ReadOnlySpan<char>>();
        var reader = new TextTerms();
        for (var row = 0; row < texts.Length; row++)
        {
            reader.Read(texts[row]);
            for (var i = 0; i < reader.Count; i++)
            {
                if (lookup.TryGetValue(reader[i], out var term) && seen[term] != row + 1)
                {
                    seen[term] = row + 1;
                    found(row, term);
                }
            }
        }
    }

    /// <summary>FNV-1a over the characters, folded to the table's size.</summary>
    private static int Bucket(ReadOnlySpan<char> term)
    {
        var hash = 2166136261u;
        foreach (var c in term)
        {
            hash = (hash ^ c) * 16777619u;
        }

        return (int)((hash ^ (hash >> 22)) & (Buckets - 1));
    }

    private sealed class Candidate
    {
        public int LastRow { get; set; } = -1;

        public int Rows { get; set; }
    }
}
