using System.Collections.Concurrent;
using System.Text;
using Fairlead.Models.Packages;

namespace Fairlead.Models.Personal;

/// <summary>The secret that pseudonyms and made-up values of one project come from. Never part of a package, an image or a log; its id may be.</summary>
public sealed class PersonalKey
{
    /// <summary>Holds the key itself.</summary>
    public const string Variable = "FAIRLEAD_PSEUDONYM_KEY";

    /// <summary>Names a file that holds the key: a mounted secret.</summary>
    public const string FileVariable = "FAIRLEAD_PSEUDONYM_KEY_FILE";

    /// <summary>Least characters of a key.</summary>
    public const int LengthMin = 16;

    private const int BlockBytes = 64;

    private static readonly ConcurrentDictionary<string, PersonalKey> Held = new(StringComparer.Ordinal);

    private readonly byte[] _inner = new byte[BlockBytes];
    private readonly byte[] _outer = new byte[BlockBytes];

    private readonly string _text;

    private PersonalKey(string text)
    {
        _text = text;
        var bytes = Encoding.UTF8.GetBytes(text);
        Id = Sha256.Hex([.. "fairlead pseudonym key\0"u8, .. bytes])[..16];
        if (bytes.Length > BlockBytes)
        {
            var hash = new byte[Sha256.Bytes];
            Sha256.Hash(bytes, hash);
            bytes = hash;
        }

        for (var i = 0; i < BlockBytes; i++)
        {
            var sign = i < bytes.Length ? bytes[i] : (byte)0;
            (_inner[i], _outer[i]) = ((byte)(sign ^ 0x36), (byte)(sign ^ 0x5c));
        }
    }

    /// <summary>Names the key without telling it: the first 16 hexadecimal digits of the SHA-256 of "fairlead pseudonym key", a zero byte and the key.</summary>
    public string Id { get; }

    /// <summary>The key that is this text without the white space around it; null when it is shorter than <see cref="LengthMin"/>.</summary>
    public static PersonalKey? Parse(string? text) => text?.Trim() is { Length: >= LengthMin } key ? new PersonalKey(key) : null;

    /// <summary>Makes the key known to this process, so that steps that name its id find it.</summary>
    public static void Hold(PersonalKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Held.TryAdd(key.Id, key);
    }

    /// <summary>The key of the environment: <see cref="Variable"/>, else the file that <see cref="FileVariable"/> names; null when neither is set.</summary>
    /// <exception cref="InvalidDataException">The file can't be read, or the key is too short.</exception>
    public static PersonalKey? OfEnvironment()
    {
        var (where, text) = (Variable, Environment.GetEnvironmentVariable(Variable));
        if (string.IsNullOrWhiteSpace(text) && Environment.GetEnvironmentVariable(FileVariable) is { Length: > 0 } file)
        {
            try
            {
                (where, text) = (file, File.ReadAllText(file));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new InvalidDataException($"{FileVariable}: {file} can't be read: {exception.Message} Mount the secret there, readable for this process.", exception);
            }
        }

        return string.IsNullOrWhiteSpace(text) ? null
            : Parse(text) ?? throw new InvalidDataException($"{where}: the pseudonym key is shorter than {LengthMin} characters. Give the whole key.");
    }

    /// <summary>The key with this id: one that the process holds, or the environment's.</summary>
    /// <exception cref="InvalidDataException">There is none: without it no row can be answered.</exception>
    public static PersonalKey Find(string id)
    {
        if (Held.TryGetValue(id, out var held))
        {
            return held;
        }

        var found = OfEnvironment();
        return found?.Id == id ? found
            : throw new InvalidDataException(found is null
                ? $"The model needs the pseudonym key {id}, and there is none. Give it in {Variable}, or mount it as a file and name that in {FileVariable}."
                : $"The model needs the pseudonym key {id}; the one given is {found.Id}. Give the key the model was trained with in {Variable} or {FileVariable}.");
    }

    /// <summary>Puts the key into the environment of a process that answers with it: a started server reads it there, and no argument tells it.</summary>
    public void GiveTo(IDictionary<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        environment[Variable] = _text;
    }

    /// <summary>HMAC-SHA256 (RFC 2104) of a use, a zero byte and a text.</summary>
    /// <param name="digest">Takes 32 bytes.</param>
    public void Hmac(ReadOnlySpan<byte> use, ReadOnlySpan<char> text, Span<byte> digest)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var message = new byte[BlockBytes + use.Length + 1 + length];
        _inner.CopyTo(message, 0);
        use.CopyTo(message.AsSpan(BlockBytes));
        Encoding.UTF8.GetBytes(text, message.AsSpan(BlockBytes + use.Length + 1));
        Span<byte> outer = stackalloc byte[BlockBytes + Sha256.Bytes];
        _outer.CopyTo(outer);
        Sha256.Hash(message, outer[BlockBytes..]);
        Sha256.Hash(outer, digest);
    }

    /// <summary>The pseudonym of a value: "p-" and 24 hexadecimal digits. The same value has the same in every column and version of the project; nobody without the key gets from one to the other.</summary>
    /// <remarks>The first 16 digits are of the value's HMAC, the last 8 of theirs: so a pseudonym of this key is known as one, and stays as it is.</remarks>
    public string Pseudonym(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (IsPseudonym(value))
        {
            return value;
        }

        Span<byte> digest = stackalloc byte[Sha256.Bytes];
        Hmac("pseudonym"u8, value, digest);
        var body = Convert.ToHexStringLower(digest[..8]);
        return $"p-{body}{Proof(body)}";
    }

    /// <summary>A pseudonym that this key gave.</summary>
    public bool IsPseudonym(string value) =>
        value is { Length: 26 } && value.StartsWith("p-", StringComparison.Ordinal) && value.AsSpan(18).SequenceEqual(Proof(value.AsSpan(2, 16)));

    private string Proof(ReadOnlySpan<char> body)
    {
        Span<byte> digest = stackalloc byte[Sha256.Bytes];
        Hmac("proof"u8, body, digest);
        return Convert.ToHexStringLower(digest[..4]);
    }
}
