using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Fairlead.Data.Scanning;
using Fairlead.Models.Personal;

namespace Fairlead.Data.Privacy;

/// <summary>
/// Names rows that have no key of their own, so that nobody without the project's pseudonym key can tell whether a row they know is one of them:
/// "#", four digits of the key's id, "-", and 32 hexadecimal digits: the MD5 of the row, encrypted.
/// </summary>
/// <remarks>
/// One block of AES-256 under a key of its own (FIPS 197) is a keyed permutation: different rows keep different names, and who has the key gets the MD5 back.
/// So rows are dealt to training and exam by the MD5 as ever (<see cref="DealtBy"/>), the same in every workspace, whatever its key.
/// </remarks>
internal sealed class RowIds
{
    /// <summary>Characters of a name.</summary>
    public const int Length = 1 + MarkLength + 1 + (2 * RowDigests.Bytes);

    private const int MarkLength = 4;

    private readonly byte[] _secret = new byte[SHA256.HashSizeInBytes];
    private readonly byte[] _contents = new byte[SHA256.HashSizeInBytes];
    private readonly string _start;
    private readonly bool _personal;

    /// <param name="key">The project's.</param>
    /// <param name="personal">The project's key column is personal, so that its values too stand as a keyed hash.</param>
    public RowIds(PersonalKey key, bool personal)
    {
        key.Hmac("row id"u8, "", _secret);
        key.Hmac("row content"u8, "", _contents);
        (_start, _personal) = ($"#{key.Id[..MarkLength]}-", personal);
        Start = Encoding.ASCII.GetBytes(_start);
    }

    /// <summary>What every name begins with, as UTF-8.</summary>
    public byte[] Start { get; }

    /// <summary>Encrypts digests of 16 bytes each.</summary>
    /// <param name="to">As long as <paramref name="digests"/>; not the same memory.</param>
    public void Encrypt(ReadOnlySpan<byte> digests, Span<byte> to)
    {
        using var aes = Aes.Create();
        aes.Key = _secret;
        aes.EncryptEcb(digests, to, PaddingMode.None);
    }

    /// <summary>A name of this form, whatever key gave it.</summary>
    public static bool Is(string key) => key is { Length: Length } && key[0] == '#' && key[1 + MarkLength] == '-';

    /// <summary>A name that another key gave: rows of this project can't have it.</summary>
    public bool IsOfOtherKey(string key) => Is(key) && !key.StartsWith(_start, StringComparison.Ordinal);

    /// <summary>What a row is dealt by, as SQL over <c>__key</c>: "#" and its MD5 for a name that this key gave; every other key as it is. The engine has its function from then on.</summary>
    public string DealtBy(DataEngine engine)
    {
        var decryptor = new ThreadLocal<ICryptoTransform>(Decryptor); // lives with the engine's function
        engine.AddFunction("fairlead_dealt_by", key =>
        {
            var digest = new byte[RowDigests.Bytes];
            return Convert.FromHexString(key.AsSpan(Math.Min(_start.Length, key.Length)), digest, out _, out var written) != OperationStatus.Done || written != digest.Length
                || decryptor.Value!.TransformBlock(digest, 0, digest.Length, digest, 0) != digest.Length ? key : "#" + Convert.ToHexStringLower(digest);
        });
        return FormattableString.Invariant($"CASE WHEN length(__key) = {Length} AND starts_with(__key, '{_start}') THEN fairlead_dealt_by(__key) ELSE __key END");
    }

    /// <summary>How the content of a row is named beside its key: as <paramref name="plain"/>, but where the key is a keyed hash, "k" and 16 digits of its HMAC.</summary>
    /// <param name="plain">Digits of an MD5.</param>
    public string Content(string key, string plain) =>
        Is(key) || (_personal && key.StartsWith('#')) ? "k" + Convert.ToHexStringLower(HMACSHA256.HashData(_contents, Encoding.UTF8.GetBytes($"{key}\n{plain}")).AsSpan(0, 8)) : plain;

    private ICryptoTransform Decryptor()
    {
        using var aes = Aes.Create();
        (aes.Key, aes.Mode, aes.Padding) = (_secret, CipherMode.ECB, PaddingMode.None);
        return aes.CreateDecryptor();
    }
}
