using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Fairlead.Tests.Cli;

/// <summary>The built program, killed (SIGKILL) while it cleans a file: the output is the old one or the new one, and the same command then gives what an undisturbed one gives.</summary>
public sealed class KilledCleaningTests : IDisposable
{
    private const int Rows = 120_000;
    private const int RandomKills = 3;
    private const int KillsWhileWriting = 3;

    private const string Recipe = """
        steps:
          - trim: all
          - parse number: {column: weight, unit: kg}
          - impute: {column: weight, with: median, by: city}
          - derive: {column: long, as: "length(note) > 20"}
          - drop duplicates
          - quarantine: {where: "weight < 1", reason: light}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("fairlead-killed-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("out.csv")]
    [InlineData("out.parquet")]
    public async Task Killed_at_any_moment_the_output_is_old_or_new_and_the_next_run_is_undisturbed(string output)
    {
        var cancel = TestContext.Current.CancellationToken;
        Directory.CreateDirectory(At("tmp"));
        await File.WriteAllTextAsync(At("in.csv"), Table(), cancel);
        await File.WriteAllTextAsync(At("recipe.yaml"), Recipe, cancel);
        var watch = Stopwatch.StartNew();
        await EndAsync(output, cancel);
        var took = watch.Elapsed;
        var whole = await File.ReadAllBytesAsync(At(output), cancel);

        var (random, killed, halves) = (new Random(7), 0, 0);
        for (var kill = 0; kill < RandomKills + KillsWhileWriting; kill++)
        {
            byte[]? old = kill % 2 == 0 ? null : Encoding.UTF8.GetBytes("what stood here before");
            File.Delete(At(output));
            if (old is not null)
            {
                await File.WriteAllBytesAsync(At(output), old, cancel);
            }

            using (var process = Start(output))
            {
                if (kill < RandomKills)
                {
                    await Task.Delay(took * (0.2 + (0.7 * random.NextDouble())), cancel);
                }
                else
                {
                    while (!process.HasExited && !Parts(output).Any(part => new FileInfo(part).Length > 100_000 * (kill - RandomKills)))
                    {
                        await Task.Delay(1, cancel);
                    }
                }

                process.Kill();
                await process.WaitForExitAsync(cancel);
                killed += process.ExitCode == 0 ? 0 : 1;
            }

            halves += Parts(output).Count();
            var found = File.Exists(At(output)) ? await File.ReadAllBytesAsync(At(output), cancel) : null;
            Assert.True(found is null ? old is null : found.AsSpan().SequenceEqual(old) || found.AsSpan().SequenceEqual(whole), string.Create(CultureInfo.InvariantCulture, $"Kill {kill} left {found?.Length} bytes."));
        }

        Assert.True(killed >= KillsWhileWriting, $"Only {killed} runs were killed before they ended.");
        Assert.True(halves > 0, "No kill left a part file, so none fell into the writing.");

        await EndAsync(output, cancel);
        Assert.Equal(whole, await File.ReadAllBytesAsync(At(output), cancel));
        Assert.Equal(new[] { "in.csv", output, "recipe.yaml", "tmp" }.Order(StringComparer.Ordinal), Directory.EnumerateFileSystemEntries(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Empty(Directory.EnumerateFileSystemEntries(At("tmp"), "fairlead-*"));
    }

    private string At(string name) => Path.Combine(_folder, name);

    private IEnumerable<string> Parts(string output) => Directory.EnumerateFiles(_folder, $".{output}.*");

    private static string Table()
    {
        var (random, table) = (new Random(3), new StringBuilder("id,city,weight,note\n"));
        string[] cities = ["Berlin", " Paris", "Rome ", ""];
        for (var row = 0; row < Rows; row++)
        {
            table.Append(CultureInfo.InvariantCulture, $"{random.Next(Rows)},{cities[random.Next(4)]},{(random.Next(5) == 0 ? "" : $"\"{random.Next(1, 3_000)} {(random.Next(2) == 0 ? "g" : "kg")}\"")},note number {random.Next(50_000_000)}\n");
        }

        return table.ToString();
    }

    private async Task EndAsync(string output, CancellationToken cancel)
    {
        using var process = Start(output);
        var said = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        Assert.True(process.ExitCode == 0, await said);
    }

    private Process Start(string output)
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            ["exec", Path.Combine(AppContext.BaseDirectory, "fairlead-cli.dll"), "data", "clean", At("in.csv"), "--recipe", At("recipe.yaml"), "-o", At(output), "--json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TMPDIR"] = At("tmp");
        var process = Process.Start(start)!;
        _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        return process;
    }
}
