using System.Collections;
using Fairlead.Data.Scanning;

namespace Fairlead.Data.Versions;

/// <summary>Reads the rows that differ, once it is known which: their cells, before and after.</summary>
/// <remarks>Values of A are held up to <see cref="BytesAtOnce"/>; where more rows changed, both tables are read again for the next ones.</remarks>
internal sealed class RowDetails(SharedColumns shared, RowPairing pairing, BitArray? moved, int examples, long bytesAtOnce = RowDetails.BytesAtOnce)
{
    /// <summary>Bytes of changed rows of A that are held at once.</summary>
    public const long BytesAtOnce = 64 << 20;

    private readonly List<CompareTables.RowView> _added = [];
    private readonly List<CompareTables.RowView> _removed = [];
    private readonly List<CompareTables.ChangedRow> _changed = [];
    private readonly int[] _newColumns = [.. Enumerable.Range(0, shared.B.Count).Where(i => shared.PlaceInA[i] < 0)];

    public long Added { get; private set; }

    public long Removed { get; private set; }

    public long Changed { get; private set; }

    public long Moved { get; private set; }

    /// <summary>Values that differ, by column.</summary>
    public Dictionary<string, long> Cells { get; } = new(StringComparer.Ordinal);

    public CompareTables.RowExamples Examples() => new(_added, _removed, _changed);

    public void Read(Func<ITableScan> openA, Func<ITableScan> openB, DiffWriter? writer, CancellationToken cancel)
    {
        var changedOfA = new BitArray(pairing.RowsOfA);
        for (var row = 0; row < pairing.RowsOfB; row++)
        {
            var of = pairing.Of[row];
            if (of >= 0 && pairing.Changed[row])
            {
                changedOfA[of] = true;
                Changed++;
            }

            Added += of < 0 ? 1 : 0;
            Moved += moved?[row] == true ? 1 : 0;
        }

        Removed = pairing.RowsOfA - (pairing.RowsOfB - Added);
        var (from, first) = (0, true);
        do
        {
            var (held, next) = ReadA(openA, changedOfA, from, first, writer, cancel);
            if (held.Count > 0 || (first && (Added > 0 || Moved > 0 || _newColumns.Length > 0)))
            {
                ReadB(openB, held, from, next, first, writer, cancel);
            }

            (from, first) = (next, false);
        }
        while (from < pairing.RowsOfA);
    }

    /// <summary>Changed rows from a row on, as many as may be held, and the row to go on with. The first time removed rows are written too.</summary>
    private (Dictionary<int, string?[]> Held, int Next) ReadA(Func<ITableScan> open, BitArray changed, int from, bool first, DiffWriter? writer, CancellationToken cancel)
    {
        var held = new Dictionary<int, string?[]>();
        if (Changed == 0 && Removed == 0)
        {
            return (held, pairing.RowsOfA);
        }

        var (bytes, next) = (0L, pairing.RowsOfA);
        using var scan = open();
        for (TableBatch? batch; (batch = scan.Next(cancel)) is not null && (next == pairing.RowsOfA || first);)
        {
            for (var i = 0; i < batch.Rows; i++)
            {
                var row = (int)(batch.FirstRow + i);
                if (first && !pairing.Stays[row])
                {
                    Remove(batch, i, row, writer);
                }

                if (row < from || row >= next || !changed[row])
                {
                    continue;
                }

                if (bytes > bytesAtOnce)
                {
                    next = row;
                    continue;
                }

                var values = Texts(batch, i);
                held[row] = values;
                bytes += values.Sum(value => 24L + (2 * (value?.Length ?? 0)));
            }
        }

        return (held, next);
    }

    private void Remove(TableBatch batch, int i, int row, DiffWriter? writer)
    {
        if (writer is null && _removed.Count >= examples)
        {
            return;
        }

        var values = Texts(batch, i);
        writer?.Write(new DatasetDiff.Removed(row, values));
        if (_removed.Count < examples)
        {
            _removed.Add(new CompareTables.RowView([.. shared.Key.Select(name => values[SharedColumns.Place(shared.A, name)])], row, shared.A.Zip(values).ToDictionary(pair => pair.First.Name, pair => pair.Second)));
        }
    }

    private void ReadB(Func<ITableScan> open, Dictionary<int, string?[]> held, int from, int next, bool first, DiffWriter? writer, CancellationToken cancel)
    {
        using var scan = open();
        for (TableBatch? batch; (batch = scan.Next(cancel)) is not null;)
        {
            if (first && writer is not null)
            {
                WriteNewColumns(batch, writer);
            }

            for (var i = 0; i < batch.Rows; i++)
            {
                var row = (int)(batch.FirstRow + i);
                var of = pairing.Of[row];
                if (of < 0)
                {
                    if (first)
                    {
                        Add(batch, i, row, writer);
                    }

                    continue;
                }

                if (first && moved?[row] == true)
                {
                    writer?.Write(new DatasetDiff.Moved(of, row));
                }

                if (pairing.Changed[row] && of >= from && of < next)
                {
                    Change(batch, i, row, of, held[of], writer);
                }
            }
        }
    }

    private void Add(TableBatch batch, int i, int row, DiffWriter? writer)
    {
        if (writer is null && _added.Count >= examples)
        {
            return;
        }

        var values = Texts(batch, i);
        writer?.Write(new DatasetDiff.Added(row, values));
        if (_added.Count < examples)
        {
            _added.Add(new CompareTables.RowView(KeyOf(batch, i), row, shared.B.Zip(values).ToDictionary(pair => pair.First.Name, pair => pair.Second)));
        }
    }

    private void Change(TableBatch batch, int i, int row, int of, string?[] before, DiffWriter? writer)
    {
        List<CellChange> cells = [];
        for (var column = 0; column < shared.B.Count; column++)
        {
            if (shared.PlaceInA[column] is var place and >= 0 && batch.Columns[column].Text(i) is var after && before[place] != after)
            {
                var name = shared.B[column].Name;
                cells.Add(new CellChange(name, before[place], after));
                Cells[name] = Cells.GetValueOrDefault(name) + 1;
            }
        }

        if (writer is not null || _changed.Count < examples)
        {
            var key = KeyOf(batch, i);
            writer?.Write(new DatasetDiff.Changed(of, row, key, cells));
            if (_changed.Count < examples)
            {
                _changed.Add(new CompareTables.ChangedRow(key, of, row, cells));
            }
        }
    }

    private void WriteNewColumns(TableBatch batch, DiffWriter writer)
    {
        foreach (var column in _newColumns)
        {
            for (var start = 0; start < batch.Rows; start += DatasetDiff.ColumnRows)
            {
                var count = Math.Min(DatasetDiff.ColumnRows, batch.Rows - start);
                writer.Write(new DatasetDiff.Column(shared.B[column].Name, (int)(batch.FirstRow + start), [.. Enumerable.Range(start, count).Select(batch.Columns[column].Text)]));
            }
        }
    }

    private IReadOnlyList<string?> KeyOf(TableBatch batch, int i) => [.. shared.Key.Select(name => batch.Columns[SharedColumns.Place(shared.B, name)].Text(i))];

    private static string?[] Texts(TableBatch batch, int i)
    {
        var texts = new string?[batch.Columns.Count];
        for (var column = 0; column < texts.Length; column++)
        {
            texts[column] = batch.Columns[column].Text(i);
        }

        return texts;
    }
}
