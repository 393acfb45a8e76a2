using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Fairlead.Stories;

/// <summary>The image of an iteration under a real container runtime: it answers, with the same answers as <c>score</c>.</summary>
public sealed class ImageStories : IDisposable
{
    private readonly FairleadProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task The_image_of_an_iteration_runs_under_podman_and_answers_as_score_does()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Found("podman") && Found("runc"), "podman with runc as root is not here; ./test installs it");
        var cancel = TestContext.Current.CancellationToken;
        var project = await SmallProject.MakeAsync(_program);
        var image = (await _program.RunAsync("iterate", project, "--json")).Expect(0).Json.GetProperty("image").GetString();
        var archive = Path.Combine(_program.Folder, "beds.tar");
        (await _program.RunAsync("image", project, "-o", archive, "--tag", "localhost/beds:1", "--json")).Expect(0);
        await PodmanAsync("load", "-i", archive);
        Assert.Equal(image, (await PodmanAsync("image", "inspect", "--format", "{{.Digest}}", "localhost/beds:1")).Trim());

        var port = UpSession.FreePort().ToString();
        var id = (await PodmanAsync(
            "run", "-d", "--network", "host", "--read-only", "--cap-drop", "all", "-e", "FAIRLEAD_ADDRESS=127.0.0.1", "-e", "FAIRLEAD_PORT=" + port, "localhost/beds:1")).Trim();
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            for (var attempt = 0; !await ReadyAsync(http); attempt++)
            {
                Assert.True(attempt < 200, await PodmanAsync("logs", id));
                await Task.Delay(50, cancel);
            }

            using var reply = await http.PostAsJsonAsync($"projects/{SmallProject.Name}/predict", SmallProject.Row(), cancel);
            var answer = JsonNode.Parse(await reply.Content.ReadAsStringAsync(cancel))!["predictions"]![0]!;
            var (file, output) = (Path.Combine(_program.Folder, "one.csv"), Path.Combine(_program.Folder, "one out.csv"));
            await File.WriteAllTextAsync(file, "bed,soil,sun,water,sown\n7,loam,9,22.5,2026-03-04\n", cancel);
            (await _program.RunAsync("score", project, file, "-o", output)).Expect(0);
            var scored = (await File.ReadAllLinesAsync(output, cancel))[1].Split(',');
            Assert.Equal(scored[0], answer["prediction"]!.GetValue<string>());
            Assert.Equal(scored[1], answer["probabilities"]!["no"]!.ToJsonString()); // bit for bit
            Assert.Equal(scored[2], answer["probabilities"]!["yes"]!.ToJsonString());
        }
        finally
        {
            await PodmanAsync("rm", "-f", "-v", "-t", "5", id);
            await PodmanAsync("rmi", "-a", "-f");
        }
    }

    private static async Task<bool> ReadyAsync(HttpClient http)
    {
        try
        {
            using var ready = await http.GetAsync(new Uri("v2/health/ready", UriKind.Relative));
            return ready.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // not listening yet
        }
    }

    /// <summary>podman with storage of its own, set up to run inside a container too: runc, no systemd, modest limits.</summary>
    private async Task<string> PodmanAsync(params string[] arguments)
    {
        var folder = Path.Combine(_program.Folder, "podman");
        Directory.CreateDirectory(folder);
        var config = Path.Combine(folder, "containers.conf");
        await File.WriteAllTextAsync(config, """
            [containers]
            default_ulimits = ["nofile=16384:16384", "nproc=16384:16384"]
            [engine]
            runtime = "runc"
            cgroup_manager = "cgroupfs"
            events_logger = "file"
            """);
        var start = new ProcessStartInfo(
            "podman",
            ["--root", Path.Combine(folder, "root"), "--runroot", Path.Combine(folder, "run"), "--tmpdir", Path.Combine(folder, "tmp"), "--storage-driver", "vfs", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["CONTAINERS_CONF"] = config;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"podman {string.Join(' ', arguments)}: {process.ExitCode}\n{output}\n{await errors}");
        return output;
    }

    private static bool Found(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin").Any(folder => File.Exists(Path.Combine(folder, program)));
}
