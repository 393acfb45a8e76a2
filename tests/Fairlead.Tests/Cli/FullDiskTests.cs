using System.Diagnostics;

namespace Fairlead.Tests.Cli;

/// <summary>The built program on a disk without a free byte: what clears it out still runs.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fairlead-full-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact] // A file system of twelve megabytes in memory, in a name space of its own
    public async Task Garbage_is_collected_on_a_full_disk()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (project, disk) = (Directory.CreateDirectory(Path.Combine(_folder, "project")).FullName, Directory.CreateDirectory(Path.Combine(_folder, "disk")).FullName);
        await File.WriteAllTextAsync(Path.Combine(project, "in.csv"), "id,x,y\n" + string.Concat(Enumerable.Range(0, 500).Select(i => $"k{i},{i % 9},{(i % 3 == 0 ? "yes" : "no")}\n")), cancel);
        await File.WriteAllTextAsync(Path.Combine(project, "checks.yaml"), "checks:\n- {check: unique, column: id}\n", cancel);
        await File.WriteAllTextAsync(Path.Combine(project, "fairlead.yaml"), """
            project: full
            id: 0a1b2c3d
            question: Which?
            data: {source: in.csv, key: id}
            target: {column: y, task: binary, positive: "yes"}
            columns: {id: id, x: number}
            """, cancel);
        await File.WriteAllTextAsync(Path.Combine(_folder, "script"), $$"""
            mount -t tmpfs -o size=12m none '{{disk}}' || exit 77
            export FAIRLEAD_WORKSPACE='{{disk}}/workspace' FAIRLEAD_KEY_FILE='{{_folder}}/key'
            fairlead() { "{{Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet"}}" exec '{{Path.Combine(AppContext.BaseDirectory, "fairlead-cli.dll")}}' "$@" > '{{_folder}}/said' 2>&1; }
            check() { fairlead data check '{{project}}' --checks '{{project}}/checks.yaml'; }
            check || exit 1
            test -s "$FAIRLEAD_WORKSPACE/reserve" || exit 2
            mkdir -p "$FAIRLEAD_WORKSPACE/tmp"
            dd if=/dev/zero of="$FAIRLEAD_WORKSPACE/tmp/999999999-left" bs=1024 count=20000 2> /dev/null && exit 3
            check && exit 4
            grep -q 'workspace gc' '{{_folder}}/said' || exit 8
            fairlead workspace gc --grace 0 || exit 5
            test -e "$FAIRLEAD_WORKSPACE/tmp/999999999-left" && exit 6
            check || exit 7
            test -s "$FAIRLEAD_WORKSPACE/reserve" || exit 9
            """, cancel);
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"command -v unshare > /dev/null || exit 77; exec unshare -rm /bin/sh '{_folder}/script'"]) { RedirectStandardError = true };
        using var program = Process.Start(start)!;
        var error = await program.StandardError.ReadToEndAsync(cancel);
        await program.WaitForExitAsync(cancel);

        Assert.SkipWhen(program.ExitCode == 77 || error.Contains("unshare", StringComparison.Ordinal), "No file system can be mounted here.");
        Assert.True(program.ExitCode == 0, $"Step {program.ExitCode}: {await File.ReadAllTextAsync(Path.Combine(_folder, "said"), cancel)} {error}");
    }
}
