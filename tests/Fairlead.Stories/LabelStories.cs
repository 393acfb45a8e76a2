using System.Text.Json;

namespace Fairlead.Stories;

/// <summary>Wrong labels and what to label next, through the built program: found, decided, taken up by the next iteration.</summary>
public sealed class LabelStories : IDisposable
{
    private readonly FairleadProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task Moved_labels_are_found_a_decision_is_a_file_and_the_next_iteration_takes_it_up()
    {
        var project = await SmallProject.MakeAsync(_program);
        var data = Path.Combine(_program.Folder, "beds.csv");
        var lines = await File.ReadAllLinesAsync(data, TestContext.Current.CancellationToken);
        var moved = new HashSet<string>();
        for (var i = 12; i < lines.Length; i += 25)
        {
            lines[i] = lines[i].EndsWith(",yes", StringComparison.Ordinal) ? lines[i][..^4] + ",no" : lines[i][..^3] + ",yes";
            moved.Add(lines[i].Split(',')[0]);
        }

        await File.WriteAllLinesAsync(data, lines, TestContext.Current.CancellationToken);
        var first = (await _program.RunAsync("iterate", project, "--json")).Expect(0, 3).Json;
        Assert.Contains(first.GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("kind").GetString() == "label" && finding.GetProperty("price").GetProperty("says").GetString()!.EndsWith("in 100 answers change", StringComparison.Ordinal));

        var queue = (await _program.RunAsync("data", "labels", project, "--json")).Expect(0).Json;
        var keys = queue.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("key").GetString()!).ToList();
        Assert.True(keys.Take(10).Count(moved.Contains) >= 6, string.Join(' ', keys)); // the most suspect are mostly those moved

        var decided = (await _program.RunAsync("data", "labels", project, "--accept", keys[0], "--refuse", keys[1], "--json")).Expect(0).Json;
        Assert.Equal(["corrections/values.jsonl", "corrections/kept-labels.jsonl"], decided.GetProperty("files").EnumerateArray().Select(file => file.GetString()));
        Assert.Equal(keys.Count - 2, decided.GetProperty("open").GetInt32());
        (await _program.RunAsync("data", "labels", project, "--accept", keys[0])).Expect(2); // decided already

        var second = (await _program.RunAsync("iterate", project, "--json")).Expect(0, 3).Json;
        Assert.Equal(1, second.GetProperty("data").GetProperty("corrected").GetInt32());
        var open = (await _program.RunAsync("data", "labels", project, "--json")).Expect(0).Json.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("key").GetString());
        Assert.DoesNotContain(open, key => key == keys[0] || key == keys[1]);
    }

    [Fact]
    public async Task Rows_to_label_next_come_with_a_reason_each_and_the_split_can_be_looked_at()
    {
        var project = await SmallProject.MakeAsync(_program, "crop");
        (await _program.RunAsync("iterate", project)).Expect(0, 3);
        var unlabelled = Path.Combine(_program.Folder, "new beds.csv");
        await File.WriteAllTextAsync(unlabelled, SmallProject.Csv("crop", 200, withTarget: false), TestContext.Current.CancellationToken);
        var output = Path.Combine(_program.Folder, "to label.csv");

        var next = (await _program.RunAsync("data", "next", project, "--from", unlabelled, "-n", "7", "-o", output, "--json")).Expect(0).Json;

        Assert.Equal(("file", 200), (next.GetProperty("source").GetString(), next.GetProperty("candidates").GetInt32()));
        var rows = next.GetProperty("rows").EnumerateArray().ToList();
        Assert.Equal(Enumerable.Range(1, 7), rows.Select(row => row.GetProperty("rank").GetInt32()));
        Assert.All(rows, row => Assert.Contains("unsure", row.GetProperty("why").GetString(), StringComparison.Ordinal));
        var lines = await File.ReadAllLinesAsync(output, TestContext.Current.CancellationToken);
        Assert.Equal(8, lines.Length);
        Assert.StartsWith("rank,row,key,crop,why,", lines[0], StringComparison.Ordinal);

        var again = (await _program.RunAsync("data", "next", project, "-n", "3", "--json")).Expect(0).Json;
        Assert.Equal("training rows", again.GetProperty("source").GetString());

        var split = (await _program.RunAsync("data", "split", project, "--json")).Expect(0).Json;
        Assert.Equal((3, 0), (split.GetProperty("drawn").GetArrayLength(), split.GetProperty("files").GetArrayLength()));
        Assert.All(split.GetProperty("drawn").EnumerateArray(), one => Assert.InRange(one.GetProperty("exam").GetInt64() - (split.GetProperty("exam").GetDouble() * one.GetProperty("rows").GetInt64()), -1, 1));
        Assert.Equal(JsonValueKind.Null, split.GetProperty("drawnAt").ValueKind);

        var written = (await _program.RunAsync("data", "split", project, "--write", "--json")).Expect(0).Json;
        Assert.All(written.GetProperty("files").EnumerateArray(), file => Assert.True(File.Exists(Path.Combine(project, file.GetString()!))));
        Assert.Equal(JsonValueKind.String, (await _program.RunAsync("data", "split", project, "--json")).Expect(0).Json.GetProperty("drawnAt").ValueKind);
        (await _program.RunAsync("data", "next", project, "-n", "0")).Expect(2);
    }
}
