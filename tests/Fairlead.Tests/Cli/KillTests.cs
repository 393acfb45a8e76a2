using System.Diagnostics;
using System.Text;
using Fairlead.Iterations;
using Fairlead.Iterations.Upkeep;
using Fairlead.Projects;
using Fairlead.Workspace;
using Fairlead.Workspace.Backups;
using Fairlead.Workspace.Keys;

namespace Fairlead.Tests.Cli;

/// <summary>The built program, killed (SIGKILL) at some moment of its work: nothing is lost, and the same command goes on.</summary>
public sealed class KillTests : IDisposable
{
    private const int Blobs = 60;
    private const int ManyBlobs = 400;

    /// <summary>Rotations killed while keys are being wrapped: fewer prove little.</summary>
    private const int KillsMidway = 5;

    private const int KillsMax = 60;
    private readonly string _folder = Directory.CreateTempSubdirectory("fairlead-kill-").FullName;

    private string Home => Path.Combine(_folder, "ws");

    private string KeyPath => Path.Combine(_folder, "keys", "master.key");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact] // at random moments of a rotation that takes a while, until it was often enough in the middle of the work
    public void A_killed_rotation_loses_nothing_and_an_older_backup_is_restored_after_it()
    {
        var ids = Fill(blobs: ManyBlobs);
        var backup = Path.Combine(_folder, "backup");
        using (var workspace = Open())
        {
            BackUp.Run(workspace, backup, CancellationToken.None);
        }

        var random = new Random(20261126);
        var (midway, wrapped, whole) = (0, -1, Whole("workspace", "verify"));
        for (var kill = 0; midway < KillsMidway && kill < KillsMax; kill++)
        {
            Kill(random.Next(whole / 3, whole * 2), "workspace", "rotate");
            using var workspace = Open();
            Assert.All(ids, id => Assert.NotEmpty(workspace.Blobs.Read(id)));
            var (state, now) = (KeyState.Read(Home)!, KeyPaths.All(Home).Count(path => WrappedKey.MasterOf(File.ReadAllBytes(path.Path)) == workspace.Keys.Master.Id));
            midway += state.Previous is not null && now != wrapped ? 1 : 0;
            wrapped = now;
        }

        Assert.Equal(KillsMidway, midway);
        using (var workspace = Open())
        {
            RotateKeys.Run(workspace, forgetOld: false, CancellationToken.None);
        }

        using (var after = Open())
        {
            Assert.Empty(VerifyWorkspace.Run(after, CancellationToken.None).Faults);
            Assert.All(KeyPaths.All(Home), path => Assert.Equal(after.Keys.Master.Id, WrappedKey.MasterOf(File.ReadAllBytes(path.Path))));
        }

        // The key file still has the old keys; with the newest alone, the workspace's own list must open the backup.
        var newest = new KeySettings(File.ReadAllLines(KeyPath)[0], null, null);
        Restore.Run(new Restore.Request(backup, null, Home, true), workspace => VerifyWorkspace.Run(workspace, CancellationToken.None).Faults, _ => 0, null, () => newest, CancellationToken.None);
        using var restored = WorkspaceFolder.Open(Home, null, () => newest);
        Assert.All(ids, id => Assert.NotEmpty(restored.Blobs.Read(id)));
    }

    [Fact]
    public void A_killed_backup_leaves_older_snapshots_whole_and_the_next_one_works()
    {
        var ids = Fill();
        var backup = Path.Combine(_folder, "backup");
        foreach (var wait in new[] { 200, 300, 400 })
        {
            Kill(wait, "workspace", "backup", backup);
        }

        using (var workspace = Open())
        {
            BackUp.Run(workspace, backup, CancellationToken.None);
        }

        foreach (var snapshot in BackupManifest.In(backup))
        {
            var place = Path.Combine(_folder, Path.GetFileNameWithoutExtension(snapshot));
            Restore.Run(new Restore.Request(backup, Path.GetFileName(snapshot), place, false), workspace => VerifyWorkspace.Run(workspace, CancellationToken.None).Faults, _ => 0, null, Settings, CancellationToken.None);
            using var restored = WorkspaceFolder.Open(place, null, Settings);
            Assert.All(ids, id => Assert.NotEmpty(restored.Blobs.Read(id)));
        }
    }

    /// <summary>Killed while the table of a version is being written, seen by what stands in the workspace's folder of unfinished files.</summary>
    [Fact]
    public async Task A_killed_ingest_leaves_no_version_and_the_next_one_is_whole()
    {
        var cancel = TestContext.Current.CancellationToken;
        var project = Orders(rows: 250_000);
        var checks = Path.Combine(_folder, "checks.yaml");
        await File.WriteAllTextAsync(checks, "checks:\n- {check: row_count_equals, value: 250000}\n", cancel);
        var unfinished = Path.Combine(Home, "tmp");
        using (Open())
        {
        }

        var midway = 0;
        foreach (var bytes in new long[] { 1, 300_000, 1_000_000, 2_000_000, 4_000_000 })
        {
            midway += KillWhen(() => BytesIn(unfinished) >= bytes, "data", "check", project, "--checks", checks) ? 1 : 0;
            using var workspace = Open();
            if (workspace.Records.Count("step", "") == 0)
            {
                Assert.Empty(VerifyWorkspace.Run(workspace, cancel).Faults); // what stands there is whole, and no record names a version
            }
        }

        Assert.InRange(midway, 3, 5); // often enough in the middle of writing
        using (var workspace = Open())
        {
            Assert.Equal(0, workspace.Records.Count("step", ""));
        }

        Assert.Equal(0, await RunAsync("data", "check", project, "--checks", checks));
        using var after = Open();
        Assert.Empty(VerifyWorkspace.Run(after, cancel).Faults);
        await CollectGarbage.RunAsync(after, new CollectGarbage.Request(DryRun: false, TimeSpan.FromSeconds(-1)), cancel);
        Assert.Equal(0, BytesIn(unfinished)); // what the killed ones left
        using var undisturbed = WorkspaceFolder.Open(Path.Combine(_folder, "other"), null, Settings);
        var declared = ProjectFileReader.Read(project);
        var (raw, expected) = (await IngestStep.RunAsync(new StepRunner(after, null), after, declared, cancel), await IngestStep.RunAsync(new StepRunner(undisturbed, null), undisturbed, declared, cancel));
        Assert.Equal((250_000, expected.Blob), (raw.Rows, raw.Blob));
    }

    [Fact] // A file system of two megabytes in memory, in a name space of its own
    public async Task A_full_disk_during_a_backup_is_a_fault_and_leaves_no_snapshot()
    {
        var cancel = TestContext.Current.CancellationToken;
        Fill(bytes: 100_000);
        var backup = Directory.CreateDirectory(Path.Combine(_folder, "backup")).FullName;
        var script = $"mount -t tmpfs -o size=2m none '{backup}' || exit 77; '{Host}' exec '{Program}' workspace backup '{backup}'; code=$?; ls '{backup}/snapshots' 2> /dev/null; exit $code";
        using var program = Start("/bin/sh", ["-c", $"command -v unshare > /dev/null || exit 77; exec unshare -rm /bin/sh -c \"{script.Replace("$", "\\$", StringComparison.Ordinal)}\""]);
        var saying = program.StandardError.ReadToEndAsync(cancel);
        var listed = await program.StandardOutput.ReadToEndAsync(cancel);
        var said = await saying;
        await program.WaitForExitAsync(cancel);

        Assert.SkipWhen(program.ExitCode == 77 || said.Contains("unshare", StringComparison.Ordinal), "No file system can be mounted here.");
        Assert.Equal(1, program.ExitCode);
        Assert.Contains("The disk is full", said, StringComparison.Ordinal);
        Assert.Equal("", listed);
    }

    private Process Start(string file, string[] arguments) => Process.Start(Info(file, arguments))!;

    private static string Host => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static string Program => Path.Combine(AppContext.BaseDirectory, "fairlead-cli.dll");

    private KeySettings Settings() => new(null, KeyPath, null);

    private WorkspaceFolder Open() => WorkspaceFolder.Open(Home, null, Settings);

    private string[] Fill(int bytes = 4_000, int blobs = Blobs)
    {
        using var workspace = Open();
        workspace.Audit.Read("test", "made");
        return [.. Enumerable.Range(0, blobs).Select(i => workspace.Blobs.Put(Encoding.UTF8.GetBytes($"{i} {new string('x', bytes)}")))];
    }

    /// <summary>Milliseconds that a run of the program takes here and now.</summary>
    private int Whole(params string[] arguments)
    {
        var start = Stopwatch.GetTimestamp();
        using var program = Process.Start(Info(Host, ["exec", Program, .. arguments]))!;
        _ = program.StandardOutput.ReadToEnd();
        program.WaitForExit();
        return (int)Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>Runs the program to its end.</summary>
    private async Task<int> RunAsync(params string[] arguments)
    {
        using var program = Process.Start(Info(Host, ["exec", Program, .. arguments]))!;
        _ = program.StandardOutput.ReadToEndAsync();
        _ = program.StandardError.ReadToEndAsync();
        await program.WaitForExitAsync(TestContext.Current.CancellationToken);
        return program.ExitCode;
    }

    /// <summary>Kills the program at the moment something is so; false when it ended before.</summary>
    private bool KillWhen(Func<bool> moment, params string[] arguments)
    {
        using var program = Process.Start(Info(Host, ["exec", Program, .. arguments]))!;
        while (!program.HasExited && !moment())
        {
            Thread.Sleep(1);
        }

        var isInTime = !program.HasExited;
        program.Kill();
        program.WaitForExit();
        return isInTime;
    }

    private static long BytesIn(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length) : 0;
        }
        catch (IOException)
        {
            return 0; // gone meanwhile
        }
    }

    /// <summary>A project whose table takes a while to write.</summary>
    private string Orders(int rows)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "orders")).FullName;
        using (var file = new StreamWriter(Path.Combine(folder, "orders.csv")))
        {
            file.Write("id,a,b,c,note,late\n");
            var random = new Random(7);
            for (var i = 0; i < rows; i++)
            {
                file.Write($"k{i},{random.NextDouble()},{random.Next()},{random.Next(50)},{random.NextInt64():x}{random.NextInt64():x},{(i % 3 == 0 ? "yes" : "no")}\n");
            }
        }

        File.WriteAllText(Path.Combine(folder, "fairlead.yaml"), """
            project: orders
            id: 0a1b2c3d
            question: Late?
            data: {source: orders.csv, key: id}
            target: {column: late, task: binary, positive: "yes"}
            columns: {id: id, a: number, b: number, c: number, note: category}
            """);
        return folder;
    }

    private void Kill(int afterMilliseconds, params string[] arguments)
    {
        using var program = Process.Start(Info(Host, ["exec", Program, .. arguments]))!;
        if (!program.WaitForExit(afterMilliseconds))
        {
            program.Kill();
            program.WaitForExit();
        }
    }

    private ProcessStartInfo Info(string file, string[] arguments)
    {
        var info = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        info.Environment["FAIRLEAD_WORKSPACE"] = Home;
        info.Environment["FAIRLEAD_KEY_FILE"] = KeyPath;
        info.Environment.Remove("FAIRLEAD_KEY");
        return info;
    }
}
