using Fairlead.Data.Scanning;

namespace Fairlead.Data.Profiles;

/// <summary>What is known of the entries of a column's dictionary: each is read once, and then only counted.</summary>
internal sealed class CodedValues
{
    private Cell[] _cells = [];
    private long[] _counts = [];
    private long[] _firstRows = [];
    private ulong[] _hashes = [];
    private ulong[] _near = [];

    /// <summary>Entries read so far.</summary>
    public int Known { get; private set; }

    public long[] Counts => _counts;

    public ulong[] Hashes => _hashes;

    public ulong[] Near => _near;

    public Cell CellOf(int code) => _cells[code];

    public long FirstRow(int code) => _firstRows[code];

    /// <summary>Reads the entries that the dictionary has gained.</summary>
    public void Read(ColumnDictionary dictionary)
    {
        if (dictionary.Count > _cells.Length)
        {
            var size = Math.Max(_cells.Length * 2, dictionary.Count);
            Array.Resize(ref _cells, size);
            Array.Resize(ref _counts, size);
            Array.Resize(ref _firstRows, size);
            Array.Resize(ref _hashes, size);
            Array.Resize(ref _near, size);
        }

        for (; Known < dictionary.Count; Known++)
        {
            var text = dictionary.Text(Known);
            var cell = CellReader.Read(text);
            _cells[Known] = cell;
            _firstRows[Known] = -1;
            _hashes[Known] = Profiles.Hashes.Of(cell, text);
            _near[Known] = cell.Kind == CellKind.Text ? Profiles.Hashes.Near(text) : _hashes[Known];
        }
    }

    /// <summary>Notes the first row of each entry.</summary>
    public void Place(ReadOnlySpan<int> codes, long firstRow)
    {
        for (var row = 0; row < codes.Length; row++)
        {
            var code = codes[row];
            if (code >= 0 && _firstRows[code] < 0)
            {
                _firstRows[code] = firstRow + row;
            }
        }
    }

    /// <summary>Lets go of what is known: no more codes come.</summary>
    public void Release() => (_cells, _counts, _firstRows, _hashes, _near, Known) = ([], [], [], [], [], 0);
}
