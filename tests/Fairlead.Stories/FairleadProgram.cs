using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Fairlead.Stories;

/// <summary>What a run of the program came to.</summary>
public sealed record RunResult(int ExitCode, string Output, string Errors)
{
    public JsonElement Json
    {
        get
        {
            try
            {
                return JsonDocument.Parse(Output).RootElement;
            }
            catch (JsonException exception)
            {
                throw new InvalidDataException($"stdout is not one JSON value: {exception.Message}\nstdout: {Output}\nstderr: {Errors}", exception);
            }
        }
    }

    public RunResult Expect(params int[] codes)
    {
        Assert.True(codes.Contains(ExitCode), $"exit code {ExitCode}, expected {string.Join(" or ", codes)}\nstdout: {Output}\nstderr: {Errors}");
        return this;
    }
}

/// <summary>The built program as a user starts it: the launcher at the root of the repository, with a workspace of its own.</summary>
public sealed class FairleadProgram : IDisposable
{
    public FairleadProgram(string? workspace = null)
    {
        Folder = Directory.CreateTempSubdirectory("fairlead story ").FullName; // a blank in the path: paths with blanks work
        Workspace = workspace ?? Path.Combine(Folder, "workspace");
    }

    /// <summary>The repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Real data beside the repository, or null where it is absent.</summary>
    public static string? SharedData { get; } =
        Directory.Exists(Path.Combine(Root, "..", "shared", "data")) ? Path.GetFullPath(Path.Combine(Root, "..", "shared", "data")) : null;

    /// <summary>A folder for this story, deleted at its end.</summary>
    public string Folder { get; }

    public string Workspace { get; }

    public Dictionary<string, string> Environment { get; } = [];

    public ProcessStartInfo StartInfo(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Root, OperatingSystem.IsWindows() ? "fairlead.cmd" : "fairlead"), arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["FAIRLEAD_WORKSPACE"] = Workspace;
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    /// <summary>Runs to the end, at most <paramref name="seconds"/>.</summary>
    public async Task<RunResult> RunAsync(string[] arguments, int seconds = 180)
    {
        using var process = Process.Start(StartInfo(arguments))!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"fairlead {string.Join(' ', arguments)} took over {seconds} s\nstdout: {await output}\nstderr: {await errors}");
        }

        return new RunResult(process.ExitCode, await output, await errors);
    }

    public Task<RunResult> RunAsync(params string[] arguments) => RunAsync(arguments, 180);

    public void Dispose()
    {
        for (var i = 0; ; i++)
        {
            try
            {
                Directory.Delete(Folder, recursive: true);
                return;
            }
            catch (IOException) when (i < 5)
            {
                Thread.Sleep(200);
            }
        }
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "fairlead.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The stories run inside the repository.");
        }

        return folder;
    }
}
