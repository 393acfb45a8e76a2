using System.IO.Hashing;
using System.Text;
using Fairlead.Projects.Sources;

namespace Fairlead.Projects.Inference;

/// <summary>Rows of a source in memory, all or a fixed random share, and counts over all of it.</summary>
internal sealed class SourceSample
{
    /// <summary>Most cells held: 2 million texts take about 150 MB at worst.</summary>
    public const int CellsMax = 2_000_000;

    public const int RowsMax = 50_000;

    /// <summary>Most hashes of rows held to count copies; of more rows a share of all hashes is looked at.</summary>
    private const int HashesMax = 4_000_000;

    private readonly ISource _source;
    private readonly CancellationToken _cancel;
    private readonly long _copied;

    private SourceSample(ISource source, IReadOnlyList<ColumnSample> columns, int sampled, long rows, long copied, CancellationToken cancel) =>
        (_source, Columns, SampledRows, Rows, _copied, _cancel) = (source, columns, sampled, rows, copied, cancel);

    public IReadOnlyList<ColumnSample> Columns { get; }

    public int SampledRows { get; }

    /// <summary>Rows of the whole source.</summary>
    public long Rows { get; }

    /// <summary>Every row of the source is in the sample.</summary>
    public bool IsWhole => SampledRows == Rows;

    /// <summary>Reads the source once. A row is in the sample by a hash of its number: not every n-th row, since data that repeats in a beat would show one side of it.</summary>
    public static SourceSample Load(ISource source, CancellationToken cancel = default)
    {
        var count = source.Columns.Count;
        var most = Math.Min(RowsMax, Math.Max(500, CellsMax / count));
        var kept = new List<(ulong Hash, string?[] Values)>();
        var seen = new HashSet<ulong>();
        var (rows, looked, keepMask, seenMask) = (0L, 0L, 0UL, 0UL);
        using var reader = source.Read([.. Enumerable.Range(0, count)]);
        while (reader.Next(cancel))
        {
            var block = reader.Block;
            for (var row = 0; row < block.Rows; row++, rows++)
            {
                var hash = RowHash(block, row, count);
                if ((hash & seenMask) == 0)
                {
                    looked++;
                    seen.Add(hash);
                }

                var number = Mix((ulong)rows);
                if ((number & keepMask) == 0)
                {
                    kept.Add((number, Values(block, row, count)));
                }
            }

            while (kept.Count > most)
            {
                keepMask = (keepMask << 1) | 1;
                kept.RemoveAll(row => (row.Hash & keepMask) != 0);
            }

            if (seen.Count > HashesMax)
            {
                (seenMask, looked) = ((seenMask << 1) | 1, looked / 2);
                seen.RemoveWhere(hash => (hash & seenMask) != 0);
            }
        }

        var columns = source.Columns.Select((name, c) => new ColumnSample(name, [.. kept.Select(row => row.Values[c])])).ToList();
        return new SourceSample(source, columns, kept.Count, rows, Math.Max(0, looked - seen.Count) * (long)(seenMask + 1), cancel);
    }

    /// <summary>Rows that are copies of another row, over the whole source; estimated from a share of the rows where more than 4 million differ.</summary>
    public long CopiedRows() => IsWhole ? SampledRows - DistinctRows([.. Columns]) : _copied;

    /// <summary>No two rows that differ share a value of the column, and none lacks it.</summary>
    public bool IsKey(ColumnSample column, long copiedRows)
    {
        // Cheap refusal first: repeats in the sample that copies can't explain.
        if (column.Missing > 0 || column.Count - column.Distinct > copiedRows)
        {
            return false;
        }

        return IsWhole ? column.Distinct == SampledRows - copiedRows : IsKey(_source.Columns.ToList().IndexOf(column.Name));
    }

    private bool IsKey(int place)
    {
        var rowOf = new Dictionary<ulong, ulong>();
        var mask = 0UL;
        var count = _source.Columns.Count;
        using var reader = _source.Read([.. Enumerable.Range(0, count)]);
        while (reader.Next(_cancel))
        {
            var block = reader.Block;
            for (var row = 0; row < block.Rows; row++)
            {
                var value = block.Text(row, place);
                var hash = XxHash3.HashToUInt64(value);
                if (value.IsEmpty || ((hash & mask) == 0 && !rowOf.TryAdd(hash, RowHash(block, row, count)) && rowOf[hash] != RowHash(block, row, count)))
                {
                    return false;
                }
            }

            if (rowOf.Count > HashesMax)
            {
                mask = (mask << 1) | 1;
                foreach (var hash in rowOf.Keys.Where(hash => (hash & mask) != 0).ToList())
                {
                    rowOf.Remove(hash);
                }
            }
        }

        return true;
    }

    private static ulong RowHash(RowBlock block, int row, int count)
    {
        var hash = 0UL;
        for (var column = 0; column < count; column++)
        {
            hash = XxHash3.HashToUInt64(block.Text(row, column), (long)hash);
        }

        return hash;
    }

    private static string?[] Values(RowBlock block, int row, int count)
    {
        var values = new string?[count];
        for (var column = 0; column < count; column++)
        {
            values[column] = block.Text(row, column) is { IsEmpty: false } text ? Encoding.UTF8.GetString(text) : null;
        }

        return values;
    }

    private static ulong Mix(ulong number)
    {
        number = (number + 0x9E3779B97F4A7C15) * 0xBF58476D1CE4E5B9;
        return (number ^ (number >> 31)) * 0x94D049BB133111EB >> 16;
    }

    private int DistinctRows(ColumnSample[] columns)
    {
        var seen = new HashSet<UInt128>(SampledRows);
        for (var row = 0; row < SampledRows; row++)
        {
            // Two independent 64-bit mixes of the codes: a false copy needs a 128-bit collision.
            ulong a = 14695981039346656037, b = 0x9E3779B97F4A7C15;
            foreach (var column in columns)
            {
                var code = (ulong)(column.Codes[row] + 2);
                a = (a ^ code) * 1099511628211;
                b = (ulong.RotateLeft(b, 23) + code) * 0xBF58476D1CE4E5B9;
            }

            seen.Add(new UInt128(a, b));
        }

        return seen.Count;
    }
}
