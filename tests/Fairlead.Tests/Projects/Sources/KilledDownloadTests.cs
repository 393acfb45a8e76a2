using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Fairlead.Tests.Iterations.Erasure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Fairlead.Tests.Projects.Sources;

/// <summary>The built program, killed (SIGKILL) while it fetches a source from a real server on loopback: the next one goes on where it was, and nothing lies in clear.</summary>
public sealed class KilledDownloadTests : IAsyncLifetime
{
    private const int BlockBytes = 8_192;
    private const string Mark = "\"one\"";

    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentQueue<string> _asked = [];
    private readonly byte[] _content = Encoding.UTF8.GetBytes("id,name\n" + string.Concat(Enumerable.Range(0, 50_000).Select(i => $"{i},x\n")));
    private WebApplication _server = null!;
    private int _pause = 15; // milliseconds a block

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
    public async Task It_is_gone_on_with_and_comes_out_right()
    {
        var cancel = TestContext.Current.CancellationToken;
        var checks = _folder.File("checks.yaml", "checks:\n  - {id: sum, check: row_count_equals, value: 50000}\n  - {id: ids, check: unique, column: id}\n");
        var project = Directory.CreateDirectory(Path.Combine(_folder.Path, "project")).FullName;
        await File.WriteAllTextAsync(Path.Combine(project, "fairlead.yaml"), $"project: orders\nid: \"0a0b0c0d\"\nquestion: Which?\ndata:\n  source: {_server.Urls.Single()}/data/orders.csv\n  key: id\ntarget:\n  column: name\n  task: multiclass\ncolumns:\n  id: id\n", cancel);
        var downloads = Path.Combine(_folder.Path, "workspace", "downloads");
        Process Start()
        {
            var info = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "fairlead-cli.dll"), "data", "check", project, "--checks", checks, "--json"]) { RedirectStandardOutput = true, RedirectStandardError = true };
            info.Environment["FAIRLEAD_WORKSPACE"] = Path.Combine(_folder.Path, "workspace");
            return Process.Start(info)!;
        }

        List<string> Pieces() => Directory.Exists(downloads) ? [.. Directory.EnumerateFiles(downloads, "*.part.????", SearchOption.AllDirectories)] : [];
        var midway = 0;
        foreach (var bytes in new[] { 0, 65_000, 130_000, 195_000, 330_000 }) // of all pieces
        {
            using var process = Start();
            while (!process.HasExited && (Pieces().Count == 0 || Pieces().Sum(Length) < bytes))
            {
                Thread.Sleep(1);
            }

            midway += process.HasExited ? 0 : 1;
            process.Kill();
            await process.WaitForExitAsync(cancel);
            Assert.Empty(EveryByte.Holding(EveryByte.AsStored(downloads), ["1234,x", "20000,x", "id,name"]));
        }

        Assert.True(midway >= 3, $"Only {midway} fell into the fetching.");
        _pause = 0;
        _asked.Clear();
        using var last = Start();
        var said = last.StandardError.ReadToEndAsync(cancel);
        var answer = await last.StandardOutput.ReadToEndAsync(cancel);
        await last.WaitForExitAsync(cancel);

        Assert.True(last.ExitCode == 0, answer + await said);
        Assert.StartsWith("206 from ", _asked.First(), StringComparison.Ordinal);
        Assert.DoesNotContain("206 from 0", _asked);
        Assert.Empty(EveryByte.Holding(EveryByte.AsStored(Path.Combine(_folder.Path, "workspace")), ["49999,x"]));
        Assert.Empty(Pieces());
    }

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

    private async Task AnswerAsync(HttpContext context)
    {
        var from = 0;
        context.Response.Headers.ETag = Mark;
        if (context.Request.Headers.IfNoneMatch == Mark)
        {
            context.Response.StatusCode = 304;
            return;
        }

        if (context.Request.Headers.Range.ToString() is { Length: > 0 } range && context.Request.Headers.IfRange == Mark)
        {
            from = int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes {from}-{_content.Length - 1}/{_content.Length}";
        }

        _asked.Enqueue($"{context.Response.StatusCode} from {from}");
        context.Response.ContentLength = _content.Length - from;
        for (var at = from; at < _content.Length && !context.RequestAborted.IsCancellationRequested; at += BlockBytes)
        {
            await context.Response.Body.WriteAsync(_content.AsMemory(at, Math.Min(BlockBytes, _content.Length - at)));
            await context.Response.Body.FlushAsync();
            await Task.Delay(_pause);
        }
    }
}
