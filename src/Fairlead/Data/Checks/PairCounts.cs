using System.Globalization;
using System.Runtime.InteropServices;
using Fairlead.Data.Scanning;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Projects.Inference;

namespace Fairlead.Data.Checks;

/// <summary>A rule over two columns, counted row by row. A row without one of the two values is not looked at.</summary>
internal abstract class PairCount(ColumnView left, ColumnView right) : IDisposable
{
    /// <summary>Rows after which a rule that is often broken is given up.</summary>
    private const int TriedRows = 1_000;

    public ColumnView Left { get; } = left;

    public ColumnView Right { get; } = right;

    /// <summary>Rows with both values.</summary>
    public long Looked { get; private set; }

    public long Failing { get; protected set; }

    /// <summary>It is broken too often to be worth going on.</summary>
    public virtual bool IsBroken => Looked >= TriedRows && Failing > 5 * ProposalRules.FailingMax * Looked;

    public bool Holds => Looked >= ProposalRules.RowsMin && Failing <= ProposalRules.FailingMax * Looked;

    protected double Share => (double)Failing / Looked;

    public void Take(BatchView batch)
    {
        for (var row = 0; row < batch.Rows; row++)
        {
            if (!Left.IsMissing(row) && !Right.IsMissing(row))
            {
                Looked++;
                See(row, batch.FirstRow + row);
            }
        }
    }

    public virtual void Dispose()
    {
    }

    protected abstract void See(int row, long number);

    /// <summary>"in each of 1,000 rows", "in all but 3 of 1,000 rows".</summary>
    protected string InRows => Failing == 0
        ? string.Create(CultureInfo.InvariantCulture, $"in each of {Looked:N0} rows that have both")
        : string.Create(CultureInfo.InvariantCulture, $"in all but {Failing:N0} of {Looked:N0} rows that have both");
}

/// <summary>pair_equal.</summary>
internal sealed class SamePair(ColumnView left, ColumnView right) : PairCount(left, right)
{
    private readonly ValueHash _left = new(left);
    private readonly ValueHash _right = new(right);

    public PairFound Found() => new(new PairEqualCheck(Left.Name, Right.Name, true), null, $"The two are the same {InRows}.", Share);

    protected override void See(int row, long number) => Failing += (Left.Form == Right.Form && _left.At(row) == _right.At(row)) || RowRule.Same(Left.Cell(row), Right.Cell(row)) ? 0 : 1;
}

/// <summary>pair_greater, or equal.</summary>
/// <param name="broken">Share of rows in which unrelated columns would break it.</param>
internal sealed class OrderedPair(ColumnView left, ColumnView right, bool numbers, double broken) : PairCount(left, right)
{
    private readonly RowRule _rule = new(new CompareCheck(left.Name, right.Name, true));

    public PairFound Found() => new(
        new CompareCheck(Left.Name, Right.Name, true), null,
        string.Create(CultureInfo.InvariantCulture, $"{Left.Name} is at least {Right.Name} {InRows}; unrelated columns would break it in {100 * broken:0.#} %."), Share);

    protected override void See(int row, long number)
    {
        if (numbers && Left.Numbers[row] is var a && Right.Numbers[row] is var b && !double.IsNaN(a) && !double.IsNaN(b))
        {
            Failing += a >= b ? 0 : 1;
        }
        else if (Left.IsText && Right.IsText && !numbers)
        {
            Failing += Left.Utf8(row).SequenceCompareTo(Right.Utf8(row)) >= 0 ? 0 : 1; // dates: no number among them
        }
        else
        {
            Failing += _rule.Passes([Left.Cell(row), Right.Cell(row)]) ? 0 : 1;
        }
    }
}

/// <summary>pair_in_set: the combinations of two columns of names, one of which decides the other.</summary>
internal sealed class NamedPair(ColumnView left, ColumnView right) : PairCount(left, right)
{
    /// <summary>Combinations counted; with more, nothing is decided.</summary>
    private const int CombinationsMax = 200;

    private readonly ValueHash _left = new(left);
    private readonly ValueHash _right = new(right);
    private readonly Dictionary<(Hash128, Hash128), (string Left, string Right, long Count)> _counts = [];

    public override bool IsBroken => _counts.Count > CombinationsMax;

    public PairFound? Found()
    {
        // A name is read back by its own text: the separator stands in none of the names that are listed.
        var levels = _counts.Values.Select(pair => (Value: $"{pair.Left}\0{pair.Right}", pair.Count)).ToList();
        var decided = _counts.Values.GroupBy(pair => pair.Left, StringComparer.Ordinal).Sum(group => group.Max(pair => pair.Count));
        if (decided < (1 - ProposalRules.FailingMax) * Looked || ProposalRules.Names(levels) is not { } set)
        {
            return null;
        }

        Failing = set.LeftOut;
        return new PairFound(
            new PairInSetCheck(Left.Name, Right.Name, [.. set.Names.Select(name => (IReadOnlyList<string?>)name.Split('\0'))], true), null,
            string.Create(CultureInfo.InvariantCulture, $"{Left.Name} decides {Right.Name}: {set.Names.Count} combinations make up {(Failing == 0 ? "" : $"all but {Failing:N0} of ")}{Looked:N0} rows that have both."), Share);
    }

    protected override void See(int row, long number)
    {
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, (_left.At(row), _right.At(row)), out var isKnown);
        count = isKnown ? (count.Left, count.Right, count.Count + 1) : (Left.Cell(row).ToString(), Right.Cell(row).ToString(), 1);
    }
}

/// <summary>compound_unique.</summary>
/// <param name="repeats">Rows in which unrelated columns would repeat a combination, among the first.</param>
internal sealed class UniquePair(ColumnView left, ColumnView right, double repeats) : PairCount(left, right)
{
    private const long IndexBytes = 8L << 20;
    private readonly ValueHash _left = new(left);
    private readonly ValueHash _right = new(right);
    private readonly HashIndex _index = new(IndexBytes);
    private readonly Hash128[] _parts = new Hash128[2];

    /// <summary>Each combination stands once.</summary>
    public bool HoldsNow()
    {
        long distinct = 0;
        _index.Visit((_, _, _) => distinct++);
        return Holds && distinct == Looked;
    }

    public PairFound Found() => new(
        null, new CompoundUniqueCheck([Left.Name, Right.Name], true),
        string.Create(CultureInfo.InvariantCulture, $"No combination stands twice in {Looked:N0} rows that have both, though each column repeats; unrelated columns would repeat {repeats:N0} among the first rows alone."), 0);

    public override void Dispose()
    {
        _index.Dispose();
        base.Dispose();
    }

    protected override void See(int row, long number)
    {
        (_parts[0], _parts[1]) = (_left.At(row), _right.At(row));
        _index.Add(Hash128.Of(MemoryMarshal.AsBytes(_parts.AsSpan())), number);
    }
}
