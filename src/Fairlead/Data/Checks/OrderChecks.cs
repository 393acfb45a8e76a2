using Fairlead.Models.RowSteps;
using Fairlead.Projects;

namespace Fairlead.Data.Checks;

/// <summary>increasing and decreasing: each value against the one in the row before that has a value (and meets the condition). Numbers by value, dates by time, other texts by code point.</summary>
internal sealed class MonotoneCheck(CheckRule rule, ColumnView view, int condition) : RowwiseCheck(rule, condition)
{
    private readonly OrderCheck _order = (OrderCheck)rule.Table!;
    private byte[] _text = [];
    private double _number = double.NaN;
    private bool _any;

    public override void Take(BatchView batch)
    {
        var selected = batch.Selected(ConditionIndex);
        Count(batch, view, selected);
        var numbers = view.Numbers;
        var before = -1;
        for (var row = 0; row < batch.Rows; row++)
        {
            if (view.IsMissing(row) || selected?[row] == false)
            {
                continue;
            }

            if (_any && !Follows(before, numbers[row], row))
            {
                Tally.Add(batch.FirstRow + row, view, row);
            }

            _any = true;
            (before, _number) = (row, numbers[row]);
        }

        _text = before >= 0 ? view.Utf8(before).ToArray() : _text;
    }

    private bool Follows(int before, double number, int row)
    {
        int order;
        if (!double.IsNaN(number) && !double.IsNaN(_number))
        {
            order = number.CompareTo(_number);
        }
        else
        {
            var last = before >= 0 ? view.Utf8(before).ToArray() : _text;
            var text = view.Utf8(row);
            order = Day(text, out var day) && Day(last, out var dayBefore) ? day.CompareTo(dayBefore) : text.SequenceCompareTo(last);
        }

        order = _order.Ascending ? order : -order;
        return _order.Strict ? order > 0 : order >= 0;
    }

    private static bool Day(ReadOnlySpan<byte> text, out double day)
    {
        day = 0;
        return text.Length is >= 8 and <= 40 && DateText.TryParse(System.Text.Encoding.UTF8.GetString(text), null, out day);
    }
}

/// <summary>Numbers that the checks of one run may keep together, so that memory does not grow with their columns.</summary>
internal sealed class KeptNumbers(long max)
{
    /// <summary>64 MB.</summary>
    public const long DefaultMax = 8_000_000;

    private long _left = max;

    /// <summary>Whether so many more may be kept; they are counted then.</summary>
    public bool Take(long count)
    {
        if (count > _left)
        {
            return false;
        }

        _left -= count;
        return true;
    }

    public void Return(long count) => _left += count;
}

/// <summary>z_score_below. The mean and the deviation come first, so the column is looked at twice: from memory as long as there is room, else by a second scan.</summary>
internal sealed class ZCheck(CheckRule rule, ColumnView view, int condition, NumberSummary summary, KeptNumbers room) : RowwiseCheck(rule, condition)
{
    private const double NoNumber = double.PositiveInfinity; // a text that is no number is unexpected
    private readonly ZScoreCheck _check = (ZScoreCheck)rule.Table!;
    private readonly List<double[]> _kept = [];
    private long _keptCount;
    private bool _overflow;

    public override bool Again => _overflow;

    public override void Take(BatchView batch)
    {
        var selected = batch.Selected(ConditionIndex);
        Count(batch, view, selected);
        if (_overflow)
        {
            return;
        }

        if (!room.Take(batch.Rows))
        {
            room.Return(_keptCount);
            _kept.Clear();
            _overflow = true;
            return;
        }

        var numbers = new double[batch.Rows];
        for (var row = 0; row < numbers.Length; row++)
        {
            numbers[row] = Number(row, selected);
        }

        _kept.Add(numbers);
        _keptCount += numbers.Length;
    }

    public override void TakeAgain(BatchView batch)
    {
        var selected = batch.Selected(ConditionIndex);
        for (var row = 0; row < batch.Rows; row++)
        {
            if (!Passes(Number(row, selected)))
            {
                Tally.Add(batch.FirstRow + row, view, row);
            }
        }
    }

    public override Verdict End()
    {
        var row = 0L;
        foreach (var numbers in _kept)
        {
            foreach (var number in numbers)
            {
                if (!Passes(number))
                {
                    Tally.Rows.Add(row);
                }

                row++;
            }
        }

        return base.End();
    }

    private double Number(int row, bool[]? selected) =>
        view.IsMissing(row) || selected?[row] == false ? double.NaN : view.Numbers[row] is var number && double.IsNaN(number) ? NoNumber : number;

    private bool Passes(double number)
    {
        if (double.IsNaN(number))
        {
            return true;
        }

        // Where all numbers are the same (or there is one), each is at the mean; so it is where they lie so far apart that no double holds their deviation.
        var z = number == NoNumber ? NoNumber : number == summary.Mean || summary.Stdev is 0 or double.NaN or double.PositiveInfinity ? 0 : (number - summary.Mean) / summary.Stdev;
        return _check.DoubleSided ? Math.Abs(z) < Math.Abs(_check.Threshold) : z < _check.Threshold;
    }
}
