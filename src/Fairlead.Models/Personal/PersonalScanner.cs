using System.Runtime.InteropServices;

namespace Fairlead.Models.Personal;

/// <summary>Finds personal data in a text: the one definition for masking in serving, for <c>data scan</c> and for inference.</summary>
/// <remarks>
/// One pass cuts the text into runs of letters and digits; matchers look at these, at each "@", ":" and "." and never go back.
/// What is found twice is resolved so: the highest score wins, then the longest, then the first. Not thread-safe; one scanner a thread.
/// </remarks>
public sealed class PersonalScanner
{
    /// <summary>Spans below this score are not told: nothing would be done about them.</summary>
    public const double ActedOn = 0.5;

    /// <summary>Characters looked at in one text; more are not personal data but a document that should be cut.</summary>
    public const int LengthMax = 1 << 20;

    [ThreadStatic]
    private static PersonalScanner? _ofThread;

    private readonly List<PersonalSpan> _found = [];
    private Token[] _tokens = new Token[64];

    /// <summary>The calling thread's own scanner.</summary>
    public static PersonalScanner OfThread => _ofThread ??= new PersonalScanner();

    /// <summary>Finds the personal data of a text.</summary>
    /// <param name="text">Looked at up to <see cref="LengthMax"/>.</param>
    /// <param name="column">The name of the column that holds it, or empty: "ssn" says what its bare numbers are.</param>
    /// <returns>Spans that do not overlap, in order of their start. Valid until the next call.</returns>
    public ReadOnlySpan<PersonalSpan> Scan(ReadOnlySpan<char> text, ReadOnlySpan<char> column = default)
    {
        var label = Cue.None;
        if (!column.IsEmpty)
        {
            foreach (ref readonly var token in Tokens(column))
            {
                label |= token.Cue;
            }
        }

        return Scan(text, label);
    }

    /// <param name="column">What the column's name says: see <see cref="LabelOf"/>.</param>
    internal ReadOnlySpan<PersonalSpan> Scan(ReadOnlySpan<char> text, Cue column)
    {
        _found.Clear();
        text = text.Length > LengthMax ? text[..LengthMax] : text;
        var scan = new TextScan(text, Tokens(text), column, _found);
        for (var i = 0; i < scan.Tokens.Length; i++)
        {
            ref readonly var token = ref scan.Tokens[i];
            switch (token.Kind)
            {
                case TokenKind.Number:
                    NumberMatchers.At(scan, i);
                    CodeMatchers.AtNumber(scan, i);
                    PhoneNumbers.At(scan, i);
                    BirthDates.At(scan, i);
                    StreetAddresses.AtNumber(scan, i);
                    break;
                case TokenKind.Mixed:
                    CodeMatchers.At(scan, i);
                    StreetAddresses.AtNumber(scan, i);
                    break;
                default:
                    CodeMatchers.AtWord(scan, i);
                    BirthDates.AtMonth(scan, i);
                    StreetAddresses.AtWord(scan, i);
                    PersonNames.At(scan, i);
                    break;
            }
        }

        NetworkAddresses.All(scan);
        Resolve();
        return CollectionsMarshal.AsSpan(_found);
    }

    /// <summary>What a column's name says of its values.</summary>
    internal static Cue LabelOf(IEnumerable<string> words)
    {
        var (label, before) = (Cue.None, "");
        foreach (var word in words)
        {
            label |= CueWords.Of(word, before);
            before = word;
        }

        return label & Cue.Labels;
    }

    /// <summary>Keeps the best of those that overlap, in order of their start.</summary>
    private void Resolve()
    {
        if (_found.Count > 1)
        {
            _found.Sort(static (a, b) => a.Score != b.Score ? b.Score.CompareTo(a.Score) : a.Length != b.Length ? b.Length - a.Length : a.Start != b.Start ? a.Start - b.Start : a.Entity - b.Entity);
        }

        var kept = 0;
        for (var i = 0; i < _found.Count && _found[i].Score >= ActedOn; i++)
        {
            var free = true;
            for (var k = 0; k < kept && free; k++)
            {
                free = _found[i].End <= _found[k].Start || _found[i].Start >= _found[k].End;
            }

            if (free)
            {
                _found[kept++] = _found[i];
            }
        }

        _found.RemoveRange(kept, _found.Count - kept);
        if (kept > 1)
        {
            _found.Sort(static (a, b) => a.Start - b.Start);
        }
    }

    private ReadOnlySpan<Token> Tokens(ReadOnlySpan<char> text)
    {
        var count = 0;
        for (var i = 0; i < text.Length;)
        {
            var sign = text[i];
            if (!char.IsLetterOrDigit(sign))
            {
                i += sign == '[' ? MarkAt(text[i..]) : 1;
                continue;
            }

            var (start, letters, digits) = (i, false, false);
            for (; i < text.Length && char.IsLetterOrDigit(text[i]); i++)
            {
                var isDigit = char.IsAsciiDigit(text[i]);
                digits |= isDigit;
                letters |= !isDigit;
            }

            if (count == _tokens.Length)
            {
                Array.Resize(ref _tokens, count * 2);
            }

            ref var token = ref _tokens[count];
            token.Start = start;
            token.End = i;
            token.Kind = !digits ? TokenKind.Word : letters ? TokenKind.Mixed : TokenKind.Number;
            token.Cue = digits && token.Kind != TokenKind.Mixed ? Cue.None
                : CueWords.Of(text[start..i], count > 0 ? text[_tokens[count - 1].Start.._tokens[count - 1].End] : default);
            count++;
        }

        return _tokens.AsSpan(0, count);
    }

    /// <summary>Length of a mark that stands here, such as [phone]: it is no text to look at. Else 1.</summary>
    private static int MarkAt(ReadOnlySpan<char> text)
    {
        var near = text[..Math.Min(text.Length, PersonalEntities.MarkLengthMax)];
        var end = near.IndexOf(']') + 1;
        return end > 0 && PersonalEntities.IsMark(near[..end]) ? end : 1;
    }
}
