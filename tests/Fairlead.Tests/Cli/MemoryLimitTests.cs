using System.Diagnostics;
using System.Globalization;

namespace Fairlead.Tests.Cli;

/// <summary>The built program with less memory than the work takes: a fault in words, not the end of the runtime.</summary>
public sealed class MemoryLimitTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fairlead-limit-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("0x1800000", 1)] // 24 MB: four medians of 400,000 different numbers take 13 MB, and twice that while they are gathered
    [InlineData("0x20000000", 0)]
    public async Task Too_little_memory_is_told_with_its_limit(string limit, int exit)
    {
        var cancel = TestContext.Current.CancellationToken;
        var (data, checks) = (Path.Combine(_folder, "in.csv"), Path.Combine(_folder, "checks.yaml"));
        await using (var table = new StreamWriter(data))
        {
            await table.WriteAsync("a,b,c,d\n");
            var random = new Random(7);
            for (var i = 0; i < 400_000; i++)
            {
                await table.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{random.NextDouble()},{random.NextDouble()},{random.NextDouble()},{random.NextDouble()}\n"));
            }
        }

        await File.WriteAllTextAsync(checks, "checks:\n" + string.Concat("abcd".Select(column => $"- {{check: median_between, column: {column}, min: 0}}\n")), cancel);
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "fairlead-cli.dll"), "data", "check", data, "--checks", checks, "--json"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_GCHeapHardLimit"] = limit;
        start.Environment["FAIRLEAD_WORKSPACE"] = Path.Combine(_folder, "ws");
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
        await process.WaitForExitAsync(cancel);

        Assert.Equal(exit, process.ExitCode);
        if (exit == 1)
        {
            Assert.Contains("24 MB that the process may take", await output + await error, StringComparison.Ordinal);
        }
    }
}
