namespace Fairlead.Data.Versions;

/// <summary>Keys by their 128-bit hash, each with the number of its entry. Open addressing; 24 to 40 bytes a key.</summary>
internal sealed class KeyTable
{
    private UInt128[] _keys = new UInt128[1_024];
    private int[] _slots = NewSlots(4_096);

    public int Count { get; private set; }

    /// <summary>The key of an entry.</summary>
    public UInt128 this[int entry] => _keys[entry];

    /// <summary>The entry of a key, or -1.</summary>
    public int Find(UInt128 key)
    {
        var mask = _slots.Length - 1;
        for (var slot = Slot(key, mask); _slots[slot] is var entry and >= 0; slot = (slot + 1) & mask)
        {
            if (_keys[entry] == key)
            {
                return entry;
            }
        }

        return -1;
    }

    /// <summary>Adds a key as entry <see cref="Count"/>; false when it is there already.</summary>
    public bool Add(UInt128 key)
    {
        var mask = _slots.Length - 1;
        var slot = Slot(key, mask);
        for (; _slots[slot] is var entry and >= 0; slot = (slot + 1) & mask)
        {
            if (_keys[entry] == key)
            {
                return false;
            }
        }

        if (Count == _keys.Length)
        {
            Array.Resize(ref _keys, Count * 2);
        }

        _keys[Count] = key;
        _slots[slot] = Count++;
        if (Count * 2 > _slots.Length)
        {
            Grow();
        }

        return true;
    }

    private void Grow()
    {
        _slots = NewSlots(_slots.Length * 2);
        var mask = _slots.Length - 1;
        for (var entry = 0; entry < Count; entry++)
        {
            var slot = Slot(_keys[entry], mask);
            while (_slots[slot] >= 0)
            {
                slot = (slot + 1) & mask;
            }

            _slots[slot] = entry;
        }
    }

    // The low bits choose the slot; the high ones choose the part of a comparison that does not fit into memory at once.
    private static int Slot(UInt128 key, int mask) => (int)(uint)(ulong)key & mask;

    private static int[] NewSlots(int count)
    {
        var slots = new int[count];
        Array.Fill(slots, -1);
        return slots;
    }
}
