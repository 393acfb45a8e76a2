using System.Globalization;
using Fairlead.Data.Scanning;
using Fairlead.Workspace;

namespace Fairlead.Data.Profiles;

/// <summary>Takes a table in batches, in file order, and says at the end what it is like. Time grows with the rows; memory does not.</summary>
internal sealed class TableProfiler
{
    private const int ClassesMax = 1_000;

    /// <summary>Rows of the first batch from which a column whose values all differ is taken to name rows.</summary>
    private const int IdRowsMin = 50;

    private readonly IReadOnlyList<string> _names;
    /// <summary>Columns that the sample of rows holds, the first.</summary>
    private const int SampledMax = 1_000;

    /// <summary>Cells that the sample of rows holds.</summary>
    private const int SampleCells = 2_000_000;

    private readonly bool _ofRows;
    private readonly RowSample _sample;
    private readonly RowRepeats _exact = new();
    private readonly RowRepeats _near = new();
    private readonly CollectorRoom _room = new();
    private readonly ulong[] _exactHashes = new ulong[TableScan.BatchRows];
    private readonly ulong[] _nearHashes = new ulong[TableScan.BatchRows];
    private bool[]? _namesRows;
    private long _rows;

    /// <param name="ofRows">Also gathers what rows are to each other: repeats, and a sample for correlations. Without it there is no <see cref="Finish"/>.</param>
    public TableProfiler(IReadOnlyList<string> names, bool ofRows = true)
    {
        (_names, _ofRows) = (names, ofRows);
        var limits = new ProfileLimits(names.Count);
        Columns = [.. names.Select(name => new ColumnCollector(name, limits))];
        var sampled = Math.Min(names.Count, SampledMax);
        _sample = new RowSample(sampled, Math.Min(SampleCells / Math.Max(1, sampled), ProfileLimits.SampleMax));
    }

    /// <summary>What was gathered of each column; whole after <see cref="Close"/> or <see cref="Finish"/>.</summary>
    public IReadOnlyList<ColumnCollector> Columns { get; }

    public void Add(TableBatch batch)
    {
        _rows += batch.Rows;
        if (_ofRows)
        {
            _namesRows ??= [.. batch.Columns.Select(NamesRows)];
            Array.Clear(_exactHashes);
            Array.Clear(_nearHashes);
        }

        for (var i = 0; i < Columns.Count; i++)
        {
            Columns[i].Add(batch.Columns[i], batch.FirstRow, Hashes.Mix((ulong)i + 1) | 1, _exactHashes, _namesRows is null || _namesRows[i] ? null : _nearHashes, _room);
        }

        if (!_ofRows)
        {
            return;
        }

        for (var row = 0; row < batch.Rows; row++)
        {
            (_exactHashes[row], _nearHashes[row]) = (Hashes.Mix(_exactHashes[row]), Hashes.Mix(_nearHashes[row]));
        }

        _exact.Add(_exactHashes.AsSpan(0, batch.Rows), batch.FirstRow);
        _near.Add(_nearHashes.AsSpan(0, batch.Rows), batch.FirstRow);

        _sample.Add(batch);
    }

    /// <summary>After the last row: makes whole what was gathered of each column.</summary>
    public void Close()
    {
        foreach (var column in Columns)
        {
            column.Flush(_room, last: true);
        }
    }

    public TableProfile Finish(string? target)
    {
        _sample.Finish();
        Close();
        var profiled = Columns.Select(ColumnSummary.Of).ToList();
        var ignored = _names.Where((_, i) => _namesRows is not null && _namesRows[i]).ToList();
        return new TableProfile(_rows, profiled, Duplicates(ignored), Correlations.Of(_sample, profiled), target is null ? null : Balance(Columns.First(column => column.Name == target)));
    }

    /// <summary>A column whose first values all differ and are whole numbers or words: it names rows, and rows that are alike differ in it.</summary>
    private static bool NamesRows(ColumnVector vector)
    {
        if (vector.Rows < IdRowsMin || vector.Form is VectorForm.Double or VectorForm.Boolean or VectorForm.Moment)
        {
            return false;
        }

        var seen = new HashSet<ulong>();
        for (var row = 0; row < vector.Rows; row++)
        {
            if (vector.IsMissing(row))
            {
                return false;
            }

            if (vector.Form == VectorForm.Integer)
            {
                if (!seen.Add(Hashes.Of(vector.Integers[row])))
                {
                    return false;
                }

                continue;
            }

            var text = vector.Utf8(row);
            if (CellReader.Read(text).Kind is not (CellKind.Integer or CellKind.Text) || text.Contains((byte)' ') || !seen.Add(Hashes.Of(text)))
            {
                return false;
            }
        }

        return true;
    }

    private static ClassBalance Balance(ColumnCollector target)
    {
        var present = target.Rows - target.Missing;
        if (present == 0 || !target.Values.IsExact || target.Values.Distinct > ClassesMax)
        {
            var why = present == 0 ? "No row has a value." : string.Create(CultureInfo.InvariantCulture, $"It has {Counted.Of(target.Values.Distinct, "different value")}: a quantity, not classes.");
            return new ClassBalance(target.Name, [], target.Missing, 1, 0, why);
        }

        var classes = target.Values.Top(ClassesMax).Select(c => new TopValue(c.Value, c.Count, (double)c.Count / present)).ToList();
        var entropy = -classes.Sum(c => c.Share * Math.Log(c.Share));
        var imbalance = (double)classes[0].Count / classes[^1].Count;
        var says = classes.Count == 1
            ? "All rows have one class: there is nothing to learn."
            : string.Create(CultureInfo.InvariantCulture, $"{classes[^1].Value} is the rarest of {classes.Count} classes with {Counted.Of(classes[^1].Count, "row")}; {classes[0].Value} comes {imbalance:0.#} times as often.");
        return new ClassBalance(target.Name, classes, target.Missing, imbalance, classes.Count == 1 ? 0 : entropy / Math.Log(classes.Count), says);
    }

    private DuplicateRows Duplicates(List<string> ignored)
    {
        var ((rows, error), (nearRows, nearError)) = (_exact.Count(), _near.Count());
        var known = _exact.Examples.ToHashSet();
        return new DuplicateRows(rows, Math.Max(0, nearRows - rows), ignored, Math.Max(error, nearError), _exact.Examples, [.. _near.Examples.Where(pair => !known.Contains(pair))]);
    }
}
