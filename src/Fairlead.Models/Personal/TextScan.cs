namespace Fairlead.Models.Personal;

/// <summary>How a token is written.</summary>
internal enum TokenKind : byte
{
    Word,
    Number,
    Mixed,
}

/// <summary>A run of letters and digits.</summary>
internal struct Token
{
    public int Start;
    public int End;
    public TokenKind Kind;
    public Cue Cue;

    public readonly int Length => End - Start;
}

/// <summary>One text in tokens, with what the matchers find in it. Lives for one scan; its arrays are the scanner's.</summary>
internal readonly ref struct TextScan(ReadOnlySpan<char> text, ReadOnlySpan<Token> tokens, Cue column, List<PersonalSpan> found)
{
    /// <summary>Tokens before a value in which its label may stand.</summary>
    private const int LabelBefore = 8;

    /// <summary>Tokens after a value in which its label may stand, where none stands before.</summary>
    private const int LabelAfter = 4;

    public readonly ReadOnlySpan<char> Text = text;
    public readonly ReadOnlySpan<Token> Tokens = tokens;

    /// <summary>What the column's name says of all its values.</summary>
    public readonly Cue Column = column;

    public void Add(PersonalEntity entity, int start, int end, double score) => found.Add(new PersonalSpan(entity, start, end, score));

    public ReadOnlySpan<char> TextOf(int token) => Text[Tokens[token].Start..Tokens[token].End];

    public bool Is(int token, Cue cue) => (uint)token < (uint)Tokens.Length && (Tokens[token].Cue & cue) != 0;

    /// <summary>A cue of this kind stands near: before within 8 tokens, after within 4, or in the column's name.</summary>
    public bool Near(int first, int last, Cue cue)
    {
        if ((Column & cue) != 0)
        {
            return true;
        }

        for (var i = Math.Max(0, first - LabelBefore); i < Math.Min(Tokens.Length, last + 1 + LabelAfter); i++)
        {
            if ((i < first || i > last) && (Tokens[i].Cue & cue) != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The label of a value: the nearest before it, with the one directly before that; else the nearest after it in the same sentence; else the column's.</summary>
    public Cue Label(int first, int last)
    {
        for (var i = first - 1; i >= Math.Max(0, first - LabelBefore); i--)
        {
            if ((Tokens[i].Cue & Cue.Labels) is not Cue.None and var cue)
            {
                return i > 0 && (cue & Cue.Thing) == 0 ? cue | (Tokens[i - 1].Cue & Cue.Labels & ~(Cue.Thing | Cue.Release)) : cue;
            }
        }

        for (var i = last + 1; i < Math.Min(Tokens.Length, last + 1 + LabelAfter); i++)
        {
            if (Text[Tokens[i - 1].End..Tokens[i].Start].IndexOfAny(".;\n,") >= 0)
            {
                break;
            }

            if ((Tokens[i].Cue & Cue.Labels) is not Cue.None and var cue)
            {
                if (HasValueAfter(i))
                {
                    break;
                }

                return cue;
            }
        }

        return Column & Cue.Labels;
    }

    /// <summary>A value follows a label: then the label is that one's.</summary>
    private bool HasValueAfter(int label)
    {
        for (var i = label + 1; i < Math.Min(Tokens.Length, label + 4); i++)
        {
            if (Tokens[i].Kind != TokenKind.Word)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A value may begin here: it is not the rest of a longer number, word, path or price.</summary>
    public bool StartsClean(int token, int at)
    {
        if (at == 0)
        {
            return true;
        }

        var before = Text[at - 1];
        if (char.IsLetterOrDigit(before) || before is '_' or '@' or '$' or '€' or '£' or '¥' or '%')
        {
            return false;
        }

        if (before is not ('-' or '.' or '/' or ':' or ',' or '\\' or '+' or '–') || at == 1)
        {
            return true;
        }

        var further = Text[at - 2];
        if (char.IsAsciiDigit(further))
        {
            return before == ',' && Tokens[token].Length != 3;
        }

        return before is ':' or ',' or '+' || !char.IsLetter(further) || (token > 0 && (Tokens[token - 1].Cue & Cue.Labels & ~Cue.Thing) != 0);
    }

    /// <summary>A group of four digits stands directly before: these may be the rest of a card's number.</summary>
    public bool FollowsFour(int token) =>
        token > 0 && Tokens[token - 1] is { Kind: TokenKind.Number, Length: 4 } && Tokens[token].Start - Tokens[token - 1].End == 1;

    /// <summary>A group of four digits stands directly after.</summary>
    public bool PrecedesFour(int token) =>
        token + 1 < Tokens.Length && Tokens[token + 1] is { Kind: TokenKind.Number, Length: 4 } && Tokens[token + 1].Start - Tokens[token].End == 1;

    /// <summary>A value may end here.</summary>
    public bool EndsClean(int end)
    {
        if (end == Text.Length)
        {
            return true;
        }

        var after = Text[end];
        if (char.IsLetterOrDigit(after) || after is '_' or '@' or '%')
        {
            return false;
        }

        if (end + 1 == Text.Length || after is not ('-' or '.' or '/' or ':' or ',' or '+' or '–'))
        {
            return true;
        }

        return !char.IsAsciiDigit(Text[end + 1]) || (after == ',' && !IsThousands(end + 1));
    }

    private bool IsThousands(int at)
    {
        var digits = 0;
        while (at + digits < Text.Length && char.IsAsciiDigit(Text[at + digits]))
        {
            digits++;
        }

        return digits == 3;
    }
}
