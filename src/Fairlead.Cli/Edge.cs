using System.CommandLine;
using System.Globalization;
using System.Runtime;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;
using Spectre.Console;

namespace Fairlead.Cli;

/// <summary>Where the program meets the caller: exit codes, <c>--json</c>, faults.</summary>
internal static partial class Edge
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Misused = 2;

    /// <summary>The work is done and the answer is no: a gate or a check failed.</summary>
    public const int No = 3;

    private const int RedirectedWidth = 1_000;

    public static Option<bool> Json { get; } = new("--json") { Description = "Print one JSON value on stdout; everything else goes to stderr.", Recursive = true };

    /// <summary>Gives a verb its action; every fault ends here.</summary>
    public static void Runs(this Command command, Func<ParseResult, CancellationToken, Task<int>> action) =>
        command.SetAction(async (parsed, cancel) =>
        {
            // Signals are listened to once this has returned a task: a verb that works before its first wait could not be asked to stop.
            await Task.Yield();
            try
            {
                if (Console.IsOutputRedirected && !parsed.WantsJson())
                {
                    AnsiConsole.Profile.Width = RedirectedWidth; // a file or a pipe has no edge to wrap at
                }

                return await action(parsed, cancel);
            }
            catch (FaultException fault)
            {
                return Report(parsed, fault.Faults, fault.WrongUse ? Misused : Failed);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync("Stopped. What was finished is kept; the same command goes on from there.");
                return Failed;
            }
            catch (AggregateException many) when (many.Flatten().InnerExceptions is [FaultException fault])
            {
                return Report(parsed, fault.Faults, fault.WrongUse ? Misused : Failed);
            }
            catch (IOException exception)
            {
                return Report(parsed, [Broken(exception)], Failed);
            }
            catch (UnauthorizedAccessException exception)
            {
                return Report(parsed, [new Fault("file system", exception.Message, "Check the rights of this path.")], Failed);
            }
            catch (Microsoft.Data.Sqlite.SqliteException exception)
            {
                return Report(parsed, [new Fault("workspace records", exception.Message, exception.SqliteErrorCode is 13 or 10 ? "Free some disk space and run the same command again: nothing recorded is lost." : "Check the rights and the space of the workspace folder.")], Failed);
            }
            catch (OutOfMemoryException)
            {
                var most = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20;
                return Report(parsed, [new Fault("memory", string.Create(CultureInfo.InvariantCulture, $"This needs more than the {most:N0} MB that the process may take."), "Give it more memory, or ask for less at a time: fewer columns, or fewer checks of unique values, distinct values and medians. What was finished is kept.")], Failed);
            }
            catch (Exception exception) // the boundary: a bug of ours must still end as a fault, with a place to start from
            {
                var place = exception.StackTrace?.Split('\n')[0].Trim() is { Length: > 0 } frame ? $" ({frame})" : "";
                return Report(parsed, [new Fault("fairlead", $"Something went wrong that should not: {exception.GetType().Name}: {exception.Message}{place}", "Run the same command again: what was finished is kept. If it stays, report it with this line.")], Failed);
            }
            finally
            {
                SourceDownload.DeleteFetched(); // a source behind an address was read
            }
        });

    /// <summary>True when the caller wants JSON.</summary>
    public static bool WantsJson(this ParseResult parsed) => parsed.GetValue(Json);

    /// <summary>True when a person sits there who can answer a question.</summary>
    public static bool CanAsk(this ParseResult parsed) => !parsed.WantsJson() && !Console.IsInputRedirected && !Console.IsOutputRedirected;

    /// <summary>Collects garbage at once and not beside the work, from here on: a verb that works and ends has no pauses to avoid, and holds a sixth less.</summary>
    public static void CollectAtOnce() => GCSettings.LatencyMode = GCLatencyMode.Batch;

    /// <summary>Prints one JSON value. Apostrophes and letters of any language stay readable: the value goes to a terminal or a program, never into a page.</summary>
    public static void Write<T>(T value, JsonTypeInfo<T> type) => Write(writer => JsonSerializer.Serialize(writer, value, type));

    /// <summary>Prints one JSON value, written by hand.</summary>
    public static void Write(Action<Utf8JsonWriter> write)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            write(writer);
        }

        text.WriteByte((byte)'\n');
        using var output = Console.OpenStandardOutput(); // as it stands: a value of some megabytes is no text first
        output.Write(text.GetBuffer(), 0, (int)text.Length);
    }

    /// <summary>A path as it can be pasted into a command.</summary>
    public static string Quoted(string path) => path.Contains(' ', StringComparison.Ordinal) ? $"'{path}'" : path;

    public static int WrongUse(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var faults = Misuse(parsed);
        if (faults.Count == 0)
        {
            Console.Error.Write(HelpText.Of(command)); // a verb is missing: these are the verbs
            faults = [new Fault("command line", "A verb is missing.", $"Run `{HelpText.FullName(command)} --help`.")];
        }
        else
        {
            foreach (var fault in faults)
            {
                Console.Error.WriteLine($"fairlead: {fault.What}");
            }

            Console.Error.WriteLine($"Run `{HelpText.FullName(command)} --help` for what it takes.");
        }

        if (parsed.WantsJson())
        {
            Write(new Failure(faults), EdgeJson.Default.Failure);
        }

        return Misused;
    }

    internal static List<Fault> Misuse(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var fix = $"Run `{HelpText.FullName(command)} --help`.";
        var unknown = parsed.UnmatchedTokens.Select(token => new Fault(
            "command line",
            token.StartsWith('-')
                ? $"There is no option {token}.{NearestName.Hint(token, command.Options.Select(o => o.Name))}"
                : command.Subcommands.Count > 0
                    ? $"There is no verb {token}.{NearestName.Hint(token, command.Subcommands.Select(c => c.Name))}"
                    : $"\"{token}\" is one argument too many.",
            fix));
        var missing = parsed.Errors
            .Where(e => !parsed.UnmatchedTokens.Any(token => e.Message.Contains($"'{token}'", StringComparison.Ordinal)) && !(command.Subcommands.Count > 0 && e.Message.StartsWith("Required command", StringComparison.Ordinal)))
            .Select(e => new Fault("command line", e.Message, fix));
        return [.. unknown, .. missing];
    }

    private static int Report(ParseResult parsed, IReadOnlyList<Fault> faults, int code)
    {
        foreach (var fault in faults)
        {
            Console.Error.WriteLine(fault);
        }

        if (parsed.WantsJson())
        {
            Write(new Failure(faults), EdgeJson.Default.Failure);
        }

        return code;
    }

    private static Fault Broken(IOException exception) =>
        exception.HResult is 28 or unchecked((int)0x80070070) || exception.Message.Contains("No space left", StringComparison.OrdinalIgnoreCase)
            ? new Fault("disk", $"The disk is full: {exception.Message}", "Free some space and run the same command again: what was finished is kept.")
            : new Fault("file system", exception.Message, "Check the path, the rights and the space.");

    /// <param name="Faults">Everything that was wrong.</param>
    internal sealed record Failure(IReadOnlyList<Fault> Faults);

    [JsonSerializable(typeof(Failure))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    internal sealed partial class EdgeJson : JsonSerializerContext;
}
