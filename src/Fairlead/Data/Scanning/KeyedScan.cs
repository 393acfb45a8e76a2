using System.Security.Cryptography;
using Fairlead.Data.Privacy;

namespace Fairlead.Data.Scanning;

/// <summary>How the key of a row is made.</summary>
/// <param name="Column">The declared key column; null: a hash of the row.</param>
/// <param name="Secret">The key is personal data and stands as its HMAC under this; null: it is not.</param>
/// <param name="Target">Left out of the hash of a row, so that a corrected label keeps the key.</param>
/// <param name="Ids">Encrypts the hash of a row; null: it stands as it is, as in projects from before.</param>
internal sealed record RowKey(string? Column, byte[]? Secret, string Target, RowIds? Ids);

/// <summary>A scan of texts with <c>__row</c> and <c>__key</c> before its columns: what a raw version holds.</summary>
/// <remarks>
/// The key is the text of the key column, or, where there is none, made of the MD5 of every column but the target, the unit separator (U+001F) between them and the record separator (U+001E) for a missing one:
/// <see cref="RowHash.Of"/> says the same in SQL; <see cref="RowIds"/> makes the key of it. A personal key is "#" and the first half of its HMAC-SHA256.
/// </remarks>
internal sealed class KeyedScan : ITableScan
{
    private const int HashedLength = 1 + (2 * RowDigests.Bytes);

    private readonly ITableScan _scan;
    private readonly RowKey _key;
    private readonly int _keyPlace;
    private readonly int[] _hashed;
    private readonly RowDigests _digests = new();
    private readonly int _digestLength;
    private byte[] _encrypted = [];
    private readonly ColumnVector _rows = new(VectorForm.Integer);
    private readonly ColumnVector _keys = new(VectorForm.Text);
    private readonly TableBatch _batch = new();

    public KeyedScan(ITableScan scan, RowKey key)
    {
        (_scan, _key, _digestLength) = (scan, key, key.Ids is null ? HashedLength : RowIds.Length);
        Columns = [new ScannedColumn("__row", VectorForm.Integer), new ScannedColumn("__key", VectorForm.Text), .. scan.Columns];
        _keyPlace = key.Column is null ? -1 : scan.Columns.ToList().FindIndex(column => column.Name == key.Column);
        _hashed = [.. Enumerable.Range(0, scan.Columns.Count).Where(place => scan.Columns[place].Name != key.Target)];
    }

    public IReadOnlyList<ScannedColumn> Columns { get; }

    public TableBatch? Next(CancellationToken cancel)
    {
        if (_scan.Next(cancel) is not { } read)
        {
            return null;
        }

        if (_rows.Integers.Length < read.Rows)
        {
            (_rows.Integers, _rows.Missing) = (new long[read.Rows], new bool[read.Rows]);
            (_keys.Starts, _keys.Lengths) = (new int[read.Rows], new int[read.Rows]);
        }

        (_rows.Rows, _keys.Rows) = (read.Rows, read.Rows);
        for (var row = 0; row < read.Rows; row++)
        {
            _rows.Integers[row] = read.FirstRow + row;
        }

        MakeKeys(read);
        (_batch.FirstRow, _batch.Rows, _batch.Columns) = (read.FirstRow, read.Rows, [_rows, _keys, .. read.Columns]);
        return _batch;
    }

    public void Dispose() => _scan.Dispose();

    private void MakeKeys(TableBatch read)
    {
        var column = _keyPlace < 0 ? null : read.Columns[_keyPlace];
        _digests.Clear();
        var plain = 0;
        for (var row = 0; row < read.Rows; row++)
        {
            var named = column is not null && !column.IsMissing(row);
            if (named)
            {
                plain += _key.Secret is null ? column!.Utf8(row).Length : HashedLength;
                continue;
            }

            AppendRow(read, row);
            _digests.End();
        }

        Write(read.Rows, column, plain);
    }

    private void AppendRow(TableBatch read, int row)
    {
        for (var i = 0; i < _hashed.Length; i++)
        {
            if (i > 0)
            {
                _digests.Append(0x1F);
            }

            var vector = read.Columns[_hashed[i]];
            if (vector.IsMissing(row))
            {
                _digests.Append(0x1E);
            }
            else
            {
                _digests.Append(vector.Utf8(row));
            }
        }
    }

    private void Write(int rows, ColumnVector? column, int plain)
    {
        var digests = Encrypted(_digests.Digest());
        var needed = plain + (_digests.Count * _digestLength);
        if (_keys.Bytes.Length < needed)
        {
            _keys.Bytes = new byte[needed];
        }

        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var (used, next) = (0, 0);
        for (var row = 0; row < rows; row++)
        {
            _keys.Starts[row] = used;
            if (column is not null && !column.IsMissing(row))
            {
                var text = column.Utf8(row);
                if (_key.Secret is null)
                {
                    text.CopyTo(_keys.Bytes.AsSpan(used));
                    _keys.Lengths[row] = text.Length;
                }
                else
                {
                    HMACSHA256.HashData(_key.Secret, text, mac);
                    Hashed(row, used, "#"u8, mac[..RowDigests.Bytes]);
                }
            }
            else
            {
                Hashed(row, used, _key.Ids is { } ids ? ids.Start : "#"u8, digests.Slice(RowDigests.Bytes * next++, RowDigests.Bytes));
            }

            used += _keys.Lengths[row];
        }
    }

    private ReadOnlySpan<byte> Encrypted(ReadOnlySpan<byte> digests)
    {
        if (_key.Ids is not { } ids || digests.Length == 0)
        {
            return digests;
        }

        if (_encrypted.Length < digests.Length)
        {
            _encrypted = new byte[digests.Length];
        }

        var encrypted = _encrypted.AsSpan(0, digests.Length);
        ids.Encrypt(digests, encrypted);
        return encrypted;
    }

    private void Hashed(int row, int at, ReadOnlySpan<byte> start, ReadOnlySpan<byte> digest)
    {
        start.CopyTo(_keys.Bytes.AsSpan(at));
        Hexadecimal(digest, _keys.Bytes.AsSpan(at + start.Length));
        _keys.Lengths[row] = start.Length + (2 * RowDigests.Bytes);
    }

    private static void Hexadecimal(ReadOnlySpan<byte> bytes, Span<byte> to)
    {
        var digits = "0123456789abcdef"u8;
        for (var i = 0; i < bytes.Length; i++)
        {
            (to[2 * i], to[(2 * i) + 1]) = (digits[bytes[i] >> 4], digits[bytes[i] & 15]);
        }
    }
}
