using System.CommandLine;

namespace Fairlead.Cli;

/// <summary><c>fairlead data</c>: looking after a table. One file for each verb below it.</summary>
internal static class DataVerb
{
    public static Command Build() => new("data", "Look after data: profile, check, clean, compare, protect.")
    {
        DataDiffVerb.Build(),
        DataApplyVerb.Build(),
        DataCleanVerb.Build(),
        DataQuarantineVerb.Build(),
        DataLabelsVerb.Build(),
    };
}
