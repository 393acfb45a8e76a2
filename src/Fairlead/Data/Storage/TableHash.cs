using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Fairlead.Data.Scanning;

namespace Fairlead.Data.Storage;

/// <summary>The id of a table: a SHA-256 of what it says, whatever file it stands in and however its texts are coded or batched. See docs/formats/dataset-version.md.</summary>
/// <remarks>
/// Each column has two SHA-256: of its lengths (32 bits little-endian a row, -1 where missing) and its UTF-8 bytes one after another;
/// or, for other forms, of a byte a row (1 where missing) and its 64-bit values little-endian (0 where missing).
/// The id is the SHA-256 of "fairlead table 1", the number of rows, and each column's name, form and two hashes, in order.
/// </remarks>
internal sealed class TableHash : IDisposable
{
    private readonly IReadOnlyList<ScannedColumn> _columns;
    private readonly IncrementalHash[] _shapes;
    private readonly IncrementalHash[] _values;
    private long _rows;

    public TableHash(IReadOnlyList<ScannedColumn> columns)
    {
        _columns = columns;
        _shapes = [.. columns.Select(_ => IncrementalHash.CreateHash(HashAlgorithmName.SHA256))];
        _values = [.. columns.Select(_ => IncrementalHash.CreateHash(HashAlgorithmName.SHA256))];
    }

    /// <summary>Further rows of a text column.</summary>
    /// <param name="lengths">Bytes of each text; -1 where missing.</param>
    /// <param name="bytes">The texts, one after another.</param>
    public void Texts(int column, ReadOnlySpan<int> lengths, ReadOnlySpan<byte> bytes)
    {
        _shapes[column].AppendData(MemoryMarshal.AsBytes(lengths));
        _values[column].AppendData(bytes);
    }

    /// <summary>Further rows of another column; values are 0 where missing.</summary>
    public void Values(int column, ReadOnlySpan<bool> missing, ReadOnlySpan<long> values)
    {
        _shapes[column].AppendData(MemoryMarshal.AsBytes(missing));
        _values[column].AppendData(MemoryMarshal.AsBytes(values));
    }

    public void Rows(int rows) => _rows += rows;

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public string Id()
    {
        using var id = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[8];
        id.AppendData("fairlead table 1\0"u8);
        BinaryPrimitives.WriteInt64LittleEndian(number, _rows);
        id.AppendData(number);
        for (var i = 0; i < _columns.Count; i++)
        {
            var name = Encoding.UTF8.GetBytes(_columns[i].Name);
            BinaryPrimitives.WriteInt32LittleEndian(number, name.Length);
            BinaryPrimitives.WriteInt32LittleEndian(number[4..], (int)_columns[i].Form);
            id.AppendData(number);
            id.AppendData(name);
            id.AppendData(_shapes[i].GetHashAndReset());
            id.AppendData(_values[i].GetHashAndReset());
        }

        return Convert.ToHexStringLower(id.GetHashAndReset());
    }

    public void Dispose()
    {
        Array.ForEach(_shapes, hash => hash.Dispose());
        Array.ForEach(_values, hash => hash.Dispose());
    }
}
