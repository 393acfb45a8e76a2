using System.Text;
using Fairlead.Models.Packages;

namespace Fairlead.Models.Personal;

/// <summary>A made-up value in the shape of a real one, from the key and the value alone: the same value gives the same, another key another.</summary>
/// <remarks>
/// Digits become digits, letters become syllables (consonant, vowel) in the case of the letter they replace, all else stays. An e-mail address ends in a domain that is
/// reserved for examples (RFC 2606); a card number fits the check of ISO/IEC 7812-1. What comes out may by chance be somebody's.
/// </remarks>
internal static class SyntheticValue
{
    private const string Consonants = "bdfgklmnprstvz";
    private const string Vowels = "aeiou";
    private static readonly string[] Domains = ["example.com", "example.org", "example.net"];

    public static string Of(PersonalKey key, string value)
    {
        var stream = new Stream(key, value);
        var at = value.LastIndexOf('@');
        if (at > 0 && value.IndexOf('.', at) > 0 && !value.Contains(' ', StringComparison.Ordinal))
        {
            return $"{Shape(value.AsSpan(0, at), ref stream)}@{Domains[stream.Next(Domains.Length)]}";
        }

        var made = Shape(value, ref stream);
        return IsCard(value) ? WithCheckDigit(made) : made;
    }

    private static string Shape(ReadOnlySpan<char> value, ref Stream stream)
    {
        var made = new StringBuilder(value.Length);
        var vowel = false;
        foreach (var rune in value.EnumerateRunes())
        {
            if (Rune.IsDigit(rune))
            {
                made.Append((char)('0' + stream.Next(10)));
                vowel = false;
            }
            else if (Rune.IsLetter(rune))
            {
                var letters = vowel ? Vowels : Consonants;
                var letter = letters[stream.Next(letters.Length)];
                made.Append(Rune.IsUpper(rune) ? char.ToUpperInvariant(letter) : letter);
                vowel = !vowel;
            }
            else
            {
                made.Append(rune.ToString());
                vowel = false;
            }
        }

        return made.ToString();
    }

    private static bool IsCard(string value)
    {
        var digits = value.Count(char.IsAsciiDigit);
        return digits is >= 13 and <= 19 && value.All(sign => char.IsAsciiDigit(sign) || sign is ' ' or '-') && CheckDigits.Luhn([.. value.Where(char.IsAsciiDigit).Select(sign => (byte)(sign - '0'))]);
    }

    /// <summary>The last digit such that the Luhn check holds.</summary>
    private static string WithCheckDigit(string made)
    {
        var last = made.LastIndexOfAny(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
        var signs = made.ToCharArray();
        for (var digit = '0'; digit <= '9'; digit++)
        {
            signs[last] = digit;
            if (CheckDigits.Luhn([.. signs.Where(char.IsAsciiDigit).Select(sign => (byte)(sign - '0'))]))
            {
                break;
            }
        }

        return new string(signs);
    }

    /// <summary>Numbers from the HMAC of the value and a counter.</summary>
    private struct Stream(PersonalKey key, string value)
    {
        private readonly byte[] _bytes = new byte[Sha256.Bytes];
        private int _at = Sha256.Bytes;
        private byte _block;

        /// <summary>From 0 to <paramref name="below"/> - 1. Slightly uneven, which a made-up letter may be.</summary>
        public int Next(int below)
        {
            if (_at == Sha256.Bytes)
            {
                key.Hmac([(byte)'s', _block++], value, _bytes);
                _at = 0;
            }

            return _bytes[_at++] % below;
        }
    }
}

/// <summary>Made-up values of one key.</summary>
internal sealed class SyntheticSource(PersonalKey key)
{
    public string Of(string value) => SyntheticValue.Of(key, value);
}
