namespace Fairlead.Models.Personal;

/// <summary>Names of persons by a dictionary of common names, titles and the words that introduce a name. Finds what is capitalised; rare names without such a word are not found.</summary>
internal static class PersonNames
{
    /// <summary>Most words of a name.</summary>
    private const int WordsMax = 4;

    public static void At(TextScan scan, int first)
    {
        ref readonly var token = ref scan.Tokens[first];
        if (!char.IsUpper(scan.Text[token.Start]))
        {
            if ((token.Cue & Cue.NameNext) != 0)
            {
                Introduced(scan, first);
            }

            return;
        }

        if ((token.Cue & Cue.Title) != 0)
        {
            Titled(scan, first);
        }

        if ((token.Cue & Cue.NameNext) != 0)
        {
            Introduced(scan, first);
        }

        if ((token.Cue & Cue.Given) != 0)
        {
            Given(scan, first);
        }
        else if ((token.Cue & Cue.Surname) != 0)
        {
            Turned(scan, first);
            Unknown(scan, first);
        }
        else if (token.Length == 1 && first + 1 < scan.Tokens.Length && scan.Is(first + 1, Cue.Surname) && Gap(scan, first) is ". " or "." && IsNameLike(scan, first + 1))
        {
            Add(scan, first, first + 1, 0.6);
        }
    }

    /// <summary>"Dr. Jane Roe": the title is not part of the name.</summary>
    private static void Titled(TextScan scan, int title)
    {
        if (title + 1 < scan.Tokens.Length && Gap(scan, title) is " " or ". " or "." && (IsNameLike(scan, title + 1) || (IsInitial(scan, title + 1) && title + 2 < scan.Tokens.Length && IsNameLike(scan, title + 2))) && (scan.Tokens[title + 1].Cue & Cue.Title) == 0)
        {
            Add(scan, title + 1, Last(scan, title + 1, out _), 0.85);
        }
    }

    /// <summary>"My name is Xyz Abc": words that introduce a name make unknown ones of two words or more likely, and one known given name.</summary>
    private static void Introduced(TextScan scan, int label)
    {
        var first = label + 1;
        while (first < scan.Tokens.Length && first <= label + 2 && scan.TextOf(first) is "is" or "was" or "s" or "Is")
        {
            first++;
        }

        if (first >= scan.Tokens.Length || scan.Text[scan.Tokens[first - 1].End..scan.Tokens[first].Start] is not (" " or ": " or ":" or ", " or " - " or "=" or ",\n" or ":\n" or "\n") || !IsNameLike(scan, first))
        {
            return;
        }

        var last = Last(scan, first, out var words);
        if (words >= 2 && (!IsShouted(scan, first) || scan.Is(first, Cue.Given)) && scan.TextOf(label) is not ("Hi" or "Hello" or "hi" or "hello" or "Thanks" or "thanks"))
        {
            Add(scan, first, last, 0.65);
        }
        else if (scan.Is(first, Cue.Given))
        {
            Add(scan, first, words >= 2 && scan.Is(last, Cue.Surname) ? last : first, 0.6);
        }
    }

    private static void Given(TextScan scan, int first)
    {
        if (!IsNameLike(scan, first, known: true))
        {
            return;
        }

        var everyday = scan.Is(first, Cue.Everyday);
        var last = Last(scan, first, out var words);
        if (words == 1)
        {
            if ((scan.Column & Cue.NameNext) != 0)
            {
                Add(scan, first, last, 0.6);
            }

            return;
        }

        var score = scan.Is(last, Cue.Surname) ? everyday ? 0.7 : 0.85 : everyday ? 0.3 : 0.7;
        if (score < PersonalScanner.ActedOn && scan.Is(first + 1, Cue.Surname))
        {
            (last, score) = (first + 1, 0.7);
        }

        Add(scan, first, last, score);
    }

    /// <summary>"Roe, Jane".</summary>
    private static void Turned(TextScan scan, int first)
    {
        if (first + 1 < scan.Tokens.Length && Gap(scan, first) is ", " && scan.Is(first + 1, Cue.Given) && !scan.Is(first + 1, Cue.Everyday) && IsNameLike(scan, first) && IsNameLike(scan, first + 1, known: true))
        {
            Add(scan, first, first + 1, 0.75);
        }
    }

    /// <summary>"call Zora Roe": inside a sentence, a capitalised word that is none of the known ones before a known surname.</summary>
    private static void Unknown(TextScan scan, int surname)
    {
        if (surname >= 2 && Gap(scan, surname - 1) is " " && Gap(scan, surname - 2) is " " && scan.Tokens[surname - 1] is { Length: >= 3, Cue: Cue.None }
            && scan.Tokens[surname - 2].Kind == TokenKind.Word && char.IsLower(scan.Text[scan.Tokens[surname - 2].Start]) && IsNameLike(scan, surname - 1) && IsNameLike(scan, surname) && !IsShouted(scan, surname - 1) && !scan.Is(surname, Cue.Labels))
        {
            Add(scan, surname - 1, surname, 0.6);
        }
    }

    private static void Add(TextScan scan, int first, int last, double score) =>
        scan.Add(PersonalEntity.Person, scan.Tokens[first].Start, scan.Tokens[last].End, score);

    /// <summary>The last token of a name that begins here, and its words: capitalised ones, initials, small words such as "van der" before another.</summary>
    private static int Last(TextScan scan, int first, out int words)
    {
        (var last, words) = (first, 1);
        for (var i = first + 1; i < scan.Tokens.Length && words < WordsMax; i++)
        {
            var gap = Gap(scan, i - 1);
            if (gap is "-" or "'" or "’" && scan.Tokens[i].Kind == TokenKind.Word && char.IsUpper(scan.Text[scan.Tokens[i].Start]))
            {
                last = i; // Jean-Luc, O'Hara
                continue;
            }

            if (gap is not " " && !(gap is ". " && scan.Tokens[i - 1].Length == 1))
            {
                break;
            }

            if (IsInitial(scan, i))
            {
                if (i + 1 < scan.Tokens.Length && Gap(scan, i) is ". " or " " && IsNameLike(scan, i + 1))
                {
                    continue;
                }

                break;
            }

            if (scan.TextOf(i) is "van" or "von" or "de" or "der" or "den" or "del" or "della" or "di" or "da" or "dos" or "la" or "le" or "bin" or "al" or "ter" or "ten" or "zu")
            {
                continue;
            }

            if (!IsNameLike(scan, i) || (scan.Is(i, Cue.Labels) && !scan.Is(i, Cue.Surname)))
            {
                break;
            }

            (last, words) = (i, words + 1);
        }

        return last;
    }

    private static bool IsInitial(TextScan scan, int token) => scan.Tokens[token].Length == 1 && char.IsUpper(scan.Text[scan.Tokens[token].Start]) && scan.Text[scan.Tokens[token].Start] != 'I'
        && (scan.Tokens[token].End == scan.Text.Length || scan.Text[scan.Tokens[token].End] is not ('\'' or '’'));

    /// <summary>Capitalised, the rest in lower case or all in capitals, and not a word that no name has.</summary>
    private static bool IsNameLike(TextScan scan, int token, bool known = false)
    {
        ref readonly var word = ref scan.Tokens[token];
        var text = scan.Text[word.Start..word.End];
        if (word.Kind != TokenKind.Word || !char.IsUpper(text[0]) || (!known && (word.Cue & Cue.NoName) != 0 && (word.Cue & (Cue.Surname | Cue.Given)) == 0))
        {
            return false;
        }

        if (text.Length == 1)
        {
            return word.End < scan.Text.Length && scan.Text[word.End] is '\'' or '’';
        }

        var lower = 0;
        foreach (var sign in text[1..])
        {
            lower += char.IsLower(sign) ? 1 : 0;
        }

        return lower >= text.Length - 2 || (lower == 0 && text.Length > 2);
    }

    /// <summary>Written in capitals alone, as whole messages are.</summary>
    private static bool IsShouted(TextScan scan, int token) => scan.Tokens[token].Length > 1 && char.IsUpper(scan.Text[scan.Tokens[token].Start + 1]);

    private static ReadOnlySpan<char> Gap(TextScan scan, int token) => scan.Text[scan.Tokens[token].End..scan.Tokens[token + 1].Start];
}
