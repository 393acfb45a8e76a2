using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Fairlead.Models.Packages;
using Fairlead.Models.Predictions;
using Fairlead.Serving.Log;

namespace Fairlead.Tests.Serving;

public sealed class PredictionLogTests
{
    private static readonly ModelPackage Houses = TinyPackages.Open(TinyPackages.Houses());

    [Fact]
    public void Records_roll_over_segments_and_every_id_finds_its_record()
    {
        using var folder = new TemporaryFolder();
        var ids = new Dictionary<PredictionId, double>();
        using (var log = new PredictionLog(Houses, new PredictionLogOptions { Folder = folder.Path, SegmentBytes = 4096 }))
        {
            Parallel.For(0, 2_000, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
            {
                Assert.True(log.TryAppend(Houses, Payload(i), out var id));
                lock (ids)
                {
                    ids.Add(id, i);
                }
            });
            Assert.All(ids, id => Assert.Equal(id.Value, Find(folder.Path, id.Key)!.Outputs[0])); // while it is being written
        }

        Assert.All(ids, id => Assert.Equal(id.Value, Find(folder.Path, id.Key)!.Outputs[0]));
        var files = Directory.GetFiles(folder.Path, "*.log", SearchOption.AllDirectories);
        Assert.InRange(files.Length, 15, 40); // 2,000 records of 40 bytes in segments of 4,096 with heads of some 250: 21, and the few that were cut short
        Assert.Equal(2_000, files.Sum(file => SegmentReader.Open(file)!.Offsets(out _, out _).Count));
    }

    [Fact]
    public void A_row_larger_than_a_segment_has_one_of_its_own()
    {
        using var folder = new TemporaryFolder();
        using var log = new PredictionLog(Houses, new PredictionLogOptions { Folder = folder.Path, SegmentBytes = 4096 });
        Assert.True(log.TryAppend(Houses, Payload(1), out _));
        Assert.True(log.TryAppend(Houses, [.. Payload(2), .. new byte[20_000]], out var id));
        Assert.True(log.TryAppend(Houses, Payload(3), out _));
        Assert.Equal(2, Find(folder.Path, id)!.Outputs[0]);
    }

    [Fact]
    public void A_full_folder_refuses_or_loses_the_oldest_as_it_was_told()
    {
        using var folder = new TemporaryFolder();
        var options = new PredictionLogOptions { Folder = Path.Combine(folder.Path, "refuse"), SegmentBytes = 4096, FolderBytesMax = 4 * 4096 };
        using (var log = new PredictionLog(Houses, options))
        {
            var taken = 0;
            while (log.TryAppend(Houses, Payload(taken), out _))
            {
                Assert.InRange(++taken, 0, 1_000);
            }

            Assert.InRange(taken, 300, 400); // 4 segments of some 96 records
            Assert.Equal(0, log.Dropped);
            Directory.EnumerateFiles(log.InstancePath, "*.log").Order(StringComparer.Ordinal).Take(2).ToList().ForEach(File.Delete); // they were shipped
            Assert.True(log.TryAppend(Houses, Payload(0), out _));
        }

        using var ring = new PredictionLog(Houses, options with { Folder = Path.Combine(folder.Path, "ring"), DropOldest = true });
        for (var i = 0; i < 2_000; i++)
        {
            Assert.True(ring.TryAppend(Houses, Payload(i), out var id));
            Assert.Equal(i, Find(ring.Folder, id)!.Outputs[0]);
        }

        Assert.InRange(ring.Dropped, 10, 40);
    }

    [Fact]
    public async Task Without_a_log_there_is_no_answer()
    {
        await using var served = await Served.StartAsync(log: options => options with { SegmentBytes = 4096, FolderBytesMax = 2 * 4096 }, packages: TinyPackages.Houses());
        var statuses = new List<HttpStatusCode>();
        var body = "";
        for (var i = 0; i < 250; i++)
        {
            (var status, body) = await served.PostAsync("/projects/houses/predict", """{"rooms":1}""");
            statuses.Add(status);
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, statuses[^1]);
        Assert.Contains("\"title\":\"The prediction log is full\"", body, StringComparison.Ordinal);
        var logged = Directory.EnumerateFiles(served.LogFolder, "*.log", SearchOption.AllDirectories).Sum(path => SegmentReader.Open(path)!.Read().Count());
        Assert.Equal(statuses.Count(status => status == HttpStatusCode.OK), logged);
    }

    [Fact]
    public async Task After_kill_9_every_answer_that_went_out_is_in_the_log()
    {
        using var folder = new TemporaryFolder();
        var (model, log) = (TinyPackages.Lay(TinyPackages.Orders(), Path.Combine(folder.Path, "model")), Path.Combine(folder.Path, "log"));
        using var server = await ServerProcess.StartAsync("--model", model, "--log", log);
        var answered = new Dictionary<string, double>();
        using var client = new HttpClient { BaseAddress = server.Url };
        var callers = Enumerable.Range(0, 4).Select(caller => Task.Run(async () =>
        {
            try
            {
                for (var i = 0; ; i++)
                {
                    var weight = (caller * 1_000_000) + i;
                    using var response = await client.PostAsync(
                        new Uri("/projects/orders/predict", UriKind.Relative),
                        new StringContent($"{{\"weight\":{weight},\"region\":\"north\",\"distance\":1}}"), TestContext.Current.CancellationToken);
                    using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
                    lock (answered)
                    {
                        answered.Add(json.RootElement.GetProperty("predictions")[0].GetProperty("id").GetString()!, weight);
                    }
                }
            }
            catch (HttpRequestException)
            {
                // killed
            }
        })).ToArray();
        var wait = Stopwatch.StartNew();
        while (wait.Elapsed < TimeSpan.FromSeconds(20))
        {
            lock (answered)
            {
                if (answered.Count > 2_000)
                {
                    break;
                }
            }

            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        server.KillNow();
        await Task.WhenAll(callers);
        Assert.InRange(answered.Count, 2_000, int.MaxValue);
        var segments = Directory.EnumerateFiles(log, "*.log", SearchOption.AllDirectories).Select(path => SegmentReader.Open(path)!).ToArray();
        var logged = segments.SelectMany(segment => segment.Read()).ToDictionary(prediction => prediction.Id.ToString());
        Assert.All(answered, answer => Assert.Equal(answer.Value, logged[answer.Key].Row["weight"].Number));
        Assert.InRange(logged.Count - answered.Count, 0, 4); // at most one a caller was logged and not heard

        // The next start gives back what the killed one had set aside, and takes nothing from what it wrote.
        var before = Directory.EnumerateFiles(log, "*.log", SearchOption.AllDirectories).Sum(path => new FileInfo(path).Length);
        using (new PredictionLog(TinyPackages.Open(TinyPackages.Orders()), new PredictionLogOptions { Folder = log }))
        {
        }

        var files = Directory.EnumerateFiles(log, "*.log", SearchOption.AllDirectories).ToArray();
        Assert.InRange(files.Sum(path => new FileInfo(path).Length), 1, before - (1 << 20));
        Assert.Equal(logged.Count, files.Sum(path => SegmentReader.Open(path)!.Read().Count()));
    }

    [Fact]
    public async Task On_sigterm_the_server_ends_with_0_and_its_segments_are_cut_to_what_they_hold()
    {
        using var folder = new TemporaryFolder();
        var (model, log) = (TinyPackages.Lay(TinyPackages.Houses(), Path.Combine(folder.Path, "model")), Path.Combine(folder.Path, "log"));
        using var server = await ServerProcess.StartAsync("--model", model, "--log", log, "--name", "homes");
        using var client = new HttpClient { BaseAddress = server.Url };
        using var response = await client.PostAsync(new Uri("/projects/homes/predict", UriKind.Relative), new StringContent("""{"rooms":4}"""), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(0, await server.TerminateAsync());
        var segment = Assert.Single(Directory.GetFiles(log, "*.log", SearchOption.AllDirectories));
        SegmentReader.Open(segment)!.Offsets(out var end, out _);
        Assert.Equal(end, new FileInfo(segment).Length);
    }

    [Fact]
    public async Task Options_and_packages_that_are_wrong_are_told_with_exit_code_2_and_1()
    {
        var (code, error) = await ServerProcess.RunAsync("--port", "x", "--ship", "https://example.org", "--what", "1");
        Assert.Equal(2, code);
        Assert.Contains("--port: \"x\" is not a whole number from 0 to 65535.", error, StringComparison.Ordinal);
        Assert.Contains("--ship: \"https://example.org\" is not an http:// address.", error, StringComparison.Ordinal);
        Assert.Contains("--what: no such option.", error, StringComparison.Ordinal);

        using var folder = new TemporaryFolder();
        var model = TinyPackages.Lay(TinyPackages.Houses(), folder.Path);
        File.AppendAllText(Path.Combine(model, ModelPackage.ContractFile), " ");
        (code, error) = await ServerProcess.RunAsync("--model", model, "--port", "0", "--log", folder.Path);
        Assert.Equal(1, code);
        Assert.Contains("contract.json: its hash is", error, StringComparison.Ordinal);
    }

    private static byte[] Payload(double output)
    {
        var payload = new byte[16 + 8 + 1]; // head, one output, one missing cell
        BinaryPrimitives.WriteDoubleLittleEndian(payload.AsSpan(16), output);
        return payload;
    }

    private static LoggedPrediction? Find(string folder, PredictionId id) =>
        SegmentReader.Open(Path.Combine(folder, PredictionId.NameOf(id.Instance), id.Segment.ToString("D8", CultureInfo.InvariantCulture) + ".log"))?.At(id.Offset);
}
