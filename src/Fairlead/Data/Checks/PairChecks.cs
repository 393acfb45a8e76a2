using System.Text;
using Fairlead.Data.Scanning;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;

namespace Fairlead.Data.Checks;

/// <summary>pair_equal, pair_greater, pair_in_set, unique_within_row and row_sum_equals; the same as <see cref="RowRule"/>, on bytes.</summary>
internal sealed class SeveralCheck : RowwiseCheck
{
    private readonly ColumnView[] _views;
    private readonly RowRule _rule;
    private readonly HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> _pairs;
    private readonly List<(SetTest? Left, SetTest? Right)> _sets = [];
    private byte[] _pair = new byte[256];

    public SeveralCheck(CheckRule rule, ColumnView[] views, int condition)
        : base(rule, condition)
    {
        _views = views;
        _rule = new RowRule(rule.Row!);
        var pairs = new HashSet<byte[]>(BytesComparer.Instance);
        foreach (var pair in (rule.Row as PairInSetCheck)?.Values ?? [])
        {
            _sets.Add((pair[0] is { } left ? new SetTest([left], true) : null, pair[1] is { } right ? new SetTest([right], true) : null));
            if (pair[0] is { } first && pair[1] is { } second)
            {
                pairs.Add([.. Encoding.UTF8.GetBytes(first), 0, .. Encoding.UTF8.GetBytes(second)]);
            }
        }

        _pairs = pairs.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public override void Take(BatchView batch)
    {
        var selected = batch.Selected(ConditionIndex);
        if (Rule.Row is CompareCheck pair)
        {
            Compare(batch, selected, pair.OrEqual);
            return;
        }

        for (var row = 0; row < batch.Rows; row++)
        {
            if (selected?[row] == false)
            {
                continue;
            }

            Tally.Elements++;
            var missing = 0;
            foreach (var view in _views)
            {
                missing += view.IsMissing(row) ? 1 : 0;
            }

            if (_rule.SkipsAny ? missing > 0 : missing == _views.Length)
            {
                Tally.Missing++;
            }
            else if (!Passes(row, missing))
            {
                Tally.Add(batch.FirstRow + row, _views[0], row);
            }
        }
    }

    private bool Passes(int row, int missing) => Rule.Row switch
    {
        PairEqualCheck => missing == 0 && Same(_views[0], _views[1], row),
        PairInSetCheck => InPairs(row, missing),
        UniqueWithinRowCheck => Distinct(row),
        _ => Adds(row, ((RowSumCheck)Rule.Row!).Total),
    };

    /// <summary>pair_greater: numbers by value, dates by time, other texts byte by byte; a number or a date beside a text that is none is not greater.</summary>
    private void Compare(BatchView batch, bool[]? selected, bool orEqual)
    {
        var (left, right) = (_views[0], _views[1]);

        // Where one column reads as numbers nowhere, the other's need not be read. What a dictionary says is known at once.
        var (first, second) = right.Vector.Codes is null ? (left, right) : (right, left);
        ReadOnlySpan<double> numbers = first.Numbers.AsSpan(0, batch.Rows);
        var others = AllNaN(numbers) ? numbers : second.Numbers.AsSpan(0, batch.Rows);
        var a = first == left ? numbers : others;
        var b = first == left ? others : numbers;
        ReadOnlySpan<long> leftMoments = left.PlainMoments;
        ReadOnlySpan<long> rightMoments = leftMoments.Length > 0 ? right.PlainMoments : [];
        var mixed = (left.Form == VectorForm.Moment) != (right.Form == VectorForm.Moment); // moments by their type are numbers to each other; beside a text they are dates
        for (var row = 0; row < a.Length; row++)
        {
            if (selected?[row] == false)
            {
                continue;
            }

            Tally.Elements++;
            var missing = (left.IsMissing(row) ? 1 : 0) + (right.IsMissing(row) ? 1 : 0);
            if (missing > 0 && (_rule.SkipsAny || missing == 2))
            {
                Tally.Missing++;
                continue;
            }

            bool passes;
            if (missing > 0)
            {
                passes = false;
            }
            else if (!mixed && !double.IsNaN(a[row]) && !double.IsNaN(b[row]))
            {
                passes = orEqual ? a[row] >= b[row] : a[row] > b[row];
            }
            else if (leftMoments.Length > 0 && rightMoments.Length > 0 && leftMoments[row] >= 0 && rightMoments[row] >= 0)
            {
                passes = orEqual ? leftMoments[row] >= rightMoments[row] : leftMoments[row] > rightMoments[row];
            }
            else
            {
                passes = Follows(row, orEqual);
            }

            if (!passes)
            {
                Tally.Add(batch.FirstRow + row, left, row);
            }
        }
    }

    /// <summary>Of two values that are not both numbers.</summary>
    private bool Follows(int row, bool orEqual)
    {
        var left = _views[0].Utf8(row);
        var right = _views[1].Utf8(row);
        var (isDay, isOther) = (_views[0].Day(row, out var day), _views[1].Day(row, out var other));
        if (isDay != isOther || ReadsAsNumber(_views[0], row) || ReadsAsNumber(_views[1], row))
        {
            return false;
        }

        var order = isDay ? day.CompareTo(other) : left.SequenceCompareTo(right);
        return orEqual ? order >= 0 : order > 0;
    }

    private static bool ReadsAsNumber(ColumnView view, int row) => view.IsNumber || (view.IsText && NumberBytes.TryParse(view.Vector.Utf8(row), out _));

    private static bool AllNaN(ReadOnlySpan<double> numbers)
    {
        foreach (var number in numbers)
        {
            if (!double.IsNaN(number))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Same(ColumnView left, ColumnView right, int row)
    {
        var a = left.Utf8(row);
        var b = right.Utf8(row);
        return a.SequenceEqual(b) || (NumberBytes.TryPlain(a, out var x) && NumberBytes.TryPlain(b, out var y) && x == y);
    }

    private bool InPairs(int row, int missing)
    {
        if (missing == 0)
        {
            var a = _views[0].Utf8(row);
            var b = _views[1].Utf8(row);
            var length = a.Length + 1 + b.Length;
            if (length > _pair.Length)
            {
                _pair = new byte[length * 2];
            }

            a.CopyTo(_pair);
            _pair[a.Length] = 0;
            b.CopyTo(_pair.AsSpan(a.Length + 1));
            if (_pairs.Contains(_pair.AsSpan(0, length)))
            {
                return true;
            }
        }

        foreach (var (left, right) in _sets)
        {
            if (Holds(left, _views[0], row) && Holds(right, _views[1], row))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Holds(SetTest? set, ColumnView view, int row) => set is null ? view.IsMissing(row) : !view.IsMissing(row) && set.Contains(view.Utf8(row));

    private bool Distinct(int row)
    {
        for (var i = 1; i < _views.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var (a, b) = (_views[i].IsMissing(row), _views[j].IsMissing(row));
                if (a || b ? a && b : Same(_views[i], _views[j], row))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private bool Adds(int row, double total)
    {
        double sum = 0, largest = Math.Abs(total);
        foreach (var view in _views)
        {
            var number = view.Numbers[row];
            if (!double.IsNaN(number))
            {
                sum += number;
                largest = Math.Max(largest, Math.Abs(number));
            }
            else if (!view.IsMissing(row))
            {
                return false;
            }
        }

        return Math.Abs(sum - total) <= RowRule.SumTolerance * largest;
    }
}
