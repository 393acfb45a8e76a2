using System.Text.Json.Serialization.Metadata;
using Fairlead.Cli;

namespace Fairlead.Tests.Cli;

/// <summary>What <c>--json</c> prints is a promise to other programs: a property that comes, goes or changes its type changes a golden file.</summary>
public sealed class JsonShapeTests
{
    private static readonly Dictionary<string, JsonTypeInfo> Answers = new()
    {
        ["up"] = UpVerb.UpJson.Default.View,
        ["new"] = NewVerb.NewJson.Default.View,
        ["iterate"] = IterateVerb.IterateJson.Default.View,
        ["score"] = ScoreVerb.ScoreJson.Default.View,
        ["serve"] = ServeVerb.ServeJson.Default.View,
        ["review-open"] = ReviewVerb.ReviewJson.Default.OpenView,
        ["review-list"] = ReviewVerb.ReviewJson.Default.ListView,
        ["review-revoke"] = ReviewVerb.ReviewJson.Default.RevokeView,
        ["feedback-list"] = FeedbackVerb.FeedbackJson.Default.ListView,
        ["feedback-causes"] = FeedbackVerb.FeedbackJson.Default.CausesView,
        ["feedback-accept"] = FeedbackVerb.FeedbackJson.Default.AcceptView,
        ["status"] = StatusVerb.StatusJson.Default.View,
        ["image"] = ImageVerb.ImageJson.Default.View,
        ["why"] = WhyVerb.WhyJson.Default.Explanation,
        ["data-check"] = DataCheckVerb.CheckJson.Default.View,
        ["data-suggest"] = DataSuggestVerb.SuggestJson.Default.View,
        ["data-profile"] = DataProfileVerb.ProfileJson.Default.TableProfile,
        ["data-drift"] = DataDriftVerb.DriftReportJson.Default.DriftReport,
        ["data-estimate"] = DataEstimateVerb.EstimateJson.Default.Outcome,
        ["data-diff"] = DataDiffVerb.DiffJson.Default.Outcome,
        ["data-erase"] = DataEraseVerb.EraseJson.Default.Outcome,
        ["data-lineage"] = DataLineageVerb.LineageJson.Default.View,
        ["workspace-space"] = WorkspaceSpaceVerb.SpaceJson.Default.Outcome,
        ["data-apply"] = DataApplyVerb.ApplyJson.Default.View,
        ["data-clean"] = DataCleanVerb.CleanJson.Default.View,
        ["data-quarantine-list"] = DataQuarantineVerb.QuarantineJson.Default.ListView,
        ["data-quarantine-export"] = DataQuarantineVerb.QuarantineJson.Default.ExportView,
        ["data-quarantine-repair"] = DataQuarantineVerb.QuarantineJson.Default.RepairView,
        ["data-scan"] = DataScanVerb.ScanJson.Default.View,
        ["data-labels"] = DataLabelsVerb.DataLabelsJson.Default.View,
        ["workspace-backup"] = WorkspaceBackupVerb.BackupVerbJson.Default.Outcome,
        ["workspace-restore"] = WorkspaceRestoreVerb.RestoreVerbJson.Default.Outcome,
        ["workspace-verify"] = WorkspaceVerifyVerb.VerifyVerbJson.Default.View,
        ["workspace-gc"] = WorkspaceGcVerb.GcJson.Default.Outcome,
        ["workspace-rotate"] = WorkspaceRotateVerb.RotateJson.Default.Outcome,
        ["workspace-encrypt"] = WorkspaceEncryptVerb.EncryptJson.Default.Outcome,
        ["workspace-audit"] = WorkspaceAuditVerb.AuditVerbJson.Default.View,
        ["data-labels-queue"] = DataLabelsVerb.DataLabelsJson.Default.QueueView,
        ["data-next"] = DataNextVerb.DataNextJson.Default.View,
        ["data-split"] = DataSplitVerb.DataSplitJson.Default.View,
        ["data-pseudonym-key"] = DataPseudonymKeyVerb.PseudonymKeyJson.Default.View,
        ["fault"] = Edge.EdgeJson.Default.Failure,
    };

    public static TheoryData<string> Names => [.. Answers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_answer_of_a_verb_has_the_golden_shape(string name) =>
        GoldenFile.Check($"json/{name}.txt", ShapeOf.Answer(Answers[name]));

    [Fact]
    public void Every_verb_without_verbs_of_its_own_has_a_golden_shape() =>
        Assert.Empty(HelpTests.Tree(VerbTree.Build()).Where(c => c.Subcommands.Count == 0)
            .Select(c => HelpText.FullName(c)["fairlead ".Length..].Replace(' ', '-')).Except(Answers.Keys));
}
