using System.CommandLine;

namespace Fairlead.Cli;

/// <summary><c>fairlead data</c>: looking after a table. One file for each verb below it.</summary>
internal static class DataVerb
{
    public static Command Build() => new("data", "Look after data: profile, check, clean, compare, protect.")
    {
        DataCheckVerb.Build(),
        DataSuggestVerb.Build(),
        DataProfileVerb.Build(),
        DataDriftVerb.Build(),
        DataEstimateVerb.Build(),
        DataDiffVerb.Build(),
        DataApplyVerb.Build(),
        DataCleanVerb.Build(),
        DataEraseVerb.Build(),
        DataLineageVerb.Build(),
        DataQuarantineVerb.Build(),
        DataScanVerb.Build(),
        DataPseudonymKeyVerb.Build(),
        DataLabelsVerb.Build(),
        DataNextVerb.Build(),
        DataSplitVerb.Build(),
    };
}
