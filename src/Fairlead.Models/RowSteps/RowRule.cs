using Fairlead.Models.Contracts;

namespace Fairlead.Models.RowSteps;

/// <summary>A check of several values of one row, compiled. Thread-safe.</summary>
public sealed class RowRule
{
    /// <summary>How far a sum may be off, as a share of its largest part: doubles can't hold 0.1 + 0.2.</summary>
    public const double SumTolerance = 1e-9;

    private readonly RowCheck _check;
    private readonly List<(ValueSet? Left, ValueSet? Right)> _pairs = [];

    /// <exception cref="ArgumentException">The check is not about several values of a row.</exception>
    public RowRule(RowCheck check)
    {
        ArgumentNullException.ThrowIfNull(check);
        _check = check;
        SkipsAny = check switch
        {
            CompareCheck pair => pair.SkipAny,
            PairEqualCheck pair => pair.SkipAny,
            PairInSetCheck pair => pair.SkipAny,
            UniqueWithinRowCheck among => among.SkipAny,
            RowSumCheck sum => sum.SkipAny,
            _ => throw new ArgumentException($"No implementation of {check.GetType().Name}.", nameof(check)),
        };
        foreach (var pair in (check as PairInSetCheck)?.Values ?? [])
        {
            _pairs.Add((Set(pair[0]), Set(pair[1])));
        }
    }

    /// <summary>A row with any missing value is skipped; otherwise only one without values.</summary>
    public bool SkipsAny { get; }

    /// <summary>The check does not apply: values are missing. Shape [columns of the check].</summary>
    public bool Skips(ReadOnlySpan<Cell> cells)
    {
        var missing = 0;
        foreach (var cell in cells)
        {
            missing += cell.IsMissing ? 1 : 0;
        }

        return SkipsAny ? missing > 0 : missing == cells.Length;
    }

    /// <summary>Whether a row that is not skipped meets the check. Shape [columns of the check].</summary>
    public bool Passes(ReadOnlySpan<Cell> cells) => _check switch
    {
        CompareCheck pair => Greater(cells[0], cells[1], pair.OrEqual),
        PairEqualCheck => Same(cells[0], cells[1]),
        PairInSetCheck => InPairs(cells[0], cells[1]),
        UniqueWithinRowCheck => Distinct(cells),
        _ => Adds(cells, ((RowSumCheck)_check).Total),
    };

    /// <summary>The same text, or the same number where both read as numbers without leading zeros. A missing value is the same as another.</summary>
    public static bool Same(Cell left, Cell right) =>
        left.IsMissing || right.IsMissing ? left.IsMissing && right.IsMissing
        : (left.Text is { } text && text == right.Text) || (Plain(left, out var a) && Plain(right, out var b) && a == b);

    private static bool Greater(Cell left, Cell right, bool orEqual)
    {
        if (left.IsMissing || right.IsMissing)
        {
            return false;
        }

        var (isNumber, isOther) = (Number(left, out var a), Number(right, out var b));
        if (!isNumber && !isOther)
        {
            (isNumber, isOther) = (Day(left, out a), Day(right, out b));
        }

        if (isNumber != isOther)
        {
            return false; // a number, or a date, beside a text that is none is neither above nor below it
        }

        var order = isNumber ? a.CompareTo(b) : PlainText.Compare(left.Text!, right.Text!);
        return orEqual ? order >= 0 : order > 0;
    }

    private static bool Day(Cell cell, out double value) => DateText.TryParse(cell.Text.AsSpan().Trim(RowStep.WhiteSpace), null, out value);

    private bool InPairs(Cell left, Cell right)
    {
        foreach (var (first, second) in _pairs)
        {
            if (Holds(first, left) && Holds(second, right))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Distinct(ReadOnlySpan<Cell> cells)
    {
        for (var i = 1; i < cells.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (Same(cells[i], cells[j]))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool Adds(ReadOnlySpan<Cell> cells, double total)
    {
        double sum = 0, largest = Math.Abs(total);
        foreach (var cell in cells)
        {
            if (cell.IsMissing)
            {
                continue;
            }

            if (!Number(cell, out var number))
            {
                return false;
            }

            sum += number;
            largest = Math.Max(largest, Math.Abs(number));
        }

        return Math.Abs(sum - total) <= SumTolerance * largest;
    }

    private static ValueSet? Set(string? value) => value is null ? null : new ValueSet([value]);

    private static bool Holds(ValueSet? set, Cell cell) => set is null ? cell.IsMissing : cell.Text is { } text ? set.Contains(text) : cell.IsNumber && set.Contains(cell.Number);

    private static bool Number(Cell cell, out double value)
    {
        value = cell.Number;
        return cell.IsNumber || NumberText.TryParse(cell.Text.AsSpan().Trim(RowStep.WhiteSpace), out value);
    }

    private static bool Plain(Cell cell, out double value)
    {
        value = cell.Number;
        return cell.IsNumber || NumberText.TryPlain(cell.Text.AsSpan(), out value);
    }
}
