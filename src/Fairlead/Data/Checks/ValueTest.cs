using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using Fairlead.Models.RowSteps;

namespace Fairlead.Data.Checks;

/// <summary>A check of one present value, on its UTF-8 bytes. The fast ways agree with <see cref="ValueRule"/>; all else asks it. Not safe for several threads.</summary>
internal abstract class ValueTest
{
    public abstract bool Passes(ReadOnlySpan<byte> text);

    /// <exception cref="ArgumentException">A pattern, a format or a schema can't be read.</exception>
    public static ValueTest Of(RowCheck check) => check switch
    {
        InSetCheck set => new SetTest(set.Values, wanted: true),
        NotInSetCheck set => new SetTest(set.Values, wanted: false),
        MatchesCheck matches => new PatternTest([matches.Pattern], static (found, _) => found > 0),
        NotMatchesCheck matches => new PatternTest([matches.Pattern], static (found, _) => found == 0),
        MatchesAnyCheck matches => new PatternTest(matches.Patterns, static (found, _) => found > 0),
        MatchesAllCheck matches => new PatternTest(matches.Patterns, static (found, all) => found == all),
        MatchesNoneCheck matches => new PatternTest(matches.Patterns, static (found, _) => found == 0),
        LengthCheck length => new LengthTest(length.Min ?? 0, length.Max ?? int.MaxValue),
        LengthEqualsCheck length => new LengthTest(length.Value, length.Value),
        TypeCheck type => new TypeTest([type.Type]),
        TypeListCheck list => new TypeTest([.. list.Types]),
        DateFormatCheck date => new DateTest(new TimeFormat(date.Format).Reads),
        ParseableDateCheck => new DateTest(LooseDate.Reads),
        _ => new RuleTest(ValueRule.Of(check) ?? throw new ArgumentException($"No implementation of {check.GetType().Name}.", nameof(check))),
    };
}

internal sealed class SetTest : ValueTest
{
    private readonly bool _wanted;
    private readonly HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> _texts;
    private readonly HashSet<double> _numbers;

    public SetTest(IReadOnlyList<string> values, bool wanted)
    {
        _wanted = wanted;
        var set = new ValueSet(values);
        _texts = new HashSet<byte[]>(set.Texts.Select(Encoding.UTF8.GetBytes), BytesComparer.Instance).GetAlternateLookup<ReadOnlySpan<byte>>();
        _numbers = [.. set.Numbers];
    }

    public override bool Passes(ReadOnlySpan<byte> text) => Contains(text) == _wanted;

    public bool Contains(ReadOnlySpan<byte> text) => _texts.Contains(text) || (_numbers.Count > 0 && NumberBytes.TryPlain(text, out var number) && _numbers.Contains(number));
}

/// <summary>Bytes by content.</summary>
internal sealed class BytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    public static readonly BytesComparer Instance = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    public int GetHashCode(ReadOnlySpan<byte> alternate) => (int)System.IO.Hashing.XxHash3.HashToUInt64(alternate);

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
}

internal sealed class LengthTest(int min, int max) : ValueTest
{
    public override bool Passes(ReadOnlySpan<byte> text)
    {
        // A code point takes 1 to 4 bytes: most texts are told without counting.
        if (text.Length <= max && (text.Length + 3) / 4 >= min)
        {
            return true;
        }

        if (text.Length < min || (text.Length + 3) / 4 > max)
        {
            return false;
        }

        var count = text.Length;
        foreach (var part in text)
        {
            count -= (part & 0xC0) == 0x80 ? 1 : 0;
        }

        return count >= min && count <= max;
    }
}

internal sealed class TypeTest(string[] types) : ValueTest
{
    public override bool Passes(ReadOnlySpan<byte> text)
    {
        foreach (var type in types)
        {
            var reads = type switch
            {
                "integer" => NumberBytes.TryParse(text, out var value) && value == Math.Floor(value),
                "number" => NumberBytes.TryParse(text, out _),
                "string" => true,
                _ => RowCheckRunner.Reads(Encoding.UTF8.GetString(text), type),
            };
            if (reads)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>A test of short texts by their characters.</summary>
internal sealed class DateTest(DateTest.Reads reads) : ValueTest
{
    /// <summary>Longest text that is looked at as characters on the stack.</summary>
    private const int BytesMax = 256;

    public delegate bool Reads(ReadOnlySpan<char> text);

    public override bool Passes(ReadOnlySpan<byte> text)
    {
        if (text.Length > BytesMax)
        {
            return reads(Encoding.UTF8.GetString(text));
        }

        Span<char> chars = stackalloc char[BytesMax];
        return reads(chars[..Encoding.UTF8.GetChars(text, chars)]);
    }
}

internal sealed class RuleTest(ValueRule rule) : ValueTest
{
    public override bool Passes(ReadOnlySpan<byte> text) => rule.Passes(Encoding.UTF8.GetString(text));
}

/// <summary>How many of some patterns are found in a text.</summary>
internal sealed class PatternTest(IReadOnlyList<string> patterns, Func<int, int, bool> passes) : ValueTest
{
    private readonly TextPattern[] _patterns = [.. patterns.Select(pattern => new TextPattern(pattern))];
    private char[] _chars = new char[256];

    public override bool Passes(ReadOnlySpan<byte> text)
    {
        var found = 0;
        var length = -1;
        foreach (var pattern in _patterns)
        {
            if (pattern.Literally is { } literally)
            {
                found += literally(text) ? 1 : 0;
                continue;
            }

            if (pattern.Ascii?.IsMatch(text) is { } answer)
            {
                found += answer ? 1 : 0;
                continue;
            }

            if (length < 0)
            {
                if (text.Length > _chars.Length)
                {
                    _chars = new char[Math.Max(text.Length, _chars.Length * 2)];
                }

                length = Encoding.UTF8.GetChars(text, _chars);
            }

            found += pattern.Regex.IsMatch(_chars.AsSpan(0, length)) ? 1 : 0;
        }

        return passes(found, _patterns.Length);
    }
}

/// <summary>A pattern; one that is a plain text, at the start, at the end or anywhere, is looked for in the bytes.</summary>
internal sealed class TextPattern
{
    private static readonly SearchValues<char> Special = SearchValues.Create(@"\[](){}*+?.|^$# ");

    private readonly Lazy<Regex> _regex;

    public TextPattern(string pattern)
    {
        Ascii = AsciiPattern.Of(pattern);
        _regex = new Lazy<Regex>(() => RowCheckRunner.Pattern(pattern));
        if (Ascii is null)
        {
            _ = _regex.Value; // a pattern that can't be read is told here
        }

        var start = pattern.StartsWith('^');
        var plain = start ? pattern[1..] : pattern;
        if (plain.Length > 0 && !plain.AsSpan().ContainsAny(Special))
        {
            var bytes = Encoding.UTF8.GetBytes(plain);
            Literally = start ? text => text.StartsWith(bytes) : text => text.IndexOf(bytes) >= 0;
        }
    }

    /// <summary>The engine for every text and pattern.</summary>
    public Regex Regex => _regex.Value;

    /// <summary>The engine for ASCII texts, where it knows the pattern.</summary>
    public AsciiPattern? Ascii { get; }

    /// <summary>The plain way, or null.</summary>
    public Func<ReadOnlySpan<byte>, bool>? Literally { get; }
}
