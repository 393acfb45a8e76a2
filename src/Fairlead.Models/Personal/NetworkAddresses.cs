namespace Fairlead.Models.Personal;

/// <summary>E-mail addresses, links, and addresses of machines: what has a "@", a ":" or a "." inside.</summary>
internal static class NetworkAddresses
{
    /// <summary>Endings of a name without "http" or "www" before it that are seldom words of a sentence: "thanks.it was" is no link.</summary>
    private static readonly HashSet<string> Endings = new(
        "com org net edu gov mil info biz io dev app xyz online site store shop cloud tech blog museum eu uk de fr es nl pl ru ch jp cn br au ca cz dk fi se kr nz za ie mx ar pt tr ua gr hu ro sk bg hr il cl".Split(' '), StringComparer.OrdinalIgnoreCase);

    /// <summary>Second levels after which any ending of two letters is one of a country: "google.co.il".</summary>
    private static readonly HashSet<string> SecondLevels = new(["co", "com", "org", "ac", "gov", "net", "edu"], StringComparer.OrdinalIgnoreCase);

    public static void All(TextScan scan)
    {
        var text = scan.Text;
        for (var at = 0; at < text.Length;)
        {
            var next = text[at..].IndexOfAny('@', ':', '.');
            if (next < 0)
            {
                break;
            }

            at += next;
            at = text[at] switch
            {
                '@' => EMail(scan, at),
                ':' => Colon(scan, at),
                _ => Dot(scan, at),
            };
        }

        for (var i = 0; i + 2 < scan.Tokens.Length; i++)
        {
            if (scan.Tokens[i].Length is 2 or 4)
            {
                Mac(scan, i);
            }
        }
    }

    /// <summary>Local part and domain as RFC 5321 has them, quoted parts left out. Returns where to go on.</summary>
    private static int EMail(TextScan scan, int at)
    {
        var text = scan.Text;
        var (start, end) = (at, at + 1);
        while (start > 0 && IsLocal(text[start - 1]))
        {
            start--;
        }

        while (start < at && text[start] is '.' or '\'' or '-')
        {
            start++;
        }

        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '.' or '-'))
        {
            end++;
        }

        // "see a@b.com. Then" ends at the m; so does "a@b.com--".
        while (end > at + 1 && text[end - 1] is '.' or '-')
        {
            end--;
        }

        var domain = text[(at + 1)..end];
        var dot = domain.LastIndexOf('.');
        if (start == at || text[at - 1] == '.' || dot <= 0 || domain[0] == '-' || domain.Length - dot <= 2 || domain.IndexOf("..") >= 0 || !IsLetters(domain[(dot + 1)..]))
        {
            return at + 1;
        }

        scan.Add(PersonalEntity.EmailAddress, start, end, 1);
        return end;
    }

    private static bool IsLocal(char sign) => char.IsLetterOrDigit(sign) || sign is '.' or '_' or '%' or '+' or '-' or '\'' or '#' or '~' or '&' or '=' or '*';

    private static bool IsLetters(ReadOnlySpan<char> text)
    {
        foreach (var sign in text)
        {
            if (!char.IsLetter(sign))
            {
                return text.StartsWith("xn--", StringComparison.OrdinalIgnoreCase);
            }
        }

        return true;
    }

    private static bool IsHex(ReadOnlySpan<char> text)
    {
        foreach (var sign in text)
        {
            if (!char.IsAsciiHexDigit(sign))
            {
                return false;
            }
        }

        return true;
    }

    private static int Colon(TextScan scan, int at)
    {
        var text = scan.Text;
        if (text[at..].StartsWith("://"))
        {
            var start = at;
            while (start > 0 && (char.IsAsciiLetterOrDigit(text[start - 1]) || text[start - 1] is '+' or '-') && at - start < 16)
            {
                start--;
            }

            if (at - start >= 2 && char.IsAsciiLetter(text[start]) && LinkEnd(text, at + 3) is var end && end > at + 3)
            {
                scan.Add(PersonalEntity.Url, start, end, 1);
                return end;
            }

            return at + 3;
        }

        return IPv6(scan, at);
    }

    /// <summary>RFC 4291: eight groups of up to four hexadecimal digits, "::" once for groups of zero, the last two perhaps as IPv4; a zone and a prefix length may follow.</summary>
    private static int IPv6(TextScan scan, int colon)
    {
        var text = scan.Text;
        var start = colon;
        while (start > 0 && char.IsAsciiHexDigit(text[start - 1]))
        {
            start--;
        }

        var end = colon;
        while (end < text.Length && (char.IsAsciiHexDigit(text[end]) || text[end] is ':' or '.'))
        {
            end++;
        }

        var run = end;
        while (end > colon + 1 && (text[end - 1] == '.' || (text[end - 1] == ':' && text[end - 2] != ':')))
        {
            end--;
        }

        if (colon - start > 4 || end - start < 3 || (start > 0 && (char.IsLetterOrDigit(text[start - 1]) || text[start - 1] is ':' or '.' or '_')) || (end < text.Length && end == run && (char.IsLetterOrDigit(text[end]) || text[end] == '_')))
        {
            return run;
        }

        if (!System.Net.IPAddress.TryParse(text[start..end], out var address) || address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6)
        {
            var last = text[colon..run].LastIndexOf(':') + colon + 1; // "text::ffff:192.0.2.1" still ends in an address
            return text[last..run].Contains('.') ? last : run;
        }

        end = Zone(text, end);
        scan.Add(PersonalEntity.IpAddress, start, end, 0.95);
        return end;
    }

    private static int Zone(ReadOnlySpan<char> text, int end)
    {
        var to = end;
        if (to < text.Length && text[to] == '%')
        {
            for (to++; to < text.Length && char.IsAsciiLetterOrDigit(text[to]);)
            {
                to++;
            }
        }

        return Prefix(text, to > end + 1 ? to : end, 128);
    }

    /// <summary>The end with a prefix length such as /24, where one of at most <paramref name="max"/> follows.</summary>
    private static int Prefix(ReadOnlySpan<char> text, int end, int max)
    {
        var (to, bits) = (end + 1, 0);
        while (end < text.Length && text[end] == '/' && to < text.Length && char.IsAsciiDigit(text[to]) && to - end <= 4)
        {
            bits = (10 * bits) + text[to++] - '0';
        }

        return to > end + 1 && bits <= max && (to == text.Length || !(char.IsLetterOrDigit(text[to]) || text[to] == '/')) ? to : end;
    }

    private static int Dot(TextScan scan, int at)
    {
        var text = scan.Text;
        if (at == 0 || at + 1 == text.Length || !char.IsLetterOrDigit(text[at - 1]) || !char.IsLetterOrDigit(text[at + 1]))
        {
            return at + 1;
        }

        var start = at;
        while (start > 0 && (char.IsLetterOrDigit(text[start - 1]) || text[start - 1] == '-'))
        {
            start--;
        }

        var end = at;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '-' or '.'))
        {
            end++;
        }

        var run = end;
        while (end > at && text[end - 1] is '.' or '-')
        {
            end--;
        }

        if (end < text.Length && text[end] == '@')
        {
            return end; // the local part of an e-mail address
        }

        if (text[start..at].ContainsAnyExceptInRange('0', '9'))
        {
            Domain(scan, start, end);
        }
        else
        {
            IPv4(scan, start, end);
        }

        return Math.Max(at + 1, run);
    }

    private static void IPv4(TextScan scan, int start, int end)
    {
        var text = scan.Text;
        var (parts, value, digits, largest) = (0, 0, 0, 0);
        for (var i = start; i <= end; i++)
        {
            if (i < end && char.IsAsciiDigit(text[i]))
            {
                (value, digits) = ((10 * value) + text[i] - '0', digits + 1);
                if (digits > 3)
                {
                    return;
                }

                continue;
            }

            if ((i < end && text[i] != '.') || digits == 0 || value > 255)
            {
                return;
            }

            (parts, largest, value, digits) = (parts + 1, Math.Max(largest, value), 0, 0);
        }

        if (parts != 4 || (start > 0 && (char.IsLetterOrDigit(text[start - 1]) || text[start - 1] is '_' or '-' or '.')) || (end < text.Length && text[end] is '_'))
        {
            return;
        }

        // Four small numbers are a version as often as an address: then a word must say so.
        var first = TokenAt(scan, start);
        var label = scan.Label(first, first + 3);
        var score = (label & Cue.Machine) != 0 ? 0.95 : (label & Cue.Release) != 0 || largest < 10 ? 0.3 : 0.8;
        scan.Add(PersonalEntity.IpAddress, start, Prefix(text, end, 32), score);
    }

    private static int TokenAt(TextScan scan, int start)
    {
        var (low, high) = (0, scan.Tokens.Length - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = scan.Tokens[middle].End > start ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    /// <summary>A link without a scheme: "www.example.org/a", "example.com".</summary>
    private static void Domain(TextScan scan, int start, int end)
    {
        var text = scan.Text;
        if (start > 0 && text[start - 1] is '@' or '/' or '_' or '\\' or '.')
        {
            return;
        }

        var name = text[start..end];
        var dot = name.LastIndexOf('.');
        var ending = name[(dot + 1)..];
        var www = name.StartsWith("www.", StringComparison.OrdinalIgnoreCase);
        if (ending.Length < 2 || name.IndexOf("..") >= 0 || !IsLetters(ending) || (www && dot == 3))
        {
            return;
        }

        var second = name[..dot];
        second = second[(second.LastIndexOf('.') + 1)..];
        var known = Endings.GetAlternateLookup<ReadOnlySpan<char>>().Contains(ending)
            || (ending.Length == 2 && name[..dot].Contains('.') && SecondLevels.GetAlternateLookup<ReadOnlySpan<char>>().Contains(second))
            || (ending.Length == 2 && end < text.Length && text[end] == '/' && char.IsAsciiLetterLower(ending[0]));
        if (www || (known && ending.IndexOfAnyExceptInRange('a', 'z') < 0)) // ASP.NET is none
        {
            scan.Add(PersonalEntity.Url, start, end < text.Length && text[end] is '/' or ':' or '?' or '#' ? LinkEnd(text, end) : end, 0.9);
        }
    }

    /// <summary>The end of a link: up to white space, quotes or angle brackets, without the punctuation of the sentence.</summary>
    private static int LinkEnd(ReadOnlySpan<char> text, int from)
    {
        var end = from;
        var open = 0;
        for (; end < text.Length && !char.IsWhiteSpace(text[end]) && text[end] is not ('<' or '>' or '"' or '[' or ']' or '{' or '}' or '|' or '\\' or '^' or '`'); end++)
        {
            open += text[end] == '(' ? 1 : text[end] == ')' ? -1 : 0;
            if (open < 0)
            {
                break; // the bracket that stood before the link
            }
        }

        while (end > from && text[end - 1] is '.' or ',' or ';' or ':' or '!' or '?' or '\'' or '*' or '_' or '-' or '…')
        {
            end--;
        }

        return end;
    }

    /// <summary>IEEE 802: six pairs of hexadecimal digits with ":" or "-" between, or three groups of four with ".".</summary>
    private static void Mac(TextScan scan, int first)
    {
        var size = scan.Tokens[first].Length;
        var count = size == 2 ? 6 : 3;
        if (first + count > scan.Tokens.Length)
        {
            return;
        }

        var (start, end) = (scan.Tokens[first].Start, scan.Tokens[first + count - 1].End);
        if (end - start != (size * count) + count - 1)
        {
            return;
        }

        var sign = scan.Text[scan.Tokens[first].End];
        if (size == 2 ? sign is not (':' or '-') : sign != '.')
        {
            return;
        }

        for (var i = first; i < first + count; i++)
        {
            ref readonly var token = ref scan.Tokens[i];
            if (token.Length != size || !IsHex(scan.Text[token.Start..token.End]) || (i > first && scan.Text[token.Start - 1] != sign))
            {
                return;
            }
        }

        if ((start == 0 || scan.Text[start - 1] != sign) && (end == scan.Text.Length || scan.Text[end] != sign || end + 1 == scan.Text.Length || !char.IsAsciiHexDigit(scan.Text[end + 1])))
        {
            scan.Add(PersonalEntity.MacAddress, start, end, 1);
        }
    }
}
