using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Fairlead.Models.Personal;
using Fairlead.Packaging;
using Fairlead.Tests.Serving;
using Fairlead.Workspace;

namespace Fairlead.Tests.Packaging;

/// <summary>The image of the real model server: unpacked beside a container runtime, and under one.</summary>
public sealed class ContainerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fairlead container ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Staging_answers_from_the_unpacked_image_and_ends_when_its_input_does()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var workspace = WorkspaceFolder.Open(Path.Combine(_folder, "workspace"));
        var image = Image(workspace.Blobs);
        var root = ImageFiles.Extract(image.Digest, Path.Combine(_folder, "images"), workspace.Blobs);
        var port = FreePort();
        var server = await StagingServer.StartAsync(root, port, Path.Combine(_folder, "log"), ship: null, cancel);
        var exited = server.Exited;
        try
        {
            await AssertAnswersAsync(server.Url, cancel);
        }
        finally
        {
            await server.DisposeAsync();
        }

        await exited.WaitAsync(TimeSpan.FromSeconds(1), cancel);
        Assert.NotEmpty(Directory.EnumerateFiles(Path.Combine(_folder, "log"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_server_that_can_not_start_is_a_fault_with_what_it_said()
    {
        using var workspace = WorkspaceFolder.Open(Path.Combine(_folder, "workspace"));
        var image = Image(workspace.Blobs);
        var root = ImageFiles.Extract(image.Digest, Path.Combine(_folder, "images"), workspace.Blobs);
        File.AppendAllText(Path.Combine(root, "model", "contract.json"), " ");
        var fault = await Assert.ThrowsAsync<FaultException>(() => StagingServer.StartAsync(
            root, FreePort(), Path.Combine(_folder, "log"), ship: null, TestContext.Current.CancellationToken));
        Assert.Contains("contract.json", fault.Message);
    }

    [Fact]
    public async Task The_image_runs_under_a_container_runtime_read_only_and_answers()
    {
        var cancel = TestContext.Current.CancellationToken;
        var podman = new Podman(_folder);
        Assert.SkipUnless(podman.IsUsable, "podman with runc as root is not here; ./test installs it");
        using var workspace = WorkspaceFolder.Open(Path.Combine(_folder, "workspace"));
        var image = Image(workspace.Blobs);
        var archive = Path.Combine(_folder, "orders.tar");
        OciImage.Export(image.Digest, "localhost/orders:1", archive, workspace.Blobs);
        podman.Run("load", "-i", archive);
        Assert.Equal(image.Digest, podman.Run("image", "inspect", "--format", "{{.Digest}}", "localhost/orders:1").Trim());

        var port = FreePort().ToString(CultureInfo.InvariantCulture);
        var id = podman.Run("run", "-d", "--network", "host", "--read-only", "--cap-drop", "all", "-e", "FAIRLEAD_ADDRESS=127.0.0.1", "-e", "FAIRLEAD_PORT=" + port, "localhost/orders:1").Trim();
        try
        {
            await AssertAnswersAsync(new Uri($"http://127.0.0.1:{port}"), cancel, () => podman.Run("logs", id));
            podman.Run("stop", "-t", "20", id);
            Assert.Equal("0", podman.Run("inspect", "--format", "{{.State.ExitCode}}", id).Trim()); // SIGTERM is a clean end
        }
        finally
        {
            podman.Run("rm", "-f", "-v", id);
            podman.Run("rmi", "-a", "-f");
        }
    }

    [Fact] // the key reaches the container as a secret, readable by the user it runs as, and is in no layer
    public async Task A_container_with_the_pseudonym_key_as_a_secret_answers_and_one_without_says_what_it_needs()
    {
        var cancel = TestContext.Current.CancellationToken;
        var podman = new Podman(_folder);
        Assert.SkipUnless(podman.IsUsable, "podman with runc as root is not here; ./test installs it");
        var key = PersonalKey.Parse(PseudonymServerTests.Secret)!;
        using var workspace = WorkspaceFolder.Open(Path.Combine(_folder, "workspace"));
        var image = Image(workspace.Blobs, TinyPackages.Customers(key).ToDictionary(file => file.Key, file => workspace.Blobs.Put(file.Value)));
        var archive = Path.Combine(_folder, "customers.tar");
        OciImage.Export(image.Digest, "localhost/customers:1", archive, workspace.Blobs);
        Assert.Equal(-1, (await File.ReadAllBytesAsync(archive, cancel)).AsSpan().IndexOf(Encoding.UTF8.GetBytes(PseudonymServerTests.Secret)));
        podman.Run("load", "-i", archive);
        var secret = Path.Combine(_folder, "pseudonym-key");
        await File.WriteAllTextAsync(secret, PseudonymServerTests.Secret + "\n", cancel);
        podman.Run("secret", "create", "customers-key", secret);

        var port = FreePort().ToString(CultureInfo.InvariantCulture);
        string[] run = ["run", "-d", "--network", "host", "--read-only", "--cap-drop", "all", "-e", "FAIRLEAD_ADDRESS=127.0.0.1", "-e", "FAIRLEAD_PORT=" + port];
        var with = podman.Run([.. run, "--secret", $"customers-key,uid={OciImage.User.ToString(CultureInfo.InvariantCulture)},mode=0400,target=/pseudonym-key", "-e", $"{PersonalKey.FileVariable}=/pseudonym-key", "localhost/customers:1"]).Trim();
        var without = "";
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            await UntilReadyAsync(client, () => podman.Run("logs", with), cancel);
            using var row = new StringContent("{\"customer\":\"ann\"}", Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri("/projects/customers/predict", UriKind.Relative), row, cancel);
            using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancel));
            Assert.Equal(0.8175744761936437, json.RootElement.GetProperty("predictions")[0].GetProperty("probabilities").GetProperty("yes").GetDouble(), 1e-15);
            Assert.DoesNotContain(PseudonymServerTests.Secret, podman.Run("inspect", with) + podman.Run("logs", with), StringComparison.Ordinal);
            podman.Run("stop", "-t", "20", with);

            without = podman.Run([.. run, "localhost/customers:1"]).Trim();
            Assert.Equal("1", podman.Run("wait", without).Trim());
            Assert.Contains($"The model needs the pseudonym key {key.Id}, and there is none.", podman.Said("logs", without), StringComparison.Ordinal);
        }
        finally
        {
            podman.Run(["rm", "-f", "-v", with, .. without.Length > 0 ? [without] : Array.Empty<string>()]);
            podman.Run("rmi", "-a", "-f");
        }
    }

    private static OciImage Image(BlobStore blobs, IReadOnlyDictionary<string, string>? package = null)
    {
        var server = ServerBinary.Find(TimeProvider.System, null, TestContext.Current.CancellationToken, out var note);
        Assert.SkipWhen(server is null, $"no model server: {note} ./fairlead builds it.");
        return OciImage.Write(package ?? PackageWriterTests.Write(blobs).Package, "orders", "Will the order be late?", server!, blobs);
    }

    private static async Task AssertAnswersAsync(Uri url, CancellationToken cancel, Func<string>? log = null)
    {
        using var client = new HttpClient { BaseAddress = url };
        await UntilReadyAsync(client, log, cancel);
        using var row = new StringContent("""{"order":"o-7","carrier":" Blue ","weight":7}""", Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("/projects/orders/predict", UriKind.Relative), row, cancel);
        var body = await answer.Content.ReadAsStringAsync(cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, body);
        using var json = JsonDocument.Parse(body);
        var prediction = json.RootElement.GetProperty("predictions")[0];
        Assert.Contains(prediction.GetProperty("prediction").GetString(), new[] { "yes", "no" });
        var probabilities = prediction.GetProperty("probabilities");
        Assert.Equal(1, probabilities.GetProperty("yes").GetDouble() + probabilities.GetProperty("no").GetDouble(), 1e-9);
    }

    private static async Task UntilReadyAsync(HttpClient client, Func<string>? log, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var ready = await client.GetAsync(new Uri("/v2/health/ready", UriKind.Relative), cancel);
                if (ready.IsSuccessStatusCode)
                {
                    break;
                }
            }
            catch (HttpRequestException)
            {
                // not listening yet
            }

            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20), $"not ready: {log?.Invoke()}");
            await Task.Delay(20, cancel);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>podman with storage of its own, set up to run inside a container too: runc, no systemd, modest limits.</summary>
    private sealed class Podman
    {
        private readonly string _folder;
        private readonly string _config;

        public Podman(string folder)
        {
            _folder = Path.Combine(folder, "podman");
            Directory.CreateDirectory(_folder);
            _config = Path.Combine(_folder, "containers.conf");
            File.WriteAllText(_config, """
                [containers]
                default_ulimits = ["nofile=16384:16384", "nproc=16384:16384"]
                [engine]
                runtime = "runc"
                cgroup_manager = "cgroupfs"
                events_logger = "file"
                """);
        }

        public bool IsUsable => Environment.IsPrivilegedProcess && Found("podman") && Found("runc");

        public string Run(params string[] arguments) => Ask(arguments).Output;

        /// <summary>What it says on both streams.</summary>
        public string Said(params string[] arguments) => Ask(arguments) is var (output, errors) ? output + errors : "";

        private (string Output, string Errors) Ask(string[] arguments)
        {
            string[] all =
            [
                "--root", Path.Combine(_folder, "root"), "--runroot", Path.Combine(_folder, "run"), "--tmpdir", Path.Combine(_folder, "tmp"), "--storage-driver", "vfs",
                .. arguments,
            ];
            var start = new ProcessStartInfo("podman", all) { RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["CONTAINERS_CONF"] = _config;
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, $"podman {string.Join(' ', arguments)}: {process.ExitCode}\n{output}\n{errors.Result}");
            return (output, errors.Result);
        }

        private static bool Found(string program) =>
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin").Any(folder => File.Exists(Path.Combine(folder, program)));
    }
}
