using System.Runtime.InteropServices;
using Fairlead.Data.Scanning;
using Fairlead.Projects;

namespace Fairlead.Data.Checks;

/// <summary>unique and compound_unique: every row of a duplicate fails.</summary>
internal sealed class UniquenessCheck(CheckRule rule, ColumnView[] views, int condition) : RunningCheck(rule), IDisposable
{
    private readonly HashIndex _index = new();
    private readonly ValueHash[] _hashes = [.. views.Select(view => new ValueHash(view))];
    private readonly Hash128[] _parts = new Hash128[views.Length];

    /// <summary>The values so far while they rise; null from the first that does not.</summary>
    private RisingValues? _rising = views.Length == 1 && views[0].Form is VectorForm.Integer or VectorForm.Text ? new RisingValues() : null;

    /// <summary>A row with any missing value is skipped; otherwise only one without values.</summary>
    private readonly bool _skipAny = rule.Table is not CompoundUniqueCheck { SkipAny: false };

    public override void Take(BatchView batch)
    {
        var selected = batch.Selected(condition);
        for (var row = _rising is null ? 0 : Rise(batch, selected); row < batch.Rows; row++)
        {
            if (selected?[row] == false)
            {
                continue;
            }

            Tally.Elements++;
            var missing = 0;
            for (var i = 0; i < views.Length; i++)
            {
                var isMissing = views[i].IsMissing(row);
                missing += isMissing ? 1 : 0;
                _parts[i] = isMissing ? default : _hashes[i].At(row);
            }

            if (_skipAny ? missing > 0 : missing == views.Length)
            {
                Tally.Missing++;
                continue;
            }

            // The hash of the hashes: each has the same length, so that (ab, c) and (a, bc) differ.
            _index.Add(_parts.Length == 1 ? _parts[0] : Hash128.Of(MemoryMarshal.AsBytes(_parts.AsSpan())), batch.FirstRow + row);
        }
    }

    /// <summary>Takes rows of a single column for as long as its values rise. When they end, all values so far go into the index.</summary>
    /// <returns>The first row that is not taken.</returns>
    private int Rise(BatchView batch, bool[]? selected)
    {
        var view = views[0];
        for (var row = 0; row < batch.Rows; row++)
        {
            if (selected?[row] == false)
            {
                continue;
            }

            var isMissing = view.IsMissing(row);
            if (!isMissing && !(Number(view, row, out var value) && _rising!.TryAdd(value, batch.FirstRow + row)))
            {
                var isText = view.Form == VectorForm.Text;
                _rising!.Visit((earlier, its) => _index.Add(isText ? ValueHash.OfDigits(earlier) : ValueHash.Of(earlier), its));
                _rising = null;
                return row;
            }

            Tally.Elements++;
            Tally.Missing += isMissing ? 1 : 0;
        }

        return batch.Rows;
    }

    private static bool Number(ColumnView view, int row, out long value)
    {
        if (view.Form == VectorForm.Text)
        {
            return RisingValues.TryParse(view.Vector.Utf8(row), out value);
        }

        value = view.Vector.Integers[row];
        return true;
    }

    public override Verdict End()
    {
        if (_rising is not null)
        {
            return new Verdict(Share.Meets(0, Tally.Elements - Tally.Missing, Rule.Mostly), null, []);
        }

        var rows = new List<long>();
        _index.Visit(static (_, _, _) => { }, rows.AddRange);
        rows.Sort();
        return new Verdict(Share.Meets(rows.Count, Tally.Elements - Tally.Missing, Rule.Mostly), null, rows);
    }

    public void Dispose() => _index.Dispose();
}
