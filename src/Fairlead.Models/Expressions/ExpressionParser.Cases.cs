namespace Fairlead.Models.Expressions;

/// <summary>Branches: if … then … else, and case when … end.</summary>
internal sealed partial class ExpressionParser
{
    private CaseNode If()
    {
        var cases = new List<(ExpressionNode, ExpressionNode)>();
        var starts = new List<int>();
        var when = When("if");
        if (!TakeWord("then"))
        {
            throw Broken(Now.Start, "\"then\" is missing.", "Write \"if CONDITION then VALUE else VALUE\".");
        }

        starts.Add(Now.Start);
        cases.Add((when, Deeper(Or)));
        ExpressionNode otherwise = new LiteralNode(ExpressionType.Missing);
        if (TakeWord("else"))
        {
            starts.Add(Now.Start);
            otherwise = Deeper(Or);
        }

        return Cases(cases, otherwise, starts);
    }

    private CaseNode Case(Token token)
    {
        var cases = new List<(ExpressionNode, ExpressionNode)>();
        var starts = new List<int>();
        while (TakeWord("when"))
        {
            var when = When("when");
            if (!TakeWord("then"))
            {
                throw Broken(Now.Start, "\"then\" is missing.", "Write \"case when CONDITION then VALUE else VALUE end\".");
            }

            starts.Add(Now.Start);
            cases.Add((when, Deeper(Or)));
        }

        if (cases.Count == 0)
        {
            throw Broken(token.Start, "A case needs a \"when\".", "Write \"case when CONDITION then VALUE else VALUE end\".");
        }

        ExpressionNode otherwise = new LiteralNode(ExpressionType.Missing);
        if (TakeWord("else"))
        {
            starts.Add(Now.Start);
            otherwise = Deeper(Or);
        }

        return TakeWord("end") ? Cases(cases, otherwise, starts) : throw Broken(Now.Start, "The case does not end.", "Close it with \"end\".");
    }

    private ExpressionNode When(string word)
    {
        var start = Now.Start;
        var when = Deeper(Or);
        Wants(ref when, ExpressionType.Boolean, start, $"\"{word}\"");
        return when;
    }

    private CaseNode Cases(List<(ExpressionNode When, ExpressionNode Then)> cases, ExpressionNode otherwise, List<int> starts)
    {
        List<ExpressionNode> values = [.. cases.Select(part => part.Then), otherwise];
        var type = values.Select(value => value.Type).FirstOrDefault(type => type is not (ExpressionType.Missing or ExpressionType.Any), values.Exists(value => value.Type == ExpressionType.Any) ? ExpressionType.Text : ExpressionType.Missing);
        values = values.ConvertAll(value => As(value, type));
        cases = [.. cases.Select((part, i) => (part.When, values[i]))];
        otherwise = values[^1];
        for (var i = 0; i < starts.Count; i++)
        {
            if (values[i].Type != type && values[i].Type != ExpressionType.Missing)
            {
                Fault(starts[i], $"This is a {Expression.Name(values[i].Type)}, but the value before it is a {Expression.Name(type)}: all values of a case have one type.", type == ExpressionType.Text ? "Write text(…) around it." : "Give all of them one type.");
            }
        }

        return Made(new CaseNode(type, cases, otherwise));
    }
}
