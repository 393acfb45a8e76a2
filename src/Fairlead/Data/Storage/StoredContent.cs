using System.Security.Cryptography;
using Fairlead.Workspace;

namespace Fairlead.Data.Storage;

/// <summary>What a stored blob says, worked out from all of it again.</summary>
internal static class StoredContent
{
    /// <summary>The id that the blob's content has: of a table by <see cref="TableHash"/>, of a part by the workspace's keyed hash of that, of a list of parts by what they say, else the SHA-256 of its bytes.</summary>
    /// <exception cref="FaultException">It can't be decrypted or read.</exception>
    public static string IdOf(string blob, BlobStore blobs, CancellationToken cancel)
    {
        if (blobs.IsList(blob))
        {
            var parts = blobs.PartsOf(blob);
            return blobs.IsGoing(blob) ? blob
                : parts.FirstOrDefault(part => !blobs.Has(part.Id) || part.Id != blobs.PartId(part.Content)) is { } lost ? throw new FaultException($"table {blob}", $"Its part {lost.Id} is not there.", "Restore it from a backup, or delete the table and run iterate again.")
                : BlobStore.IdOf(parts);
        }

        if (blobs.IsPart(blob))
        {
            return blobs.PartId(IdOfTable(blob, blobs, cancel));
        }

        if (blobs.IsTable(blob) && !blobs.IsClear(blob))
        {
            var actual = IdOfTable(blob, blobs, cancel);
            return actual == blobs.TableContent(blob) ? blob : actual;
        }

        using var stream = blobs.OpenRead(blob);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>Encrypts a table from before encryption. Returns the hash of what it says.</summary>
    public static string Rewrite(string blob, BlobStore blobs, string path, byte[] key, CancellationToken cancel)
    {
        using var scan = new StoredScan(blob, blobs);
        using var writer = new TableWriter(scan.Columns, path, key);
        while (scan.Next(cancel) is { } batch)
        {
            writer.Write(batch);
        }

        return writer.End();
    }

    private static string IdOfTable(string blob, BlobStore blobs, CancellationToken cancel)
    {
        using var scan = new StoredScan(blob, blobs);
        using var hash = new TableHash(scan.Columns);
        ColumnBuffer[] buffers = [.. scan.Columns.Select((column, i) => new ColumnBuffer(i, column))];
        while (scan.Next(cancel) is { } batch)
        {
            for (var i = 0; i < buffers.Length; i++)
            {
                buffers[i].Add(batch.Columns[i], 0, batch.Rows, hash);
                buffers[i].Clear();
            }

            hash.Rows(batch.Rows);
        }

        return hash.Id();
    }
}
