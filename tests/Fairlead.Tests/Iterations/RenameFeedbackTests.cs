using System.Security.Cryptography;
using Fairlead.Customers;
using Fairlead.Data;
using Fairlead.Evaluation;
using Fairlead.Evaluation.Cases;
using Fairlead.Iterations;
using Fairlead.Iterations.Upkeep;
using Fairlead.Models.Contracts;
using Fairlead.Projects;
using Fairlead.Tests.Iterations.Erasure;
using Fairlead.Tests.Web;
using Fairlead.Workspace;

namespace Fairlead.Tests.Iterations;

/// <summary>Feedback from before names were keyed: its id holds digits of the plain SHA-256 of a name.</summary>
public sealed class RenameFeedbackTests
{
    [Fact]
    public async Task Its_ids_are_keyed_everywhere_and_nothing_else_changes()
    {
        using var folder = new TemporaryFolder();
        folder.File("project/fairlead.yaml", NamesOfRowsTests.Declared);
        var project = ProjectFileReader.Read(Path.Combine(folder.Path, "project"), withSource: false);
        using var workspace = WorkspaceFolder.Open(Path.Combine(folder.Path, "workspace"));
        await KnownProjects.RememberAsync(workspace, project);
        var hash = Convert.ToHexStringLower(SHA256.HashData("Ann"u8))[..12];
        var old = new Feedback($"r1-008-{hash}", "r1", "8", "exam-4-4711", 4, "4711", "late", "wrong", "lost", "It never came.", "Ann", ExampleProject.Now);
        var nameless = old with { Id = "r1-008", By = null };
        foreach (var said in new[] { old, nameless })
        {
            await workspace.Records.PutAsync(Feedback.Kind, project.Id, said.Id, said, CustomerJson.Default.Feedback);
            await workspace.Records.PutAsync(GiveFeedback.HistoryKind, project.Id, $"{said.Id}@0000000000000000001", said, CustomerJson.Default.Feedback);
        }

        await workspace.Records.PutAsync("step", project.Id, "some", old with { Comment = $"see {old.Id}, {old.Id}x" }, CustomerJson.Default.Feedback);
        CorrectionsFolder.Add(project.Folder, new Correction("4711", "late", "no", "yes", old.Id, ExampleProject.Now));
        CasesFolder.Add(project.Folder, new CaseRecord("one", new Dictionary<string, string?> { ["region"] = "North" }, "yes", null, "4711", $"feedback {old.Id}", true));

        Assert.Equal(1, RenameFeedback.Run(workspace));
        Assert.Equal(0, RenameFeedback.Run(workspace));

        var now = ListFeedback.Run(workspace.Records, project.Id).Single(said => said.By == "Ann");
        Assert.Matches("^r1-008-[0-9a-f]{12}$", now.Id);
        Assert.Equal(old with { Id = now.Id }, now);
        Assert.Equal(nameless, ListFeedback.Run(workspace.Records, project.Id).Single(said => said.By is null));
        Assert.Equal([now, nameless], GiveFeedback.History(workspace.Records, project.Id));
        Assert.Contains(workspace.Records.Names(), name => name.Id == $"{now.Id}@0000000000000000001");
        Assert.Equal($"see {now.Id}, {old.Id}x", workspace.Records.Find("step", project.Id, "some", CustomerJson.Default.Feedback)!.Comment);
        Assert.Equal(now.Id, Assert.Single(CorrectionsFolder.Read(project.Folder).Corrections).Feedback);
        Assert.Contains(now.Id, File.ReadAllText(Path.Combine(project.Folder, "cases", "one.yaml")), StringComparison.Ordinal);
        Assert.Equal(now.Id, (await GiveFeedback.RunAsync(new GiveFeedback.Subject(project.Id, "r1", 8, "exam-4-4711", 4, "4711", "late", ModelTask.Multiclass, ["on time", "late", "lost"]), new GiveFeedback.Request("right", null, null, "Ann"), workspace)).Feedback.Id);
        Assert.Empty(EveryByte.Holding(EveryByte.AsStored(workspace.Folder), [hash]));
        Assert.Empty(EveryByte.Holding(EveryByte.AsStored(project.Folder), [hash]));
    }
}
