namespace Fairlead.Models.Personal;

/// <summary>Street addresses by shape: a number and a street in the order of the language. Cities and countries alone are not personal, and not told.</summary>
internal static class StreetAddresses
{
    /// <summary>Most words of a street's name.</summary>
    private const int WordsMax = 4;

    /// <summary>Endings of streets that are one word: German, Dutch, Swedish, Finnish, Danish and Norwegian.</summary>
    private static readonly string[] Ends =
    [
        "straße", "strasse", "str", "weg", "platz", "allee", "gasse", "ring", "damm", "ufer", "chaussee", "promenade", "stieg", "straat", "laan", "plein", "gracht", "kade", "singel", "dreef",
        "gatan", "vägen", "gränd", "torget", "backen", "stigen", "allén", "katu", "tie", "kuja", "polku", "kaari", "vej", "gade", "veien", "gaten", "plads",
    ];

    /// <summary>"221B Baker Street", "10 rue de la Paix".</summary>
    public static void AtNumber(TextScan scan, int first)
    {
        ref readonly var number = ref scan.Tokens[first];
        if (number.Length > 6 || !char.IsAsciiDigit(scan.Text[number.Start]) || first + 2 > scan.Tokens.Length - 1 || !scan.StartsClean(first, number.Start) || (scan.Tokens[first + 1].Cue & Cue.Month) != 0)
        {
            return;
        }

        var street = first + 1 < scan.Tokens.Length - 1 && scan.TextOf(first + 1) is "bis" or "ter" or "quater" && IsSpace(scan, first) ? first + 2 : first + 1;
        if (scan.Is(street, Cue.StreetStart) && IsSpace(scan, street - 1, comma: true))
        {
            if (Name(scan, street + 1) is var named and >= 0)
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
        if (first + 1 >= scan.Tokens.Length || (token.Length < 2 && !IsCalle(scan, first)))
        {
            return;
        }

        if (scan.Is(first, Cue.StreetStart) || IsCalle(scan, first))
        {
            AtStart(scan, first);
            return;
        }

        if (token.Length < 3 && !IsAtPlace(scan, first))
        {
            return;
        }

        if (char.IsUpper(scan.Text[token.Start]) && IsAtPlace(scan, first))
        {
            // "Am Markt 3, 99084 Erfurt": such words begin many sentences, so a postcode must follow.
            var name = Name(scan, first + 1, "den", "der", "dem");
            if (name >= 0 && name + 1 < scan.Tokens.Length && IsSpace(scan, name) && IsHouse(scan, name + 1) && House(scan, name + 1) is var house && City(scan, house) is var end && end > scan.Tokens[house].End)
            {
                scan.Add(PersonalEntity.Location, token.Start, end, 0.85);
            }

            return;
        }

        if (!char.IsUpper(scan.Text[token.Start]) || !IsHouse(scan, first + 1) || !EndsLikeStreet(scan, first))
        {
            return;
        }

        // "Unter den Linden" has no such ending; "Lange Straße 5" and "Berliner Chaussee 5" have a word before it.
        var start = first > 0 && token.Length <= 8 && IsSpace(scan, first - 1) && char.IsUpper(scan.TextOf(first - 1)[0]) && !scan.Is(first - 1, Cue.NoName) ? first - 1 : first;
        scan.Add(PersonalEntity.Location, scan.Tokens[start].Start, City(scan, House(scan, first + 1)), 0.85);
    }

    /// <summary>"Via Roma 12", "Calle Mayor, 3", "ul. Długa 5": a street that begins with what it is.</summary>
    private static void AtStart(TextScan scan, int first)
    {
        ref readonly var token = ref scan.Tokens[first];
        var text = scan.Text[token.Start..token.End];
        var dotted = scan.Text[token.End] == '.';
        var abbreviated = text is "ul" or "al" or "os" or "pl" or "Ul" or "Al" or "Os" or "Pl" or "Avda" or "avda";
        if (abbreviated ? !dotted && !text.Contains("vda", StringComparison.Ordinal) : !char.IsUpper(text[0]) && !IsPlainly(scan, first))
        {
            return; // "al" and "os" are words; so are "via" and "place" in English
        }

        var last = scan.Text[token.End..scan.Tokens[first + 1].Start] is " " or ". " or "." or "/ " or "/" ? Name(scan, first + 1) : -1;
        if (last >= 0 && last + 1 < scan.Tokens.Length && IsSpace(scan, last, comma: true) && IsHouse(scan, last + 1))
        {
            scan.Add(PersonalEntity.Location, token.Start, City(scan, House(scan, last + 1)), 0.85);
        }
    }

    /// <summary>"C/ Mayor 12".</summary>
    private static bool IsCalle(TextScan scan, int token) => scan.TextOf(token) is "C" && scan.Tokens[token].End < scan.Text.Length && scan.Text[scan.Tokens[token].End] == '/';

    /// <summary>German words that begin the name of a street: "Am Markt", "An der Alster".</summary>
    private static bool IsAtPlace(TextScan scan, int token) => scan.TextOf(token) is "Am" or "An" or "Im" or "In" or "Auf" or "Zum" or "Zur" or "Unter" or "Beim";

    /// <summary>A word in small letters that means a street and little else, or "via" in an Italian sentence.</summary>
    private static bool IsPlainly(TextScan scan, int token) =>
        scan.TextOf(token) is "viale" or "piazza" or "vicolo" or "calle" or "avenida" or "ulica" or "aleja" or "osiedle" or "rua" or "travessa" || (scan.TextOf(token) is "via" or "corso" && token > 0 && scan.TextOf(token - 1) is "in" or "di" or "a");

    /// <summary>The last token of a house number: "84/92", "10-12".</summary>
    private static int House(TextScan scan, int number) =>
        number + 1 < scan.Tokens.Length && scan.Text[scan.Tokens[number].End..scan.Tokens[number + 1].Start] is "/" or "-" && IsHouse(scan, number + 1) ? number + 1 : number;

    private static bool EndsLikeStreet(TextScan scan, int token)
    {
        var text = scan.TextOf(token);
        var dotted = scan.Text[scan.Tokens[token].End] == '.';
        if (!IsSpace(scan, token) && !dotted)
        {
            return false;
        }

        foreach (var end in Ends)
        {
            if (text.Length >= Math.Max(end.Length + 3, 6) && text.EndsWith(end, StringComparison.Ordinal))
            {
                return end is not ("ring" or "tie" or "weg") || text.Length >= 9;
            }
        }

        return text is "Straße" or "Strasse" or "Str" or "Weg" or "Platz" or "Allee" or "Chaussee" or "Damm" && token > 0;
    }

    private static bool IsHouse(TextScan scan, int token)
    {
        var text = scan.TextOf(token);
        return text.Length <= 5 && char.IsAsciiDigit(text[0]) && (scan.Tokens[token].Kind == TokenKind.Number ? text.Length <= 4 : text.Length > 1 && char.IsAsciiDigit(text[^2]));
    }

    /// <summary>The last of up to four words of a street's name, small words such as "de la" between; -1 when there is none.</summary>
    private static int Name(TextScan scan, int from, params ReadOnlySpan<string> small)
    {
        var last = -1;
        for (var i = from; i < scan.Tokens.Length && i < from + WordsMax && (i == from || IsSpace(scan, i - 1)); i++)
        {
            var text = scan.TextOf(i);
            if (small.Length > 0 && (scan.Tokens[i].Cue & (Cue.Month | Cue.NoName)) != 0)
            {
                break;
            }

            if (char.IsUpper(text[0]))
            {
                last = i;
            }
            else if (!Holds(small, text) && text is not ("de" or "la" or "del" or "des" or "du" or "dei" or "della" or "di" or "da" or "do" or "dos" or "le" or "les" or "los" or "las" or "l" or "d"))
            {
                break;
            }
        }

        return last;
    }

    private static bool Holds(ReadOnlySpan<string> words, ReadOnlySpan<char> text)
    {
        foreach (var word in words)
        {
            if (text.SequenceEqual(word))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Where a postcode with its town ends that begins at a number: "00-514 Warszawa", "111 51 Stockholm", "1016 EA Amsterdam", "0150 Oslo"; -1 when it is none.</summary>
    private static int Postcode(TextScan scan, int number)
    {
        var (length, town) = (scan.Tokens[number].Length, -1);
        if (number + 1 >= scan.Tokens.Length)
        {
            return -1;
        }

        var gap = scan.Text[scan.Tokens[number].End..scan.Tokens[number + 1].Start];
        var next = scan.Tokens[number + 1];
        if ((length == 2 && gap is "-" && next is { Kind: TokenKind.Number, Length: 3 }) || (length == 3 && gap is " " && next is { Kind: TokenKind.Number, Length: 2 }))
        {
            town = number + 2;
        }
        else if (length == 4 && gap is " ")
        {
            town = next is { Kind: TokenKind.Word, Length: 2 } && char.IsAsciiLetterUpper(scan.TextOf(number + 1)[1]) ? number + 2 : number + 1;
        }

        return town < 0 ? -1
            : town < scan.Tokens.Length && IsSpace(scan, town - 1) && char.IsUpper(scan.TextOf(town)[0]) && scan.Tokens[town].Kind == TokenKind.Word ? scan.Tokens[town].End
            : town == number + 2 ? scan.Tokens[number + 1].End : -1;
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
            if (i == last + 1 && scan.Tokens[i].Kind == TokenKind.Number && between is ", " or "," or "\n" && Postcode(scan, i) is var town and >= 0)
            {
                return town;
            }

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
