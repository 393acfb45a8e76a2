using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;
using Fairlead.Workspace.Keys;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Fairlead.Tests.Projects.Sources;

/// <summary>Against a real server on loopback.</summary>
public sealed class SourceDownloadTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _asked = [];
    private byte[] _content = Encoding.UTF8.GetBytes("id,name\n" + string.Concat(Enumerable.Range(0, 50_000).Select(i => $"{i},x\n")));
    private WebApplication _server = null!;
    private int _breakAfter = int.MaxValue;
    private string? _last;
    private bool _refuses;

    private string Downloads => Path.Combine(_folder.Path, "ws", "downloads");

    private DownloadFolder Place => new(Downloads, new Keyring(Path.Combine(_folder.Path, "ws")));

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
        Assert.Equal(_content, Read(path));
        Assert.NotEqual(first.Length, _content.Length);
        Assert.Equal("orders.csv", Path.GetFileName(path));
    }

    [Fact]
    public async Task A_download_that_breaks_off_goes_on_where_it_stopped()
    {
        _breakAfter = 100_000;

        var path = await FetchAsync();

        Assert.Equal(_content, Read(path));
        Assert.Equal("200", _asked.ElementAt(0));
        Assert.StartsWith("206 from ", _asked.ElementAt(1), StringComparison.Ordinal);
    }

    [Fact] // the part that is there is of another file by now
    public async Task A_file_that_changed_meanwhile_is_fetched_from_its_start()
    {
        _breakAfter = 100_000;
        var fetching = FetchAsync();
        while (_asked.IsEmpty)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        _content = Encoding.UTF8.GetBytes(new string('z', 300_000));
        var path = await fetching;

        Assert.Equal(_content, Read(path));
    }

    [Fact]
    public async Task A_checksum_is_held_and_makes_the_server_unneeded()
    {
        var sum = Convert.ToHexStringLower(SHA256.HashData(_content));
        var wrong = await Assert.ThrowsAsync<FaultException>(() => FetchAsync(new string('0', 64)));
        var path = await FetchAsync(sum.ToUpperInvariant());
        await _server.StopAsync(TestContext.Current.CancellationToken);

        Assert.Contains($"The file's SHA-256 is {sum}; declared is 0000", wrong.Message, StringComparison.Ordinal);
        Assert.Equal(path, await SourceDownload.FetchAsync(_last!, sum, Place, CancellationToken.None));
        Assert.Equal(2, _asked.Count);
    }

    [Fact]
    public async Task A_server_that_is_not_there_and_a_file_that_is_not_there_are_faults()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        var offline = await Assert.ThrowsAsync<FaultException>(() => SourceDownload.FetchAsync($"http://127.0.0.1:{port}/a.csv", null, Place, CancellationToken.None));
        var absent = await Assert.ThrowsAsync<FaultException>(() => SourceDownload.FetchAsync(_server.Urls.Single() + "/none.csv", null, Place, CancellationToken.None));
        var secret = await Assert.ThrowsAsync<FaultException>(() => SourceDownload.FetchAsync("http://me:pass@127.0.0.1/a.csv", null, Place, CancellationToken.None));

        Assert.Contains("can't be fetched", offline.Message, StringComparison.Ordinal);
        Assert.Matches("404 [^.]*\\.$", Assert.Single(absent.Faults).What);
        Assert.Contains("names and passwords do not belong in it", secret.Message, StringComparison.Ordinal);
    }

    [Fact] // what is fetched may be about people
    public async Task What_is_fetched_or_broken_off_is_encrypted_on_the_disk_and_its_key_goes_with_it()
    {
        var path = await FetchAsync();
        Assert.Equal(_content, Read(path));
        Assert.Empty(Clear());

        _content = [.. _content, .. "50000,y\n"u8];
        var fetching = BreakOffAsync(300_000);
        await Assert.ThrowsAsync<FaultException>(() => fetching);
        var pieces = Directory.GetFiles(Path.GetDirectoryName(path)!, "*.part.????");
        Assert.InRange(new FileInfo(Assert.Single(pieces)).Length, 65_560, 300_100);
        Assert.Empty(Clear());

        // Another process goes on with it, behind the last whole chunk.
        Assert.Equal(_content, Read(await FetchAsync()));
        Assert.StartsWith("206 from ", _asked.Last(), StringComparison.Ordinal);
        Assert.Equal(0, int.Parse(_asked.Last()["206 from ".Length..], System.Globalization.CultureInfo.InvariantCulture) % 65_536);
        Assert.Empty(Clear());
        SourceDownload.DeleteFetched();
        Assert.Equal(["orders.csv.known"], Directory.GetFiles(Path.GetDirectoryName(path)!).Select(Path.GetFileName));
    }

    [Theory] // a kill leaves a piece cut off anywhere, or without its key; a disk may give other bytes back
    [InlineData("cut")]
    [InlineData("no key")]
    [InlineData("changed")]
    [InlineData("plain, from before")]
    public async Task Whatever_is_left_of_a_download_the_file_comes_out_right(string left)
    {
        await Assert.ThrowsAsync<FaultException>(() => BreakOffAsync(300_000));
        var piece = Directory.GetFiles(Path.Combine(Directory.GetDirectories(Downloads).Single()), "*.part.????").Single();
        switch (left)
        {
            case "cut":
                using (var file = new FileStream(piece, FileMode.Open))
                {
                    file.SetLength(file.Length - 70_000);
                }

                break;
            case "no key":
                File.Delete(piece + ".key");
                break;
            case "changed":
                using (var file = new FileStream(piece, FileMode.Open))
                {
                    file.Position = 70_000;
                    file.WriteByte((byte)(file.ReadByte() ^ 1));
                }

                break;
            default:
                File.Delete(piece);
                File.Delete(piece + ".key");
                await File.WriteAllBytesAsync(piece[..^5], _content[..100_000], TestContext.Current.CancellationToken);
                await File.WriteAllBytesAsync(piece[..^10], _content[..100_000], TestContext.Current.CancellationToken); // a finished one
                break;
        }

        Assert.Equal(_content, Read(await FetchAsync()));
        Assert.Empty(Clear());
        SourceDownload.DeleteFetched();
        Assert.Equal(["orders.csv.known"], Directory.GetFiles(Path.GetDirectoryName(piece)!).Select(Path.GetFileName));
    }

    [Fact]
    public async Task What_was_read_is_deleted_and_its_hash_will_do_until_it_changes()
    {
        var cancel = TestContext.Current.CancellationToken;
        var path = await FetchAsync();
        SourceDownload.DeleteFetched();
        Assert.False(File.Exists(path));

        var same = await SourceDownload.HashAsync(Address, null, Place, cancel);
        Assert.Equal((Convert.ToHexStringLower(SHA256.HashData(_content)), _content.LongLength, false), (same.Sha256, same.Bytes, File.Exists(same.Path)));
        Assert.Equal(path, await FetchAsync()); // read anew: it is sent again
        _content = [.. _content, .. "50000,y\n"u8];
        var changed = await SourceDownload.HashAsync(Address, null, Place, cancel);
        Assert.Equal((Convert.ToHexStringLower(SHA256.HashData(_content)), true), (changed.Sha256, File.Exists(changed.Path)));
        Assert.Equal(["200", "304", "200", "200"], _asked);
        SourceDownload.DeleteFetched();
    }

    [Fact] // by the program: the copy that was read is gone when it ends
    public async Task A_new_project_from_an_address_names_the_address_and_what_came_from_it()
    {
        var cancel = TestContext.Current.CancellationToken;
        _content = Encoding.UTF8.GetBytes("id,name,size\n" + string.Concat(Enumerable.Range(0, 300).Select(i => $"k{i},{(i % 3 == 0 ? "x" : "y")},{i % 17}\n")));
        var project = Path.Combine(_folder.Path, "web");
        var info = new System.Diagnostics.ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "fairlead-cli.dll"), "new", "web", "--data", Address, "--target", "name", "--folder", project, "--json"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        info.Environment["FAIRLEAD_WORKSPACE"] = Path.Combine(_folder.Path, "workspace");
        using var program = System.Diagnostics.Process.Start(info)!;
        var said = program.StandardError.ReadToEndAsync(cancel);
        var answer = await program.StandardOutput.ReadToEndAsync(cancel);
        await program.WaitForExitAsync(cancel);

        Assert.True(program.ExitCode == 0, answer + await said);
        var written = Fairlead.Projects.ProjectFileReader.Read(project, withSource: false);
        Assert.Equal(Address, Assert.Single(written.Sources));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(_content)), Assert.Single(written.Checksums));
        Assert.Equal(["200"], _asked);
    }

    [Fact] // by the program: a project whose source is an address
    public async Task A_command_leaves_no_byte_of_what_it_fetched_in_clear_and_asks_only_whether_it_changed()
    {
        var cancel = TestContext.Current.CancellationToken;
        var project = Directory.CreateDirectory(Path.Combine(_folder.Path, "project")).FullName;
        await File.WriteAllTextAsync(Path.Combine(project, "fairlead.yaml"), $"project: orders\nid: \"0a0b0c0d\"\nquestion: Which?\ndata:\n  source: {Address}\n  key: id\ntarget:\n  column: name\n  task: multiclass\ncolumns:\n  id: id\n", cancel);
        var checks = _folder.File("checks.yaml", "checks:\n  - id: any\n    check: not_null\n    column: id\n");
        foreach (var asked in new[] { "200 304", "200 304 304" })
        {
            var info = new System.Diagnostics.ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "fairlead-cli.dll"), "data", "check", project, "--checks", checks, "--json"]) { RedirectStandardOutput = true, RedirectStandardError = true };
            info.Environment["FAIRLEAD_WORKSPACE"] = Path.Combine(_folder.Path, "workspace");
            using var program = System.Diagnostics.Process.Start(info)!;
            var said = program.StandardError.ReadToEndAsync(cancel);
            var answer = await program.StandardOutput.ReadToEndAsync(cancel);
            await program.WaitForExitAsync(cancel);
            Assert.True(program.ExitCode == 0, answer + await said);
            Assert.Contains("\"rows\":50000", answer.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.Equal(asked, string.Join(' ', _asked));
            var stored = Iterations.Erasure.EveryByte.AsStored(Path.Combine(_folder.Path, "workspace"));
            Assert.Empty(Iterations.Erasure.EveryByte.Holding(stored, ["49999,x"]));
        }
    }

    [Fact]
    public async Task A_preview_asks_only_whether_the_file_changed_once_an_iteration_has_read_it()
    {
        var cancel = TestContext.Current.CancellationToken;
        _content = Encoding.UTF8.GetBytes("id,name,size\n" + string.Concat(Enumerable.Range(0, 300).Select(i => $"k{i},{(i % 3 == 0 ? "x" : "y")},{i % 17}\n")));
        using var workspace = WorkspaceFolder.Open(Path.Combine(_folder.Path, "ws"));
        var folder = Directory.CreateDirectory(Path.Combine(_folder.Path, "project")).FullName;
        async Task<Fairlead.Projects.ProjectFile> ProjectAsync(string checksum)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "fairlead.yaml"), $"project: orders\nid: \"0a0b0c0d\"\nquestion: Which?\ndata:\n  source: {Address}\n{checksum}  key: id\ntarget:\n  column: name\n  task: multiclass\ncolumns:\n  id: id\n  size: number\n", cancel);
            return Fairlead.Data.Privacy.PseudonymKeys.Bind(Fairlead.Projects.ProjectFileReader.Read(folder, withSource: false), workspace);
        }

        var project = await ProjectAsync("");
        await Fairlead.Iterations.IngestStep.RunAsync(new Fairlead.Iterations.StepRunner(workspace, null), workspace, project, cancel);
        _asked.Clear();
        Assert.Equal(300, (await Fairlead.Iterations.PreviewCleaning.RunAsync(workspace, project, cancel)).Cleaning.Read);
        Assert.Equal(["304"], _asked);

        // Declared, the checksum says it without the server; another file is fetched and seen.
        project = await ProjectAsync($"  sha256: {Convert.ToHexStringLower(SHA256.HashData(_content))}\n");
        Assert.Equal(300, (await Fairlead.Iterations.PreviewCleaning.RunAsync(workspace, project, cancel)).Cleaning.Read);
        Assert.Equal(["304"], _asked);
        project = await ProjectAsync("");
        _content = [.. _content, .. "k300,y,3\n"u8];
        Assert.Equal(301, (await Fairlead.Iterations.PreviewCleaning.RunAsync(workspace, project, cancel)).Cleaning.Read);
        Assert.Equal("200", _asked.ElementAt(1));
    }

    private static byte[] Read(string path)
    {
        using var stream = FetchedFile.Open(path);
        using var all = new MemoryStream();
        stream.CopyTo(all);
        return all.ToArray();
    }

    /// <summary>Files of the downloads that hold a piece of what the server has.</summary>
    private List<string> Clear() => Iterations.Erasure.EveryByte.Holding(Iterations.Erasure.EveryByte.AsStored(Downloads), ["1234,x", "20000,x", "id,name"]);

    /// <summary>The server breaks off behind so many bytes and then refuses.</summary>
    private async Task BreakOffAsync(int after)
    {
        (_breakAfter, _refuses) = (after, true);
        try
        {
            await FetchAsync();
        }
        finally
        {
            _refuses = false;
        }
    }

    private Task<string> FetchAsync(string? sha256 = null) => SourceDownload.FetchAsync(_last = Address, sha256, Place, TestContext.Current.CancellationToken);

    private async Task AnswerAsync(HttpContext context)
    {
        var content = _content;
        if (_refuses && _breakAfter == int.MaxValue)
        {
            context.Response.StatusCode = 503;
            return;
        }

        if (context.Request.Path != "/data/orders.csv")
        {
            context.Response.StatusCode = 404;
            return;
        }

        var mark = $"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}\"";
        context.Response.Headers.ETag = mark;
        if (context.Request.Headers.IfNoneMatch == mark)
        {
            _asked.Enqueue("304");
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
            _asked.Enqueue("200");
            context.Abort();
            return;
        }

        _asked.Enqueue(from > 0 ? $"206 from {from}" : "200");
    }
}
