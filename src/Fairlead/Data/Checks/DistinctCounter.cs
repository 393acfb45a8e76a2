using Fairlead.Data.Scanning;

namespace Fairlead.Data.Checks;

/// <summary>A distinct value of a column.</summary>
/// <param name="Hash">As <see cref="HashIndex.Kept"/>.</param>
/// <param name="FirstRow">Where it stands first.</param>
internal readonly record struct DistinctValue(Hash128 Hash, long Count, long FirstRow);

/// <summary>How often each value of a column occurs: by code where the column has a dictionary, by hash elsewhere.</summary>
internal sealed class DistinctCounter(ColumnView view, int condition) : IDisposable
{
    private readonly ValueHash _hash = new(view);
    private readonly HashIndex _index = new();
    private long[] _codeCounts = [];
    private long[] _codeFirst = [];
    private ColumnDictionary? _dictionary;

    /// <summary>Rows with a value that meet the condition.</summary>
    public long Present { get; private set; }

    public void Take(BatchView batch)
    {
        var selected = batch.Selected(condition);
        if (view.Vector.Codes is { } codes)
        {
            _dictionary = view.Vector.Dictionary!;
            if (_codeCounts.Length < _dictionary.Count)
            {
                Array.Resize(ref _codeCounts, Math.Max(_dictionary.Count, _codeCounts.Length * 2));
                Array.Resize(ref _codeFirst, _codeCounts.Length);
            }

            for (var row = 0; row < batch.Rows; row++)
            {
                if (codes[row] is >= 0 and var code && selected?[row] != false)
                {
                    _codeFirst[code] = _codeCounts[code]++ == 0 ? batch.FirstRow + row : _codeFirst[code];
                    Present++;
                }
            }

            return;
        }

        for (var row = 0; row < batch.Rows; row++)
        {
            if (!view.IsMissing(row) && selected?[row] != false)
            {
                _index.Add(_hash.At(row), batch.FirstRow + row);
                Present++;
            }
        }
    }

    /// <summary>Hands every distinct value to <paramref name="take"/>, in no promised order.</summary>
    public void Visit(Action<DistinctValue> take)
    {
        var coded = new Dictionary<Hash128, (long Count, long First)>();
        for (var code = 0; code < _codeCounts.Length; code++)
        {
            if (_codeCounts[code] > 0)
            {
                coded[HashIndex.Kept(ValueHash.Of(_dictionary!.Text(code)))] = (_codeCounts[code], _codeFirst[code]);
            }
        }

        _index.Visit((hash, count, first) =>
        {
            if (coded.Remove(hash, out var before))
            {
                (count, first) = (count + before.Count, before.First);
            }

            take(new DistinctValue(hash, count, first));
        });
        foreach (var (hash, (count, first)) in coded)
        {
            take(new DistinctValue(hash, count, first));
        }
    }

    public long Distinct()
    {
        long distinct = 0;
        Visit(_ => distinct++);
        return distinct;
    }

    public void Dispose() => _index.Dispose();
}
