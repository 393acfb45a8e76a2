using Fairlead.Data.Scanning;

namespace Fairlead.Data.Cleaning;

/// <summary>Some rows of a vector as a vector of their own. Texts are not copied: codes and places are.</summary>
internal sealed class PickedRows(VectorForm form)
{
    private readonly ColumnVector _picked = new(form);
    private int[] _codes = [];

    /// <param name="rows">Rows of <paramref name="from"/>, ascending.</param>
    /// <returns>Holds until the next call, and no longer than the batch of <paramref name="from"/>.</returns>
    public ColumnVector Of(ColumnVector from, ReadOnlySpan<int> rows)
    {
        _picked.Rows = rows.Length;
        if (from.Form != VectorForm.Text)
        {
            Values(from, rows);
        }
        else if (from.Codes is { } codes)
        {
            Room(ref _codes, rows.Length);
            for (var i = 0; i < rows.Length; i++)
            {
                _codes[i] = codes[rows[i]];
            }

            (_picked.Codes, _picked.Dictionary) = (_codes, from.Dictionary);
        }
        else
        {
            var (starts, lengths) = (_picked.Starts, _picked.Lengths);
            Room(ref starts, rows.Length);
            Room(ref lengths, rows.Length);
            for (var i = 0; i < rows.Length; i++)
            {
                (starts[i], lengths[i]) = (from.Starts[rows[i]], from.Lengths[rows[i]]);
            }

            (_picked.Codes, _picked.Dictionary) = (null, null);
            (_picked.Bytes, _picked.Starts, _picked.Lengths) = (from.Bytes, starts, lengths);
        }

        return _picked;
    }

    private void Values(ColumnVector from, ReadOnlySpan<int> rows)
    {
        var (missing, doubles, integers) = (_picked.Missing, _picked.Doubles, _picked.Integers);
        Room(ref missing, rows.Length);
        Room(ref doubles, form == VectorForm.Double ? rows.Length : 0);
        Room(ref integers, form == VectorForm.Double ? 0 : rows.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            missing[i] = from.Missing[rows[i]];
            if (form == VectorForm.Double)
            {
                doubles[i] = from.Doubles[rows[i]];
            }
            else
            {
                integers[i] = from.Integers[rows[i]];
            }
        }

        (_picked.Missing, _picked.Doubles, _picked.Integers) = (missing, doubles, integers);
    }

    private static void Room<T>(ref T[] array, int count)
    {
        if (array.Length < count)
        {
            array = new T[TableScan.Room(count)];
        }
    }
}
