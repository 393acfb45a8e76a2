using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Fairlead.Workspace;
using Fairlead.Workspace.Keys;
using Fairlead.Workspace.Sealing;

namespace Fairlead.Training.Worker;

/// <summary>Runs a search in a child process, so that a crash, a hang or running out of memory stays outside of this one.</summary>
public static class SearchProcess
{
    internal const string ResultFile = "result.json";

    private const string Extension = ".search";

    /// <summary>Share of the machine's (or container's) memory that a search may take when not told otherwise.</summary>
    private const double MemoryShare = 0.75;

    /// <summary>A child that has not said anything for so long hangs.</summary>
    private static readonly TimeSpan _silence = TimeSpan.FromSeconds(30);

    /// <param name="start">Given the path of the request, says how to start a process that calls <see cref="SearchWorker.Main"/> with it.</param>
    /// <param name="progress">Told after every trial.</param>
    /// <param name="memoryBytes">Most resident memory of the child; null for three quarters of what there is.</param>
    /// <exception cref="FaultException">The input can't be used, or the child crashed, was killed, hung or ran out of memory.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the child is gone and nothing is left behind.</exception>
    /// <remarks>Where no process can be started, the search runs in this one.</remarks>
    public static SearchResult Run(
        TrainingInput input, BlobStore blobs, Func<string, ProcessStartInfo> start, IProgress<TrialRecord>? progress, CancellationToken cancel, long? memoryBytes = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(blobs);
        ArgumentNullException.ThrowIfNull(start);
        var startedTick = Environment.TickCount64;
        var folder = blobs.NewTemporary(Extension);
        Sweep(Path.GetDirectoryName(folder)!);
        Directory.CreateDirectory(folder);
        try
        {
            var limit = memoryBytes ?? (long)(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * MemoryShare);
            var request = new WorkerRequest(
                WorkerRequest.FormatVersion, Path.Combine(folder, "input.bin"), Path.Combine(folder, "result"), Environment.ProcessId, startedTick, limit);
            var requestPath = Path.Combine(folder, "request.json");
            var key = SealedFormat.NewKey();
            TrainingInputFile.Write(input, request.Input, key);
            File.WriteAllBytes(requestPath, JsonSerializer.SerializeToUtf8Bytes(request, WorkerJson.Default.WorkerRequest));
            using var child = Start(start(requestPath), limit, key);
            if (child is null)
            {
                return Search.Run(input, blobs, progress, cancel);
            }

            Follow(child, input, progress, cancel);
            return Take(request.Result, blobs, key);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <param name="key">Opens the input, and closes the models: handed over by standard input, so that it is in no file, argument or environment.</param>
    private static Process? Start(ProcessStartInfo info, long memoryBytes, byte[] key)
    {
        info.UseShellExecute = false;
        info.RedirectStandardInput = true; // closes when this process ends, which ends the child
        info.RedirectStandardOutput = true;
        info.RedirectStandardError = true;
        info.Environment["OMP_NUM_THREADS"] = Math.Clamp(Environment.ProcessorCount, 1, 4).ToString(CultureInfo.InvariantCulture);
        info.Environment["OMP_WAIT_POLICY"] = "passive";
        info.Environment["DOTNET_GCHeapHardLimit"] = memoryBytes.ToString("X", CultureInfo.InvariantCulture);
        info.Environment["DOTNET_gcConcurrent"] = "0";
        try
        {
            var child = Process.Start(info);
            try
            {
                child?.StandardInput.WriteLine(Convert.ToBase64String(key));
                child?.StandardInput.Flush();
            }
            catch (IOException)
            {
                // it has ended already; its exit code tells why
            }

            return child;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Reads what the child says until it ends well.</summary>
    private static void Follow(Process child, TrainingInput input, IProgress<TrialRecord>? progress, CancellationToken cancel)
    {
        // A budget in seconds bounds the whole; twice it and a minute more is beyond all noise.
        var limit = input.Seconds is { } seconds ? TimeSpan.FromSeconds((2 * seconds) + 60) : Timeout.InfiniteTimeSpan;
        var faults = new List<Fault>();
        var errors = child.StandardError.ReadToEndAsync(CancellationToken.None);
        using var total = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        total.CancelAfter(limit);
        try
        {
            while (ReadLine(child, total.Token) is { } line)
            {
                if (Parse(line) is not { } message)
                {
                    continue;
                }

                faults.AddRange(message.Faults ?? []);
                if (message.Trial is { } trial)
                {
                    progress?.Report(trial);
                }
            }

            child.WaitForExit();
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            throw new FaultException(
                "search", exception is TimeoutException ? $"The search process said nothing for {_silence.TotalSeconds:0} seconds." : "The search process did not end in time.",
                "Run it again; if it happens again, give a budget in trials and report it.");
        }
        finally
        {
            Kill(child);
        }

        if (faults.Count > 0)
        {
            throw new FaultException(faults);
        }

        if (child.ExitCode != 0)
        {
            var said = errors.GetAwaiter().GetResult().Trim();
            throw new FaultException(
                "search", $"The search process ended before its result, with {Reason(child.ExitCode)}.{(said.Length == 0 ? "" : $" It said: {said[..Math.Min(said.Length, 2_000)]}")}",
                "Run it again. If it was killed for memory, leave out columns, train on fewer rows, or give it more memory.");
        }
    }

    private static string? ReadLine(Process child, CancellationToken cancel)
    {
        using var quiet = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        quiet.CancelAfter(_silence);
        try
        {
            return child.StandardOutput.ReadLineAsync(quiet.Token).AsTask().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException();
        }
    }

    /// <summary>Null for a line that is not ours: a native library may print what it likes.</summary>
    private static WorkerMessage? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, WorkerJson.Default.WorkerMessage);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What an exit code says. On Unix, 128 and more is a signal.</summary>
    private static string Reason(int code) => code switch
    {
        137 => "signal 9 (killed, perhaps for want of memory)",
        139 => "signal 11 (a crash in native code)",
        134 => "signal 6 (aborted)",
        143 => "signal 15 (asked to stop)",
        _ => string.Create(CultureInfo.InvariantCulture, $"exit code {code}"),
    };

    private static SearchResult Take(string folder, BlobStore blobs, byte[] key)
    {
        var path = Path.Combine(folder, ResultFile);
        if (!File.Exists(path) || JsonSerializer.Deserialize(File.ReadAllBytes(path), WorkerJson.Default.SearchResult) is not { } result)
        {
            throw new FaultException("search", "The search process ended well but left no result.", "Run it again, and report it.");
        }

        var store = new BlobStore(folder, Keyring.Temporary(folder, key));
        foreach (var blob in result.FoldModels.Append(result.Model).Distinct())
        {
            var taken = blobs.Put(store.Read(blob));
            if (taken != blob)
            {
                throw new InvalidDataException($"The search process stored {taken} as {blob}.");
            }
        }

        return result;
    }

    private static void Kill(Process child)
    {
        try
        {
            child.Kill(entireProcessTree: true);
            child.WaitForExit();
        }
        catch (InvalidOperationException)
        {
            // it has ended
        }
    }

    /// <summary>Removes what searches left whose processes were killed together with their children.</summary>
    private static void Sweep(string temporary)
    {
        foreach (var folder in Directory.EnumerateDirectories(temporary, "*" + Extension))
        {
            var name = Path.GetFileName(folder);
            if (int.TryParse(name.AsSpan(0, Math.Max(0, name.IndexOf('-', StringComparison.Ordinal))), CultureInfo.InvariantCulture, out var id) && id != Environment.ProcessId && !Lives(id))
            {
                try
                {
                    Directory.Delete(folder, recursive: true);
                }
                catch (IOException)
                {
                    // its child is just about to do the same
                }
            }
        }
    }

    private static bool Lives(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
