using Fairlead.Models.RowSteps;

namespace Fairlead.Data.Cleaning;

/// <summary>Finds rows of one block that are nearly the same. Rows come ordered by block and text; each is compared with the <see cref="Window"/> before it, so that the work grows with the rows, not with their square.</summary>
/// <remarks>Sorted neighbourhood within blocks: M. A. Hernández and S. J. Stolfo, "The Merge/Purge Problem for Large Databases", SIGMOD 1995. What is near is closed transitively within a block.</remarks>
internal sealed class NearDuplicates(double threshold, bool tokens, string keep)
{
    /// <summary>Rows of the block that a row is compared with.</summary>
    public const int Window = 50;

    private readonly List<Member> _block = [];
    private readonly List<(long Row, long Original)> _pairs = [];
    private string? _name;

    /// <summary>Takes the next row.</summary>
    public void Add(long row, string block, int complete, string?[] texts)
    {
        if (block != _name)
        {
            Close();
            _name = block;
        }

        var at = _block.Count;
        _block.Add(new Member(row, complete, [.. texts.Select(text => text is null ? null : PlainText.LowerAscii(PlainText.Trim(text)))], at));
        for (var i = Math.Max(0, at - Window); i < at; i++)
        {
            if (Root(i) != Root(at) && Similarity(_block[i].Texts, _block[at].Texts) >= threshold)
            {
                var (low, high) = (Math.Min(Root(i), Root(at)), Math.Max(Root(i), Root(at)));
                _block[high].Parent = low;
            }
        }
    }

    /// <summary>The rows that go, each with the row that stays for it.</summary>
    public IReadOnlyList<(long Row, long Original)> Finish()
    {
        Close();
        return _pairs;
    }

    private void Close()
    {
        foreach (var cluster in _block.Index().GroupBy(pair => Root(pair.Index), pair => pair.Item).Where(cluster => cluster.Skip(1).Any()))
        {
            var original = keep switch
            {
                "last" => cluster.MaxBy(member => member.Row)!,
                "most complete" => cluster.OrderByDescending(member => member.Complete).ThenBy(member => member.Row).First(),
                _ => cluster.MinBy(member => member.Row)!,
            };
            _pairs.AddRange(cluster.Where(member => member != original).Select(member => (member.Row, original.Row)));
        }

        _block.Clear();
    }

    private int Root(int at)
    {
        while (_block[at].Parent != at)
        {
            at = _block[at].Parent;
        }

        return at;
    }

    /// <summary>The mean over columns that both rows have; 0 without any.</summary>
    private double Similarity(string?[] left, string?[] right)
    {
        var (sum, count) = (0.0, 0);
        for (var i = 0; i < left.Length; i++)
        {
            if (left[i] is { } a && right[i] is { } b)
            {
                sum += a == b ? 1 : tokens ? TextSimilarity.Tokens(a, b) : TextSimilarity.JaroWinkler(a, b);
                count++;
            }
        }

        return count == 0 ? 0 : sum / count;
    }

    private sealed class Member(long row, int complete, string?[] texts, int parent)
    {
        public long Row { get; } = row;

        public int Complete { get; } = complete;

        public string?[] Texts { get; } = texts;

        public int Parent { get; set; } = parent;
    }
}
