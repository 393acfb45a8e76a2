using System.Globalization;

namespace Fairlead.Models.Features;

/// <summary>Cuts free text into terms: words and pairs of neighbouring words, lower-cased, the same on every machine and in every culture.</summary>
/// <remarks>
/// A word is a run of letters, digits and combining marks; an apostrophe between letters is left out ("don't" is "dont").
/// A Chinese or Japanese character is a word of its own, so that pairs take the place of words there.
/// Words longer than <see cref="MaxWord"/> (keys, hashes) and text beyond <see cref="MaxLength"/> are left out.
/// </remarks>
public sealed class TextTerms
{
    /// <summary>Characters of a text that are looked at.</summary>
    public const int MaxLength = 100_000;

    /// <summary>Characters of the longest word.</summary>
    public const int MaxWord = 40;

    private char[] _text = [];
    private int[] _starts = [];
    private int[] _ends = [];

    /// <summary>Words found by the last <see cref="Read"/>.</summary>
    public int Words { get; private set; }

    /// <summary>Terms found by the last <see cref="Read"/>: the words, then the pairs.</summary>
    public int Count => Words == 0 ? 0 : (2 * Words) - 1;

    /// <summary>Term <paramref name="i"/>: a word, or two words with one space. Valid until the next <see cref="Read"/>.</summary>
    public ReadOnlySpan<char> this[int i] => i < Words
        ? _text.AsSpan(_starts[i], _ends[i] - _starts[i])
        : _text.AsSpan(_starts[i - Words], _ends[i - Words + 1] - _starts[i - Words]);

    /// <summary>Reads a text. Allocates only to grow.</summary>
    public void Read(ReadOnlySpan<char> text)
    {
        text = text[..Math.Min(text.Length, MaxLength)];
        if (_text.Length < (2 * text.Length) + 2)
        {
            _text = new char[(2 * text.Length) + 2]; // a space after each word, and a word may be one character
            _starts = new int[text.Length + 1];
            _ends = new int[text.Length + 1];
        }

        Words = 0;
        var (at, start) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (IsIdeograph(c))
            {
                at = EndWord(start, at);
                _text[at] = c;
                start = at = EndWord(at, at + 1);
            }
            else if (IsWordCharacter(c, inside: at > start))
            {
                _text[at++] = char.ToLowerInvariant(c);
            }
            else if (c is '\'' or '\u2019' && at > start && i + 1 < text.Length && char.IsLetter(text[i + 1]) && char.IsLetter(text[i - 1]))
            {
                continue;
            }
            else
            {
                start = at = EndWord(start, at);
            }
        }

        EndWord(start, at);
    }

    /// <summary>Takes the word up, or forgets it when it is empty or too long. Returns where the next one starts.</summary>
    private int EndWord(int start, int end)
    {
        if (end == start || end - start > MaxWord)
        {
            return start;
        }

        _starts[Words] = start;
        _ends[Words++] = end;
        _text[end] = ' ';
        return end + 1;
    }

    private static bool IsWordCharacter(char c, bool inside)
    {
        if (char.IsAscii(c))
        {
            return char.IsAsciiLetterOrDigit(c);
        }

        return char.IsLetterOrDigit(c)
            || (inside && char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark);
    }

    private static bool IsIdeograph(char c) =>
        c is (>= '\u3041' and <= '\u30FF') or (>= '\u3400' and <= '\u9FFF') or (>= '\uF900' and <= '\uFAFF');
}
