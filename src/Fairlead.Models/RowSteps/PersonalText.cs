using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;

namespace Fairlead.Models.RowSteps;

/// <summary>Finds personal data inside free text and puts marks in its place. What <see cref="MaskStep"/> does.</summary>
/// <remarks>
/// Links, e-mail addresses, bank accounts (IBAN, ISO 13616 check digits), cards (12 to 19 digits, Luhn check of ISO/IEC 7812-1), addresses of machines (IPv4, IPv6) and
/// phone numbers (7 to 15 digits, ITU-T E.164, that begin with +, 0 or a bracket, or are grouped as 555-010-9999). Names of people are not found.
/// </remarks>
public static partial class PersonalText
{
    /// <summary>The text with marks such as [e-mail]; the same instance when there is nothing to mask.</summary>
    public static string Mask(string text)
    {
        if (text.Contains("://", StringComparison.Ordinal) || text.Contains("www.", StringComparison.OrdinalIgnoreCase))
        {
            text = Link().Replace(text, "[link]");
        }

        if (text.Contains('@', StringComparison.Ordinal))
        {
            text = MaskMail(text);
        }

        if (text.AsSpan().IndexOfAnyInRange('0', '9') >= 0)
        {
            text = Account().Replace(text, static match => IsAccount(match.ValueSpan) ? "[bank account]" : match.Value);
            text = Card().Replace(text, static match => IsCard(match.ValueSpan) ? "[card]" : match.Value);
            text = Machine().Replace(text, static match => System.Net.IPAddress.TryParse(match.ValueSpan, out _) ? "[ip address]" : match.Value);
            text = Phone().Replace(text, static match => IsPhone(match.ValueSpan) ? "[phone]" : match.Value);
        }

        return text;
    }

    private static string MaskMail(string text)
    {
        var masked = new StringBuilder(text.Length);
        var done = 0;
        for (var at = text.IndexOf('@', StringComparison.Ordinal); at >= 0; at = text.IndexOf('@', at + 1))
        {
            var start = at;
            while (start > done && IsLocal(text[start - 1]))
            {
                start--;
            }

            var end = at + 1;
            while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '.' or '-'))
            {
                end++;
            }

            while (end > at + 1 && text[end - 1] is '.' or '-')
            {
                end--;
            }

            var dot = text.LastIndexOf('.', end - 1, end - at);
            if (start < at && dot > at + 1 && end - dot > 2)
            {
                masked.Append(text, done, start - done).Append("[e-mail]");
                done = end;
            }
        }

        return masked.Append(text, done, text.Length - done).ToString();
    }

    private static bool IsLocal(char sign) => char.IsLetterOrDigit(sign) || sign is '.' or '_' or '%' or '+' or '-' or '\'';

    private static bool IsAccount(ReadOnlySpan<char> text)
    {
        var compact = new StringBuilder(34);
        foreach (var sign in text)
        {
            _ = sign == ' ' ? compact : compact.Append(sign);
        }

        if (compact.Length is < 15 or > 34)
        {
            return false;
        }

        // ISO 13616: the first four signs go to the end, letters become 10 to 35, and the number leaves 1 when divided by 97.
        var digits = new StringBuilder(70);
        for (var i = 0; i < compact.Length; i++)
        {
            var sign = compact[(i + 4) % compact.Length];
            digits.Append(CultureInfo.InvariantCulture, $"{(char.IsAsciiDigit(sign) ? sign - '0' : sign - 'A' + 10)}");
        }

        return BigInteger.Parse(digits.ToString(), CultureInfo.InvariantCulture) % 97 == 1;
    }

    private static bool IsCard(ReadOnlySpan<char> text)
    {
        var (sum, count) = (0, 0);
        for (var i = text.Length - 1; i >= 0; i--)
        {
            if (char.IsAsciiDigit(text[i]))
            {
                var digit = (text[i] - '0') * (count % 2 == 1 ? 2 : 1);
                sum += digit > 9 ? digit - 9 : digit;
                count++;
            }
        }

        return count is >= 12 and <= 19 && sum % 10 == 0;
    }

    private static bool IsPhone(ReadOnlySpan<char> text)
    {
        var digits = 0;
        foreach (var sign in text)
        {
            digits += char.IsAsciiDigit(sign) ? 1 : 0;
        }

        return digits is >= 7 and <= 15 && !DateLike().IsMatch(text);
    }

    [GeneratedRegex(@"(?:[A-Za-z][A-Za-z0-9+.\-]{1,15}://|\bwww\.)[^\s<>""\[\]]+", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Link();

    [GeneratedRegex(@"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b", RegexOptions.CultureInvariant)]
    private static partial Regex Account();

    [GeneratedRegex(@"(?<![0-9])[0-9](?:[ \-]?[0-9]){11,18}(?![0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex Card();

    [GeneratedRegex(@"(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9.]*[0-9])|(?<![0-9A-Za-z:])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){3,7}(?![0-9A-Za-z:])", RegexOptions.CultureInvariant)]
    private static partial Regex Machine();

    [GeneratedRegex(@"(?<![0-9A-Za-z.,+\-])(?:(?:\+|\(\+?|0)[0-9() ./\-]{5,24}[0-9]|\(?[0-9]{3}\)?[ .\-][0-9]{3}[ .\-][0-9]{4})(?![0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex Phone();

    [GeneratedRegex(@"^[0-9]{1,4}[./\-][0-9]{1,2}[./\-][0-9]{1,4}", RegexOptions.CultureInvariant)]
    private static partial Regex DateLike();
}
