namespace Fairlead.Models.Personal;

/// <summary>Street addresses by shape: a number and a street in the order of the language. Cities and countries alone are not personal, and not told.</summary>
internal static class StreetAddresses
{
    /// <summary>Most words of a street's name.</summary>
    private const int WordsMax = 4;

    private static readonly string[] GermanEnds = ["straße", "strasse", "str", "weg", "platz", "allee", "gasse", "ring", "damm", "ufer", "straat", "laan", "plein", "gracht", "gatan", "vägen", "katu", "tie", "vej", "gade"];

    /// <summary>"221B Baker Street", "10 rue de la Paix".</summary>
    public static void AtNumber(TextScan scan, int first)
    {
        ref readonly var number = ref scan.Tokens[first];
        if (number.Length > 6 || !char.IsAsciiDigit(scan.Text[number.Start]) || first + 2 > scan.Tokens.Length - 1 || !scan.StartsClean(first, number.Start) || (scan.Tokens[first + 1].Cue & Cue.Month) != 0)
        {
            return;
        }

        if (scan.Is(first + 1, Cue.StreetStart) && IsSpace(scan, first, comma: true))
        {
            if (Name(scan, first + 2) is var named and >= 0)
            {
                scan.Add(PersonalEntity.Location, number.Start, City(scan, named), 0.85);
            }

            return;
        }

        for (var i = first + 1; i < scan.Tokens.Length && i <= first + WordsMax + 1; i++)
        {
            if (!IsSpace(scan, i - 1))
            {
                return;
            }

            var text = scan.TextOf(i);
            if (scan.Tokens[i].Kind == TokenKind.Number || (i == first + 1 && scan.Tokens[i].Length == 1 && text[0] is not ('N' or 'S' or 'E' or 'W')))
            {
                return;
            }

            if (i > first + 1 && scan.Is(i, Cue.StreetEnd) && char.IsUpper(text[0]) && (number.Length > 1 || !char.IsUpper(text[^1])))
            {
                // "12 High Street West", "4 Main St."
                scan.Add(PersonalEntity.Location, number.Start, City(scan, i), 0.85);
                return;
            }

            if (!char.IsUpper(text[0]) && scan.Tokens[i].Kind == TokenKind.Word)
            {
                return;
            }
        }
    }

    /// <summary>"Hauptstraße 5", "Via Roma 12", "Calle Mayor, 3".</summary>
    public static void AtWord(TextScan scan, int first)
    {
        ref readonly var token = ref scan.Tokens[first];
        if (first + 1 >= scan.Tokens.Length || token.Length < 3)
        {
            return;
        }

        if (scan.Is(first, Cue.StreetStart))
        {
            var last = Name(scan, first + 1);
            if (last >= 0 && char.IsUpper(scan.Text[token.Start]) && last + 1 < scan.Tokens.Length && IsSpace(scan, last, comma: true) && IsHouse(scan, last + 1))
            {
                scan.Add(PersonalEntity.Location, token.Start, City(scan, last + 1), 0.85);
            }

            return;
        }

        if (!char.IsUpper(scan.Text[token.Start]) || !IsHouse(scan, first + 1) || !EndsLikeStreet(scan, first))
        {
            return;
        }

        // "Unter den Linden" has no such ending; "Lange Straße 5" has a word before it.
        var start = first > 0 && token.Length <= 7 && IsSpace(scan, first - 1) && char.IsUpper(scan.TextOf(first - 1)[0]) && !scan.Is(first - 1, Cue.NoName) ? first - 1 : first;
        scan.Add(PersonalEntity.Location, scan.Tokens[start].Start, City(scan, first + 1), 0.85);
    }

    private static bool EndsLikeStreet(TextScan scan, int token)
    {
        var text = scan.TextOf(token);
        var dotted = scan.Text[scan.Tokens[token].End] == '.';
        if (!IsSpace(scan, token) && !dotted)
        {
            return false;
        }

        foreach (var end in GermanEnds)
        {
            if (text.Length >= Math.Max(end.Length + 3, 6) && text.EndsWith(end, StringComparison.Ordinal))
            {
                return end is not ("ring" or "tie" or "weg") || text.Length >= 9;
            }
        }

        return text is "Straße" or "Strasse" or "Str" or "Weg" or "Platz" or "Allee" && token > 0;
    }

    private static bool IsHouse(TextScan scan, int token)
    {
        var text = scan.TextOf(token);
        return text.Length <= 5 && char.IsAsciiDigit(text[0]) && (scan.Tokens[token].Kind == TokenKind.Number ? text.Length <= 4 : text.Length > 1 && char.IsAsciiDigit(text[^2]));
    }

    /// <summary>The last of up to four words of a street's name, small words such as "de la" between; -1 when there is none.</summary>
    private static int Name(TextScan scan, int from)
    {
        var last = -1;
        for (var i = from; i < scan.Tokens.Length && i < from + WordsMax && (i == from || IsSpace(scan, i - 1)); i++)
        {
            var text = scan.TextOf(i);
            if (char.IsUpper(text[0]))
            {
                last = i;
            }
            else if (text is not ("de" or "la" or "del" or "des" or "du" or "dei" or "della" or "di" or "da" or "do" or "dos" or "le" or "les" or "los" or "las" or "l" or "d"))
            {
                break;
            }
        }

        return last;
    }

    /// <summary>Where the address ends: after a flat, a town and a postcode, where they follow.</summary>
    private static int City(TextScan scan, int last)
    {
        var end = scan.Tokens[last].End;
        if (last + 1 < scan.Tokens.Length && scan.TextOf(last + 1) is "North" or "South" or "East" or "West" or "NW" or "NE" or "SW" or "SE" or "N" or "S" or "E" or "W" && IsSpace(scan, last))
        {
            end = scan.Tokens[++last].End;
        }

        for (var i = last + 1; i < scan.Tokens.Length && i <= last + 6; i++)
        {
            var between = scan.Text[scan.Tokens[i - 1].End..scan.Tokens[i].Start];
            if (between is not (" " or ", " or "," or ". " or ".," or "., " or " #" or ", #" or "\n"))
            {
                break;
            }

            var text = scan.TextOf(i);
            if (scan.Tokens[i].Kind == TokenKind.Number && (text.Length == 5 || (i == last + 1 && between.Contains('#'))))
            {
                end = scan.Tokens[i].End; // a postcode; in German it stands before the town
                if (i == last + 1 && text.Length == 5 && i + 1 < scan.Tokens.Length && IsSpace(scan, i) && char.IsUpper(scan.TextOf(i + 1)[0]))
                {
                    end = scan.Tokens[i + 1].End;
                }

                break;
            }

            if (text is "Apt" or "Apartment" or "Unit" or "Suite" or "Ste" or "Flat" or "Floor" && i + 1 < scan.Tokens.Length && IsSpace(scan, i, dot: true))
            {
                end = scan.Tokens[++i].End;
                continue;
            }

            if (!char.IsUpper(text[0]) || scan.Tokens[i].Kind == TokenKind.Number || between is " " && !IsState(scan, i))
            {
                break;
            }
        }

        return end;
    }

    /// <summary>Two capitals before a postcode of five digits: "Springfield, IL 62704".</summary>
    private static bool IsState(TextScan scan, int token) =>
        (scan.Tokens[token].Length == 2 && char.IsAsciiLetterUpper(scan.TextOf(token)[1]) && token + 1 < scan.Tokens.Length && scan.Tokens[token + 1] is { Kind: TokenKind.Number, Length: 5 })
        || (token + 1 < scan.Tokens.Length && scan.Tokens[token].Kind == TokenKind.Word && scan.Tokens[token + 1].Length == 2);

    private static bool IsSpace(TextScan scan, int token, bool comma = false, bool dot = false) =>
        scan.Text[scan.Tokens[token].End..scan.Tokens[token + 1].Start] is var between && (between is " " || (comma && between is ", ") || (dot && between is ". "));
}
