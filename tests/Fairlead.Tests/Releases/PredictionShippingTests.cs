using System.Buffers.Binary;
using Fairlead.Models.Packages;
using Fairlead.Models.Predictions;
using Fairlead.Releases;
using Fairlead.Serving.Log;
using Fairlead.Tests.Serving;
using Fairlead.Web.Releases;
using Fairlead.Workspace;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Fairlead.Tests.Releases;

/// <summary>From a model server's log into the workspace: once, whole, whatever ends in between.</summary>
public sealed class PredictionShippingTests
{
    private const string ProjectId = "p1";
    private static readonly ModelPackage Houses = TinyPackages.Open(TinyPackages.Houses());

    [Fact]
    public async Task Predictions_arrive_once_and_whole_over_restarts_of_either_side()
    {
        using var folder = new TemporaryFolder();
        using var workspace = WorkspaceFolder.Open(Path.Combine(folder.Path, "workspace"));
        var (store, logFolder, ids) = (new PredictionStore(workspace), Path.Combine(folder.Path, "log"), new Dictionary<PredictionId, double>());

        // 1: the workspace isn't there; the server answers, and is killed with its log unshipped.
        var unreachable = new Uri("http://127.0.0.1:9/api/predictions");
        using (var log = new PredictionLog(Houses, new PredictionLogOptions { Folder = logFolder, SegmentBytes = 4096 }))
        {
            await using var shipper = new LogShipper(log, "houses", unreachable, null, TextWriter.Null);
            Append(log, ids, 0, 300);
            await UntilAsync(() => shipper.Failures > 0);
        }

        // 2: it starts again and ships both what was left and what is new, while it goes on answering.
        await using (var receiver = await Receiver.StartAsync(store))
        {
            using var log = new PredictionLog(Houses, new PredictionLogOptions { Folder = logFolder, SegmentBytes = 4096 });
            await using (var shipper = new LogShipper(log, "houses", receiver.Url, "key", TextWriter.Null))
            {
                for (var i = 0; i < 10; i++)
                {
                    Append(log, ids, 300 + (30 * i), 330 + (30 * i));
                    await Task.Delay(150, TestContext.Current.CancellationToken);
                }

                await UntilAsync(() => store.Count(ProjectId) == 600);
            }

            Assert.All(receiver.Keys, key => Assert.Equal("Bearer key", key));

            // 3: another shipper on the same log, as after a crash between acknowledgement and deletion: nothing twice.
            Append(log, ids, 600, 650);
            await using (new LogShipper(log, "houses", receiver.Url, null, TextWriter.Null))
            {
                await UntilAsync(() => store.Count(ProjectId) == 650);
            }
        }

        Assert.Equal(650, store.Count(ProjectId));
        Assert.All(ids, id => Assert.Equal((ProjectId, id.Value), (store.Find(id.Key.ToString())!.Value.ProjectId, store.Find(id.Key.ToString())!.Value.Prediction.Outputs[0])));
        Assert.Equal(Enumerable.Range(0, 5).Select(i => 649.0 - i), store.Recent(ProjectId, 5).Select(prediction => prediction.Outputs[0]));
        Assert.InRange(Directory.GetFiles(logFolder, "*.log", SearchOption.AllDirectories).Length, 0, 1); // acknowledged segments are gone; only the last is left
        Assert.Null(store.Find("00000000000000000000"));
        Assert.Equal(0, store.Count("other"));
    }

    [Fact]
    public void The_same_bytes_may_come_any_number_of_times_in_any_pieces()
    {
        using var folder = new TemporaryFolder();
        using var workspace = WorkspaceFolder.Open(Path.Combine(folder.Path, "workspace"));
        var store = new PredictionStore(workspace);
        var segment = Segment(folder, 20);
        var random = new Random(11);
        var instance = PredictionId.NameOf(77);
        var have = 0L;
        while (have < segment.Length)
        {
            var offset = random.Next(0, (int)have + 1);
            var piece = segment.AsSpan(offset, random.Next(0, Math.Min(400, segment.Length - offset) + 1));
            var received = Assert.IsType<PredictionStore.Outcome.Received>(store.Receive(ProjectId, instance, 3, offset, piece));
            Assert.InRange(received.Have, have, segment.Length);
            have = received.Have;
        }

        var path = Path.Combine(store.FolderOf(ProjectId), instance, "00000003.log");
        Assert.Equal(segment, PredictionSegment.Read(path, workspace.Keys));
        Assert.NotEqual(segment, File.ReadAllBytes(path)[..segment.Length]);
        Assert.Equal(20, store.Count(ProjectId));
    }

    [Fact]
    public void A_gap_and_other_bytes_are_refused_with_what_is_there_and_an_unacknowledged_tail_is_replaced()
    {
        using var folder = new TemporaryFolder();
        using var workspace = WorkspaceFolder.Open(Path.Combine(folder.Path, "workspace"));
        var store = new PredictionStore(workspace);
        var segment = Segment(folder, 5);
        var instance = PredictionId.NameOf(77);
        Assert.Equal(new PredictionStore.Outcome.Gap(0), store.Receive(ProjectId, instance, 1, 8, segment.AsSpan(8)));
        store.Receive(ProjectId, instance, 1, 0, segment.AsSpan(0, segment.Length - 10));
        var have = segment.Length - 10;
        Assert.Equal(new PredictionStore.Outcome.Gap(have), store.Receive(ProjectId, instance, 1, have + 1, segment.AsSpan(have + 1)));
        var other = segment.ToArray();
        other[100] ^= 1;
        Assert.Equal(new PredictionStore.Outcome.Differs(have), store.Receive(ProjectId, instance, 1, 0, other));

        // A power cut left zeros where the sender's last piece should be: it sends it again, and it counts.
        var path = Path.Combine(store.FolderOf(ProjectId), instance, "00000001.log");
        using (var file = File.OpenWrite(path))
        {
            file.SetLength(file.Length + 64);
        }

        Assert.Equal(new PredictionStore.Outcome.Received(have), store.Receive(ProjectId, instance, 1, have - 20, segment.AsSpan(have - 20, 10)));
        store.Receive(ProjectId, instance, 1, have, segment.AsSpan(have));
        Assert.Equal(5, store.Count(ProjectId));
        Assert.Equal(segment, PredictionSegment.Read(path, workspace.Keys));
        Assert.NotEqual(segment, File.ReadAllBytes(path)[..segment.Length]);

        // So did one that was torn in the middle of its frame.
        using (var file = File.OpenWrite(path))
        {
            file.SetLength(file.Length - 3);
        }

        Assert.IsType<PredictionStore.Outcome.Gap>(store.Receive(ProjectId, instance, 1, segment.Length, []));
        store.Receive(ProjectId, instance, 1, have, segment.AsSpan(have));
        Assert.Equal(segment, PredictionSegment.Read(path, workspace.Keys));

        var bytes = File.ReadAllBytes(path);
        bytes[40] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Throws<FaultException>(() => store.Recent(ProjectId, 1));
        Assert.Throws<FaultException>(() => store.Receive(ProjectId, instance, 1, 0, segment));

        Assert.Throws<FaultException>(() => store.Receive(ProjectId, "../../..", 1, 0, segment));
        Assert.Throws<FaultException>(() => store.Receive(ProjectId, instance, 0, 0, segment));
        Assert.Throws<ArgumentException>(() => store.Receive("../x", instance, 1, 0, segment));
    }

    [Fact]
    public void What_a_server_wrote_in_place_is_encrypted_when_it_has_ended_and_found_again_under_its_ids()
    {
        using var folder = new TemporaryFolder();
        using var workspace = WorkspaceFolder.Open(Path.Combine(folder.Path, "workspace"), null, () => new Fairlead.Workspace.Keys.KeySettings(null, Path.Combine(folder.Path, "master.key"), null));
        var store = new PredictionStore(workspace);
        var instance = Directory.CreateDirectory(Path.Combine(store.FolderOf(ProjectId), PredictionId.NameOf(77))).FullName;
        var path = Path.Combine(instance, "00000001.log");
        File.WriteAllBytes(path, [.. Segment(folder, 5), .. new byte[4_096]]);
        var before = store.Recent(ProjectId, 10);
        using (File.Open(Path.Combine(instance, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.Equal(0, store.SealClosed()); // it lives
        }

        Assert.Equal(1, store.SealClosed());
        Assert.Equal(0, store.SealClosed());

        Assert.True(PredictionSegment.IsSealed(path));
        Assert.Equal(before.Select(prediction => prediction.Id), store.Recent(ProjectId, 10).Select(prediction => prediction.Id));
        Assert.Equal(5, store.Count(ProjectId));
        Assert.Equal(ProjectId, store.Find(before[0].Id.ToString())!.Value.ProjectId);
        Fairlead.Workspace.Keys.RotateKeys.Run(workspace, forgetOld: false, CancellationToken.None);
        Assert.Equal(5, new PredictionStore(workspace).Recent(ProjectId, 10).Count);
        PredictionSegment.Shred(path);
        Assert.Empty(store.Recent(ProjectId, 10));
    }

    private static byte[] Segment(TemporaryFolder folder, int records)
    {
        var path = Path.Combine(folder.Path, "made.log");
        using (var writer = SegmentWriter.Create(path, SegmentHeader.For(Houses, 77, 1), 5, 4096))
        {
            for (var i = 0; i < records; i++)
            {
                Assert.True(writer.TryAppend(Payload(i), out _));
            }
        }

        return File.ReadAllBytes(path);
    }

    private static void Append(PredictionLog log, Dictionary<PredictionId, double> ids, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            Assert.True(log.TryAppend(Houses, Payload(i), out var id));
            ids.Add(id, i);
        }
    }

    private static byte[] Payload(int number)
    {
        var payload = new byte[25];
        BinaryPrimitives.WriteInt64LittleEndian(payload, 1_790_000_000_000 + number);
        BinaryPrimitives.WriteDoubleLittleEndian(payload.AsSpan(16), number);
        return payload;
    }

    private static async Task UntilAsync(Func<bool> done)
    {
        for (var i = 0; i < 1_500 && !done(); i++)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.True(done());
    }

    /// <summary>The workspace's side over HTTP.</summary>
    private sealed class Receiver(WebApplication app) : IAsyncDisposable
    {
        public List<string> Keys { get; } = [];

        public Uri Url { get; private set; } = new("http://127.0.0.1");

        public static async Task<Receiver> StartAsync(PredictionStore store)
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
            builder.Services.AddRouting();
            var app = builder.Build();
            var receiver = new Receiver(app);
            app.Use((context, next) =>
            {
                lock (receiver.Keys)
                {
                    receiver.Keys.Add(context.Request.Headers.Authorization.ToString());
                }

                return next(context);
            });
            ReceivePredictions.Map(app, store, name => name == "houses" ? ProjectId : null);
            await app.StartAsync(TestContext.Current.CancellationToken);
            receiver.Url = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + ReceivePredictions.Path);
            return receiver;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
