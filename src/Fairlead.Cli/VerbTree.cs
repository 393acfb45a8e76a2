using System.CommandLine;
using System.CommandLine.Help;

namespace Fairlead.Cli;

/// <summary>The command line as a tree: every verb, its arguments and options.</summary>
internal static class VerbTree
{
    public static Command Build() => new("fairlead", "Fairlead carries a machine-learning project from raw data to a service in customers' hands, and round again.")
    {
        new HelpOption { Action = new HelpText(), Description = "Say what a verb does and what it takes." },
        new VersionOption { Description = "Print the version." },
        Edge.Json,
        UpVerb.Build(),
        NewVerb.Build(),
        IterateVerb.Build(),
        ScoreVerb.Build(),
        ServeVerb.Build(),
        ReviewVerb.Build(),
        FeedbackVerb.Build(),
        StatusVerb.Build(),
        WhyVerb.Build(),
        ImageVerb.Build(),
        DataVerb.Build(),
        WorkspaceVerb.Build(),
    };
}
