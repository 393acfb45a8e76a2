using System.Diagnostics;
using System.Globalization;

namespace Fairlead.Tests.Serving;

/// <summary>The model server as a process of its own.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, Uri url) => (_process, Url) = (process, url);

    public Uri Url { get; }

    /// <summary>Starts it on a loopback port of the system's choice.</summary>
    public static Task<ServerProcess> StartAsync(params string[] arguments) => StartAsync(null, arguments);

    /// <param name="environment">Variables of the server: its settings that no argument may tell.</param>
    public static async Task<ServerProcess> StartAsync(IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        var process = Process.Start(Command([.. arguments, "--port", "0", "--address", "127.0.0.1"], environment))!;
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        if (line is null)
        {
            Assert.Fail(await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        }

        return new ServerProcess(process, new Uri(line.Split(' ')[0]));
    }

    /// <summary>Runs it to its end; exit code and what it said on stderr.</summary>
    public static Task<(int Code, string Error)> RunAsync(params string[] arguments) => RunAsync(null, arguments);

    /// <param name="environment">As for the other.</param>
    public static async Task<(int Code, string Error)> RunAsync(IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        using var process = Process.Start(Command(arguments, environment))!;
        var answered = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("", await answered); // it never listened
        return (process.ExitCode, error);
    }

    /// <summary>kill -9.</summary>
    public void KillNow()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            KillNow();
        }

        _process.Dispose();
    }

    private static ProcessStartInfo Command(string[] arguments, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "fairlead-model-server.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var variable in start.Environment.Keys.Where(key => key.StartsWith("FAIRLEAD_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(variable);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
