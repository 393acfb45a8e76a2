using System.IO.Hashing;
using System.Security.Cryptography;
using Fairlead.Data.Scanning;

namespace Fairlead.Data.Cleaning;

/// <summary>Fingerprints of 128 bits of the values of rows: rows that are equal have the same; others have the same by a chance of under n² / 2^120 among n rows.</summary>
/// <remarks>XXH128 of each text (Y. Collet), put together by a polynomial in an odd factor modulo 2^128. Seed and factor are drawn anew for each run, so that no data can be made to collide; nothing of them is kept.</remarks>
internal sealed class Fingerprints
{
    private static readonly UInt128 Absent = new(0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9);

    private readonly long _seed = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8));
    private readonly UInt128 _factor = new(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)), BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) | 1);
    private readonly List<UInt128[]> _entries = [];
    private UInt128[] _rows = [];

    /// <summary>The fingerprint of each row over some vectors. Holds until the next call.</summary>
    /// <param name="vectors">In the same order every time: of texts, as their scan has them, or of doubles.</param>
    public ReadOnlySpan<UInt128> Of(IReadOnlyList<ColumnVector> vectors, int rows)
    {
        if (_rows.Length < rows)
        {
            _rows = new UInt128[Math.Max(rows, TableScan.BatchRows)];
        }

        var prints = _rows.AsSpan(0, rows);
        prints.Clear();
        for (var i = 0; i < vectors.Count; i++)
        {
            if (_entries.Count == i)
            {
                _entries.Add([]);
            }

            Add(vectors[i], i, prints);
        }

        return prints;
    }

    private void Add(ColumnVector vector, int place, Span<UInt128> prints)
    {
        if (vector is { Form: VectorForm.Text, Codes: { } codes })
        {
            var entries = Entries(place, vector.Dictionary!);
            for (var row = 0; row < prints.Length; row++)
            {
                prints[row] = (prints[row] * _factor) + (codes[row] < 0 ? Absent : entries[codes[row]]);
            }

            return;
        }

        for (var row = 0; row < prints.Length; row++)
        {
            prints[row] = (prints[row] * _factor) + (vector.IsMissing(row) ? Absent : vector.Form == VectorForm.Text ? Of(vector.Utf8(row)) : Of(vector.Doubles[row]));
        }
    }

    private UInt128[] Entries(int place, ColumnDictionary dictionary)
    {
        var entries = _entries[place];
        dictionary.Extend(ref entries, Of);
        _entries[place] = entries;

        return entries;
    }

    private UInt128 Of(ReadOnlySpan<byte> text) => XxHash128.HashToUInt128(text, _seed);

    /// <summary>0 and -0 are one number.</summary>
    private UInt128 Of(double number)
    {
        var value = number + 0.0;
        return XxHash128.HashToUInt128(System.Runtime.InteropServices.MemoryMarshal.AsBytes(new ReadOnlySpan<double>(in value)), _seed);
    }
}
