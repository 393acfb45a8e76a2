using System.CommandLine;
using System.CommandLine.Help;

namespace Fairlead.Cli;

/// <summary>The command line as a tree: every verb, its arguments and options.</summary>
internal static class VerbTree
{
    private static readonly (string Name, Func<Command> Build)[] Verbs =
    [
        ("up", UpVerb.Build),
        ("new", NewVerb.Build),
        ("iterate", IterateVerb.Build),
        ("score", ScoreVerb.Build),
        ("serve", ServeVerb.Build),
        ("review", ReviewVerb.Build),
        ("feedback", FeedbackVerb.Build),
        ("status", StatusVerb.Build),
        ("why", WhyVerb.Build),
        ("image", ImageVerb.Build),
    ];

    /// <param name="line">The command line, when only the verb that it names is wanted: building the others takes as long as a short verb runs. The whole tree where it names none.</param>
    public static Command Build(params IReadOnlyList<string> line)
    {
        var root = new Command("fairlead", "Fairlead carries a machine-learning project from raw data to a service in customers' hands, and round again.")
        {
            new HelpOption { Action = new HelpText(), Description = "Say what a verb does and what it takes." },
            new VersionOption { Description = "Print the version." },
            Edge.Json,
        };
        var named = line is [var first, ..] ? first : null;
        if (named is DataVerb.Name or WorkspaceVerb.Name)
        {
            root.Add(named == DataVerb.Name ? DataVerb.Build(line) : WorkspaceVerb.Build(line));
            return root;
        }

        root.AddNamed(Verbs, named);
        if (root.Subcommands.Count == Verbs.Length)
        {
            root.Add(DataVerb.Build([]));
            root.Add(WorkspaceVerb.Build([]));
        }

        return root;
    }

    /// <summary>Adds the verb of a name, or all where none has it.</summary>
    internal static void AddNamed(this Command command, (string Name, Func<Command> Build)[] verbs, string? name)
    {
        var only = Array.FindIndex(verbs, verb => verb.Name == name);
        foreach (var (_, build) in only < 0 ? verbs : verbs.AsSpan(only, 1))
        {
            command.Add(build());
        }
    }
}
