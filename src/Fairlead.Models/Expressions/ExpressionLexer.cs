using System.Globalization;
using System.Text;
using Fairlead.Models.RowSteps;

namespace Fairlead.Models.Expressions;

internal enum TokenKind
{
    End,
    Word,
    QuotedName,
    Text,
    Number,
    Sign,
}

/// <param name="Text">A word as written, the name or text without quotes, a sign.</param>
/// <param name="Start">Its first character in the expression.</param>
internal readonly record struct Token(TokenKind Kind, string Text, double Number, int Start);

/// <summary>Splits an expression into words, names, texts, numbers and signs.</summary>
internal sealed class ExpressionLexer(string text, Func<int, string, string, ExpressionException> fault)
{
    private static readonly string[] Signs = ["<=", ">=", "<>", "!=", "==", "&&", "||", "+", "-", "*", "/", "%", "(", ")", "[", "]", ",", "<", ">", "=", "!"];

    public List<Token> Tokens()
    {
        List<Token> tokens = [];
        for (var at = 0; ;)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
            {
                at++;
            }

            if (at == text.Length)
            {
                tokens.Add(new Token(TokenKind.End, "", 0, at));
                return tokens;
            }

            tokens.Add(Next(ref at));
        }
    }

    private Token Next(ref int at)
    {
        var start = at;
        var first = text[at];
        if (first is '\'' or '"' or '`')
        {
            return new Token(first == '`' ? TokenKind.QuotedName : TokenKind.Text, Quoted(ref at), 0, start);
        }

        if (char.IsAsciiDigit(first) || (first == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
        {
            return Number(ref at);
        }

        if (char.IsLetter(first) || first == '_')
        {
            while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '.'))
            {
                at++;
            }

            return new Token(TokenKind.Word, text[start..at], 0, start);
        }

        foreach (var sign in Signs)
        {
            if (string.CompareOrdinal(text, at, sign, 0, sign.Length) == 0)
            {
                at += sign.Length;
                return new Token(TokenKind.Sign, sign, 0, start);
            }
        }

        throw first switch
        {
            '&' => fault(at, "\"&\" means nothing here.", "Write \"and\"."),
            '|' => fault(at, "\"|\" means nothing here.", "Write \"or\", or concat(a, b) to put texts together."),
            _ => fault(at, $"The sign \"{(char.IsControl(first) ? ' ' : first)}\" means nothing here.", "Put a column name that holds special signs into backticks: `order date`."),
        };
    }

    private string Quoted(ref int at)
    {
        var (start, quote) = (at, text[at]);
        var value = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] != quote)
            {
                value.Append(text[at]);
            }
            else if (at + 1 < text.Length && text[at + 1] == quote)
            {
                value.Append(text[at++]);
            }
            else
            {
                at++;
                return value.ToString();
            }
        }

        throw fault(start, $"What begins with {quote} does not end.", $"Close it with {quote}; write {quote}{quote} for a {quote} inside.");
    }

    private Token Number(ref int at)
    {
        var start = at;
        Digits(ref at);
        if (at < text.Length && text[at] == '.')
        {
            at++;
            Digits(ref at);
        }

        if (at < text.Length && text[at] is 'e' or 'E')
        {
            at++;
            at += at < text.Length && text[at] is '+' or '-' ? 1 : 0;
            Digits(ref at);
        }

        var written = text[start..at];
        if (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] == '_'))
        {
            throw fault(start, $"\"{written}{text[at]}\" is neither a number nor a name.", "Put a column name that begins with a digit into backticks: `2nd_price`.");
        }

        return NumberText.TryParse(written, out var number)
            ? new Token(TokenKind.Number, written, number, start)
            : throw fault(start, $"\"{written}\" is not a number.", string.Create(CultureInfo.InvariantCulture, $"Write digits with a point, such as {1.5}."));
    }

    private void Digits(ref int at)
    {
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }
    }
}
