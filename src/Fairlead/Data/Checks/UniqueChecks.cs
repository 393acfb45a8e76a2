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

    /// <summary>A row with any missing value is skipped; otherwise only one without values.</summary>
    private readonly bool _skipAny = rule.Table is not CompoundUniqueCheck { SkipAny: false };

    public override void Take(BatchView batch)
    {
        var selected = batch.Selected(condition);
        for (var row = 0; row < batch.Rows; row++)
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

    public override Verdict End()
    {
        var rows = new List<long>();
        _index.Visit(static (_, _, _) => { }, rows.AddRange);
        rows.Sort();
        return new Verdict(Share.Meets(rows.Count, Tally.Elements - Tally.Missing, Rule.Mostly), null, rows);
    }

    public void Dispose() => _index.Dispose();
}
