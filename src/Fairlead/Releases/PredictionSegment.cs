using System.Buffers.Binary;
using System.Security.Cryptography;
using Fairlead.Models.Predictions;
using Fairlead.Workspace;
using Fairlead.Workspace.Keys;
using Fairlead.Workspace.Sealing;

namespace Fairlead.Releases;

/// <summary>A segment of the prediction log as a workspace keeps it: encrypted, in frames that are only appended, with a key of its own beside. One that a server in this process still writes is in clear; it is read as well, and sealed when its writer has ended.</summary>
/// <remarks>
/// "FLSG", 1, three zero bytes; then frames: length of the ciphertext (32 bits, little-endian), nonce (12, random), ciphertext, tag (16), AES-256-GCM. Authenticated with a frame: where its plain bytes begin in the segment (64 bits).
/// A frame that a power cut left unfinished was never acknowledged, and is dropped.
/// </remarks>
internal static class PredictionSegment
{
    /// <summary>Ending of the file with the wrapped key.</summary>
    public const string KeyEnding = ".key";

    private const int HeadBytes = 8;
    private const int FrameHead = 4 + SealedFormat.NonceBytes;

    private static ReadOnlySpan<byte> Magic => "FLSG\u0001\0\0\0"u8;

    public static string KeyPath(string path) => Path.ChangeExtension(path, KeyEnding);

    /// <summary>What a segment's key is bound to: its place under <c>predictions/</c>.</summary>
    public static string NameOf(string path) => "prediction " + string.Join('/', Path.ChangeExtension(Path.GetFullPath(path), null).Split(Path.DirectorySeparatorChar)[^3..]);

    public static bool IsSealed(string path)
    {
        Span<byte> head = stackalloc byte[HeadBytes];
        using var file = Open(path);
        return file.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false) == HeadBytes && head.SequenceEqual(Magic);
    }

    /// <summary>The segment in clear.</summary>
    /// <exception cref="FaultException">It was changed, or has no key.</exception>
    public static byte[] Read(string path, Keyring keys)
    {
        using var file = Open(path);
        var bytes = new byte[file.Length];
        bytes = bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        return bytes.AsSpan().StartsWith(Magic) ? Decrypt(bytes, Key(path, keys), path, out _) : bytes;
    }

    /// <summary>As <see cref="SegmentReader.Open"/>, of a sealed segment too.</summary>
    public static SegmentReader? OpenReader(string path, Keyring keys) => SegmentReader.Parse(Read(path, keys));

    /// <summary>Appends plain bytes behind the last whole frame. On the disk when this returns. Makes the segment when it isn't there.</summary>
    public static void Append(string path, ReadOnlySpan<byte> plain, Keyring keys)
    {
        if (!File.Exists(path))
        {
            DurableFile.Write(KeyPath(path), keys.Wrap(SealedFormat.NewKey(), NameOf(path)));
        }
        else if (!IsSealed(path))
        {
            Replace(path, Read(path, keys), keys);
        }

        var key = Key(path, keys);
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, bufferSize: 0);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        var (from, end) = (0L, 0L);
        if (bytes.Length >= HeadBytes)
        {
            from = Decrypt(bytes, key, path, out end).Length;
        }
        else
        {
            file.Position = 0;
            file.Write(Magic);
            end = HeadBytes;
        }

        file.SetLength(end);
        file.Position = end;
        file.Write(Frame(plain, from, key));
        file.Flush(flushToDisk: true);
    }

    /// <summary>Replaces what a segment says in one step, under a new key; the old key, or the old clear bytes, are overwritten on disk.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> plain, Keyring keys)
    {
        // The new key goes in place before what it opens: a kill in between leaves a segment whose key is under ".next".
        var (key, next) = (SealedFormat.NewKey(), path + ".next");
        var wrapped = keys.Wrap(key, NameOf(path));
        byte[] content = [.. Magic, .. Frame(plain, 0, key)];
        DurableFile.Write(KeyPath(path) + ".next", wrapped);
        DurableFile.Write(next, content);
        var clear = File.Exists(path) && !IsSealed(path);
        using (var before = File.Exists(path) ? new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete) : null)
        {
            File.Move(next, path, overwrite: true);
            if (clear)
            {
                ShreddedFile.Overwrite(before!);
            }
        }

        using (var before = File.Exists(KeyPath(path)) ? new FileStream(KeyPath(path), FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete) : null)
        {
            DurableFile.Move(KeyPath(path) + ".next", KeyPath(path));
            if (before is not null)
            {
                ShreddedFile.Overwrite(before);
            }
        }
    }

    /// <summary>Makes a segment unreadable for good, and deletes it.</summary>
    public static void Shred(string path)
    {
        foreach (var file in new[] { KeyPath(path), path }.Where(File.Exists))
        {
            ShreddedFile.Overwrite(file);
            File.Delete(file);
        }

        DurableFile.SyncFolder(Path.GetDirectoryName(path)!);
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    /// <summary>The key of a segment; after a <see cref="Replace"/> that was killed, the one that opens what is there.</summary>
    private static byte[] Key(string path, Keyring keys)
    {
        var (key, next) = (KeyPath(path), KeyPath(path) + ".next");
        if (File.Exists(next) && !File.Exists(path + ".next"))
        {
            DurableFile.Move(next, key); // the content was replaced already
        }

        return File.Exists(key)
            ? keys.Unwrap(File.ReadAllBytes(key), NameOf(path), path)
            : throw new FaultException(path, "The segment has no key: it was shredded, or its key was deleted.", "Restore it from a backup (fairlead workspace restore).");
    }

    private static byte[] Frame(ReadOnlySpan<byte> plain, long from, byte[] key)
    {
        var frame = new byte[FrameHead + plain.Length + SealedFormat.TagBytes];
        BinaryPrimitives.WriteInt32LittleEndian(frame, plain.Length);
        RandomNumberGenerator.Fill(frame.AsSpan(4, SealedFormat.NonceBytes));
        using var cipher = new AesGcm(key, SealedFormat.TagBytes);
        cipher.Encrypt(frame.AsSpan(4, SealedFormat.NonceBytes), plain, frame.AsSpan(FrameHead, plain.Length), frame.AsSpan(FrameHead + plain.Length), BitConverter.GetBytes(from));
        return frame;
    }

    /// <param name="end">Where the last whole frame ends.</param>
    private static byte[] Decrypt(byte[] bytes, byte[] key, string path, out long end)
    {
        using var plain = new MemoryStream(bytes.Length);
        using var cipher = new AesGcm(key, SealedFormat.TagBytes);
        var at = HeadBytes;
        while (bytes.Length - at >= FrameHead + SealedFormat.TagBytes)
        {
            if (!bytes.AsSpan(at).ContainsAnyExcept((byte)0))
            {
                break; // room that a power cut left without its content
            }

            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));
            var size = (long)FrameHead + length + SealedFormat.TagBytes;
            if (length < 0 || size > bytes.Length - at)
            {
                break;
            }

            var text = new byte[length];
            try
            {
                cipher.Decrypt(bytes.AsSpan(at + 4, SealedFormat.NonceBytes), bytes.AsSpan(at + FrameHead, length), bytes.AsSpan(at + FrameHead + length, SealedFormat.TagBytes), text, BitConverter.GetBytes(plain.Length));
            }
            catch (AuthenticationTagMismatchException) when (at + size == bytes.Length)
            {
                break; // the last one, torn by a power cut
            }
            catch (AuthenticationTagMismatchException)
            {
                throw new FaultException(path, "The segment was changed.", "Restore it from a backup (fairlead workspace restore).");
            }

            plain.Write(text);
            at += (int)size;
        }

        end = at;
        return plain.ToArray();
    }
}
