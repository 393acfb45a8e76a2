using System.Diagnostics;
using System.Globalization;
using System.Net;
using Fairlead.Models.Packages;
using Fairlead.Models.Personal;
using Fairlead.Models.RowSteps;
using Fairlead.Workspace;

namespace Fairlead.Packaging;

/// <summary>A model server that runs from an unpacked image, on loopback, as a child process. It ends with its parent, however that ends.</summary>
public sealed class StagingServer : IAsyncDisposable
{
    /// <summary>Longest time from start to ready.</summary>
    public static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(20);

    /// <summary>Time a stop may take before the process is ended.</summary>
    public static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(15);

    private const int OutputKept = 50;
    private readonly Process _process;
    private readonly Queue<string> _output = new();

    private StagingServer(Process process, int port)
    {
        _process = process;
        Port = port;
        Url = new Uri($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}");
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Port { get; }

    /// <summary>Where it answers.</summary>
    public Uri Url { get; }

    public int ProcessId => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Ends when the server does.</summary>
    public Task Exited => _process.WaitForExitAsync();

    /// <summary>The last lines it wrote.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return string.Join('\n', _output);
            }
        }
    }

    /// <summary>Starts the image's own program with the image's own loader and libraries, and waits until it is ready.</summary>
    /// <param name="root">The unpacked image; see <see cref="ImageFiles"/>.</param>
    /// <param name="port">Loopback port.</param>
    /// <param name="log">Folder for predictions that wait to be shipped; made when it isn't there.</param>
    /// <param name="ship">Where predictions are shipped to (plain http; with FAIRLEAD_API_KEY as bearer token where it is set), or null: they stay in <paramref name="log"/>.</param>
    /// <exception cref="FaultException">It ended or was not ready in time; the fault holds what it said.</exception>
    public static async Task<StagingServer> StartAsync(string root, int port, string log, Uri? ship, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(root);
        Directory.CreateDirectory(log);
        var program = Path.Combine(root, OciImage.ProgramPath);
        var start = Command(root, program,
        [
            "--model", Path.Combine(root, OciImage.ModelPath),
            "--port", port.ToString(CultureInfo.InvariantCulture),
            "--address", "127.0.0.1",
            "--log", Path.GetFullPath(log),
            .. ship is null ? Array.Empty<string>() : ["--ship", ship.ToString()],
            "--stop-with-input",
        ]);
        if (Environment.GetEnvironmentVariable("FAIRLEAD_API_KEY") is { Length: > 0 } key)
        {
            start.Environment["FAIRLEAD_SHIP_KEY"] = key; // not among the arguments, which every user of the machine can list
        }

        var contract = PackageJson.ReadContract(await File.ReadAllBytesAsync(Path.Combine(root, OciImage.ModelPath, ModelPackage.ContractFile), cancel));
        if (StepKey.Of(contract.RowSteps) is { } pseudonyms)
        {
            PersonalKey.Find(pseudonyms).GiveTo(start.Environment);
        }

        start.RedirectStandardInput = true; // held open while we live: its end tells the server that we are gone
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.WorkingDirectory = root;
        var server = new StagingServer(Process.Start(start)!, port);
        try
        {
            await server.WaitUntilReadyAsync(cancel);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks it to end, and ends it when it doesn't.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!_process.HasExited)
            {
                _process.StandardInput.Close();
                using var limit = new CancellationTokenSource(LongestStop);
                await _process.WaitForExitAsync(limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    /// <summary>
    /// An ahead-of-time program runs through the image's loader with the image's libraries, just as in a container.
    /// A self-contained one must be started directly: it finds the runtime in its own file, as the kernel names it.
    /// </summary>
    private static ProcessStartInfo Command(string root, string program, IReadOnlyList<string> arguments)
    {
        var loader = NativeLibraries.Interpreter(program);
        var own = Path.Combine(root, loader.TrimStart('/'));
        if (File.ReadAllText(Path.Combine(root, ImageFiles.Mark)) == OciImage.SelfContained || !File.Exists(own))
        {
            return new ProcessStartInfo(program, arguments);
        }

        var folders = Directory.EnumerateFiles(root, "lib*.so*", SearchOption.AllDirectories)
            .Select(file => Path.GetDirectoryName(file)!)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        return new ProcessStartInfo(own, ["--library-path", string.Join(':', folders), program, .. arguments]);
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancel)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(LongestStart);
        var ready = new Uri(Url, "/v2/health/ready");
        while (true)
        {
            if (_process.HasExited)
            {
                throw new FaultException("staging", $"The model server ended with {_process.ExitCode.ToString(CultureInfo.InvariantCulture)}: {Output}", "Is the port free, and the image whole?");
            }

            try
            {
                using var response = await client.GetAsync(ready, limit.Token);
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // not listening yet
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                if (limit.IsCancellationRequested)
                {
                    throw new FaultException("staging", $"The model server was not ready after {LongestStart.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s. {Output}", "");
                }
            }

            await Task.Delay(10, cancel);
        }
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.Enqueue(line);
            if (_output.Count > OutputKept)
            {
                _output.Dequeue();
            }
        }
    }
}
