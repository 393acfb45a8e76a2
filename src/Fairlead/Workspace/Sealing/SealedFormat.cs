using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Fairlead.Workspace.Sealing;

/// <summary>How encrypted bytes lie in a file: "FLS1", the chunk size as 32 bits little-endian, then chunks, each AES-256-GCM ciphertext and its 16-byte tag. See docs/formats/sealed-file.md.</summary>
/// <remarks>
/// The nonce of a chunk is its number (64 bits, big-endian), three zero bytes and 1 for the last chunk, 0 for the others, so that chunks can be neither swapped, left out nor cut off:
/// the STREAM construction of V. T. Hoang, R. Reyhanitabar, P. Rogaway and D. Vizár, "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", CRYPTO 2015.
/// A key serves one file only; so no nonce is ever used twice with a key.
/// </remarks>
internal static class SealedFormat
{
    /// <summary>Plain bytes of every chunk but the last, which has 0 to this many.</summary>
    public const int ChunkBytes = 64 * 1024;

    /// <summary>Bytes of a key.</summary>
    public const int KeyBytes = 32;

    public const int TagBytes = 16;

    public const int HeaderBytes = 8;

    public const int NonceBytes = 12;

    public static byte[] Header()
    {
        var header = new byte[HeaderBytes];
        "FLS1"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), ChunkBytes);
        return header;
    }

    public static void Nonce(Span<byte> nonce, long chunk, bool last)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt64BigEndian(nonce, chunk);
        nonce[NonceBytes - 1] = last ? (byte)1 : (byte)0;
    }

    /// <summary>Plain bytes in a file of so many bytes; -1 when no file of this format has this size.</summary>
    public static long PlainLength(long fileBytes)
    {
        var body = fileBytes - HeaderBytes;
        if (body < TagBytes)
        {
            return -1;
        }

        var chunks = (body + ChunkBytes + TagBytes - 1) / (ChunkBytes + TagBytes);
        var plain = body - (chunks * TagBytes);
        return plain >= (chunks - 1) * (long)ChunkBytes ? plain : -1;
    }

    /// <summary>Chunks but the last that a file of so many bytes has, when its writer was stopped: those that are there whole.</summary>
    public static long WholeChunks(long fileBytes) => Math.Max(0, fileBytes - HeaderBytes) / (ChunkBytes + TagBytes);

    /// <summary>A fresh random key.</summary>
    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(KeyBytes);
}
