using System.Diagnostics;
using Fairlead.Data.Erasure;
using Fairlead.Iterations.Upkeep;
using Fairlead.Workspace;
using Fairlead.Workspace.Backups;
using Fairlead.Workspace.Keys;

namespace Fairlead.Tests.Workspace;

/// <summary>Backups from before a rotation of the master key: restored with the key of now, until the former keys are forgotten.</summary>
public sealed class RotatedBackupTests : IDisposable
{
    private static readonly MasterKey[] Keys = [MasterKey.New(), MasterKey.New(), MasterKey.New()];

    private readonly string _folder = Directory.CreateTempSubdirectory("fairlead-rotated-").FullName;

    private string Home => Path.Combine(_folder, "ws");

    private string Backup => Path.Combine(_folder, "backup");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_snapshot_from_before_two_rotations_is_restored_with_the_key_of_now_over_the_workspace()
    {
        var id = TwoRotations(forgetOld: false);
        using (var workspace = Open(Home, Given(2)))
        {
            ErasureList.Open(workspace).Begin(new Subject("p", "name", "Ann"), DateTimeOffset.UnixEpoch); // a list whose key is wrapped by the key of now
        }

        Restore(Home, Given(2), replace: true);

        using var restored = Open(Home, Given(2));
        Assert.Equal("words"u8.ToArray(), restored.Blobs.Read(id));
        Assert.Equal(Keys[2].Id, KeyState.Read(Home)!.Key);
        Assert.Equal([Keys[0].Id, Keys[1].Id], FormerKeys.Read(Home).Keys.Select(key => key.Key).Order(StringComparer.Ordinal).OrderBy(key => key == Keys[1].Id));
        Assert.NotNull(ErasureList.Open(restored).Find(new Subject("p", "name", "Ann")));
        Assert.Empty(VerifyWorkspace.Run(restored, CancellationToken.None).Faults);
        Assert.All(KeyPaths.All(Home), path => Assert.Equal(Keys[2].Id, WrappedKey.MasterOf(File.ReadAllBytes(path.Path))));
    }

    [Fact] // the workspace is lost; a later snapshot of the same backup knows the former keys
    public void Without_the_workspace_a_later_snapshot_opens_the_one_from_before()
    {
        var id = TwoRotations(forgetOld: false);
        var first = Path.GetFileName(BackupManifest.In(Backup)[0]);
        var elsewhere = Path.Combine(_folder, "elsewhere");
        Assert.Contains(Keys[0].Id, Assert.Throws<FaultException>(() => Restore(elsewhere, Given(2), snapshot: first)).Message, StringComparison.Ordinal); // nothing knows it yet
        using (var workspace = Open(Home, Given(2)))
        {
            BackUp.Run(workspace, Backup, CancellationToken.None);
        }

        Restore(elsewhere, Given(2), snapshot: first);

        using var restored = Open(elsewhere, Given(2));
        Assert.Equal("words"u8.ToArray(), restored.Blobs.Read(id));
    }

    [Fact]
    public void Once_forgotten_only_the_key_of_then_restores_it()
    {
        var id = TwoRotations(forgetOld: true);
        Assert.False(File.Exists(FormerKeys.PathIn(Home)));

        var fault = Assert.Throws<FaultException>(() => Restore(Home, Given(2), replace: true));
        Assert.Contains(Keys[0].Id, fault.Message, StringComparison.Ordinal);
        Restore(Path.Combine(_folder, "elsewhere"), Given(0));
        using var restored = Open(Path.Combine(_folder, "elsewhere"), Given(0));
        Assert.Equal("words"u8.ToArray(), restored.Blobs.Read(id));
    }

    [Fact] // the snapshot was taken after a rotation was killed: some keys are wrapped by the one, some by the other
    public void A_snapshot_from_the_middle_of_a_rotation_is_restored_with_a_later_key()
    {
        string id;
        using (var workspace = Open(Home, Given(0)))
        {
            id = workspace.Blobs.Put("words"u8);
        }

        using (var workspace = Open(Home, new KeySettings(Keys[0].Base64, null, null, Keys[1].Base64)))
        {
            workspace.Keys.BeginRotation();
            workspace.Blobs.Put("later"u8);
            BackUp.Run(workspace, Backup, CancellationToken.None);
            RotateKeys.Run(workspace, forgetOld: false, CancellationToken.None);
        }

        Rotate(1, 2, forgetOld: false);
        Restore(Home, Given(2), replace: true);

        using var restored = Open(Home, Given(2));
        Assert.Equal("words"u8.ToArray(), restored.Blobs.Read(id));
        Assert.Equal(Keys[2].Id, KeyState.Read(Home)!.Key);
        Assert.Empty(VerifyWorkspace.Run(restored, CancellationToken.None).Faults);
    }

    [Fact] // by the program, with the key file it makes by itself in the user's configuration folder
    public void With_the_default_key_file_an_older_backup_is_restored_until_old_keys_are_forgotten()
    {
        Run("workspace", "backup", Path.Combine(_folder, "empty")); // makes the workspace and its key
        string id;
        var file = Assert.Single(Directory.GetFiles(Path.Combine(_folder, "config", "fairlead", "keys")));
        using (var workspace = Open(Home, new KeySettings(null, file, null)))
        {
            id = workspace.Blobs.Put("words"u8);
        }

        var first = File.ReadAllLines(file)[0];
        Run("workspace", "backup", Backup);
        Assert.Contains("Former keys kept for backups from before: 1", Run("workspace", "rotate"), StringComparison.Ordinal);
        Run("workspace", "rotate");
        Directory.Delete(Home, recursive: true); // all that is left are backup and key file
        Run("workspace", "restore", Backup);
        var now = File.ReadAllLines(file)[0];
        Assert.Equal(MasterKey.Parse(now)!.Id, KeyState.Read(Home)!.Key);
        using (var restored = Open(Home, new KeySettings(now, null, null)))
        {
            Assert.Equal("words"u8.ToArray(), restored.Blobs.Read(id));
        }

        Assert.Contains("No former key is kept", Run("workspace", "rotate", "--forget-old"), StringComparison.Ordinal);
        Assert.Single(File.ReadAllLines(file));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        Assert.Contains(MasterKey.Parse(first)!.Id, Run(1, "workspace", "restore", Backup, "--replace"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_former_key_that_was_changed_is_told_by_verify_and_stops_a_rotation_that_would_lose_it()
    {
        TwoRotations(forgetOld: false);
        var path = FormerKeys.PathIn(Home);
        var former = FormerKeys.Read(Home);
        (former with { Keys = [former.Keys[0] with { Wrapped = former.Keys[1].Wrapped }, former.Keys[1]] }).Write(Home);

        using var workspace = Open(Home, new KeySettings(Keys[2].Base64, null, null, Keys[0].Base64));
        Assert.Equal([path], VerifyWorkspace.Run(workspace, CancellationToken.None).Faults.Select(fault => fault.Where));
        Assert.Contains("--forget-old", Assert.Throws<FaultException>(() => RotateKeys.Run(workspace, forgetOld: false, CancellationToken.None)).Message, StringComparison.Ordinal);
        Assert.Equal(0, RotateKeys.Run(workspace, forgetOld: true, CancellationToken.None).Former);
    }

    /// <summary>A workspace with a blob, backed up under the first key, then rotated to the second and third.</summary>
    private string TwoRotations(bool forgetOld)
    {
        string id;
        using (var workspace = Open(Home, Given(0)))
        {
            id = workspace.Blobs.Put("words"u8);
            workspace.Audit.Read("test", "made");
            BackUp.Run(workspace, Backup, CancellationToken.None);
        }

        Rotate(0, 1, forgetOld);
        Rotate(1, 2, forgetOld);
        return id;
    }

    private void Rotate(int from, int to, bool forgetOld)
    {
        using var workspace = Open(Home, new KeySettings(Keys[from].Base64, null, null, Keys[to].Base64));
        RotateKeys.Run(workspace, forgetOld, CancellationToken.None);
    }

    private void Restore(string place, KeySettings settings, string? snapshot = null, bool replace = false) =>
        Fairlead.Workspace.Backups.Restore.Run(new Restore.Request(Backup, snapshot ?? Path.GetFileName(BackupManifest.In(Backup)[0]), place, replace), workspace => VerifyWorkspace.Run(workspace, CancellationToken.None).Faults, _ => 0, null, () => settings, CancellationToken.None);

    private static KeySettings Given(int key) => new(Keys[key].Base64, null, null);

    private static WorkspaceFolder Open(string folder, KeySettings settings) => WorkspaceFolder.Open(folder, null, () => settings);

    private string Run(params string[] arguments) => Run(0, arguments);

    private string Run(int code, params string[] arguments)
    {
        var info = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "fairlead-cli.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        info.Environment["FAIRLEAD_WORKSPACE"] = Home;
        info.Environment["XDG_CONFIG_HOME"] = Path.Combine(_folder, "config");
        info.Environment.Remove("FAIRLEAD_KEY");
        using var program = Process.Start(info)!;
        var errors = program.StandardError.ReadToEndAsync();
        var said = program.StandardOutput.ReadToEnd() + errors.Result;
        program.WaitForExit();
        Assert.True(program.ExitCode == code, said);
        return said;
    }
}
