using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Fairlead.Workspace;
using Fairlead.Workspace.Keys;

namespace Fairlead.Training.Worker;

/// <summary>The child process of a search: what the hidden verb <c>worker REQUEST.json</c> runs.</summary>
/// <remarks>
/// Writes JSON lines to stdout: trials, faults, and an empty object each second to say that it lives. Ends by itself when its parent does
/// (its stdin closes, or its parent changes), and when it takes more memory than it may. The result folder appears by one rename, whole.
/// </remarks>
public static partial class SearchWorker
{
    /// <summary>Name of the hidden verb.</summary>
    public const string Verb = "worker";

    /// <summary>How often it looks after its parent and its memory.</summary>
    private static readonly TimeSpan _watch = TimeSpan.FromMilliseconds(250);

    private static readonly Lock _output = new();

    /// <returns>Exit code: 0 when the result folder is there, 1 when a fault was written.</returns>
    public static int Main(string requestPath)
    {
        try
        {
            var request = JsonSerializer.Deserialize(File.ReadAllBytes(requestPath), WorkerJson.Default.WorkerRequest);
            if (request is not { Format: WorkerRequest.FormatVersion })
            {
                throw new InvalidDataException($"{requestPath} is not a request of version {WorkerRequest.FormatVersion}.");
            }

            var standardInput = Console.OpenStandardInput();
            var key = ReadKey(standardInput);
            Watch(request, standardInput, Path.GetDirectoryName(Path.GetFullPath(requestPath))!);
            Run(request, key);
            return 0;
        }
        catch (FaultException exception)
        {
            Say(new WorkerMessage(null, exception.Faults));
        }
        catch (OutOfMemoryException)
        {
            Say(new WorkerMessage(null, [OutOfMemory(null)]));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException or JsonException)
        {
            Say(new WorkerMessage(null, [new Fault("search", exception.Message, "")]));
        }

        return 1;
    }

    private static void Run(WorkerRequest request, byte[] key)
    {
        var input = TrainingInputFile.Read(request.Input, key);
        if (input.Seconds is { } seconds)
        {
            // starting a process and reading the input are part of the search's wall time
            input = input with { Seconds = Math.Max(0.1, seconds - ((Environment.TickCount64 - request.StartedTick) / 1000.0)) };
        }

        var making = request.Result + ".making";
        var blobs = new BlobStore(making, Keyring.Temporary(making, key));
        var result = Search.Run(input, blobs, new Reporter(), CancellationToken.None); // whoever cancels kills the process
        DurableFile.Write(Path.Combine(making, SearchProcess.ResultFile), JsonSerializer.SerializeToUtf8Bytes(result, WorkerJson.Default.SearchResult));
        Directory.Move(making, request.Result);
    }

    /// <summary>The first line of standard input: the key of the input and of the models, as base64.</summary>
    private static byte[] ReadKey(Stream standardInput)
    {
        Span<byte> line = stackalloc byte[64];
        for (var length = 0; length < line.Length; length++)
        {
            var next = standardInput.ReadByte();
            if (next is '\n' or < 0)
            {
                return MasterKey.Parse(Encoding.ASCII.GetString(line[..length]))?.Bytes.ToArray() ?? throw new InvalidDataException("Standard input does not start with the key of the input.");
            }

            line[length] = (byte)next;
        }

        throw new InvalidDataException("Standard input does not start with the key of the input.");
    }

    private static void Watch(WorkerRequest request, Stream standardInput, string folder)
    {
        new Thread(() =>
        {
            // nobody writes more to it: reading ends when the parent does, however it ends
            while (standardInput.ReadByte() >= 0)
            {
            }

            EndWithParent(folder);
        })
        { IsBackground = true, Name = "parent" }.Start();
        new Thread(() =>
        {
            for (var turn = 1L; ; turn++)
            {
                Thread.Sleep(_watch);
                if (!OperatingSystem.IsWindows() && ParentId() != request.Parent)
                {
                    EndWithParent(folder);
                }

                if (Environment.WorkingSet > request.MemoryBytes)
                {
                    Say(new WorkerMessage(null, [OutOfMemory(request.MemoryBytes)]));
                    Process.GetCurrentProcess().Kill();
                }

                if (turn % 4 == 0)
                {
                    Say(new WorkerMessage(null, null));
                }
            }
        })
        { IsBackground = true, Name = "watch" }.Start();
    }

    /// <summary>Takes the request's folder along, since nobody is left to do it.</summary>
    private static void EndWithParent(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // the next search sweeps it up
        }

        Process.GetCurrentProcess().Kill(); // at once: native code may be running on other threads
    }

    private static Fault OutOfMemory(long? limit) => new(
        "search", $"The search took more memory than it may{(limit is { } bytes ? $" ({bytes / 1_048_576} MB)" : "")}.", "Leave out columns, train on fewer rows, or give it more memory.");

    private static void Say(WorkerMessage message)
    {
        try
        {
            lock (_output)
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(message, WorkerJson.Default.WorkerMessage));
                Console.Out.Flush();
            }
        }
        catch (IOException)
        {
            // nobody listens any more; the watch sees to the rest
        }
    }

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int ParentId();

    private sealed class Reporter : IProgress<TrialRecord>
    {
        public void Report(TrialRecord value) => Say(new WorkerMessage(value, null));
    }
}
