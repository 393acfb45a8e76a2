using System.CommandLine;

namespace Fairlead.Cli;

/// <summary><c>fairlead data</c>: looking after a table. One file for each verb below it.</summary>
internal static class DataVerb
{
    public const string Name = "data";

    private static readonly (string Name, Func<Command> Build)[] Verbs =
    [
        ("check", DataCheckVerb.Build),
        ("suggest", DataSuggestVerb.Build),
        ("profile", DataProfileVerb.Build),
        ("drift", DataDriftVerb.Build),
        ("estimate", DataEstimateVerb.Build),
        ("diff", DataDiffVerb.Build),
        ("apply", DataApplyVerb.Build),
        ("clean", DataCleanVerb.Build),
        ("erase", DataEraseVerb.Build),
        ("lineage", DataLineageVerb.Build),
        ("quarantine", DataQuarantineVerb.Build),
        ("scan", DataScanVerb.Build),
        ("pseudonym-key", DataPseudonymKeyVerb.Build),
        ("labels", DataLabelsVerb.Build),
        ("next", DataNextVerb.Build),
        ("split", DataSplitVerb.Build),
    ];

    /// <param name="line">The command line, when only the verb that it names second is wanted.</param>
    public static Command Build(IReadOnlyList<string> line)
    {
        var command = new Command(Name, "Look after data: profile, check, clean, compare, protect.");
        command.AddNamed(Verbs, line is [_, var second, ..] ? second : null);
        return command;
    }
}
