using System.Text;
using Fairlead.Models.RowSteps;

namespace Fairlead.Models.Expressions;

/// <summary>The functions that give a text, or look into one.</summary>
internal sealed class TextFunctions(ExpressionCompiler compiler)
{
    public BooleanPart Boolean(CallNode call)
    {
        var text = compiler.CleanText(call.Arguments[0]);
        if (call.Function == "matches")
        {
            var pattern = RowCheckRunner.Pattern(Literal(call, 1));
            return row => text(row) is { } written ? pattern.IsMatch(written) ? 1 : 0 : -1;
        }

        var other = compiler.CleanText(call.Arguments[1]);
        return call.Function switch
        {
            "contains" => row => text(row) is { } written && other(row) is { } part ? written.Contains(part, StringComparison.Ordinal) ? 1 : 0 : -1,
            "starts_with" => row => text(row) is { } written && other(row) is { } part ? written.StartsWith(part, StringComparison.Ordinal) ? 1 : 0 : -1,
            "ends_with" => row => text(row) is { } written && other(row) is { } part ? written.EndsWith(part, StringComparison.Ordinal) ? 1 : 0 : -1,
            _ => throw new ArgumentException($"No implementation of {call.Function}.", nameof(call)),
        };
    }

    public TextPart Text(CallNode call)
    {
        switch (call.Function)
        {
            case "text":
                return OfAny(call.Arguments[0]);
            case "concat":
                TextPart[] parts = [.. call.Arguments.Select(compiler.Text)];
                return row =>
                {
                    var joined = new StringBuilder();
                    foreach (var part in parts)
                    {
                        joined.Append(part(row));
                    }

                    return joined.ToString();
                };
            case "coalesce":
                TextPart[] candidates = [.. call.Arguments.Select(compiler.CleanText)];
                return row =>
                {
                    foreach (var candidate in candidates)
                    {
                        if (candidate(row) is { } found)
                        {
                            return found;
                        }
                    }

                    return null;
                };
            case "min" or "max":
                return Extreme([.. call.Arguments.Select(compiler.CleanText)], call.Function == "min");
            default:
                var change = Change(call);
                var text = compiler.Text(call.Arguments[0]);
                return row => text(row) is { } written ? change(written) : null;
        }
    }

    private static Func<string, string> Change(CallNode call)
    {
        switch (call.Function)
        {
            case "lower":
                return PlainText.LowerAscii;
            case "upper":
                return PlainText.UpperAscii;
            case "title":
                return PlainText.TitleAscii;
            case "soundex":
                return Soundex.Of;
            case "trim":
                return PlainText.Trim;
            case "left":
                var first = Whole(call, 1);
                return text => PlainText.Slice(text, 0, first);
            case "right":
                var last = Whole(call, 1);
                return text => PlainText.Length(text) is var length && length > last ? PlainText.Slice(text, length - last, last) : text;
            case "substring":
                var (start, count) = (Whole(call, 1) - 1, call.Arguments.Count > 2 ? Whole(call, 2) : int.MaxValue);
                return text => PlainText.Slice(text, start, count);
            case "replace":
                var (from, to) = (Literal(call, 1), Literal(call, 2));
                return text => text.Replace(from, to, StringComparison.Ordinal);
            case "split_part":
                var (separator, part) = (Literal(call, 1), Whole(call, 2));
                return text => PlainText.Part(text, separator, part);
            default:
                throw new ArgumentException($"No implementation of {call.Function}.", nameof(call));
        }
    }

    private TextPart OfAny(ExpressionNode node)
    {
        switch (node.Type)
        {
            case ExpressionType.Number:
                var number = compiler.Clean(node);
                return row => number(row) is var value && double.IsNaN(value) ? null : NumberText.Shortest(value);
            case ExpressionType.Date:
                var days = compiler.Clean(node);
                return row => days(row) is var value && double.IsNaN(value) ? null : DateParts.Text(value);
            case ExpressionType.Boolean:
                var boolean = compiler.Boolean(node);
                return row => boolean(row) switch { 1 => "true", 0 => "false", _ => null };
            default:
                return compiler.CleanText(node);
        }
    }

    private static TextPart Extreme(TextPart[] parts, bool smallest) => row =>
    {
        string? best = null;
        foreach (var part in parts)
        {
            if (part(row) is { } value && (best is null || (smallest ? PlainText.Compare(value, best) < 0 : PlainText.Compare(value, best) > 0)))
            {
                best = value;
            }
        }

        return best;
    };

    private static string Literal(CallNode call, int argument) => ((LiteralNode)call.Arguments[argument]).Text!;

    private static int Whole(CallNode call, int argument) => (int)((LiteralNode)call.Arguments[argument]).Number!.Value;
}
