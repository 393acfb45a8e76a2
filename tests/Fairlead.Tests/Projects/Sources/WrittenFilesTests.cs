using System.Diagnostics;
using Fairlead.Data.Cleaning;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Tests.Projects.Sources;

/// <summary>No verb writes over what it reads, however the file is named.</summary>
public sealed class WrittenFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("t.csv", "t.csv")]
    [InlineData("sub/../t.csv", "t.csv")]
    [InlineData("t.csv", "link.csv")]
    [InlineData("link.csv", "t.csv")]
    [InlineData("linked/t.csv", "t.csv")]
    [InlineData("second name.csv", "t.csv")]
    [InlineData("t.csv", "second name.csv")]
    [InlineData("linked/second name.csv", "link.csv")]
    [InlineData("t.csv", "*.csv")]
    [InlineData("t.csv", ".")]
    public void A_file_that_is_read_is_not_written(string written, string read)
    {
        Fill();

        var fault = Assert.Throws<FaultException>(() => WrittenFiles.Check([("--output", At(written))], [At(read)]));

        Assert.True(fault.WrongUse);
        Assert.Equal("--output", Assert.Single(fault.Faults).Where);
        Assert.Contains("would be replaced", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_files_addresses_and_versions_are_no_hindrance()
    {
        Fill();

        WrittenFiles.Check([("--output", At("new.csv")), ("--quarantine", null)], [At("t.csv"), "http://127.0.0.1/t.csv", "0123456789abcdef", At("none/*.csv"), null]);
    }

    [Fact]
    public void A_cleaning_that_would_lose_rows_is_refused_before_anything_is_read()
    {
        Fill();
        var recipe = _folder.File("r.yaml", "steps:\n  - quarantine: {where: \"a > 1\", reason: much}\n");

        var one = Assert.Throws<FaultException>(() => CleanFile.Run(new CleanFile.Request(At("t.csv"), recipe, At("same.csv"), At("sub/../same.csv")), CancellationToken.None));
        var source = Assert.Throws<FaultException>(() => CleanFile.Run(new CleanFile.Request(At("t.csv"), recipe, At("t.csv"), null), CancellationToken.None));
        var steps = Assert.Throws<FaultException>(() => CleanFile.Run(new CleanFile.Request(At("absent.csv"), recipe, At("new.csv"), recipe), CancellationToken.None));

        Assert.Contains("is the file that --output writes", one.Message, StringComparison.Ordinal);
        Assert.Equal(["--quarantine", "--output", "--quarantine"], new[] { one, source, steps }.Select(fault => Assert.Single(fault.Faults).Where));
        Assert.All(new[] { one, source, steps }, fault => Assert.True(fault.WrongUse));
        Assert.Equal("a\n1\n2\n", File.ReadAllText(At("t.csv")));
        Assert.False(File.Exists(At("same.csv")));
    }

    [Theory] // by the program
    [InlineData("t.csv")]
    [InlineData("second name.csv")]
    [InlineData("fairlead.yaml")]
    [InlineData("corrections/labels.jsonl")]
    [InlineData("other.csv")] // a check looks at it
    public async Task The_quarantine_is_not_written_over_what_the_project_is_made_of(string written)
    {
        Fill();
        _folder.File("other.csv", "a\n1\n");
        _folder.File("fairlead.yaml", """
            project: rows
            id: "0a0b0c0d"
            question: Which?
            data: {source: t.csv}
            target: {column: a, task: multiclass}
            columns: {}
            checks:
            - {check: row_count_equals_other, other: other.csv}
            """);
        Directory.CreateDirectory(At("corrections"));
        _folder.File("corrections/labels.jsonl", "");
        var before = await File.ReadAllBytesAsync(At(written), TestContext.Current.CancellationToken);

        foreach (var arguments in new[] { ["data", "quarantine", "export", _folder.Path, "-o", At(written)], ["image", _folder.Path, "-o", At(written)], new[] { "data", "lineage", _folder.Path, "--openlineage", At(written) } })
        {
            var (code, said) = await RunAsync(arguments);
            Assert.True(code == 2, said);
            Assert.Contains("is read too", said, StringComparison.Ordinal);
        }

        Assert.Equal(before, await File.ReadAllBytesAsync(At(written), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_profile_is_not_written_over_its_table_nor_rows_over_their_metadata()
    {
        Fill();
        var (code, said) = await RunAsync("data", "profile", At("t.csv"), "--html", At("second name.csv"));
        Assert.True(code == 2, said);
        Assert.Throws<FaultException>(() => WrittenFiles.Check([("--croissant", At("new.csv")), ("--croissant", Fairlead.Iterations.Lineage.CroissantFile.RowsOf(At("new.csv")))], []));
        Assert.Equal("a\n1\n2\n", await File.ReadAllTextAsync(At("t.csv"), TestContext.Current.CancellationToken));
    }

    private async Task<(int Code, string Said)> RunAsync(params string[] arguments)
    {
        var info = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "fairlead-cli.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        info.Environment["FAIRLEAD_WORKSPACE"] = At("workspace");
        using var program = Process.Start(info)!;
        _ = program.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var said = await program.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await program.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (program.ExitCode, said);
    }

    /// <summary>A second name of a file.</summary>
    internal static void HardLink(string file, string name)
    {
        using var made = OperatingSystem.IsWindows() ? Process.Start("cmd", ["/c", "mklink", "/H", name, file]) : Process.Start("ln", [file, name]);
        made.WaitForExit();
        Assert.Equal(0, made.ExitCode);
    }

    private string At(string name) => Path.Combine(_folder.Path, name);

    private void Fill()
    {
        _folder.File("t.csv", "a\n1\n2\n");
        Directory.CreateDirectory(At("sub"));
        File.CreateSymbolicLink(At("link.csv"), "t.csv");
        HardLink(At("t.csv"), At("second name.csv"));
        Directory.CreateSymbolicLink(At("linked"), ".");
    }
}
