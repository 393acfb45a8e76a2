using System.Globalization;
using System.Text;

namespace Fairlead.Stories;

/// <summary>Bad input: a clear error each, through the built program, and nothing lost. Exit code 1 is a fault, 3 is an honest no; a stack trace never shows.</summary>
public sealed class BadInputStories : IDisposable
{
    private readonly FairleadProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Theory]
    [InlineData("empty file", "", "empty")]
    [InlineData("header only", "a,b,y\n", "no rows")]
    [InlineData("duplicate names", "a,a,y\n1,2,yes\n3,4,no\n", "a")]
    [InlineData("one class", "a,b,y\n1,2,yes\n3,4,yes\n5,6,yes\n", "yes")]
    public async Task A_file_that_can_not_be_learned_from_is_refused_in_plain_words(string name, string content, string says)
    {
        var file = Write(name + ".csv", content);
        var run = await _program.RunAsync("new", "bad", "--data", file, "--target", "y", "--folder", Path.Combine(_program.Folder, name));
        Refused(run, says);
        Assert.False(File.Exists(Path.Combine(_program.Folder, name, "fairlead.yaml")), "a refused file leaves no project behind");
    }

    [Fact]
    public async Task A_wrong_target_names_the_columns_and_the_nearest_one()
    {
        var run = await _program.RunAsync("new", "bad", "--data", Write("t.csv", Rows(100)), "--target", "lable");
        Refused(run, "label");
    }

    [Fact]
    public async Task A_constant_number_can_not_be_learned()
    {
        var file = Write("constant.csv", "a,y\n" + string.Concat(Enumerable.Range(0, 50).Select(i => $"{i},7.5\n")));
        Refused(await _program.RunAsync("new", "bad", "--data", file, "--target", "y"), "7.5");
    }

    [Fact]
    public async Task Bytes_of_two_encodings_are_named_with_their_line()
    {
        var file = Path.Combine(_program.Folder, "latin.csv");
        await File.WriteAllBytesAsync(file, [.. "a,label\nMün,yes\n"u8, (byte)'M', 0xFC, (byte)'n', .. ",no\n"u8], TestContext.Current.CancellationToken);
        Refused(await _program.RunAsync("new", "bad", "--data", file, "--target", "label"), "latin.csv:3", "UTF-8");
    }

    [Fact]
    public async Task Ragged_rows_are_named_with_their_line()
    {
        var file = Write("ragged.csv", "a,b,label\n1,2,yes\n3,4,5,no\n6,no\n7,8,yes\n");
        Refused(await _program.RunAsync("new", "bad", "--data", file, "--target", "label"), "ragged.csv:3");
    }

    [Fact]
    public async Task Eleven_thousand_columns_are_over_the_limit_of_a_project_that_is_named()
    {
        var names = string.Join(',', Enumerable.Range(0, 11_000).Select(i => $"c{i}"));
        var file = Write("wide.csv", $"{names},label\n{string.Join(',', Enumerable.Repeat("1", 11_000))},yes\n{string.Join(',', Enumerable.Repeat("2", 11_000))},no\n");
        Refused(await _program.RunAsync("new", "bad", "--data", file, "--target", "label"), "11,001", "10,240");
    }

    [Fact]
    public async Task A_cell_of_ten_megabytes_is_over_a_limit_and_named_with_its_place()
    {
        var file = Write("cell.csv", $"a,label\n1,yes\n{new string('x', 10_000_000)},no\n");
        Refused(await _program.RunAsync("new", "bad", "--data", file, "--target", "label"), "cell.csv:3");
    }

    [Fact]
    public async Task A_random_target_is_told_to_be_no_better_than_guessing()
    {
        var project = await NewAsync("random", Rows(600));
        var run = (await _program.RunAsync("iterate", project, "--trials", "3")).Expect(0, 3);
        Assert.Contains("can't tell better than guessing", run.Output + run.Errors, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Forty_rows_end_with_a_model_and_wide_intervals_or_a_plain_no()
    {
        var project = await NewAsync("forty", Rows(40));
        var run = await _program.RunAsync("iterate", project, "--trials", "2", "--json");
        run.Expect(0, 1, 3);
        if (run.ExitCode != 1)
        {
            var metric = run.Json.GetProperty("metrics").GetProperty("accuracy");
            Assert.True(metric.GetProperty("high").GetDouble() - metric.GetProperty("low").GetDouble() > 0.1);
        }
        else
        {
            Refused(run, "rows");
        }
    }

    [Fact]
    public async Task A_workspace_that_can_not_be_written_is_named()
    {
        var blocked = Path.Combine(_program.Folder, "blocked");
        await File.WriteAllTextAsync(blocked, "a file where a folder is wanted", TestContext.Current.CancellationToken);
        var project = await NewAsync("ok", Rows(100));
        using var other = new FairleadProgram(Path.Combine(blocked, "workspace"));
        Refused(await other.RunAsync("iterate", project), "workspace", "FAIRLEAD_WORKSPACE");
    }

    [Fact]
    public async Task A_full_disk_is_told_and_the_next_run_goes_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "mounting a small file system needs root");
        var project = await NewAsync("full", Rows(4_000));
        var mount = Path.Combine(_program.Folder, "small");
        Directory.CreateDirectory(mount);
        if (await ShellAsync($"mount -t tmpfs -o size=600k tmpfs '{mount}'") != 0)
        {
            Assert.Skip("mounting a tmpfs is not allowed here");
        }

        try
        {
            using var small = new FairleadProgram(Path.Combine(mount, "workspace"));
            var run = await small.RunAsync("iterate", project, "--trials", "2");
            Refused(run, "space", "full");
            Assert.Equal(0, await ShellAsync($"mount -o remount,size=400m '{mount}'"));
            (await small.RunAsync("iterate", project, "--trials", "2")).Expect(0, 3);
        }
        finally
        {
            await ShellAsync($"umount -l '{mount}'");
        }
    }

    [Fact]
    public async Task Wrong_use_is_exit_code_2()
    {
        Assert.Equal(2, (await _program.RunAsync("iterat")).ExitCode);
        Assert.Equal(2, (await _program.RunAsync("new")).ExitCode);
        Assert.Equal(2, (await _program.RunAsync("iterate", _program.Folder, "--seconds", "soon")).ExitCode);
        Refused(await _program.RunAsync("iterate", Path.Combine(_program.Folder, "nowhere")), "fairlead.yaml");
    }

    private async Task<string> NewAsync(string name, string content)
    {
        var folder = Path.Combine(_program.Folder, name + " project");
        (await _program.RunAsync("new", name, "--data", Write(name + ".csv", content), "--target", "label", "--folder", folder)).Expect(0);
        return folder;
    }

    private string Write(string name, string content)
    {
        var path = Path.Combine(_program.Folder, name);
        File.WriteAllText(path, content, new UTF8Encoding(false));
        return path;
    }

    /// <summary>Rows whose label has nothing to do with the rest: a fixed linear congruential sequence, so that every run sees the same.</summary>
    private static string Rows(int count)
    {
        var text = new StringBuilder("id,size,colour,label\n");
        ulong state = 42;
        for (var i = 0; i < count; i++)
        {
            state = (state * 6_364_136_223_846_793_005) + 1_442_695_040_888_963_407;
            var bits = state >> 33;
            text.Append(CultureInfo.InvariantCulture, $"{i + 1000},{(bits % 1000) / 10.0},{(bits / 1000 % 3) switch { 0 => "red", 1 => "green", _ => "blue" }},{(bits / 7 % 2 == 0 ? "yes" : "no")}\n");
        }

        return text.ToString();
    }

    private static void Refused(RunResult run, params string[] says)
    {
        Assert.True(run.ExitCode is 1 or 2, $"exit code {run.ExitCode}\n{run.Output}\n{run.Errors}");
        Assert.True(says.Any(s => run.Errors.Contains(s, StringComparison.OrdinalIgnoreCase)), $"expected one of {string.Join(" | ", says)} in:\n{run.Errors}");
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled exception", run.Errors, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<int> ShellAsync(string command)
    {
        using var process = System.Diagnostics.Process.Start("sh", ["-c", command])!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
