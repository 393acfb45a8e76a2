using System.Text.Json;

namespace Fairlead.Stories;

/// <summary>Steps and their cache: what did not change is not run again, and a "no" still brings its answer.</summary>
public sealed class CacheStories : IDisposable
{
    private readonly FairleadProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task Nothing_changed_reuses_all_and_a_changed_gate_runs_only_the_gates()
    {
        var project = await SmallProject.MakeAsync(_program);
        var first = (await _program.RunAsync("iterate", project, "--json")).Expect(0).Json;
        Assert.All(Steps(first), step => Assert.False(step.Reused, step.Name));

        var same = (await _program.RunAsync("iterate", project, "--json")).Expect(0).Json;
        Assert.Equal(1, same.GetProperty("iteration").GetInt32());
        Assert.All(Steps(same), step => Assert.True(step.Reused, step.Name));
        Assert.Equal(first.GetProperty("metrics").GetRawText(), same.GetProperty("metrics").GetRawText());
        Assert.Equal(first.GetProperty("image").GetString(), same.GetProperty("image").GetString());

        // A gate that nothing can meet: the answer is no, and it is there.
        Gate(project, "auc >= 0.99999");
        var refused = (await _program.RunAsync("iterate", project, "--json")).Expect(3).Json;
        Assert.Equal(2, refused.GetProperty("iteration").GetInt32());
        Assert.False(refused.GetProperty("passed").GetBoolean());
        Assert.All(Steps(refused), step => Assert.Equal(step.Name != "gates", step.Reused));
        var gate = Assert.Single(refused.GetProperty("gates").EnumerateArray(), gate => gate.GetProperty("gate").GetString() == "auc >= 0.99999");
        Assert.False(gate.GetProperty("passed").GetBoolean());
        Assert.Equal(first.GetProperty("metrics").GetRawText(), refused.GetProperty("metrics").GetRawText());

        var again = (await _program.RunAsync("iterate", project, "--json")).Expect(3).Json; // the same no, without work
        Assert.Equal(2, again.GetProperty("iteration").GetInt32());
        Assert.All(Steps(again), step => Assert.True(step.Reused, step.Name));

        var text = (await _program.RunAsync("iterate", project)).Expect(3); // people get the same
        Assert.Contains("✗ gate auc >= 0.99999", text.Output);
    }

    [Fact]
    public async Task A_label_in_the_project_file_trains_nothing_and_a_changed_check_cleans_again()
    {
        var project = await SmallProject.MakeAsync(_program);
        (await _program.RunAsync("iterate", project, "--json")).Expect(0);
        Change(project, "question: ", "question: Which beds grow? ");
        var worded = (await _program.RunAsync("iterate", project, "--json")).Expect(0).Json;
        Assert.All(Steps(worded).Where(step => step.Name is "ingest" or "clean" or "search" or "evaluate"), step => Assert.True(step.Reused, step.Name));
        Assert.Contains(Steps(worded), step => step is ("package", false));

        Change(project, "checks:\n", "checks:\n  - between: {column: sun, min: 2}\n");
        var checkedAgain = (await _program.RunAsync("iterate", project, "--json")).Expect(0, 3).Json;
        Assert.Contains(Steps(checkedAgain), step => step is ("ingest", true));
        Assert.Contains(Steps(checkedAgain), step => step is ("clean", false));
        var data = checkedAgain.GetProperty("data");
        Assert.True(data.GetProperty("quarantined").GetInt64() > 0);
        Assert.Equal(data.GetProperty("read").GetInt64(), data.GetProperty("kept").GetInt64() + data.GetProperty("quarantined").GetInt64() + data.GetProperty("dropped").GetInt64());
    }

    private static void Gate(string project, string gate) => Change(project, "gates:\n", $"gates:\n  - {gate}\n");

    private static void Change(string project, string from, string to)
    {
        var file = Path.Combine(project, "fairlead.yaml");
        var text = File.ReadAllText(file);
        Assert.Contains(from, text);
        File.WriteAllText(file, text.Replace(from, to, StringComparison.Ordinal));
    }

    private static List<(string Name, bool Reused)> Steps(JsonElement iteration) =>
        [.. iteration.GetProperty("steps").EnumerateArray().Select(step => (step.GetProperty("step").GetString()!, step.GetProperty("reused").GetBoolean()))];
}
