using System.Text;

namespace Fairlead.Data.Profiles;

/// <summary>Lengths and character shapes of texts.</summary>
internal sealed class TextCollector
{
    /// <summary>Texts up to this many bytes, and of at most three words, have their shape taken.</summary>
    public const int ShapeMax = 40;

    /// <summary>Texts of more words have no shape: they are sentences.</summary>
    private const int WordsMax = 3;

    private const int LengthMax = 512;
    private const int PatternsMax = 256;
    private const int PatternsShown = 10;
    private const int Alike = 5;

    private static readonly byte[] Shapes = [.. Enumerable.Range(0, 256).Select(i => (byte)(i switch
    {
        >= 'A' and <= 'Z' => 'A',
        >= 'a' and <= 'z' or >= 0xC0 => 'a',
        >= '0' and <= '9' => '9',
        >= 0x80 => 0, // inside a letter beyond ASCII
        _ => i,
    }))];

    private long[] _lengths = [];
    private readonly Dictionary<ulong, int> _patterns = [];
    private readonly List<(string Pattern, long Count)> _counts = [];
    private long _sum;
    private long _min = long.MaxValue;
    private long _max;
    private long _other;
    private long _long;

    public long Count { get; private set; }

    /// <summary>Values with a space between words.</summary>
    public long Spaced { get; private set; }

    public double LengthMean => Count == 0 ? 0 : (double)_sum / Count;

    public void Add(ReadOnlySpan<byte> text, long count = 1)
    {
        var length = Ascii.IsValid(text) ? text.Length : CodePoints(text);
        Count += count;
        _sum += length * count;
        _min = Math.Min(_min, length);
        _max = Math.Max(_max, length);
        var at = Math.Min(length, LengthMax);
        if (at >= _lengths.Length)
        {
            Array.Resize(ref _lengths, Math.Min(LengthMax + 1, 2 * (at + 8)));
        }

        _lengths[at] += count;
        var spaces = text.Count((byte)' ');
        Spaced += spaces > 0 ? count : 0;
        if (text.Length > ShapeMax || spaces >= WordsMax)
        {
            _long += count;
            return;
        }

        Span<byte> shape = stackalloc byte[ShapeMax];
        var shaped = shape[..Shape(text, shape)];
        var hash = Hashes.Of(shaped);
        if (_patterns.TryGetValue(hash, out var known))
        {
            _counts[known] = _counts[known] with { Count = _counts[known].Count + count };
        }
        else if (_counts.Count < PatternsMax)
        {
            _patterns[hash] = _counts.Count;
            _counts.Add((Encoding.UTF8.GetString(shaped), count));
        }
        else
        {
            _other += count;
        }
    }

    public TextProfile Summary(int bins)
    {
        var (median, seen) = (0L, 0L);
        for (var length = 0; length < _lengths.Length; length++)
        {
            seen += _lengths[length];
            if (seen * 2 >= Count)
            {
                median = length;
                break;
            }
        }

        var top = Math.Min(_max, LengthMax);
        var histogram = new long[bins];
        for (var length = _min; length <= top; length++)
        {
            histogram[Math.Min(bins - 1, (length - _min) * bins / Math.Max(1, top - _min))] += _lengths[length];
        }

        var patterns = _counts.OrderByDescending(p => p.Count).ThenBy(p => p.Pattern, StringComparer.Ordinal).Take(PatternsShown).Select(p => new TextPattern(p.Pattern, p.Count, (double)p.Count / Count));
        return new TextProfile(_min, _max, LengthMean, median, histogram, [.. patterns], _other, _long);
    }

    /// <summary>The shape of a text of at most <see cref="ShapeMax"/> bytes; how many bytes it has.</summary>
    internal static int Shape(ReadOnlySpan<byte> text, Span<byte> shape)
    {
        int written = 0, run = 0;
        byte last = 0;
        foreach (var letter in text)
        {
            var sign = Shapes[letter];
            if (sign == 0)
            {
                continue;
            }

            run = sign == last ? run + 1 : 1;
            last = sign;
            if (run < Alike || sign is not ((byte)'A' or (byte)'a' or (byte)'9'))
            {
                shape[written++] = sign;
            }
            else if (run == Alike)
            {
                written -= Alike - 3; // two signs stay: what it is, and +
                shape[written - 1] = (byte)'+';
            }
        }

        return written;
    }

    private static int CodePoints(ReadOnlySpan<byte> text)
    {
        var count = 0;
        foreach (var letter in text)
        {
            count += (letter & 0xC0) != 0x80 ? 1 : 0;
        }

        return count;
    }
}
