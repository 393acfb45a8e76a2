using System.Text;
using Fairlead.Iterations;
using Fairlead.Iterations.Upkeep;
using Fairlead.Projects.Sample;
using Fairlead.Training;
using Fairlead.Workspace;
using Fairlead.Workspace.Backups;

namespace Fairlead.Tests.Iterations;

/// <summary>A whole turn of the sample, and everything that looks after what it left.</summary>
public sealed class UpkeepTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fairlead-upkeep-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_whole_iterate_leaves_no_row_in_clear_and_can_be_verified_backed_up_collected_and_aged()
    {
        var cancel = TestContext.Current.CancellationToken;
        var project = Path.Combine(_folder, "orders");
        SampleProject.Make(project, rows: 3_000, cancel: cancel);
        var source = Directory.GetFiles(project, "*.csv").Single();
        var lines = await File.ReadAllLinesAsync(source, cancel);
        var home = Path.Combine(_folder, "ws");
        using var workspace = WorkspaceFolder.Open(home);
        var turn = new Iterate.Handler(workspace, (input, blobs, progress, stop) => Task.Run(() => Search.Run(input, blobs, progress, stop), stop));
        var first = await turn.HandleAsync(new Iterate.Request(project, Trials: 1), null, null, cancel);

        // Rows' own texts: long enough that none of them stands anywhere by chance.
        var planted = lines.Skip(1).SelectMany(line => line.Split(',')).Select(cell => cell.Trim('"')).Where(cell => cell.Length >= 24).Distinct().Take(200).Select(Encoding.UTF8.GetBytes).ToList();
        Assert.NotEmpty(planted);
        foreach (var file in Directory.GetFiles(home, "*", SearchOption.AllDirectories))
        {
            var bytes = await ReadAsync(file, cancel);
            Assert.All(planted, text => Assert.True(bytes.AsSpan().IndexOf(text) < 0, $"{Path.GetRelativePath(home, file)} holds \"{Encoding.UTF8.GetString(text)}\""));
        }

        var whole = VerifyWorkspace.Run(workspace, cancel);
        Assert.Empty(whole.Faults);
        Assert.True(whole.Blobs > 8);

        // Nothing that is needed goes, whatever its age; what nobody names does.
        var stray = workspace.Blobs.Put("nobody names this"u8);
        var dry = await CollectGarbage.RunAsync(workspace, new CollectGarbage.Request(DryRun: true, TimeSpan.FromSeconds(-1)), cancel);
        Assert.True(workspace.Blobs.Has(stray));
        var collected = await CollectGarbage.RunAsync(workspace, new CollectGarbage.Request(DryRun: false, TimeSpan.FromSeconds(-1)), cancel);
        Assert.Equal(dry.FreedBytes, collected.FreedBytes);
        Assert.False(workspace.Blobs.Has(stray));
        var kept = VerifyWorkspace.Run(workspace, cancel);
        Assert.Empty(kept.Faults);
        Assert.InRange(kept.Blobs, whole.Blobs - 1, whole.Blobs); // an image's bill of materials is in its layer, and needed by itself no more
        var again = await turn.HandleAsync(new Iterate.Request(project, Trials: 1), null, null, cancel);
        Assert.Equal(first.Number, again.Number);
        Assert.All(again.Steps, step => Assert.True(step.Reused, step.Step));
        Assert.Equal(kept.Blobs, VerifyWorkspace.Run(workspace, cancel).Blobs);

        // While the project is being iterated, what is young stays.
        stray = workspace.Blobs.Put("not named yet"u8);
        using (workspace.Lock(KnownProjects.List(workspace).Single().Id))
        {
            var busy = await CollectGarbage.RunAsync(workspace, new CollectGarbage.Request(DryRun: false, TimeSpan.FromSeconds(-1)), cancel);
            Assert.Single(busy.Busy);
            Assert.True(workspace.Blobs.Has(stray));
        }

        // An older iteration's tables go by a rule; its record, its model and the newest iteration stay, and verify knows why.
        await File.AppendAllTextAsync(Path.Combine(project, "fairlead.yaml"), "\nretention:\n  versions: 1\n", cancel);
        await File.WriteAllLinesAsync(source, lines.SkipLast(40), cancel);
        var second = await turn.HandleAsync(new Iterate.Request(project, Trials: 1), null, null, cancel);
        Assert.Equal(first.Number + 1, second.Number);
        BackUp.Run(workspace, Path.Combine(_folder, "backup"), cancel);
        var aged = await CollectGarbage.RunAsync(workspace, new CollectGarbage.Request(DryRun: false, TimeSpan.FromMinutes(10)), cancel);
        Assert.Contains(aged.Freed, freed => freed is { Rule: "versions", Iteration: 1 } && freed.Bytes > 1_000);
        Assert.False(workspace.Blobs.Has(first.Data.Blob));
        Assert.True(workspace.Blobs.Has(first.Search.Model));
        Assert.True(workspace.Blobs.Has(second.Data.Blob));
        Assert.Contains("retention rule", Assert.Throws<FaultException>(() => NamedTable.Find(workspace, $"{project}@1", "test")).Faults.Single().What, StringComparison.Ordinal);
        Assert.Empty(VerifyWorkspace.Run(workspace, cancel).Faults);

        // The backup still has it.
        var restored = Path.Combine(_folder, "restored");
        RestoreWorkspace.Run(new Restore.Request(Path.Combine(_folder, "backup"), null, restored, false), cancel);
        using var older = WorkspaceFolder.Open(restored);
        Assert.True(older.Blobs.Has(first.Data.Blob));
        Assert.Equal(2, IterationRecords.List(older.Records, KnownProjects.List(older).Single().Id).Count);
    }

    private static async Task<byte[]> ReadAsync(string path, CancellationToken cancel)
    {
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes, cancel);
        return bytes;
    }
}
