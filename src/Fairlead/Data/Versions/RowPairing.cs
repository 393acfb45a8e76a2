using System.Collections;
using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Fairlead.Data.Scanning;
using Fairlead.Workspace;

namespace Fairlead.Data.Versions;

/// <summary>Which row of one table is which row of the other, by key, and which of the pairs differ.</summary>
/// <remarks>
/// Both tables are scanned once; only 128-bit hashes of the first one are held. Where it has more than <see cref="RowsAtOnce"/> rows, both are scanned again for each
/// further part of the keys, so that memory stays bounded: 56 bytes for each of these rows and 5 bytes for every row of both tables.
/// A key that occurs again: a fault, or, when asked for, its n-th row in A is paired with its n-th row in B.
/// </remarks>
internal sealed class RowPairing
{
    /// <summary>Rows of the first table whose hashes are held at once.</summary>
    public const int RowsAtOnce = 4_000_000;

    private const int PartsMax = 256;
    private const int DuplicatesShown = 5;
    private readonly XxHash128 _hashA = new();
    private readonly XxHash128 _hashB = new();
    private readonly int _rowsAtOnce;
    private readonly bool _pairDuplicates;
    private readonly List<(string Table, long Row)> _repeated = [];

    public RowPairing(bool pairDuplicates, int rowsAtOnce = RowsAtOnce) => (_pairDuplicates, _rowsAtOnce) = (pairDuplicates, rowsAtOnce);

    /// <summary>Shape [rows of B]: the row of A with its key, or -1.</summary>
    public List<int> Of { get; } = [];

    /// <summary>Shape [rows of B]: the pair differs in a value.</summary>
    public BitArray Changed { get; } = new(0);

    /// <summary>Shape [rows of A]: it has a row in B.</summary>
    public BitArray Stays { get; } = new(0);

    public int RowsOfA { get; private set; }

    /// <summary>XxHash128 of the hashes of A's rows in order: 32 hexadecimal digits.</summary>
    public string HashOfA => Convert.ToHexStringLower(_hashA.GetCurrentHash());

    /// <summary>As <see cref="HashOfA"/>, of B.</summary>
    public string HashOfB => Convert.ToHexStringLower(_hashB.GetCurrentHash());

    public int RowsOfB => Of.Count;

    /// <summary>Rows whose key occurred before, in both tables.</summary>
    public long Repeated { get; private set; }

    /// <param name="openA">Scans the first table.</param>
    /// <param name="openB">Scans the second table.</param>
    /// <param name="hashA">Hashes its batches.</param>
    /// <param name="hashB">Hashes its batches.</param>
    /// <param name="lookA">Sees every batch of A once.</param>
    /// <param name="lookB">Sees every batch of B once.</param>
    /// <exception cref="FaultException">A key occurs again and that is not allowed: the first rows with it.</exception>
    public void Run(Func<ITableScan> openA, Func<ITableScan> openB, RowHasher hashA, RowHasher hashB, Action<TableBatch> lookA, Action<TableBatch> lookB, CancellationToken cancel)
    {
        var parts = 1;
        for (var part = 0; part < parts; part++)
        {
            var first = part == 0;
            var held = ReadA(openA, hashA, first ? lookA : null, part, ref parts, cancel);
            ReadB(openB, hashB, first ? lookB : null, part, parts, held, cancel);
        }

        if (Repeated > 0 && !_pairDuplicates)
        {
            throw new FaultException([.. _repeated.Distinct().Select(one => new Fault(
                string.Create(CultureInfo.InvariantCulture, $"{one.Table}, row {one.Row}"), "Its key occurs in an earlier row too.",
                string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(Repeated, "row")} {(Repeated == 1 ? "repeats" : "repeat")} a key. Name a key that is unique (--key, more than once for a key of several columns), or pair the n-th row with the n-th: --duplicates pair.")))]);
        }
    }

    private Held ReadA(Func<ITableScan> open, RowHasher hasher, Action<TableBatch>? look, int part, ref int parts, CancellationToken cancel)
    {
        var held = new Held(new KeyTable(), [], [], []);
        using var scan = open();
        var (keys, values) = (new UInt128[TableScan.BatchRows], new UInt128[TableScan.BatchRows]);
        for (TableBatch? batch; (batch = scan.Next(cancel)) is not null;)
        {
            look?.Invoke(batch);
            Room(ref keys, ref values, batch.Rows);
            hasher.Hash(batch, keys, values);
            if (look is not null)
            {
                Append(_hashA, keys, values, batch.Rows);
                RowsOfA = checked(RowsOfA + batch.Rows);
                Stays.Length = RowsOfA;
            }

            for (var row = 0; row < batch.Rows; row++)
            {
                if (PartOf(keys[row], parts) != part)
                {
                    continue;
                }

                var key = keys[row];
                if (!held.Keys.Add(key))
                {
                    Note("A", batch.FirstRow + row);
                    held.Keys.Add(RowHasher.Occurrence(key, held.Repeats[key] = held.Repeats.GetValueOrDefault(key) + 1));
                }

                held.Rows.Add((int)(batch.FirstRow + row));
                held.Hashes.Add(values[row]);
            }

            while (look is not null && held.Keys.Count > _rowsAtOnce && parts < PartsMax)
            {
                // Too many for one go: keep half of the keys, and come again for the rest.
                parts *= 2;
                held = Half(held, parts);
            }
        }

        Repeated += held.Repeats.Values.Sum(count => (long)count);
        return held;
    }

    private static Held Half(Held held, int parts)
    {
        var half = new Held(new KeyTable(), [], [], held.Repeats.Where(one => PartOf(one.Key, parts) == 0).ToDictionary());
        for (var entry = 0; entry < held.Keys.Count; entry++)
        {
            if (PartOf(held.Keys[entry], parts) == 0)
            {
                half.Keys.Add(held.Keys[entry]);
                half.Rows.Add(held.Rows[entry]);
                half.Hashes.Add(held.Hashes[entry]);
            }
        }

        return half;
    }

    private void ReadB(Func<ITableScan> open, RowHasher hasher, Action<TableBatch>? look, int part, int parts, Held held, CancellationToken cancel)
    {
        var (added, repeats) = (new KeyTable(), new Dictionary<UInt128, int>());
        using var scan = open();
        var (keys, values) = (new UInt128[TableScan.BatchRows], new UInt128[TableScan.BatchRows]);
        for (TableBatch? batch; (batch = scan.Next(cancel)) is not null;)
        {
            look?.Invoke(batch);
            Room(ref keys, ref values, batch.Rows);
            hasher.Hash(batch, keys, values);
            if (look is not null)
            {
                Append(_hashB, keys, values, batch.Rows);
                Of.AddRange(Enumerable.Repeat(-1, batch.Rows));
                Changed.Length = Of.Count;
            }

            for (var row = 0; row < batch.Rows; row++)
            {
                var place = checked((int)(batch.FirstRow + row));
                if (PartOf(keys[row], parts) != part)
                {
                    continue;
                }

                var key = keys[row];
                var entry = held.Keys.Find(key);
                if (entry >= 0 ? Stays[held.Rows[entry]] : !added.Add(key))
                {
                    Repeated++;
                    Note("B", place);
                    entry = held.Keys.Find(RowHasher.Occurrence(key, repeats[key] = repeats.GetValueOrDefault(key) + 1));
                }

                if (entry >= 0)
                {
                    Stays[held.Rows[entry]] = true;
                    Of[place] = held.Rows[entry];
                    Changed[place] = held.Hashes[entry] != values[row];
                }
            }
        }
    }

    internal static void Append(XxHash128 hash, UInt128[] keys, UInt128[] values, int rows)
    {
        for (var row = 0; row < rows; row++)
        {
            hash.Append(MemoryMarshal.AsBytes(keys.AsSpan(row, 1)));
            hash.Append(MemoryMarshal.AsBytes(values.AsSpan(row, 1)));
        }
    }

    private void Note(string table, long row)
    {
        if (_repeated.Count < DuplicatesShown)
        {
            _repeated.Add((table, row));
        }
    }

    private static int PartOf(UInt128 key, int parts) => (int)(ulong)(key >> 64) & (parts - 1);

    private static void Room(ref UInt128[] keys, ref UInt128[] values, int rows)
    {
        if (keys.Length < rows)
        {
            (keys, values) = (new UInt128[rows], new UInt128[rows]);
        }
    }

    /// <summary>What is held of the first table, by entry.</summary>
    private sealed record Held(KeyTable Keys, List<int> Rows, List<UInt128> Hashes, Dictionary<UInt128, int> Repeats);
}
