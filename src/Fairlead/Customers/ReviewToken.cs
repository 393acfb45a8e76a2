using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Fairlead.Customers;

/// <summary>The secret of a review link: 192 random bits as 32 URL-safe characters. Only its hash is stored, so that records give no access.</summary>
public static class ReviewToken
{
    private const int Bytes = 24;

    /// <summary>Characters of a token.</summary>
    public const int Length = 32;

    /// <summary>A new token. Not repeatable: it is a secret.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>SHA-256, 64 lower-case hexadecimal digits. A plain hash is enough: there is nothing to guess in 192 random bits.</summary>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>Looks like a token at all; anything else is not looked up.</summary>
    public static bool IsWellFormed(string? token) => token is { Length: Length } && token.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
