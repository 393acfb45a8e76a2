using System.Diagnostics;
using System.Globalization;

namespace Fairlead.Tests.Cli;

/// <summary>The built program, killed (SIGKILL) while something of its data lies outside of memory: nothing of it stays, at once or once the next one starts.</summary>
public sealed class KilledSpillTests : IDisposable
{
    private const int Rows = 3_000_000; // of distinct values: their hashes take more than the 24 MB that are held

    private const long SpilledMin = 16L << 20;

    private string? _spill;
    private readonly string _folder = Directory.CreateTempSubdirectory("fairlead-spilled-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(null)]
    [InlineData("named")] // by FAIRLEAD_SPILL_FOLDER
    public async Task Hashes_of_a_uniqueness_check_have_no_name_so_that_a_kill_leaves_none(string? folder)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux shows the open files of a process.");
        var cancel = TestContext.Current.CancellationToken;
        var temporary = Directory.CreateDirectory(At(folder ?? "tmp")).FullName;
        _spill = folder is null ? null : temporary;
        await using (var table = new StreamWriter(At("in.csv")))
        {
            await table.WriteAsync("id\n");
            for (var i = 0; i < Rows; i++)
            {
                await table.WriteAsync($"k{i}\n");
            }
        }

        await File.WriteAllTextAsync(At("checks.yaml"), "checks:\n- {check: unique, column: id}\n", cancel);
        using var process = Start("data", "check", At("in.csv"), "--checks", At("checks.yaml"), "--json");
        var spilled = 0L;
        while (!process.HasExited && (spilled = Nameless(process, temporary)) < SpilledMin)
        {
            Assert.DoesNotContain(Directory.EnumerateFiles(temporary), path => Length(path) > 0); // never a name with something in it
            Thread.Sleep(1);
        }

        Assert.True(spilled >= SpilledMin, "It ended before anything was put outside of memory.");
        process.Kill();
        await process.WaitForExitAsync(cancel);

        Assert.Empty(Directory.EnumerateFileSystemEntries(temporary, "fairlead-*"));
    }

    [Fact]
    public async Task What_a_killed_engine_left_in_a_workspace_goes_when_the_next_one_starts()
    {
        var cancel = TestContext.Current.CancellationToken;
        var project = Directory.CreateDirectory(At("project")).FullName;
        await File.WriteAllTextAsync(Path.Combine(project, "in.csv"), "id,x,y\n" + string.Concat(Enumerable.Range(0, 200_000).Select(i => $"k{i},{i % 977},{(i % 3 == 0 ? "yes" : "no")}\n")), cancel);
        await File.WriteAllTextAsync(Path.Combine(project, "fairlead.yaml"), """
            project: spilled
            id: 0a1b2c3d
            question: Which?
            data: {source: in.csv, key: id}
            target: {column: y, task: binary, positive: "yes"}
            columns: {id: id, x: number}
            training: {trials: 1}
            """, cancel);
        var unfinished = Path.Combine(At("ws"), "tmp");
        using (var process = Start("iterate", project, "--trials", "1", "--json"))
        {
            while (!process.HasExited && !(Directory.Exists(unfinished) && Directory.EnumerateDirectories(unfinished, "*.spill").Any()))
            {
                Thread.Sleep(1);
            }

            Assert.False(process.HasExited, "It ended before an engine was at work.");
            process.Kill();
            await process.WaitForExitAsync(cancel);
        }

        // As the engine would have left what did not fit into memory.
        var left = Assert.Single(Directory.EnumerateDirectories(unfinished, "*.spill"));
        await File.WriteAllTextAsync(Path.Combine(left, "duckdb_temp_storage_DEFAULT-0.tmp"), "encrypted rows", cancel);

        using var next = Start("iterate", project, "--trials", "1", "--json");
        while (!next.HasExited && Directory.Exists(left))
        {
            Thread.Sleep(1);
        }

        Assert.False(next.HasExited);
        Assert.False(Directory.Exists(left));
        next.Kill();
        await next.WaitForExitAsync(cancel);
    }

    [Fact]
    public async Task A_place_that_is_not_there_is_a_fault()
    {
        await File.WriteAllTextAsync(At("in.csv"), "id,x\n1,2\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(At("checks.yaml"), "checks:\n- {check: sql, sql: \"SELECT * FROM data WHERE x = '3'\"}\n", TestContext.Current.CancellationToken);
        _spill = At("nowhere");
        using var refused = Start("data", "check", At("in.csv"), "--checks", At("checks.yaml"));
        await refused.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, refused.ExitCode);

        _spill = Directory.CreateDirectory(At("somewhere")).FullName;
        using var done = Start("data", "check", At("in.csv"), "--checks", At("checks.yaml"));
        await done.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, done.ExitCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_spill));
    }

    private string At(string name) => Path.Combine(_folder, name);

    private static long Length(string path)
    {
        try
        {
            return new FileInfo(path).Length;
        }
        catch (FileNotFoundException)
        {
            return 0; // gone meanwhile
        }
    }

    /// <summary>Bytes that a process wrote, once it has a file of a folder open that nobody else can find; else 0.</summary>
    private static long Nameless(Process process, string folder)
    {
        try
        {
            return Directory.EnumerateFiles($"/proc/{process.Id}/fd").Any(descriptor => new FileInfo(descriptor).LinkTarget is { } target && target.StartsWith(folder, StringComparison.Ordinal) && target.EndsWith(" (deleted)", StringComparison.Ordinal))
                ? File.ReadLines($"/proc/{process.Id}/io").Where(line => line.StartsWith("wchar: ", StringComparison.Ordinal)).Select(line => long.Parse(line["wchar: ".Length..], CultureInfo.InvariantCulture)).Single()
                : 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return 0; // it ends, or closed one meanwhile
        }
    }

    private Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "fairlead-cli.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["TMPDIR"] = Directory.CreateDirectory(At("tmp")).FullName;
        start.Environment["FAIRLEAD_SPILL_FOLDER"] = _spill ?? "";
        start.Environment["FAIRLEAD_WORKSPACE"] = At("ws");
        var process = Process.Start(start)!;
        _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
        return process;
    }
}
