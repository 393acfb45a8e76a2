using System.Diagnostics;
using System.Text.Json;

namespace Fairlead.Stories;

/// <summary><c>--json</c> on every verb: stdout is one JSON value, whatever came of it; exit codes as promised.</summary>
public sealed class JsonStories : IDisposable
{
    private readonly FairleadProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task Every_verb_prints_one_json_value()
    {
        var project = await SmallProject.MakeAsync(_program);
        var data = Path.Combine(_program.Folder, "beds.csv");
        Is(await RunAsync("new", "other", "--data", data, "--target", "grew"), 0, "project");
        Is(await RunAsync("status", project), 0, "risks"); // before anything has run too
        Is(await RunAsync("iterate", project), 0, "iteration");
        Is(await RunAsync("score", project, data, "-o", Path.Combine(_program.Folder, "out.csv")), 0, "rows");
        Is(await RunAsync("review", "open", project), 0, "url");
        Is(await RunAsync("review", "list", project), 0, "reviews");
        Is(await RunAsync("feedback", "list", project), 0, "feedback");
        Is(await RunAsync("feedback", "causes", project), 0, "causes");
        Is(await RunAsync("feedback", "accept", project, "--all"), 0, "files");
        Is(await RunAsync("status", project), 0, "risks");
        Is(await RunAsync("review", "revoke", project, "r1"), 0, "review");

        // Faults and wrong use are JSON too.
        var nowhere = Path.Combine(_program.Folder, "nowhere");
        Is(await RunAsync("iterate", nowhere), 1, "faults");
        Is(await RunAsync("status", nowhere), 1, "faults");
        Is(await RunAsync("score", project, nowhere, "-o", Path.Combine(_program.Folder, "none.csv")), 1, "faults");
        Is(await RunAsync("score", project, data, "-o", data), 2, "faults");
        Is(await RunAsync("score", project, data, "-o", Path.Combine(nowhere, "out.csv")), 2, "faults");
        Is(await RunAsync("feedback", "accept", project, "--cause", "no-such-cause"), 2, "faults");
        Is(await RunAsync("why", "no-such-id"), 1, "faults");
        Is(await RunAsync("new", "x", "--data", nowhere), 1, "faults");
        Is(await RunAsync("review", "revoke", project, "r99"), 2, "faults");
        Is(await RunAsync("feedback", "accept", project), 2, "faults");
        Is(await RunAsync("iterate", project, "--trials", "0"), 2, "faults");
        Is(await RunAsync("iterate", project, "--nonsense"), 2, "faults");
        Is(await RunAsync("up", nowhere), 1, "faults");
    }

    [Fact]
    public async Task Up_and_serve_say_where_they_are_and_end_cleanly_when_asked()
    {
        var project = await SmallProject.MakeAsync(_program);
        var (up, upCode) = await UntilStoppedAsync("up", project, "--port", "0", "--review-port", "0", "--no-browser", "--json");
        Assert.StartsWith("curl ", up.GetProperty("answers").GetString());
        Assert.StartsWith("http://127.0.0.1:", up.GetProperty("workbench").GetString());
        Assert.Equal(0, upCode);
        var (serve, serveCode) = await UntilStoppedAsync("serve", project, "--port", UpSession.FreePort().ToString(), "--json");
        Assert.Equal(1, serve.GetProperty("iteration").GetInt32());
        Assert.Equal(0, serveCode);
    }

    [Fact]
    public async Task Help_lists_the_verbs_a_line_each()
    {
        var help = (await _program.RunAsync("--help")).Expect(0);
        foreach (var verb in new[] { "up", "new", "iterate", "score", "serve", "review", "feedback", "status", "why" })
        {
            Assert.Contains(help.Output.Split('\n'), line => line.TrimStart().StartsWith(verb + " ", StringComparison.Ordinal));
        }
    }

    private Task<RunResult> RunAsync(params string[] arguments) => _program.RunAsync([.. arguments, "--json"]);

    private static void Is(RunResult run, int code, string has)
    {
        run.Expect(code);
        Assert.True(run.Json.ValueKind == JsonValueKind.Object && run.Json.TryGetProperty(has, out _), $"no \"{has}\" in {run.Output}");
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
    }

    /// <summary>Starts a verb that stays, reads the JSON it prints, asks it to stop.</summary>
    private async Task<(JsonElement Json, int Code)> UntilStoppedAsync(params string[] arguments)
    {
        using var process = Process.Start(_program.StartInfo(arguments))!;
        try
        {
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync();
            var text = "";
            while (await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(120)) is { } line)
            {
                text += line + "\n";
                try
                {
                    var json = JsonDocument.Parse(text).RootElement;
                    using var kill = Process.Start("kill", ["-TERM", process.Id.ToString()])!;
                    Assert.Equal("", (await process.StandardOutput.ReadToEndAsync()).Trim());
                    await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
                    return (json, process.ExitCode);
                }
                catch (JsonException)
                {
                    // not all of it yet
                }
            }

            throw new InvalidOperationException($"{string.Join(' ', arguments)} ended: {text}\n{await errors}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
