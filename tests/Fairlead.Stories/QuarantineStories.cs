using System.Text.Json;

namespace Fairlead.Stories;

/// <summary>Rows that did not pass, through the built program: exported, put right in a file, tried, written, and kept by the next iteration.</summary>
public sealed class QuarantineStories : IDisposable
{
    private readonly FairleadProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task Rows_are_put_right_in_a_file_and_the_next_version_keeps_them()
    {
        var cancel = TestContext.Current.CancellationToken;
        var file = Path.Combine(_program.Folder, "beds.csv");
        var rows = SmallProject.Csv("grew", 300).TrimEnd('\n').Split('\n');
        var water = Array.IndexOf(rows[0].Split(','), "water");
        foreach (var (row, value) in new[] { (5, "-40"), (6, "-41"), (7, "-42") })
        {
            var cells = rows[row].Split(',');
            cells[water] = value;
            rows[row] = string.Join(',', cells);
        }

        await File.WriteAllTextAsync(file, string.Join('\n', rows) + "\n", cancel);
        var project = Path.Combine(_program.Folder, "beds");
        (await _program.RunAsync("new", "beds", "--data", file, "--target", "grew", "--folder", project)).Expect(0);
        var yaml = Path.Combine(project, "fairlead.yaml");
        var text = await File.ReadAllTextAsync(yaml, cancel);
        Assert.Contains("quarantine:\n  max: 0.5", text, StringComparison.Ordinal);
        var checks = text.IndexOf("checks:", StringComparison.Ordinal);
        text = text[..checks] + "checks:\n  - between: {column: water, min: 0}" + text[text.IndexOf("\n\n", checks, StringComparison.Ordinal)..];
        await File.WriteAllTextAsync(yaml, text, cancel);

        (await _program.RunAsync("iterate", project, "--trials", "1")).Expect(0, 3);
        var listed = (await _program.RunAsync("data", "quarantine", "list", project, "--reason", "between:water", "--json")).Expect(0).Json;
        Assert.Equal([4L, 5L, 6L], listed.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("row").GetInt64()));
        Sums(listed);

        var edited = Path.Combine(_program.Folder, "rows.csv");
        (await _program.RunAsync("data", "quarantine", "export", project, "-o", edited)).Expect(0);
        var lines = (await File.ReadAllLinesAsync(edited, cancel)).ToList();
        var header = lines[0].Split(',').ToList();
        string With(string line, params (string Column, string Value)[] changes)
        {
            var cells = line.Split(',');
            foreach (var (column, value) in changes)
            {
                cells[header.IndexOf(column)] = value;
            }

            return string.Join(',', cells);
        }

        var bad = lines.FindIndex(line => line.Contains(",-40,", StringComparison.Ordinal));
        lines[bad] = With(lines[bad], ("water", "40"));
        var still = lines.FindIndex(line => line.Contains(",-41,", StringComparison.Ordinal));
        lines[still] = With(lines[still], ("water", "-1"));
        var asIs = lines.FindIndex(line => line.Contains(",-42,", StringComparison.Ordinal));
        lines[asIs] = With(lines[asIs], ("row:decision", "release"), ("row:because", "a drained bed"));
        await File.WriteAllLinesAsync(edited, lines, cancel);

        var preview = (await _program.RunAsync("data", "quarantine", "repair", project, edited, "--preview", "--json")).Expect(3).Json;
        Assert.Equal(["kept", "quarantine", "kept"], preview.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("state").GetString()));
        Assert.False(Directory.Exists(Path.Combine(project, "corrections")));
        var written = (await _program.RunAsync("data", "quarantine", "repair", project, edited, "--json")).Expect(3).Json;
        Assert.Equal("corrections/rows.jsonl", written.GetProperty("written")[0].GetString());
        Assert.Equal(2, (await File.ReadAllLinesAsync(Path.Combine(project, "corrections", "rows.jsonl"), cancel)).Length);

        (await _program.RunAsync("iterate", project, "--trials", "1")).Expect(0, 3);
        var after = (await _program.RunAsync("data", "quarantine", "list", project, "--json")).Expect(0).Json;
        Assert.Equal(listed.GetProperty("kept").GetInt64() + 2, after.GetProperty("kept").GetInt64());
        Sums(after);

        // Too much in quarantine fails the iteration, which is kept and shown.
        await File.WriteAllTextAsync(yaml, (await File.ReadAllTextAsync(yaml, cancel)).Replace("max: 0.5", "max: 0.001", StringComparison.Ordinal), cancel);
        var failed = (await _program.RunAsync("iterate", project, "--trials", "1", "--json")).Expect(3);
        Assert.Contains("quarantine <= 0.1 %", failed.Output, StringComparison.Ordinal);
    }

    private static void Sums(JsonElement listed) =>
        Assert.Equal(listed.GetProperty("read").GetInt64(), listed.GetProperty("kept").GetInt64() + listed.GetProperty("quarantined").GetInt64() + listed.GetProperty("dropped").GetInt64());
}
