using System.Runtime.InteropServices;

namespace Fairlead.Data.Checks;

/// <summary>Hashes with their rows, dealt to partitions that are looked at one by one; what does not fit into memory goes to a private file that is gone afterwards.</summary>
/// <remarks>
/// An entry is 16 bytes: 88 bits of the 128-bit hash and 40 bits of the row (about 10^12 rows). Two different values of 100 million share 88 bits with a probability under 2e-11.
/// </remarks>
internal sealed class HashIndex(long memoryMax = HashIndex.MemoryMax) : IDisposable
{
    /// <summary>Bytes that entries may take before they go to the file.</summary>
    public const long MemoryMax = 24L << 20;

    /// <summary>Entries that are kept together before they are dealt: many columns of few values take little.</summary>
    private const int FewMax = 4_096;

    private const int Partitions = 1_024; // of 24 MB each takes 24 KB: no large objects
    private const int RowBits = 40;
    private const long RowMask = (1L << RowBits) - 1;
    private Entry[] _few = [];
    private Entry[]?[] _entries = [];
    private int[] _counts = [];
    private readonly List<(int Partition, long Offset, int Count)> _spilled = [];
    private FileStream? _file;
    private long _held;

    public long Count { get; private set; }

    public void Add(UInt128 hash, long row)
    {
        var entry = new Entry((ulong)(hash >> 64), ((ulong)hash << RowBits) | (ulong)row);
        Count++;
        if (_entries.Length == 0)
        {
            if (_held == _few.Length && _held < FewMax)
            {
                Array.Resize(ref _few, Math.Max(64, _few.Length * 2));
            }

            if (_held < FewMax && (_held + 1) * 16 < memoryMax)
            {
                _few[_held++] = entry;
                return;
            }

            DealFew();
        }

        Deal(entry);
        if (++_held * 16 >= memoryMax)
        {
            Spill();
        }
    }

    /// <summary>The rows of each value: those that share a hash. The order of values is no promise, that of rows is as added.</summary>
    /// <param name="group">Takes the hash (88 bits), how often it came, its first row, and the numbers of all its rows when wanted.</param>
    public void Visit(Action<UInt128, long, long> group, RowsOfGroup? rows = null)
    {
        if (_entries.Length == 0)
        {
            Visit(_few.AsSpan(0, (int)_held), group, rows);
            return;
        }

        for (var partition = 0; partition < Partitions; partition++)
        {
            Visit(Load(partition), group, rows);
        }
    }

    /// <summary>Takes the rows of a value that came more than once.</summary>
    public delegate void RowsOfGroup(List<long> rows);

    /// <summary>The part of a hash that an entry keeps.</summary>
    public static UInt128 Kept(UInt128 hash) => (hash >> 64 << 64) | ((ulong)hash << RowBits);

    public void Dispose() => _file?.Dispose();

    private void DealFew()
    {
        (_entries, _counts) = (new Entry[]?[Partitions], new int[Partitions]);
        foreach (var entry in _few.AsSpan(0, (int)_held))
        {
            Deal(entry);
        }

        _few = [];
    }

    private void Deal(Entry entry)
    {
        var partition = (int)(entry.High >> 54);
        var entries = _entries[partition] ??= new Entry[64];
        if (_counts[partition] == entries.Length)
        {
            Array.Resize(ref entries, entries.Length * 2);
            _entries[partition] = entries;
        }

        entries[_counts[partition]++] = entry;
    }

    private static void Visit(ReadOnlySpan<Entry> entries, Action<UInt128, long, long> group, RowsOfGroup? rows)
    {
        var size = 64;
        while (size < entries.Length * 2)
        {
            size *= 2;
        }

        var slots = new int[size]; // 1 + entry that came first
        var times = new int[entries.Length];
        var first = new int[rows is null ? 0 : entries.Length];
        for (var i = 0; i < entries.Length; i++)
        {
            var slot = (int)(entries[i].High >> 8) & (size - 1);
            while (slots[slot] != 0 && !entries[slots[slot] - 1].SameHash(entries[i]))
            {
                slot = (slot + 1) & (size - 1);
            }

            slots[slot] = slots[slot] == 0 ? i + 1 : slots[slot];
            times[slots[slot] - 1]++;
            if (rows is not null)
            {
                first[i] = slots[slot] - 1;
            }
        }

        Dictionary<int, List<long>> several = [];
        for (var i = 0; i < entries.Length; i++)
        {
            if (times[i] > 0)
            {
                group(new UInt128(entries[i].High, entries[i].Low & ~(ulong)RowMask), times[i], entries[i].Row);
            }

            if (rows is not null && times[first[i]] > 1)
            {
                if (!several.TryGetValue(first[i], out var list))
                {
                    several[first[i]] = list = [];
                }

                list.Add(entries[i].Row);
            }
        }

        foreach (var list in several.Values)
        {
            rows!(list);
        }
    }

    private ReadOnlySpan<Entry> Load(int partition)
    {
        var held = (_entries[partition] ?? []).AsSpan(0, _counts[partition]);
        var spilled = _spilled.Where(part => part.Partition == partition).ToList();
        if (spilled.Count == 0)
        {
            return held;
        }

        var all = new Entry[held.Length + spilled.Sum(part => part.Count)];
        var at = 0;
        foreach (var part in spilled)
        {
            _file!.Position = part.Offset;
            _file.ReadExactly(MemoryMarshal.AsBytes(all.AsSpan(at, part.Count)));
            at += part.Count;
        }

        held.CopyTo(all.AsSpan(at));
        return all;
    }

    private void Spill()
    {
        // Only this user can read it, it holds seeded hashes and no values, and it is gone when it is closed.
        _file ??= Private();
        _file.Position = _file.Length;
        for (var partition = 0; partition < Partitions; partition++)
        {
            if (_counts[partition] > 0)
            {
                _spilled.Add((partition, _file.Position, _counts[partition]));
                _file.Write(MemoryMarshal.AsBytes(_entries[partition].AsSpan(0, _counts[partition])));
                _counts[partition] = 0;
            }
        }

        _held = 0;
    }

    private static FileStream Private()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, Options = FileOptions.DeleteOnClose };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(Path.Combine(Path.GetTempPath(), $"fairlead-{Path.GetRandomFileName()}"), options);
    }

    /// <param name="High">64 bits of the hash.</param>
    /// <param name="Low">24 bits of the hash, then the row.</param>
    private readonly record struct Entry(ulong High, ulong Low)
    {
        public long Row => (long)(Low & (ulong)RowMask);

        public bool SameHash(Entry other) => High == other.High && Low >> RowBits == other.Low >> RowBits;
    }
}
