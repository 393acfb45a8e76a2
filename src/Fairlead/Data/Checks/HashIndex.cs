using System.Runtime.InteropServices;
using Fairlead.Data.Scanning;
using Fairlead.Data.Storage;

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

    private const int PartitionBits = 8; // few enough that the places where entries are added stay in the processor's cache
    private const int Partitions = 1 << PartitionBits;
    private const int RowBits = 40;
    private const long RowMask = (1L << RowBits) - 1;
    private Entry[] _few = [];
    private Partition[] _partitions = [];
    private readonly List<Spilled> _spilled = [];
    private Entry[] _entries = [];
    private int[] _slots = [];
    private int[] _times = [];
    private int[] _first = [];
    private FileStream? _file;
    private long _held;

    public long Count { get; private set; }

    public void Add(Hash128 hash, long row)
    {
        var entry = new Entry(hash.High, (hash.Low << RowBits) | (ulong)row);
        Count++;
        if (_partitions.Length == 0)
        {
            if (_held < FewMax && (_held + 1) * 16 < memoryMax)
            {
                if (_held == _few.Length)
                {
                    Array.Resize(ref _few, Math.Max(64, _few.Length * 2));
                }

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
    public void Visit(Action<Hash128, long, long> group, RowsOfGroup? rows = null)
    {
        if (_partitions.Length == 0)
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
    public static Hash128 Kept(Hash128 hash) => hash with { Low = hash.Low << RowBits };

    public void Dispose() => _file?.Dispose();

    private void DealFew()
    {
        _partitions = new Partition[Partitions];
        foreach (var entry in _few.AsSpan(0, (int)_held))
        {
            Deal(entry);
        }

        _few = [];
    }

    private void Deal(Entry entry) => _partitions[entry.High >> (64 - PartitionBits)].Add(entry);

    private void Visit(ReadOnlySpan<Entry> entries, Action<Hash128, long, long> group, RowsOfGroup? rows)
    {
        var size = 64;
        while (size < entries.Length * 2)
        {
            size *= 2;
        }

        if (_slots.Length < size)
        {
            (_slots, _times, _first) = (new int[size], new int[size / 2], new int[size / 2]);
        }

        var slots = _slots.AsSpan(0, size); // 1 + entry that came first
        slots.Clear();
        var times = _times.AsSpan(0, entries.Length);
        times.Clear();
        var first = _first.AsSpan(0, entries.Length);
        for (var i = 0; i < entries.Length; i++)
        {
            var slot = (int)(entries[i].High >> PartitionBits) & (size - 1);
            while (slots[slot] != 0 && !entries[slots[slot] - 1].SameHash(entries[i]))
            {
                slot = (slot + 1) & (size - 1);
            }

            slots[slot] = slots[slot] == 0 ? i + 1 : slots[slot];
            times[slots[slot] - 1]++;
            first[i] = slots[slot] - 1;
        }

        Dictionary<int, List<long>>? several = null;
        for (var i = 0; i < entries.Length; i++)
        {
            if (times[i] > 0)
            {
                group(new Hash128(entries[i].High, entries[i].Low & ~(ulong)RowMask), times[i], entries[i].Row);
            }

            if (rows is not null && times[first[i]] > 1)
            {
                several ??= [];
                if (!several.TryGetValue(first[i], out var list))
                {
                    several[first[i]] = list = [];
                }

                list.Add(entries[i].Row);
            }
        }

        foreach (var list in several?.Values ?? (IEnumerable<List<long>>)[])
        {
            rows!(list);
        }
    }

    /// <summary>The entries of a partition in the order they came. Valid until the next call.</summary>
    private ReadOnlySpan<Entry> Load(int partition)
    {
        var held = _partitions[partition].Count;
        var count = held;
        foreach (var part in _spilled)
        {
            count += part.Partition == partition ? part.Count : 0;
        }

        if (_entries.Length < count)
        {
            _entries = new Entry[Math.Max(count, _entries.Length * 2)];
        }

        var at = 0;
        foreach (var part in _spilled)
        {
            if (part.Partition == partition)
            {
                _file!.Position = part.Offset;
                _file.ReadExactly(MemoryMarshal.AsBytes(_entries.AsSpan(at, part.Count)));
                at += part.Count;
            }
        }

        _partitions[partition].CopyTo(_entries.AsSpan(at, held));
        return _entries.AsSpan(0, count);
    }

    private void Spill()
    {
        // Only this user can read it, it holds seeded hashes and no values, and it is gone when it is closed.
        _file ??= Private();
        _file.Position = _file.Length;
        for (var partition = 0; partition < Partitions; partition++)
        {
            if (_partitions[partition].Count > 0)
            {
                _spilled.Add(new Spilled(partition, _file.Position, _partitions[partition].Count));
                _partitions[partition].MoveTo(_file);
            }
        }

        _held = 0;
    }

    /// <summary>A file without a name: where a name can be taken from an open file it is, so that nothing stays when the process is killed; on Windows it goes with its last handle.</summary>
    private static FileStream Private()
    {
        var path = Path.Combine(SpillFolder.Parent, $"fairlead-{Path.GetRandomFileName()}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (OperatingSystem.IsWindows())
        {
            options.Options = FileOptions.DeleteOnClose;
            return new FileStream(path, options);
        }

        options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(path, options);
        File.Delete(path);
        return file;
    }

    private sealed record Spilled(int Partition, long Offset, int Count);

    /// <param name="High">64 bits of the hash.</param>
    /// <param name="Low">24 bits of the hash, then the row.</param>
    private readonly record struct Entry(ulong High, ulong Low)
    {
        public long Row => (long)(Low & (ulong)RowMask);

        public bool SameHash(Entry other) => High == other.High && Low >> RowBits == other.Low >> RowBits;
    }

    /// <summary>Entries in pieces that double up to 16 KB: nothing is copied when there are more, and none is a large object.</summary>
    private struct Partition
    {
        private const int FirstSize = 16;
        private const int SizeMax = 1_024;
        private List<Entry[]>? _pieces;
        private Entry[]? _last;
        private int _piece;
        private int _filled;

        public int Count { get; private set; }

        public void Add(Entry entry)
        {
            if (_last is null || _filled == _last.Length)
            {
                Next();
            }

            _last![_filled++] = entry;
            Count++;
        }

        public readonly void CopyTo(Span<Entry> entries)
        {
            for (int piece = 0, at = 0; at < Count; piece++)
            {
                var some = _pieces![piece].AsSpan(0, Math.Min(_pieces[piece].Length, Count - at));
                some.CopyTo(entries[at..]);
                at += some.Length;
            }
        }

        /// <summary>Writes the entries and forgets them; their room is kept.</summary>
        public void MoveTo(Stream stream)
        {
            for (int piece = 0, at = 0; at < Count; piece++)
            {
                var some = _pieces![piece].AsSpan(0, Math.Min(_pieces[piece].Length, Count - at));
                stream.Write(MemoryMarshal.AsBytes(some));
                at += some.Length;
            }

            (Count, _piece, _filled, _last) = (0, 0, 0, null);
        }

        private void Next()
        {
            _pieces ??= [];
            if (_piece == _pieces.Count)
            {
                _pieces.Add(new Entry[_piece == 0 ? FirstSize : Math.Min(SizeMax, _pieces[^1].Length * 2)]);
            }

            (_last, _filled) = (_pieces[_piece++], 0);
        }
    }
}
