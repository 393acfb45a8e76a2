using Fairlead.Iterations;
using Fairlead.Workspace;

namespace Fairlead.Tests.Iterations;

public sealed class StepRunnerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fairlead-steps-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_key_changes_with_every_part_and_tells_a_missing_part_from_an_empty_one()
    {
        var keys = new[]
        {
            StepRunner.Key("a", 1, "x", "y"), StepRunner.Key("b", 1, "x", "y"), StepRunner.Key("a", 2, "x", "y"),
            StepRunner.Key("a", 1, "xy", ""), StepRunner.Key("a", 1, "x", null), StepRunner.Key("a", 1, "x", ""), StepRunner.Key("a", 1, "x\ny"),
        };
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(keys[0], StepRunner.Key("a", 1, "x", "y"));
    }

    [Fact]
    public async Task A_known_step_is_not_run_again_unless_a_blob_of_it_is_gone()
    {
        using var workspace = WorkspaceFolder.Open(_folder);
        var runs = 0;
        async Task<(string Result, bool Reused)> Step()
        {
            var runner = new StepRunner(workspace, null);
            var result = await runner.RunAsync("s", "key", "works", IterationJson.Default.String,
                () => { runs++; return Task.FromResult(workspace.Blobs.Put("content"u8)); }, id => [id], id => id);
            return (result, runner.Runs[0].Reused);
        }

        var first = await Step();
        var second = await Step();
        Assert.Equal((first.Result, true), second);
        Assert.False(first.Reused);
        Assert.Equal(1, runs);

        Assert.True(workspace.Blobs.Remove(first.Result));
        var third = await Step();
        Assert.Equal((first.Result, false), third);
        Assert.Equal(2, runs);
    }

    [Fact]
    public async Task A_step_that_fails_leaves_no_result()
    {
        using var workspace = WorkspaceFolder.Open(_folder);
        var runner = new StepRunner(workspace, null);
        await Assert.ThrowsAsync<InvalidOperationException>(() => runner.RunAsync("s", "key", "works", IterationJson.Default.String,
            () => throw new InvalidOperationException(), _ => [], _ => ""));
        Assert.Equal("ok", await runner.RunAsync("s", "key", "works", IterationJson.Default.String, () => Task.FromResult("ok"), _ => [], _ => ""));
        Assert.False(runner.Runs[0].Reused);
    }

    [Fact]
    public async Task A_file_is_hashed_once_and_again_when_it_changed()
    {
        using var workspace = WorkspaceFolder.Open(_folder);
        var path = Path.Combine(_folder, "data.csv");
        File.WriteAllText(path, "a");
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var first = await FileDigests.OfAsync(path, workspace);
        // sha256("a")
        Assert.Equal(("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb", 1L), first);
        File.WriteAllText(path, "b");
        Assert.NotEqual(first.Sha256, (await FileDigests.OfAsync(path, workspace)).Sha256);
        await Assert.ThrowsAsync<FaultException>(() => FileDigests.OfAsync(path + ".gone", workspace));
    }
}
