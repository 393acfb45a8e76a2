using System.Globalization;

namespace Fairlead.Stories;

/// <summary><c>fairlead score</c>: the file that other programs read.</summary>
public sealed class ScoreStories : IDisposable
{
    private readonly FairleadProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task Classes_have_a_probability_each_and_the_rows_keep_their_order()
    {
        var project = await SmallProject.MakeAsync(_program, "crop");
        (await _program.RunAsync("iterate", project)).Expect(0, 3);
        var output = Path.Combine(_program.Folder, "out file.csv");
        var json = (await _program.RunAsync("score", project, Path.Combine(_program.Folder, "beds.csv"), "-o", output, "--json")).Expect(0).Json;
        Assert.Equal(500, json.GetProperty("rows").GetInt32());

        // A class with a comma in its name is quoted as RFC 4180 has it, in the header and in the rows.
        var lines = await File.ReadAllLinesAsync(output, TestContext.Current.CancellationToken);
        Assert.Equal("prediction,\"probability:beans, green\",probability:kale,probability:leek", lines[0]);
        Assert.Equal(501, lines.Length);
        string[] classes = ["\"beans, green\"", "kale", "leek"];
        foreach (var line in lines[1..])
        {
            var name = classes.Single(c => line.StartsWith(c + ",", StringComparison.Ordinal));
            var probabilities = line[(name.Length + 1)..].Split(',').Select(p => double.Parse(p, CultureInfo.InvariantCulture)).ToArray();
            Assert.Equal(3, probabilities.Length);
            Assert.Equal(1, probabilities.Sum(), 1e-9);
            Assert.Equal(probabilities.Max(), probabilities[Array.IndexOf(classes, name)]);
        }

        // The target is not looked at, and may be absent; the file upside down gives the answers upside down.
        var without = await ScoreAsync(project, SmallProject.Csv("crop", 500, withTarget: false));
        Assert.Equal(lines, without);
        var rows = SmallProject.Csv("crop", 500, withTarget: false).TrimEnd('\n').Split('\n');
        var reversed = await ScoreAsync(project, string.Join('\n', rows[1..].Reverse().Prepend(rows[0])) + "\n");
        Assert.Equal(lines[1..].Reverse(), reversed[1..]);
    }

    [Fact]
    public async Task Two_classes_stand_as_they_are_written_in_the_data_and_a_missing_column_is_a_fault()
    {
        var project = await SmallProject.MakeAsync(_program);
        (await _program.RunAsync("iterate", project)).Expect(0, 3);
        var lines = await ScoreAsync(project, SmallProject.Csv("grew", 40));
        Assert.Equal("prediction,probability:no,probability:yes", lines[0]);
        Assert.All(lines[1..], line => Assert.Contains(line.Split(',')[0], new[] { "yes", "no" }));

        // Columns in another order and one more than needed are no reason to refuse; an absent one is named.
        var mixed = await ScoreAsync(project, "extra,water,sun,sown,soil,bed\nx,22.5,9,2026-03-04,loam,7\n");
        Assert.Equal(2, mixed.Length);
        var lacking = Path.Combine(_program.Folder, "lacking.csv");
        await File.WriteAllTextAsync(lacking, "bed,soil,sun\n1,loam,3\n", TestContext.Current.CancellationToken);
        var output = Path.Combine(_program.Folder, "lacking out.csv");
        var run = (await _program.RunAsync("score", project, lacking, "-o", output, "--json")).Expect(1);
        Assert.Contains("water", run.Errors);
        Assert.Contains("sown", run.Errors);
        Assert.True(run.Json.GetProperty("faults").GetArrayLength() > 0);
        Assert.False(File.Exists(output));
    }

    [Fact]
    public async Task A_number_has_only_its_prediction()
    {
        var project = await SmallProject.MakeAsync(_program, "kilos");
        (await _program.RunAsync("iterate", project)).Expect(0, 3);
        var lines = await ScoreAsync(project, SmallProject.Csv("kilos", 30));
        Assert.Equal("prediction", lines[0]);
        Assert.Equal(31, lines.Length);
        Assert.All(lines[1..], line => Assert.InRange(double.Parse(line, CultureInfo.InvariantCulture), -5, 20));
    }

    private async Task<string[]> ScoreAsync(string project, string content)
    {
        var file = Path.Combine(_program.Folder, "to score.csv");
        await File.WriteAllTextAsync(file, content);
        var output = Path.Combine(_program.Folder, "scored.csv");
        (await _program.RunAsync("score", project, file, "-o", output)).Expect(0);
        return await File.ReadAllLinesAsync(output);
    }
}
