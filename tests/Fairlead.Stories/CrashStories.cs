using System.Diagnostics;

namespace Fairlead.Stories;

/// <summary><c>kill -9</c> at any moment: the next <c>iterate</c> ends as if nothing had happened.</summary>
public sealed class CrashStories : IDisposable
{
    private readonly FairleadProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task Killed_in_any_step_the_next_iterate_ends_in_the_same_result()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "process groups are killed as Linux does it");
        var project = await SmallProject.MakeAsync(_program, rows: 1_500, trials: 4);
        using var other = new FairleadProgram();
        var undisturbed = (await other.RunAsync("iterate", project, "--json")).Expect(0, 3);

        // Killed as soon as a step has said that it ended, so in the next one: reading, cleaning, searching (twice, later the second time), judging, packing, the image, the gates.
        var steps = undisturbed.Json.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("step").GetString()!).ToArray();
        Assert.Equal(["ingest", "clean", "search", "evaluate", "package", "gates"], steps.Where(step => step is not ("image" or "cases" or "turn" or "labels" or "prices")));
        await KillAsync(project, after: null, delay: TimeSpan.FromSeconds(0.15));
        await KillAsync(project, after: null, delay: TimeSpan.FromSeconds(0.4));
        foreach (var step in steps)
        {
            await KillAsync(project, step, TimeSpan.Zero);
            await KillAsync(project, step, TimeSpan.FromSeconds(step == "clean" ? 0.7 : 0.05));
        }

        var after = (await _program.RunAsync("iterate", project, "--json")).Expect(undisturbed.ExitCode);
        Assert.Equal(1, after.Json.GetProperty("iteration").GetInt32());
        foreach (var what in new[] { "metrics", "gates", "image", "data", "model", "passed" })
        {
            Assert.Equal(undisturbed.Json.GetProperty(what).GetRawText(), after.Json.GetProperty(what).GetRawText());
        }

        var again = (await _program.RunAsync("iterate", project, "--json")).Expect(undisturbed.ExitCode).Json;
        Assert.Equal(1, again.GetProperty("iteration").GetInt32());
        Assert.All(again.GetProperty("steps").EnumerateArray(), step => Assert.True(step.GetProperty("reused").GetBoolean(), step.ToString()));
        Assert.Equal(1, again.GetProperty("examUses").GetInt32()); // a look at the exam that was cut off and repeated is one look
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_program.Workspace, "tmp"), "*.search"));
    }

    /// <summary>Starts <c>iterate</c> in a process group of its own and kills all of it, the search's child too.</summary>
    /// <param name="after">Step that is waited for; null does not wait.</param>
    private async Task KillAsync(string project, string? after, TimeSpan delay)
    {
        var start = _program.StartInfo("iterate", project, "--json");
        var group = new ProcessStartInfo("setsid", [start.FileName, .. start.ArgumentList])
        {
            WorkingDirectory = start.WorkingDirectory,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in start.Environment)
        {
            group.Environment[name] = value;
        }

        using var process = Process.Start(group)!;
        _ = process.StandardOutput.ReadToEndAsync();
        while (after is not null && await process.StandardError.ReadLineAsync() is { } line)
        {
            if (line.Contains($"✓ {after} ", StringComparison.Ordinal))
            {
                break;
            }
        }

        await Task.Delay(delay);
        using var kill = Process.Start("sh", ["-c", $"kill -9 -- -{process.Id} 2>/dev/null"])!; // it may have ended
        await kill.WaitForExitAsync();
        await process.WaitForExitAsync();
    }
}
