using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using Fairlead.Data.Scanning;

namespace Fairlead.Data.Versions;

/// <summary>128-bit hashes of rows: of their key and of all their values. XxHash128 over the values one after another, each with its length, so that no two different rows give the same bytes.</summary>
/// <remarks>Two different rows share a hash with probability 2^-128 a pair unless somebody builds such rows on purpose; the hash is no proof against that.</remarks>
internal sealed class RowHasher(IReadOnlyList<int> key, IReadOnlyList<int> values, bool[] byForm)
{
    private byte[] _row = new byte[4_096];

    /// <summary>Hashes every row of a batch.</summary>
    /// <param name="keys">Shape [rows]: hash of the key columns.</param>
    /// <param name="rows">Shape [rows]: hash of the value columns; the key's are not among them.</param>
    public void Hash(TableBatch batch, Span<UInt128> keys, Span<UInt128> rows)
    {
        for (var row = 0; row < batch.Rows; row++)
        {
            keys[row] = Of(batch, row, key);
            rows[row] = Of(batch, row, values);
        }
    }

    /// <summary>The same key a further time: its n-th occurrence as a key of its own, whose upper half is the key's.</summary>
    public static UInt128 Occurrence(UInt128 key, int n)
    {
        Span<byte> bytes = stackalloc byte[20];
        MemoryMarshal.Write(bytes, in key);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[16..], n);
        return new UInt128((ulong)(key >> 64), (ulong)XxHash128.HashToUInt128(bytes));
    }

    private UInt128 Of(TableBatch batch, int row, IReadOnlyList<int> columns)
    {
        var length = 0;
        for (var i = 0; i < columns.Count; i++)
        {
            length = Append(batch.Columns[columns[i]], row, length, byForm[columns[i]]);
        }

        return XxHash128.HashToUInt128(_row.AsSpan(0, length));
    }

    private int Append(ColumnVector vector, int row, int at, bool raw)
    {
        if (vector.IsMissing(row))
        {
            Room(at + 4);
            BinaryPrimitives.WriteInt32LittleEndian(_row.AsSpan(at), -1);
            return at + 4;
        }

        if (vector.Form == VectorForm.Text)
        {
            return Append(vector.Utf8(row), at);
        }

        if (!raw)
        {
            return Append(Encoding.UTF8.GetBytes(vector.Text(row)!), at);
        }

        Span<byte> bits = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bits, vector.Form == VectorForm.Double ? BitConverter.DoubleToInt64Bits(vector.Doubles[row]) : vector.Integers[row]);
        return Append(bits, at);
    }

    private int Append(ReadOnlySpan<byte> text, int at)
    {
        Room(at + 4 + text.Length);
        BinaryPrimitives.WriteInt32LittleEndian(_row.AsSpan(at), text.Length);
        text.CopyTo(_row.AsSpan(at + 4));
        return at + 4 + text.Length;
    }

    private void Room(int length)
    {
        if (length > _row.Length)
        {
            Array.Resize(ref _row, Math.Max(length, _row.Length * 2));
        }
    }
}
