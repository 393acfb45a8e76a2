using System.Security.Cryptography;
using System.Text;
using Fairlead.Workspace.Sealing;

namespace Fairlead.Workspace.Keys;

/// <summary>A data key, encrypted by a master key: "FLK1", the master key's id (8 bytes), nonce (12), ciphertext (32), tag (16); AES-256-GCM. Bound to the name of what it opens.</summary>
internal static class WrappedKey
{
    public const int Bytes = 4 + MasterKey.IdBytes + SealedFormat.NonceBytes + SealedFormat.KeyBytes + SealedFormat.TagBytes;

    private const int NonceAt = 4 + MasterKey.IdBytes;
    private const int KeyAt = NonceAt + SealedFormat.NonceBytes;
    private const int TagAt = KeyAt + SealedFormat.KeyBytes;

    public static byte[] Wrap(ReadOnlySpan<byte> key, string name, MasterKey master)
    {
        var wrapped = new byte[Bytes];
        "FLK1"u8.CopyTo(wrapped);
        Convert.FromHexString(master.Id).CopyTo(wrapped, 4);
        RandomNumberGenerator.Fill(wrapped.AsSpan(NonceAt, SealedFormat.NonceBytes));
        using var cipher = new AesGcm(master.Bytes, SealedFormat.TagBytes);
        cipher.Encrypt(wrapped.AsSpan(NonceAt, SealedFormat.NonceBytes), key, wrapped.AsSpan(KeyAt, SealedFormat.KeyBytes), wrapped.AsSpan(TagAt), Bound(wrapped, name));
        return wrapped;
    }

    /// <summary>Id of the master key that wrapped it; null when these bytes are no wrapped key.</summary>
    public static string? MasterOf(ReadOnlySpan<byte> wrapped) =>
        wrapped.Length == Bytes && wrapped.StartsWith("FLK1"u8) ? Convert.ToHexStringLower(wrapped.Slice(4, MasterKey.IdBytes)) : null;

    /// <summary>The data key; null when it was changed, or wrapped for another name or by another master key.</summary>
    public static byte[]? Unwrap(ReadOnlySpan<byte> wrapped, string name, MasterKey master)
    {
        if (MasterOf(wrapped) != master.Id)
        {
            return null;
        }

        var key = new byte[SealedFormat.KeyBytes];
        using var cipher = new AesGcm(master.Bytes, SealedFormat.TagBytes);
        try
        {
            cipher.Decrypt(wrapped.Slice(NonceAt, SealedFormat.NonceBytes), wrapped.Slice(KeyAt, SealedFormat.KeyBytes), wrapped[TagAt..], key, Bound(wrapped, name));
            return key;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static byte[] Bound(ReadOnlySpan<byte> wrapped, string name) => [.. wrapped[..NonceAt], .. Encoding.UTF8.GetBytes(name)];
}
