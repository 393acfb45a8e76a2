using System.Diagnostics;
using Fairlead.Data.Erasure;
using Fairlead.Iterations;

namespace Fairlead.Tests.Iterations.Erasure;

/// <summary>The built program, killed while it erases: whatever moment it is, the next call finishes, and nothing of anybody else is lost.</summary>
public sealed class KilledErasureTests
{
    private const int KillsMax = 12;

    [Theory] // tables in one file, and in parts of 16 rows
    [InlineData(null)]
    [InlineData(16)]
    public async Task Killed_at_any_moment_the_next_call_leaves_no_byte(int? partRows)
    {
        using var people = new PeopleProject(partRows);
        await people.IterateAsync();
        await people.SpreadAsync();

        // Each kill comes later than the one before: first before anything is done, at last after the end.
        var killed = 0;
        for (var after = TimeSpan.FromMilliseconds(250); killed < KillsMax; after *= 1.35, killed++)
        {
            using var process = Start(people);
            if (process.WaitForExit(after))
            {
                break;
            }

            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        using (var last = Start(people))
        {
            var said = await last.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await last.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(last.ExitCode == 0, said);
        }

        Assert.Empty(people.Found());
        Assert.All(ErasureList.Open(people.Workspace).Entries, entry => Assert.True(entry is { Finished: not null, Pending.Count: 0 }));
        Assert.Equal(60, IterationRecords.Find(people.Workspace.Records, people.Project.Id, 1)!.Data.Kept);
        TestContext.Current.SendDiagnosticMessage($"{killed} kills");
    }

    private static Process Start(PeopleProject people) => Process.Start(new ProcessStartInfo(
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
        ["exec", Path.Combine(AppContext.BaseDirectory, "fairlead-cli.dll"), "data", "erase", people.Folder, "--subject", PeopleProject.Person, "--sources", "--json"])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment = { ["FAIRLEAD_WORKSPACE"] = people.Workspace.Folder },
    })!;
}
