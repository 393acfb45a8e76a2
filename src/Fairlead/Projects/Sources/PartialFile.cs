using System.Globalization;
using System.Security.Cryptography;
using Fairlead.Workspace;
using Fairlead.Workspace.Keys;
using Fairlead.Workspace.Sealing;

namespace Fairlead.Projects.Sources;

/// <summary>What a download has so far, encrypted: a piece for each attempt, one after another. An attempt goes on behind the last whole chunk, under a key of its own, so that no key ever encrypts two texts at one place.</summary>
/// <param name="path">The file that it will be; pieces lie beside it.</param>
internal sealed class PartialFile(string path, Keyring keys)
{
    private readonly string _start = path + ".part";

    /// <summary>Path of the note of the server's mark.</summary>
    public string Note => _start + SourceDownload.NoteEnding;

    private readonly record struct Piece(string Path, byte[] Key, bool Whole, long Bytes);

    /// <summary>Bytes that are there: whole chunks of all pieces.</summary>
    public long Length => Pieces().Sum(piece => piece.Bytes);

    /// <summary>Deletes all that is there; a piece from before they were encrypted is overwritten.</summary>
    public void Delete()
    {
        foreach (var file in All().OrderByDescending(file => file.EndsWith(FetchedFile.KeyEnding, StringComparison.Ordinal)).ToList())
        {
            if (file == _start || file.EndsWith(FetchedFile.KeyEnding, StringComparison.Ordinal))
            {
                ShreddedFile.Delete(file);
            }
            else
            {
                File.Delete(file);
            }
        }
    }

    /// <summary>Takes what a server sends, behind what is there.</summary>
    /// <param name="content">Read to its end; when that fails, what came before stays.</param>
    /// <param name="took">Told the bytes of the file so far, after each block.</param>
    public async Task TakeAsync(Stream content, Action<long> took, CancellationToken cancel)
    {
        var (pieces, length) = (Pieces(), Length);
        foreach (var useless in Files().Except(pieces.Where(piece => piece.Bytes > 0).Select(piece => piece.Path)).ToList())
        {
            FetchedFile.Delete(useless);
        }

        var next = string.Create(CultureInfo.InvariantCulture, $"{_start}.{Files().Count:D4}");
        var key = SealedFormat.NewKey();
        FetchedFile.Keep(key, next + FetchedFile.KeyEnding, keys);
        await using var piece = new SealedWriter(new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.None), key);
        var buffer = new byte[1 << 17];
        for (int read; (read = await content.ReadAsync(buffer, cancel)) > 0;)
        {
            took(length += read);
            piece.Write(buffer.AsSpan(0, read));
        }

        piece.Finish();
    }

    /// <summary>Puts the file in its place, encrypted and readable by this process, once all pieces are there.</summary>
    /// <param name="right">Says whether a file of this hash is the one that is wanted; one that is not is deleted.</param>
    /// <returns>Its SHA-256 and bytes, or null when a piece was damaged: nothing of it is left.</returns>
    public (string Sha256, long Bytes)? Finish(Action<string> right)
    {
        var pieces = Pieces();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (joined, key, bytes) = (_start + ".joined", SealedFormat.NewKey(), 0L);
        try
        {
            using var whole = pieces.Count == 1 ? null : new SealedWriter(new FileStream(joined, FileMode.Create, FileAccess.Write, FileShare.None), key);
            var buffer = new byte[1 << 17];
            foreach (var piece in pieces)
            {
                using var stream = Open(piece);
                for (int read; (read = stream.Read(buffer)) > 0; bytes += read)
                {
                    hash.AppendData(buffer, 0, read);
                    whole?.Write(buffer.AsSpan(0, read));
                }
            }

            whole?.Finish();
        }
        catch (FaultException)
        {
            File.Delete(joined);
            Delete();
            return null;
        }

        var found = Convert.ToHexStringLower(hash.GetHashAndReset());
        try
        {
            right(found);
        }
        catch
        {
            File.Delete(joined);
            Delete();
            throw;
        }

        // The key first: a kill in between leaves a key that opens nothing, and the file is fetched again.
        if (pieces.Count == 1)
        {
            (key, joined) = (pieces[0].Key, pieces[0].Path);
        }

        FetchedFile.Delete(path);
        FetchedFile.Keep(key, path + FetchedFile.KeyEnding, keys);
        DurableFile.Move(joined, path);
        FetchedFile.Hold(path, key);
        return (found, bytes);
    }

    private IEnumerable<string> All() => Directory.EnumerateFiles(Path.GetDirectoryName(_start)!).Where(file => file.StartsWith(_start, StringComparison.Ordinal));

    private List<string> Files() => [.. All().Where(file => file.Length == _start.Length + 5 && file.AsSpan(_start.Length + 1).IndexOfAnyExceptInRange('0', '9') < 0).Order(StringComparer.Ordinal)];

    private List<Piece> Pieces()
    {
        List<Piece> pieces = [];
        foreach (var file in Files())
        {
            if (FetchedFile.Unwrapped(file + FetchedFile.KeyEnding, keys) is not { } key)
            {
                break; // what follows it has no beginning
            }

            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var whole = SealedReader.IsWhole(stream, key);
            pieces.Add(new Piece(file, key, whole, whole ? SealedFormat.PlainLength(stream.Length) : SealedFormat.WholeChunks(stream.Length) * SealedFormat.ChunkBytes));
        }

        return pieces;
    }

    private static SealedReader Open(Piece piece)
    {
        var file = new FileStream(piece.Path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.SequentialScan);
        return piece.Whole ? new SealedReader(file, piece.Key, piece.Path) : SealedReader.OfWholeChunks(file, piece.Key, piece.Path);
    }
}
