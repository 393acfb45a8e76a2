using System.Text;
using Fairlead.Data.Scanning;
using Fairlead.Models.Contracts;

namespace Fairlead.Data.Cleaning;

/// <summary>The values of one column in the batch under way, on their way through the steps: as the source has them, by code, or row by row.</summary>
internal sealed class StepValues
{
    private Cell[] _sourceEntries = [Cell.Missing];
    private int _known = 1;
    private ColumnVector? _source;
    private int[]? _codes;
    private Cell[] _entries = [];
    private Cell[] _cells = [];
    private bool[] _own = [];
    private bool _byRow;

    /// <summary>The column of the source; null for one that steps make.</summary>
    public ColumnVector? Source => _source;

    /// <summary>Where the value of a row stands in <see cref="Entries"/>, less one; null when the column has no codes.</summary>
    public int[]? Codes => _byRow ? null : _codes;

    /// <summary>Values by code + 1; the first is that of a missing value.</summary>
    public Cell[] Entries => _entries;

    /// <summary>Codes that <see cref="Entries"/> has values for, and one for a missing value.</summary>
    public int Known => _known;

    /// <summary>A new batch, with the source's values; null: nothing is there yet.</summary>
    public void Begin(ColumnVector? source, int rows)
    {
        (_source, _byRow) = (source, false);
        _codes = source?.Codes;
        if (source is null)
        {
            ByRow(rows);
        }
        else if (_codes is not null)
        {
            ReadEntries(source.Dictionary!);
        }
    }

    /// <summary>The values are those of another column's codes.</summary>
    public void ByCode(int[] codes, Cell[] entries, int known) => (_codes, _entries, _known, _byRow) = (codes, entries, known, false);

    /// <summary>From here on every row has a value of its own; those not set are the source's.</summary>
    public void ByRow(int rows)
    {
        if (_byRow && _cells.Length >= rows)
        {
            return;
        }

        if (_cells.Length < rows)
        {
            (_cells, _own) = (new Cell[TableScan.Room(rows)], new bool[TableScan.Room(rows)]);
        }

        if (_codes is { } codes)
        {
            for (var row = 0; row < rows; row++)
            {
                (_cells[row], _own[row]) = (_entries[codes[row] + 1], true);
            }
        }
        else
        {
            _own.AsSpan(0, rows).Fill(_source is null);
            if (_source is null)
            {
                _cells.AsSpan(0, rows).Clear();
            }
        }

        (_byRow, _codes) = (true, null);
    }

    /// <summary>The row's value is still a text of the source, not looked at.</summary>
    public bool IsPlain(int row) => _codes is null && (!_byRow || !_own[row]);

    public bool IsMissing(int row) => _codes is { } codes ? _entries[codes[row] + 1].IsMissing : _byRow && _own[row] ? _cells[row].IsMissing : _source!.IsMissing(row);

    public Cell Of(int row) => _codes is { } codes ? _entries[codes[row] + 1] : _byRow && _own[row] ? _cells[row] : Raw(_source!, row);

    /// <summary>Gives a row a value. After <see cref="ByRow"/>.</summary>
    public void Set(int row, Cell value) => (_cells[row], _own[row]) = (value, true);

    private static Cell Raw(ColumnVector source, int row) => source.Form switch
    {
        VectorForm.Text => source.IsMissing(row) ? Cell.Missing : Cell.Of(Encoding.UTF8.GetString(source.Utf8(row))),
        VectorForm.Double => source.IsMissing(row) ? Cell.Missing : Cell.Of(source.Doubles[row]),
        _ => Cell.Of(source.Text(row)),
    };

    private void ReadEntries(ColumnDictionary dictionary)
    {
        if (_sourceEntries.Length <= dictionary.Count)
        {
            Array.Resize(ref _sourceEntries, Math.Max(dictionary.Count + 1, _sourceEntries.Length * 2));
        }

        for (; _readEntries < dictionary.Count; _readEntries++)
        {
            _sourceEntries[_readEntries + 1] = Cell.Of(dictionary.String(_readEntries));
        }

        (_entries, _known) = (_sourceEntries, dictionary.Count + 1);
    }

    private int _readEntries;
}
