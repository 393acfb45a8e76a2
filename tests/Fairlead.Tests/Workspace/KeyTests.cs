using System.Net;
using System.Text;
using System.Text.Json;
using Fairlead.Workspace;
using Fairlead.Workspace.Keys;

namespace Fairlead.Tests.Workspace;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class KeyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fairlead-keys-").FullName;

    private string KeyPath => Path.Combine(_folder, "kept", "master.key");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_key_file_is_made_for_its_owner_alone_and_opens_the_workspace_again()
    {
        var settings = File();
        string id;
        using (var workspace = Open(settings))
        {
            id = workspace.Blobs.Put("words"u8);
        }

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(KeyPath));
        }

        using var again = Open(settings);
        Assert.Equal("words"u8.ToArray(), again.Blobs.Read(id));
    }

    [Fact]
    public void A_key_file_that_others_may_read_is_refused_with_what_to_do()
    {
        using (var workspace = Open(File()))
        {
            workspace.Blobs.Put("words"u8);
        }

        if (OperatingSystem.IsWindows())
        {
            return; // rights are not in a file's mode there
        }

        System.IO.File.SetUnixFileMode(KeyPath, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        using var again = Open(File());
        Assert.Contains("chmod 600", Assert.Throws<FaultException>(() => again.Blobs.Put("more"u8)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_key_and_a_missing_one_are_clear_faults()
    {
        string id;
        using (var workspace = Open(File()))
        {
            id = workspace.Blobs.Put("words"u8);
        }

        using (var other = Open(Given(MasterKey.New())))
        {
            var fault = Assert.Throws<FaultException>(() => other.Blobs.Read(id));
            Assert.Contains("is encrypted with the key", fault.Message, StringComparison.Ordinal);
            Assert.Contains("FAIRLEAD_KEY holds", fault.Message, StringComparison.Ordinal);
        }

        using (var bad = Open(new KeySettings("no key", null, null)))
        {
            Assert.Contains("44 signs", Assert.Throws<FaultException>(() => bad.Blobs.Read(id)).Message, StringComparison.Ordinal);
        }

        System.IO.File.Delete(KeyPath);
        using var without = Open(File());
        Assert.Contains("key file is not there", Assert.Throws<FaultException>(() => without.Blobs.Read(id)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_rotation_the_old_key_opens_nothing_and_the_new_one_everything()
    {
        var (old, now) = (MasterKey.New(), MasterKey.New());
        List<string> ids = [];
        using (var workspace = Open(Given(old)))
        {
            ids.AddRange(Enumerable.Range(0, 20).Select(i => workspace.Blobs.Put(Encoding.UTF8.GetBytes($"content {i}"))));
            workspace.Audit.Read("test", "before");
        }

        using (var workspace = Open(new KeySettings(old.Base64, null, null, now.Base64)))
        {
            var outcome = RotateKeys.Run(workspace, forgetOld: false, CancellationToken.None);
            Assert.Equal((now.Id, old.Id, false), (outcome.Key, outcome.Before, outcome.WentOn));
            Assert.True(outcome.Wrapped >= 20);
            ids.Add(workspace.Blobs.Put("afterwards"u8));
        }

        using (var workspace = Open(Given(now)))
        {
            Assert.All(ids, id => Assert.NotEmpty(workspace.Blobs.Read(id)));
            Assert.Empty(workspace.Audit.Verify());
        }

        using var late = Open(Given(old));
        Assert.Throws<FaultException>(() => late.Blobs.Read(ids[0]));
        Assert.All(KeyPaths.All(_folder), path => Assert.Equal(now.Id, WrappedKey.MasterOf(System.IO.File.ReadAllBytes(path.Path))));
    }

    [Fact] // what a kill between any two steps leaves: nothing, some or all keys wrapped anew, the state not yet ended
    public void A_rotation_that_was_stopped_leaves_everything_readable_and_is_gone_on_with()
    {
        string[] ids;
        using (var workspace = Open(File()))
        {
            ids = [.. Enumerable.Range(0, 6).Select(i => workspace.Blobs.Put(Encoding.UTF8.GetBytes($"content {i}")))];
        }

        for (var stop = 0; stop <= ids.Length; stop++)
        {
            using (var workspace = Open(File()))
            {
                workspace.Keys.BeginRotation();
                var (now, before) = workspace.Keys.InRotation();
                foreach (var id in ids.Take(stop))
                {
                    var wrapped = System.IO.File.ReadAllBytes(workspace.Blobs.KeyPath(id));
                    System.IO.File.WriteAllBytes(workspace.Blobs.KeyPath(id), WrappedKey.Wrap(WrappedKey.Unwrap(wrapped, id, before)!, id, now));
                }
            }

            using (var killed = Open(File()))
            {
                Assert.All(ids, id => Assert.NotEmpty(killed.Blobs.Read(id)));
                Assert.True(RotateKeys.Run(killed, forgetOld: false, CancellationToken.None).WentOn);
            }

            using var after = Open(File());
            Assert.All(ids, id => Assert.NotEmpty(after.Blobs.Read(id)));
            Assert.Null(KeyState.Read(_folder)!.Previous);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"format\": 2}")]
    [InlineData("{\"format\": \"1\"}")]
    [InlineData("{\"format\": 1, \"workspace\": \"0a\", \"key\": 7, \"source\": \"file\"}")]
    [InlineData("{\"format\": 1, \"workspace\": \"0a\", \"source\": \"file\"}")]
    [InlineData("{\"format\": 1, \"workspace\": \"0a\", \"key\": \"b\", \"source\": \"file\", \"previous\": {\"key\": \"c\"}}")]
    public void A_damaged_note_of_the_key_is_a_fault_with_its_place(string text)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "keys"));
        System.IO.File.WriteAllText(KeyState.PathIn(_folder), text);
        Assert.Contains("master.json", Assert.Throws<FaultException>(() => KeyState.Read(_folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_note_of_the_key_is_read_as_it_was_written()
    {
        var state = new KeyState(KeyState.FormatVersion, "0a1b", "c2", "service", "d3==", new PreviousKey("e4", "f5=="));
        foreach (var written in (KeyState[])[state, state with { Wrapped = null, Previous = null }])
        {
            Directory.CreateDirectory(Path.Combine(_folder, "keys"));
            written.Write(_folder);
            Assert.Equal(written, KeyState.Read(_folder));
        }
    }

    [Fact]
    public void A_process_that_was_open_during_a_rotation_reads_and_writes_on()
    {
        using var open = Open(File());
        var before = open.Blobs.Put("before"u8);
        using (var other = Open(File()))
        {
            RotateKeys.Run(other, forgetOld: false, CancellationToken.None);
        }

        var after = open.Blobs.Put("after"u8);
        using var fresh = Open(File());
        Assert.Equal("before"u8.ToArray(), open.Blobs.Read(before));
        Assert.Equal("after"u8.ToArray(), fresh.Blobs.Read(after));
        Assert.All(KeyPaths.All(_folder), path => Assert.Equal(fresh.Keys.Master.Id, WrappedKey.MasterOf(System.IO.File.ReadAllBytes(path.Path))));
    }

    [Fact]
    public async Task A_key_service_wraps_the_master_key_which_is_in_no_file()
    {
        await using var service = new TransitServer();
        var settings = new KeySettings(null, null, new TransitKeyService(new Uri(service.Url), "fairlead", "token-1"));
        string id;
        using (var workspace = Open(settings))
        {
            id = workspace.Blobs.Put("words"u8);
            RotateKeys.Run(workspace, forgetOld: false, CancellationToken.None);
        }

        using (var again = Open(settings))
        {
            Assert.Equal("words"u8.ToArray(), again.Blobs.Read(id));
        }

        Assert.True(service.Asked >= 3);
        using (var refused = Open(new KeySettings(null, null, new TransitKeyService(new Uri(service.Url), "fairlead", "other token"))))
        {
            Assert.Contains("refused", Assert.Throws<FaultException>(() => refused.Blobs.Read(id)).Message, StringComparison.Ordinal);
        }

        using var away = Open(new KeySettings(null, null, new TransitKeyService(new Uri("http://127.0.0.1:9/v1/transit"), "fairlead", null)));
        Assert.Contains("can't be reached", Assert.Throws<FaultException>(() => away.Blobs.Read(id)).Message, StringComparison.Ordinal);
    }

    private static Func<KeySettings> Of(KeySettings settings) => () => settings;

    private static KeySettings Given(MasterKey key) => new(key.Base64, null, null);

    private KeySettings File() => new(null, KeyPath, null);

    private WorkspaceFolder Open(KeySettings settings) => WorkspaceFolder.Open(_folder, null, Of(settings));

    /// <summary>A transit service on the loopback: XORs with a byte, which is enough to tell what was wrapped from what was not.</summary>
    private sealed class TransitServer : IAsyncDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly Task _loop;

        public TransitServer()
        {
            var port = 20_000 + (Environment.ProcessId % 20_000);
            for (; ; port++)
            {
                try
                {
                    _listener.Prefixes.Clear();
                    _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
                    _listener.Start();
                    break;
                }
                catch (HttpListenerException)
                {
                    // taken
                }
            }

            Url = $"http://127.0.0.1:{port}/v1/transit";
            _loop = Task.Run(AnswerAsync);
        }

        public string Url { get; }

        public int Asked { get; private set; }

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _loop;
            _listener.Close();
        }

        private async Task AnswerAsync()
        {
            while (true)
            {
                HttpListenerContext context;
                try
                {
                    context = await _listener.GetContextAsync();
                }
                catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }

                Asked++;
                if (context.Request.Headers["X-Vault-Token"] != "token-1")
                {
                    context.Response.StatusCode = 403;
                    context.Response.Close();
                    continue;
                }

                using var body = await JsonDocument.ParseAsync(context.Request.InputStream);
                var encrypt = context.Request.Url!.AbsolutePath == "/v1/transit/encrypt/fairlead";
                var value = body.RootElement.GetProperty(encrypt ? "plaintext" : "ciphertext").GetString()!;
                var bytes = Convert.FromBase64String(encrypt ? value : value["vault:v1:".Length..]).Select(b => (byte)(b ^ 0x5A)).ToArray();
                var answer = encrypt ? $"{{\"data\":{{\"ciphertext\":\"vault:v1:{Convert.ToBase64String(bytes)}\"}}}}" : $"{{\"data\":{{\"plaintext\":\"{Convert.ToBase64String(bytes)}\"}}}}";
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer));
                context.Response.Close();
            }
        }
    }
}
