using System.Security.Cryptography;

namespace Fairlead.Workspace.Keys;

/// <summary>The one key that wraps all data keys of a workspace. 32 random bytes.</summary>
internal sealed class MasterKey
{
    private readonly byte[] _bytes;

    public MasterKey(byte[] bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Sealing.SealedFormat.KeyBytes);
        _bytes = bytes;
        var hash = SHA256.HashData([.. "fairlead master key\0"u8, .. bytes]);
        Id = Convert.ToHexStringLower(hash.AsSpan(0, IdBytes));
    }

    /// <summary>Bytes of a key's id.</summary>
    public const int IdBytes = 8;

    /// <summary>Names the key without telling it: the first 16 hexadecimal digits of the SHA-256 of "fairlead master key", a zero byte and the key.</summary>
    public string Id { get; }

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The key as it stands in files and in FAIRLEAD_KEY: 44 signs of base64.</summary>
    public string Base64 => Convert.ToBase64String(_bytes);

    public static MasterKey New() => new(Sealing.SealedFormat.NewKey());

    /// <summary>Null when the text is not the base64 of 32 bytes.</summary>
    public static MasterKey? Parse(string text)
    {
        Span<byte> bytes = stackalloc byte[64];
        return text.Trim() is { Length: 44 } base64 && Convert.TryFromBase64String(base64, bytes, out var count) && count == Sealing.SealedFormat.KeyBytes
            ? new MasterKey(bytes[..count].ToArray())
            : null;
    }
}
