using System.Diagnostics;
using Fairlead.Data.Erasure;
using Fairlead.Iterations;

namespace Fairlead.Tests.Iterations.Erasure;

/// <summary>The built program, killed while it erases: whatever moment it is, the next call finishes, and nothing of anybody else is lost.</summary>
public sealed class KilledErasureTests
{
    private const int KillsMax = 30;

    /// <summary>Erasures that had begun and not ended when they were killed: fewer prove little.</summary>
    private const int KillsMidway = 3;

    [Theory] // tables in one file, and in parts of 16 rows
    [InlineData(20_000, null)]
    [InlineData(1_000, 16)]
    public async Task Killed_at_random_moments_the_next_call_leaves_no_byte(int others, int? partRows)
    {
        using var people = new PeopleProject(others, partRows: partRows);
        await people.IterateAsync();
        await people.SpreadAsync();
        var start = Stopwatch.GetTimestamp();
        await EndAsync(people, "--dry-run");
        var whole = (int)Stopwatch.GetElapsedTime(start).TotalMilliseconds;

        // First before anything is done, then as soon as the list says that it has begun, then each time perhaps later: the work goes on where it was stopped.
        var random = new Random(20261126);
        var (kills, midway, ended) = (0, 0, false);
        bool Begun() => ErasureList.Open(people.Workspace).Entries.Any(entry => entry.Finished is null);
        for (; !ended && midway < KillsMidway && kills < KillsMax; kills++)
        {
            using var process = Start(people);
            if (kills == 1)
            {
                while (!process.WaitForExit(1) && !Begun())
                {
                }

                ended = process.HasExited;
            }
            else
            {
                ended = process.WaitForExit(kills == 0 ? random.Next(whole / 4) : random.Next(whole / 2, whole + (whole * kills / 8)));
            }

            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            midway += !ended && Begun() ? 1 : 0;
        }

        Assert.InRange(midway, 1, KillsMidway);
        await EndAsync(people);

        Assert.Empty(people.Found());
        Assert.All(ErasureList.Open(people.Workspace).Entries, entry => Assert.True(entry is { Finished: not null, Pending.Count: 0 }));
        Assert.Equal(others, IterationRecords.Find(people.Workspace.Records, people.Project.Id, 1)!.Data.Kept);
        TestContext.Current.SendDiagnosticMessage($"{kills} kills, {midway} in the middle");
    }

    [Fact] // a workspace in a file system of memory that is filled but for some kilobytes, in a name space of its own
    public async Task On_a_full_disk_it_says_so_loses_nothing_and_ends_once_there_is_room()
    {
        var cancel = TestContext.Current.CancellationToken;
        const int rows = 5_000;
        using var people = new PeopleProject(rows);
        await people.IterateAsync();
        await people.SpreadAsync();
        var (home, disk) = (people.Workspace.Folder, Directory.CreateDirectory(Path.Combine(people.Root, "disk")).FullName);
        var script = Path.Combine(people.Root, "full.sh");
        await File.WriteAllTextAsync(script, $$"""
            mount -t tmpfs -o size=64m none '{{disk}}' || exit 77
            cp -a '{{home}}/.' '{{disk}}/'
            export FAIRLEAD_WORKSPACE='{{disk}}'
            erase() { '{{Host}}' exec '{{Path.Combine(AppContext.BaseDirectory, "fairlead-cli.dll")}}' data erase '{{people.Folder}}' --subject {{PeopleProject.Person}} --json > /dev/null; echo "code $?"; }
            for left in 0 16 64 128 256 512 1024; do
              room=$(df -k --output=avail '{{disk}}' | tail -1)
              dd if=/dev/zero of='{{disk}}/filler' bs=1k count=$((room - left)) 2> /dev/null
              erase
              rm '{{disk}}/filler'
            done
            erase
            rm -rf '{{home}}'/*
            cp -a '{{disk}}/.' '{{home}}/'
            """, cancel);
        var (codes, said, code) = ("", "", 0);
        people.Reopen(() =>
        {
            using var program = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"command -v unshare > /dev/null || exit 77; exec unshare -rm /bin/sh '{script}'"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = program.StandardError.ReadToEndAsync(cancel);
            codes = program.StandardOutput.ReadToEnd();
            program.WaitForExit();
            (said, code) = (errors.Result, program.ExitCode);
        });

        Assert.SkipWhen(code == 77 || said.Contains("unshare", StringComparison.Ordinal), "No file system can be mounted here.");
        Assert.True(code == 0, said);
        Assert.StartsWith("code 1\n", codes, StringComparison.Ordinal);
        Assert.EndsWith("code 0\n", codes, StringComparison.Ordinal);
        Assert.DoesNotContain(codes.Split('\n'), line => line.Length > 0 && line is not ("code 0" or "code 1"));
        Assert.All(said.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.True(line.Contains("space", StringComparison.Ordinal), line)); // each says to free some
        Assert.DoesNotContain(people.Found(), place => !place.StartsWith("people.csv", StringComparison.Ordinal) && !place.StartsWith("full.sh", StringComparison.Ordinal));
        Assert.Equal(rows, IterationRecords.Find(people.Workspace.Records, people.Project.Id, 1)!.Data.Kept);
        Assert.Empty(people.Workspace.Audit.Verify());
        TestContext.Current.SendDiagnosticMessage(codes.ReplaceLineEndings(" "));
    }

    private static string Host => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static Process Start(PeopleProject people, params string[] further) => Process.Start(new ProcessStartInfo(
        Host, ["exec", Path.Combine(AppContext.BaseDirectory, "fairlead-cli.dll"), "data", "erase", people.Folder, "--subject", PeopleProject.Person, "--sources", "--json", .. further])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment = { ["FAIRLEAD_WORKSPACE"] = people.Workspace.Folder },
    })!;

    private static async Task EndAsync(PeopleProject people, params string[] further)
    {
        using var process = Start(people, further);
        _ = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var said = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, said);
    }
}
