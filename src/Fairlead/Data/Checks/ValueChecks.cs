using Fairlead.Data.Scanning;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;

namespace Fairlead.Data.Checks;

/// <summary>not_null and is_null.</summary>
internal sealed class PresenceCheck(CheckRule rule, ColumnView view, int condition) : RowwiseCheck(rule, condition)
{
    private readonly bool _wanted = rule.Row is NotNullCheck;

    protected override long Looked => Tally.Elements;

    public override void Take(BatchView batch)
    {
        var selected = batch.Selected(ConditionIndex);
        Count(batch, view, selected);
        if (view.Missing == (_wanted ? 0 : batch.Rows))
        {
            return;
        }

        for (var row = 0; row < batch.Rows; row++)
        {
            if (view.IsMissing(row) == _wanted && selected?[row] != false)
            {
                Tally.Add(batch.FirstRow + row, view, row);
            }
        }
    }
}

/// <summary>A check of present values: once for each entry of a dictionary, once for each row elsewhere.</summary>
internal sealed class ValueCheck(CheckRule rule, ColumnView view, int condition) : RowwiseCheck(rule, condition)
{
    private readonly ValueTest _test = ValueTest.Of(rule.Row!);
    private bool[] _fails = [];
    private int _known;
    private bool _anyFails;

    public override void Take(BatchView batch)
    {
        var selected = batch.Selected(ConditionIndex);
        Count(batch, view, selected);
        if (view.Vector.Codes is { } codes)
        {
            Learn(view.Vector.Dictionary!);
            if (!_anyFails)
            {
                return;
            }

            for (var row = 0; row < batch.Rows; row++)
            {
                var code = codes[row];
                if (code >= 0 && _fails[code] && selected?[row] != false)
                {
                    Tally.Add(batch.FirstRow + row, view, row);
                }
            }

            return;
        }

        if (view.IsText)
        {
            var vector = view.Vector;
            var (bytes, starts, lengths) = (vector.Bytes, vector.Starts, vector.Lengths);
            for (var row = 0; row < batch.Rows; row++)
            {
                if (lengths[row] >= 0 && selected?[row] != false && !_test.Passes(bytes.AsSpan(starts[row], lengths[row])))
                {
                    Tally.Add(batch.FirstRow + row, view, row);
                }
            }

            return;
        }

        if (view.IsNumber && Rule.Row!.OnText)
        {
            return; // numbers have no writing to look at
        }

        for (var row = 0; row < batch.Rows; row++)
        {
            if (!view.IsMissing(row) && selected?[row] != false && !_test.Passes(view.Utf8(row)))
            {
                Tally.Add(batch.FirstRow + row, view, row);
            }
        }
    }

    private void Learn(ColumnDictionary dictionary)
    {
        if (_fails.Length < dictionary.Count)
        {
            Array.Resize(ref _fails, Math.Max(dictionary.Count, _fails.Length * 2));
        }

        for (; _known < dictionary.Count; _known++)
        {
            _fails[_known] = !_test.Passes(dictionary.Text(_known));
            _anyFails |= _fails[_known];
        }
    }
}

/// <summary>between, greater_than and less_than.</summary>
internal sealed class RangeCheck(CheckRule rule, ColumnView view, int condition) : RowwiseCheck(rule, condition)
{
    private readonly NumberRange _range = NumberRange.Of(rule.Row!);

    public override void Take(BatchView batch)
    {
        var selected = batch.Selected(ConditionIndex);
        Count(batch, view, selected);
        var numbers = (_range.Dates ? view.Days : view.Numbers).AsSpan(0, batch.Rows);

        // Inclusive bounds that a strict one comes down to: doubles are discrete.
        var low = _range.StrictMin ? Math.BitIncrement(_range.Min) : _range.Min;
        var high = _range.StrictMax ? Math.BitDecrement(_range.Max) : _range.Max;
        for (var row = 0; row < numbers.Length; row++)
        {
            var number = numbers[row];
            if (number >= low && number <= high)
            {
                continue;
            }

            if (!view.IsMissing(row) && selected?[row] != false)
            {
                Tally.Add(batch.FirstRow + row, view, row);
            }
        }
    }
}

/// <summary>Whether a column that a text check looks at holds any text that is no number: a pattern or a length of numbers is a mistake of the checks file.</summary>
internal sealed class TextProof(ColumnView view)
{
    private int _known;

    public bool HasText { get; private set; }

    public bool HasValues { get; private set; }

    public void Take(BatchView batch)
    {
        if (HasText)
        {
            return;
        }

        if (!view.IsText)
        {
            HasText = !view.IsNumber;
            return;
        }

        if (view.Vector.Codes is not null)
        {
            var dictionary = view.Vector.Dictionary!;
            for (; _known < dictionary.Count && !HasText; _known++)
            {
                See(dictionary.Text(_known));
            }

            return;
        }

        for (var row = 0; row < batch.Rows && !HasText; row++)
        {
            if (!view.IsMissing(row))
            {
                See(view.Vector.Utf8(row));
            }
        }
    }

    private void See(ReadOnlySpan<byte> text)
    {
        HasValues = true;
        HasText = !NumberBytes.TryPlain(text, out _);
    }
}
