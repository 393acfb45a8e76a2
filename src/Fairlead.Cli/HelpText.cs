using System.CommandLine;
using System.CommandLine.Invocation;
using System.Text;

namespace Fairlead.Cli;

/// <summary>The help of the program and of each verb. Plain text of fixed shape, one verb a line: held against golden files.</summary>
internal sealed class HelpText : SynchronousCommandLineAction
{
    private static readonly Dictionary<string, string[]> Examples = new(StringComparer.Ordinal)
    {
        ["fairlead"] = ["fairlead up", "fairlead up customers.csv --target churned"],
        ["fairlead up"] = ["fairlead up", "fairlead up customers.csv --target churned", "fairlead up churn --no-browser"],
        ["fairlead new"] = ["fairlead new churn --data customers.csv --target churned --positive yes"],
        ["fairlead iterate"] = ["fairlead iterate churn", "fairlead iterate churn --trials 12 --json"],
        ["fairlead score"] = ["fairlead score churn july.csv -o answers.csv"],
        ["fairlead serve"] = ["fairlead serve churn --port 8080"],
        ["fairlead image"] = ["fairlead image churn -o churn.tar"],
        ["fairlead review open"] = ["fairlead review open churn", "fairlead review open churn --public-url https://review.example.com --days 30"],
        ["fairlead review revoke"] = ["fairlead review revoke churn r1"],
        ["fairlead feedback accept"] = ["fairlead feedback accept churn --all", "fairlead feedback accept churn --cause CAUSE"],
        ["fairlead data scan"] = ["fairlead data scan customers.csv", "fairlead data scan --text notes.jsonl"],
        ["fairlead data pseudonym-key"] = ["fairlead data pseudonym-key churn -o pseudonym-key"],
        ["fairlead data check"] = ["fairlead data check orders.csv --checks orders.checks.yaml", "fairlead data check orders.csv --checks orders.checks.yaml --json"],
        ["fairlead data suggest"] = ["fairlead data suggest orders.csv -o orders.checks.yaml"],
        ["fairlead data profile"] = ["fairlead data profile customers.csv", "fairlead data profile customers.csv --target churned --json", "fairlead data profile customers.csv --html customers.html"],
        ["fairlead data drift"] = ["fairlead data drift june.csv july.csv", "fairlead data drift june.csv july.csv --method ks --json"],
        ["fairlead data estimate"] = ["fairlead data estimate answers-june.csv answers-july.csv --label churned", "fairlead data estimate exam.csv july.csv --label weight_kg --prediction prediction"],
        ["fairlead data labels"] = ["fairlead data labels reviews.csv --label stars --probabilities out-of-fold.csv", "fairlead data labels churn", "fairlead data labels churn --accept 4711=yes --refuse 4712"],
        ["fairlead data clean"] = ["fairlead data clean orders.csv --recipe orders.recipe.yaml -o clean.csv --quarantine aside.csv", "fairlead data clean orders.csv --recipe orders.recipe.yaml --preview", "fairlead data clean orders.csv --propose"],
        ["fairlead data diff"] = ["fairlead data diff july.csv august.csv --key customer_id", "fairlead data diff churn@3 churn@4 -o difference.jsonl"],
        ["fairlead data erase"] = ["fairlead data erase churn --subject 7590-VHVEG", "fairlead data erase churn --subject ann@example.com --column email --dry-run"],
        ["fairlead data lineage"] = ["fairlead data lineage churn --iteration 3", "fairlead data lineage churn --row 7590-VHVEG", "fairlead data lineage churn --openlineage events.jsonl"],
        ["fairlead data apply"] = ["fairlead data apply july.csv difference.jsonl -o august.csv"],
        ["fairlead workspace backup"] = ["fairlead workspace backup /mnt/backup/fairlead"],
        ["fairlead workspace restore"] = ["fairlead workspace restore /mnt/backup/fairlead", "fairlead workspace restore /mnt/backup/fairlead --replace"],
        ["fairlead workspace gc"] = ["fairlead workspace gc --dry-run", "fairlead workspace gc"],
        ["fairlead data next"] = ["fairlead data next churn -n 20 -o to-label.csv", "fairlead data next churn --from unlabelled.csv"],
        ["fairlead data split"] = ["fairlead data split churn", "fairlead data split churn --write"],
        ["fairlead data quarantine list"] = ["fairlead data quarantine list churn --reason between:age"],
        ["fairlead data quarantine repair"] = ["fairlead data quarantine export churn -o rows.csv", "fairlead data quarantine repair churn rows.csv"],
        ["fairlead why"] = ["fairlead why dxh7tm3b00000080016x"],
    };

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.Write(Of(parseResult.CommandResult.Command));
        return Edge.Done;
    }

    /// <summary>Name of a verb with those it belongs to, such as <c>fairlead review open</c>.</summary>
    public static string FullName(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{FullName(parent)} {command.Name}" : command.Name;

    public static string Of(Command command)
    {
        var name = FullName(command);
        var isRoot = !command.Parents.Any();
        var options = Options(command).Where(o => !o.Hidden).ToList();
        var text = new StringBuilder().Append(command.Description).Append("\n\nUsage: ").Append(name);
        if (command.Subcommands.Count > 0)
        {
            text.Append(isRoot ? " VERB" : $" {string.Join('|', command.Subcommands.Select(s => s.Name))}");
        }

        foreach (var argument in command.Arguments)
        {
            text.Append(argument.Arity.MinimumNumberOfValues == 0 || argument.HasDefaultValue ? $" [{argument.Name}]" : $" {argument.Name}");
        }

        foreach (var option in command.Options.Where(o => o.Required))
        {
            text.Append(' ').Append(Signature(option, longOnly: true));
        }

        text.Append(" [options]\n");
        Section(text, "Verbs", command.Subcommands.Where(c => !c.Hidden).Select(c => (c.Name, c.Description ?? "")));
        Section(text, "Arguments", command.Arguments.Select(a => (a.Name, Says(a.Description, Default(a)))));
        Section(text, "Options", options.Select(o => (Signature(o, longOnly: false), Says(o.Description, Default(o)))));
        if (Examples.TryGetValue(name, out var examples))
        {
            text.Append("\nFor example:\n");
            foreach (var example in examples)
            {
                text.Append("  ").Append(example).Append('\n');
            }
        }

        if (isRoot)
        {
            text.Append("\nfairlead VERB --help says more about a verb.\nExit codes: 0 done, 1 fault, 2 wrong use, 3 no (the work is done, and a gate or a check failed).\n");
        }

        return text.ToString();
    }

    private static IEnumerable<Option> Options(Command command)
    {
        IEnumerable<Option> inherited = command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? Options(parent).Where(o => o.Recursive) : [];
        return [.. command.Options.Where(o => !o.Recursive), .. command.Options.Where(o => o.Recursive), .. inherited];
    }

    private static string Signature(Option option, bool longOnly)
    {
        var names = longOnly ? option.Name : string.Join(", ", option.Aliases.Where(a => a.StartsWith('-') && a is not ("-?" or "/?" or "/h")).Append(option.Name).OrderBy(n => n.Length));
        return option.ValueType == typeof(bool) || option.HelpName is null ? names : $"{names} {option.HelpName}";
    }

    private static string? Default(Argument argument) => argument.HasDefaultValue ? Said(argument.GetDefaultValue()) : null;

    private static string? Default(Option option) => option.HasDefaultValue && option.ValueType != typeof(bool) ? Said(option.GetDefaultValue()) : null;

    /// <summary>A list by its items: an empty one is nothing to tell.</summary>
    private static string Said(object? value) => value is System.Collections.IEnumerable items and not string ? string.Join(' ', items.Cast<object>()) : $"{value}";

    private static string Says(string? description, string? fallback) => string.IsNullOrEmpty(fallback) ? description ?? "" : $"{description} Default: {fallback}.".Replace("..", ".", StringComparison.Ordinal);

    private static void Section(StringBuilder text, string title, IEnumerable<(string Name, string Says)> lines)
    {
        var all = lines.ToList();
        if (all.Count == 0)
        {
            return;
        }

        var width = all.Max(l => l.Name.Length);
        text.Append('\n').Append(title).Append(":\n");
        foreach (var (name, says) in all)
        {
            text.Append("  ").Append(name.PadRight(width)).Append("  ").Append(says).Append('\n');
        }
    }
}
