using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Fairlead.Stories;

/// <summary>A running <c>fairlead up</c>, started and stopped as a user does.</summary>
public sealed class UpSession : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly List<string> _lines = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private UpSession(Process process) => _process = process;

    /// <summary>The workbench and the answers.</summary>
    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(60) };

    public string Curl => Line("answers");

    public string Image => Line("image");

    public string Review => Line("review");

    public string Workbench => Line("workbench");

    /// <summary>What it has said on stdout.</summary>
    public string[] Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    public static async Task<UpSession> StartAsync(FairleadProgram program, params string[] arguments)
    {
        var start = program.StartInfo(["up", .. arguments, "--port", FreePort().ToString(), "--review-port", FreePort().ToString(), "--no-browser"]);
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        var session = new UpSession(process);
        process.OutputDataReceived += (_, line) => session.Take(line.Data);
        process.ErrorDataReceived += (_, line) => session.Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var ended = process.WaitForExitAsync();
        var first = await Task.WhenAny(session._ready.Task, ended, Task.Delay(TimeSpan.FromSeconds(240)));
        if (first != session._ready.Task)
        {
            var code = process.HasExited ? $"ended with {process.ExitCode}" : "is not ready after 240 s";
            await session.DisposeAsync();
            throw new InvalidOperationException($"fairlead up {code}\nstdout: {string.Join('\n', session._lines)}\nstderr: {session.Errors}");
        }

        session.Http.BaseAddress = new Uri(session.Workbench);
        return session;
    }

    /// <summary><c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks it to stop as a service manager does. Returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString()])!;
            await kill.WaitForExitAsync();
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        Http.Dispose();
    }

    public static int FreePort()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        return port;
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lines)
        {
            _lines.Add(line);
        }

        if (line.StartsWith("workbench", StringComparison.Ordinal))
        {
            _ready.TrySetResult();
        }
    }

    private void Note(string? line)
    {
        lock (_errors)
        {
            _errors.AppendLine(line);
        }
    }

    private string Line(string name)
    {
        lock (_lines)
        {
            return _lines.Last(l => l.StartsWith(name + " ", StringComparison.Ordinal))[name.Length..].Trim(); // the four lines are the last
        }
    }
}
