using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Fairlead.Tests.Projects.Sources;

/// <summary>Against a real server on loopback.</summary>
public sealed class SourceDownloadTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _asked = [];
    private byte[] _content = Encoding.UTF8.GetBytes("id,name\n" + string.Concat(Enumerable.Range(0, 50_000).Select(i => $"{i},x\n")));
    private WebApplication _server = null!;
    private int _breakAfter = int.MaxValue;
    private string? _last;

    private string Address => _server.Urls.Single() + "/data/orders.csv";

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(AnswerAsync);
        await _server.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_file_is_fetched_once_and_asked_for_again_only_whether_it_changed()
    {
        var path = await FetchAsync();
        var again = await FetchAsync();
        var first = _content;
        _content = [.. _content, .. "50000,y\n"u8];
        var changed = await FetchAsync();

        Assert.Equal((path, path), (again, changed));
        Assert.Equal(["200", "304", "200"], _asked);
        Assert.Equal(_content, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
        Assert.NotEqual(first.Length, _content.Length);
        Assert.Equal("orders.csv", Path.GetFileName(path));
    }

    [Fact]
    public async Task A_download_that_breaks_off_goes_on_where_it_stopped()
    {
        _breakAfter = 100_000;

        var path = await FetchAsync();

        Assert.Equal(_content, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
        Assert.Equal("200", _asked[0]);
        Assert.StartsWith("206 from ", _asked[1], StringComparison.Ordinal);
    }

    [Fact] // the part that is there is of another file by now
    public async Task A_file_that_changed_meanwhile_is_fetched_from_its_start()
    {
        _breakAfter = 100_000;
        var fetching = FetchAsync();
        while (_asked.Count == 0)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        _content = Encoding.UTF8.GetBytes(new string('z', 300_000));
        var path = await fetching;

        Assert.Equal(_content, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_checksum_is_held_and_makes_the_server_unneeded()
    {
        var sum = Convert.ToHexStringLower(SHA256.HashData(_content));
        var wrong = await Assert.ThrowsAsync<FaultException>(() => FetchAsync(new string('0', 64)));
        var path = await FetchAsync(sum.ToUpperInvariant());
        await _server.StopAsync(TestContext.Current.CancellationToken);

        Assert.Contains($"The file's SHA-256 is {sum}; declared is 0000", wrong.Message, StringComparison.Ordinal);
        Assert.Equal(path, await SourceDownload.FetchAsync(_last!, sum, _folder.Path, CancellationToken.None));
        Assert.Equal(2, _asked.Count);
    }

    [Fact]
    public async Task A_server_that_is_not_there_and_a_file_that_is_not_there_are_faults()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        var offline = await Assert.ThrowsAsync<FaultException>(() => SourceDownload.FetchAsync($"http://127.0.0.1:{port}/a.csv", null, _folder.Path, CancellationToken.None));
        var absent = await Assert.ThrowsAsync<FaultException>(() => SourceDownload.FetchAsync(_server.Urls.Single() + "/none.csv", null, _folder.Path, CancellationToken.None));
        var secret = await Assert.ThrowsAsync<FaultException>(() => SourceDownload.FetchAsync("http://me:pass@127.0.0.1/a.csv", null, _folder.Path, CancellationToken.None));

        Assert.Contains("can't be fetched", offline.Message, StringComparison.Ordinal);
        Assert.Contains("404", absent.Message, StringComparison.Ordinal);
        Assert.Contains("names and passwords do not belong in it", secret.Message, StringComparison.Ordinal);
    }

    private Task<string> FetchAsync(string? sha256 = null) => SourceDownload.FetchAsync(_last = Address, sha256, _folder.Path, TestContext.Current.CancellationToken);

    private async Task AnswerAsync(HttpContext context)
    {
        var content = _content;
        if (context.Request.Path != "/data/orders.csv")
        {
            context.Response.StatusCode = 404;
            return;
        }

        var mark = $"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}\"";
        context.Response.Headers.ETag = mark;
        if (context.Request.Headers.IfNoneMatch == mark)
        {
            _asked.Add("304");
            context.Response.StatusCode = 304;
            return;
        }

        var from = 0;
        if (context.Request.Headers.Range.ToString() is { Length: > 0 } range && context.Request.Headers.IfRange == mark)
        {
            from = int.Parse(range["bytes=".Length..^1], System.Globalization.CultureInfo.InvariantCulture);
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }

        context.Response.ContentLength = content.Length - from;
        var breaks = Interlocked.Exchange(ref _breakAfter, int.MaxValue);
        await context.Response.Body.WriteAsync(content.AsMemory(from, Math.Min(breaks, content.Length - from)));
        await context.Response.Body.FlushAsync();
        if (breaks < content.Length - from)
        {
            await Task.Delay(100);
            _asked.Add("200");
            context.Abort();
            return;
        }

        _asked.Add(from > 0 ? $"206 from {from}" : "200");
    }
}
