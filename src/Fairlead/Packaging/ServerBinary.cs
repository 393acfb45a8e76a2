using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace Fairlead.Packaging;

/// <summary>The model server's program, as the launcher's background build left it.</summary>
/// <param name="Path">The executable.</param>
/// <param name="Kind">Which build it is.</param>
/// <param name="Sha256">Hash of its bytes.</param>
public sealed record ServerBinary(string Path, ServerKind Kind, string Sha256)
{
    /// <summary>Name of the executable.</summary>
    public const string FileName = "fairlead-model-server";

    /// <summary>Names another executable; then nothing is waited for.</summary>
    public const string PathVariable = "FAIRLEAD_SERVER";

    /// <summary>Names the folder of the launcher's build; set by the launcher.</summary>
    public const string FolderVariable = "FAIRLEAD_SERVER_FOLDER";

    /// <summary>Longest wait for a running build.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan BetweenStartAndBuild = TimeSpan.FromSeconds(15);

    /// <summary>Finds the server, waiting for a build that is running.</summary>
    /// <param name="progress">Told, about once a second, for how long it waits.</param>
    /// <param name="note">What a person should know: why there is none, or which kind it is when not ahead of time; null when all is as it should be.</param>
    /// <returns>The server, or null when there is none and none is being built.</returns>
    public static ServerBinary? Find(TimeProvider time, IProgress<string>? progress, CancellationToken cancel, out string? note)
    {
        ArgumentNullException.ThrowIfNull(time);
        note = null;
        if (Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } named)
        {
            if (!File.Exists(named))
            {
                note = $"{PathVariable} names {named}, which isn't there.";
                return null;
            }

            return Describe(System.IO.Path.GetFullPath(named), KindBeside(named));
        }

        if (!OperatingSystem.IsLinux())
        {
            note = "Images hold a Linux program, which is built on Linux; here there is none.";
            return null;
        }

        if (Folder() is not { } folder)
        {
            note = $"Fairlead was not started by its launcher, so there is no model server. Start ./fairlead, or name one in {PathVariable}.";
            return null;
        }

        var started = time.GetTimestamp();
        var told = 0;
        while (IsBuilding(folder, time))
        {
            var waited = time.GetElapsedTime(started);
            if (waited > LongestWait)
            {
                break;
            }

            if ((int)waited.TotalSeconds > told)
            {
                told = (int)waited.TotalSeconds;
                progress?.Report(string.Create(CultureInfo.InvariantCulture, $"waiting for the model server to be compiled (the first time only), {told} s"));
            }

            cancel.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(100));
            cancel.ThrowIfCancellationRequested();
        }

        var path = System.IO.Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            var failed = System.IO.Path.Combine(folder, "failed");
            note = File.Exists(failed) ? File.ReadAllText(failed).Trim() : $"The model server was not built in {folder}.";
            return null;
        }

        var kind = KindBeside(path);
        note = kind == ServerKind.SelfContained
            ? "The model server is a self-contained build, larger and slower to start: the ahead-of-time compiler needs a C compiler (./fairlead --install)."
            : null;
        return Describe(path, kind);
    }

    /// <summary>True while the launcher's build runs: a later look may find another server.</summary>
    public static bool IsBuilding(TimeProvider time) => Folder() is { } folder && IsBuilding(folder, time);

    private static bool IsBuilding(string folder, TimeProvider time)
    {
        var building = System.IO.Path.Combine(folder, "building");
        try
        {
            if (File.Exists(building) && int.TryParse(File.ReadAllText(building), NumberStyles.Integer, CultureInfo.InvariantCulture, out var id))
            {
                using var process = Process.GetProcessById(id);
                return true;
            }
        }
        catch (Exception exception) when (exception is ArgumentException or IOException)
        {
            return false; // the builder is gone, or took its marker away this moment
        }

        var starting = new FileInfo(System.IO.Path.Combine(folder, "starting"));
        return starting.Exists && time.GetUtcNow() - starting.LastWriteTimeUtc < BetweenStartAndBuild;
    }

    /// <summary>The launcher's folder, or the one of the clone that this program was built in (tests).</summary>
    private static string? Folder()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named)
        {
            return named;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "fairlead.slnx")))
            {
                return System.IO.Path.Combine(folder.FullName, "artifacts", "model-server");
            }
        }

        return null;
    }

    private static ServerKind KindBeside(string path)
    {
        var kind = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!, "kind");
        return File.Exists(kind) && File.ReadAllText(kind).Trim() == "self-contained" ? ServerKind.SelfContained : ServerKind.AheadOfTime;
    }

    private static ServerBinary Describe(string path, ServerKind kind)
    {
        using var stream = File.OpenRead(path);
        return new ServerBinary(path, kind, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }
}

/// <summary>How the model server was built.</summary>
public enum ServerKind
{
    /// <summary>Compiled to machine code: small, starts at once.</summary>
    AheadOfTime,

    /// <summary>One trimmed file with the .NET runtime in it.</summary>
    SelfContained,
}
