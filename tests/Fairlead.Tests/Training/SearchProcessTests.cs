using System.Diagnostics;
using System.Text.Json;
using CsCheck;
using Fairlead.Models.Contracts;
using Fairlead.Training;
using Fairlead.Training.Worker;
using Fairlead.Workspace;

namespace Fairlead.Tests.Training;

public sealed class SearchProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WorkspaceFolder _workspace;

    public SearchProcessTests() => _workspace = WorkspaceFolder.Open(_folder.Path);

    public void Dispose()
    {
        _workspace.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_child_process_gives_the_same_bytes_as_this_process()
    {
        var input = Orders(400) with { Trials = 4 };
        var trials = new List<TrialRecord>();
        var apart = SearchProcess.Run(input, _workspace.Blobs, Cli, new Act(trials.Add), TestContext.Current.CancellationToken);
        var here = Search.Run(input, _workspace.Blobs, null, TestContext.Current.CancellationToken);
        Assert.Equal(here.Model, apart.Model);
        Assert.Equal(here.FoldModels, apart.FoldModels);
        Assert.Equal(here.Trials.Select(trial => trial.Score), apart.Trials.Select(trial => trial.Score));
        Assert.Equal(apart.Trials, trials);
        Assert.All(apart.FoldModels.Append(apart.Model), blob => Assert.True(_workspace.Blobs.Has(blob)));
        AssertNothingLeft();
    }

    [Fact]
    public void Without_the_native_library_the_managed_trainer_beats_the_shares()
    {
        var input = Orders(600) with { Trials = 4 };
        var result = SearchProcess.Run(input, _workspace.Blobs, request =>
        {
            var info = Cli(request);
            info.Environment["FAIRLEAD_TRAINER"] = "managed";
            return info;
        }, null, TestContext.Current.CancellationToken);
        Assert.False(result.Native);
        var trees = result.Trials.Where(trial => trial.Trainer == "trees").ToArray();
        Assert.NotEmpty(trees);
        var late = input.Labels.Average();
        var shares = -(late * Math.Log(late)) - ((1 - late) * Math.Log(1 - late)); // log loss of always answering the shares
        Assert.All(trees, trial => Assert.True(trial.Score < 0.95 * shares, $"{trial.Settings}: {trial.Score} against {shares}"));
    }

    [Fact]
    public void A_killed_child_is_a_fault_that_says_so()
    {
        var exception = Assert.Throws<FaultException>(() => SearchProcess.Run(Orders(2_000) with { Trials = 1_000 }, _workspace.Blobs, Cli, new Act(_ => KillChild()), TestContext.Current.CancellationToken));
        Assert.Contains("signal 9", exception.Message, StringComparison.Ordinal);
        AssertNothingLeft();
    }

    [Fact]
    public void A_cancelled_search_ends_its_child_and_leaves_nothing_behind()
    {
        using var source = new CancellationTokenSource();
        var started = Stopwatch.StartNew();
        Assert.ThrowsAny<OperationCanceledException>(
            () => SearchProcess.Run(Orders(2_000) with { Trials = 1_000 }, _workspace.Blobs, Cli, new Act(_ => { source.Cancel(); started.Restart(); }), source.Token));
        Assert.InRange(started.Elapsed.TotalSeconds, 0, 4);
        AssertNothingLeft();
    }

    [Fact]
    public void Faults_of_the_input_come_through()
    {
        var input = Orders(50) with { Trials = 1, Labels = new int[50] };
        Assert.Contains("\"no\"", Assert.Throws<FaultException>(() => SearchProcess.Run(input, _workspace.Blobs, Cli, null, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_much_memory_is_a_fault_that_says_so()
    {
        var exception = Assert.Throws<FaultException>(
            () => SearchProcess.Run(Orders(2_000) with { Trials = 1_000 }, _workspace.Blobs, Cli, null, TestContext.Current.CancellationToken, memoryBytes: 40 << 20));
        Assert.Contains("memory", exception.Message, StringComparison.Ordinal);
        AssertNothingLeft();
    }

    [Fact]
    public void Where_no_process_can_be_started_the_search_runs_here()
    {
        var result = SearchProcess.Run(Orders(100) with { Trials = 2 }, _workspace.Blobs, request => new ProcessStartInfo("/no/such/program", [request]), null, TestContext.Current.CancellationToken);
        Assert.True(_workspace.Blobs.Has(result.Model));
    }

    [Fact] // It looks four times a second; the rest of the six is for a machine that does much else.
    public async Task A_child_ends_soon_when_its_stdin_closes()
    {
        var cancel = TestContext.Current.CancellationToken;
        var folder = Directory.CreateDirectory(Path.Combine(_folder.Path, "closed")).FullName;
        var info = Cli(Request(folder, Environment.ProcessId));
        (info.RedirectStandardInput, info.RedirectStandardOutput) = (true, true);
        using var child = Process.Start(info)!;
        await child.StandardInput.WriteLineAsync(Convert.ToBase64String(_key).AsMemory(), cancel);
        await child.StandardInput.FlushAsync(cancel);
        Assert.NotNull(await child.StandardOutput.ReadLineAsync(cancel)); // it works
        child.StandardInput.Close();
        await child.WaitForExitAsync(cancel).WaitAsync(TimeSpan.FromSeconds(6), cancel);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task A_child_ends_soon_when_its_parent_is_killed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs a Unix shell.");
        var cancel = TestContext.Current.CancellationToken;
        var folder = Directory.CreateDirectory(Path.Combine(_folder.Path, "orphan")).FullName;
        // the shell is the parent; something else keeps the child's stdin open
        var line = Cli(Path.Combine(folder, "request.json"));
        var shell = new ProcessStartInfo("/bin/sh", ["-c", $"read go; (echo {Convert.ToBase64String(_key)}; sleep 9) | '{line.FileName}' {string.Join(' ', line.ArgumentList.Select(argument => $"'{argument}'"))} & echo $!; wait"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var parent = Process.Start(shell)!;
        Request(folder, parent.Id);
        await parent.StandardInput.WriteLineAsync("go".AsMemory(), cancel);
        using var child = Process.GetProcessById(int.Parse((await parent.StandardOutput.ReadLineAsync(cancel))!, System.Globalization.CultureInfo.InvariantCulture));
        Assert.NotNull(await parent.StandardOutput.ReadLineAsync(cancel));
        parent.Kill();
        await child.WaitForExitAsync(cancel).WaitAsync(TimeSpan.FromSeconds(6), cancel);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void What_dead_processes_left_is_swept_up()
    {
        var left = Directory.CreateDirectory(Path.Combine(_folder.Path, "tmp", "999999999-1.search")).FullName;
        File.WriteAllText(Path.Combine(left, "input.bin"), "x");
        SearchProcess.Run(Orders(50) with { Trials = 1 }, _workspace.Blobs, request => new ProcessStartInfo("/no/such/program", [request]), null, TestContext.Current.CancellationToken);
        AssertNothingLeft();
    }

    [Fact]
    public void An_input_comes_back_from_its_file_as_it_was() =>
        Gen.Select(Gen.Int[0, 20], Gen.String.Array[20], Gen.Double.Array[20], Gen.Bool).Sample(
            (rows, words, numbers, timed) =>
            {
                var texts = words[..rows].Select(word => word.Length == 0 ? null : word).ToArray();
                var input = new TrainingInput(
                    new Frame([new FrameColumn("t", ColumnKind.Text, texts), new FrameColumn("ü", ColumnKind.Number, numbers[..rows])]),
                    [.. Enumerable.Range(0, rows)], ModelTask.Regression, ["a", "ß"], [], numbers[..rows], timed ? 2.5 : null, timed ? null : 7, rows);
                var path = Path.Combine(_folder.Path, "input.bin");
                File.Delete(path);
                TrainingInputFile.Write(input, path, _key);
                var back = TrainingInputFile.Read(path, _key);
                Assert.Equal(texts, back.Features["t"].Texts!);
                Assert.Equal(numbers[..rows], back.Features["ü"].Numbers!);
                Assert.Equal(input.Folds, back.Folds);
                Assert.Equal(input.Values, back.Values);
                Assert.Equal(["a", "ß"], back.Classes);
                Assert.Equal((input.Task, input.Seconds, input.Trials, input.Seed), (back.Task, back.Seconds, back.Trials, back.Seed));
                using (var stream = new FileStream(path, FileMode.Open))
                {
                    stream.SetLength(stream.Length - 1);
                }

                Assert.Throws<FaultException>(() => TrainingInputFile.Read(path, _key));
            }, iter: 100, threads: 1);

    private static readonly byte[] _key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private static ProcessStartInfo Cli(string request) =>
        new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "fairlead-cli.dll"), SearchWorker.Verb, request]);

    /// <summary>A request that would run for long.</summary>
    private static string Request(string folder, int parent)
    {
        TrainingInputFile.Write(Orders(2_000) with { Trials = 1_000 }, Path.Combine(folder, "input.bin"), _key);
        var request = new WorkerRequest(1, Path.Combine(folder, "input.bin"), Path.Combine(folder, "result"), parent, Environment.TickCount64, 4L << 30);
        var path = Path.Combine(folder, "request.json");
        File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(request, WorkerJson.Default.WorkerRequest));
        return path;
    }

    /// <summary>Made-up orders, late or not.</summary>
    private static TrainingInput Orders(int rows)
    {
        var random = new Random(7);
        var distance = Enumerable.Range(0, rows).Select(_ => random.NextDouble() * 500).ToArray();
        string[] names = ["north", "south", "east", "west"];
        var region = Enumerable.Range(0, rows).Select(_ => (string?)names[random.Next(4)]).ToArray();
        int[] late = [.. Enumerable.Range(0, rows).Select(row => random.NextDouble() < 1 / (1 + Math.Exp(3 - (distance[row] / 100) - (region[row] == "north" ? 1 : 0))) ? 1 : 0)];
        return new TrainingInput(
            new Frame([new FrameColumn("distance", ColumnKind.Number, distance), new FrameColumn("region", ColumnKind.Category, region)]),
            [.. Enumerable.Range(0, rows).Select(row => row % 5)], ModelTask.Binary, ["no", "yes"], late, [], null, null, 1);
    }

    private static void KillChild()
    {
        foreach (var stat in Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _)))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(stat, "cmdline")).Contains("\0" + SearchWorker.Verb + "\0", StringComparison.Ordinal)
                    && File.ReadAllText(Path.Combine(stat, "stat")).Split(") ")[1].Split(' ')[1] == Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture))
                {
                    using var child = Process.GetProcessById(int.Parse(Path.GetFileName(stat), System.Globalization.CultureInfo.InvariantCulture));
                    child.Kill();
                }
            }
            catch (IOException)
            {
                // a process that has just ended
            }
        }
    }

    private void AssertNothingLeft() => Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_folder.Path, "tmp")));

    private sealed class Act(Action<TrialRecord> act) : IProgress<TrialRecord>
    {
        public void Report(TrialRecord value) => act(value);
    }
}
