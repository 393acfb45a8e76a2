using System.Buffers.Binary;
using System.Security.Cryptography;
using Fairlead.Models.Personal;

namespace Fairlead.Data.Privacy;

/// <summary>
/// Names the rows and groups in <c>split.jsonl</c>, so that nobody without the project's pseudonym key can tell whether a row they know is one of them: 32 hexadecimal digits,
/// one block of AES-256 (FIPS 197) under a key of its own, of eight zero bytes and the hash that the row is dealt by.
/// </summary>
/// <remarks>Who has the key gets the hash back, by which rows are dealt as ever; the zero bytes tell a name that another key gave (one of 2^64 would pass).</remarks>
internal sealed class SplitNames
{
    private const int Block = 16;
    private const int BitsMax = 53;

    private readonly byte[] _secret = new byte[SHA256.HashSizeInBytes];

    /// <param name="key">The project's.</param>
    public SplitNames(PersonalKey key)
    {
        key.Hmac("split name"u8, "", _secret);
        Key = key.Id;
    }

    /// <summary>Id of the pseudonym key.</summary>
    public string Key { get; }

    /// <summary>The name of a hash from 0 to 2^53 - 1.</summary>
    public string Of(long bits)
    {
        Span<byte> block = stackalloc byte[Block], name = stackalloc byte[Block];
        block.Clear();
        BinaryPrimitives.WriteInt64BigEndian(block[(Block / 2)..], bits);
        using var aes = Cipher();
        aes.EncryptEcb(block, name, PaddingMode.None);
        return Convert.ToHexStringLower(name);
    }

    /// <summary>The hash of a name; null where this key did not give it.</summary>
    public long? Find(string name)
    {
        Span<byte> block = stackalloc byte[Block];
        using var aes = Cipher();
        aes.DecryptEcb(Convert.FromHexString(name), block, PaddingMode.None);
        var bits = BinaryPrimitives.ReadInt64BigEndian(block[(Block / 2)..]);
        return BinaryPrimitives.ReadInt64BigEndian(block) == 0 && bits >> BitsMax == 0 ? bits : null;
    }

    private Aes Cipher()
    {
        var aes = Aes.Create();
        aes.Key = _secret;
        return aes;
    }
}
