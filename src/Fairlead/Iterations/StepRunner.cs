using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Fairlead.Workspace;

namespace Fairlead.Iterations;

/// <summary>Runs steps, or takes what is known: a step whose key has a result is not run again.</summary>
/// <remarks>
/// A step is a pure function of its key. Its result is recorded only after every blob it names is on disk,
/// so a kill at any moment leaves either no result or a whole one.
/// </remarks>
public sealed partial class StepRunner(WorkspaceFolder workspace, IProgress<LoopEvent>? progress)
{
    internal const string Kind = "step";
    private readonly List<StepRun> _runs = [];

    /// <summary>The steps so far, in order.</summary>
    public IReadOnlyList<StepRun> Runs => _runs;

    /// <summary>Key of a step: SHA-256 over its name, its version and its inputs; 64 lower-case hexadecimal digits.</summary>
    /// <param name="parts">Inputs; null differs from "".</param>
    public static string Key(string step, int version, params ReadOnlySpan<string?> parts)
    {
        var text = new StringBuilder().Append(step).Append('\n').Append(version);
        foreach (var part in parts)
        {
            text.Append('\n').Append(part is null ? "-" : $"{part.Length}:{part}");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>The result of a step.</summary>
    /// <param name="starting">What a person reads while it runs.</param>
    /// <param name="blobs">Blobs the result names; when one is gone, the step runs again.</param>
    /// <param name="says">The outcome in one plain sentence.</param>
    public async Task<T> RunAsync<T>(
        string step, string key, string starting, JsonTypeInfo<T> type, Func<Task<T>> body, Func<T, IEnumerable<string>> blobs, Func<T, string> says)
    {
        var watch = Stopwatch.StartNew();
        progress?.Report(new LoopEvent.Started(step, starting));
        var known = workspace.Records.Find(Kind, "", key, StepJson.Default.StepResult);
        if (known is not null && known.Blobs.All(workspace.Blobs.Has))
        {
            var kept = JsonSerializer.Deserialize(known.Result, type)!;
            Finish(new StepRun(step, key, true, watch.Elapsed.TotalSeconds), says(kept));
            return kept;
        }

        var result = await body();
        var stored = new StepResult(step, JsonSerializer.Serialize(result, type), [.. blobs(result).Distinct(StringComparer.Ordinal)]);
        await workspace.Records.PutAsync(Kind, "", key, stored, StepJson.Default.StepResult);
        Finish(new StepRun(step, key, false, watch.Elapsed.TotalSeconds), says(result));
        return result;
    }

    /// <summary>The recorded result of a step by its key; the default where there is none.</summary>
    public static T? Known<T>(WorkspaceFolder workspace, string key, JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        return workspace.Records.Find(Kind, "", key, StepJson.Default.StepResult) is { } known ? JsonSerializer.Deserialize(known.Result, type) : default;
    }

    private void Finish(StepRun run, string says)
    {
        _runs.Add(run);
        progress?.Report(new LoopEvent.Finished(run, says));
    }

    [JsonConverter(typeof(StepResultConverter))]
    internal sealed record StepResult(string Step, string Result, IReadOnlyList<string> Blobs);

    /// <summary>By hand, like <see cref="Data.RawVersionConverter"/>.</summary>
    internal sealed class StepResultConverter : JsonConverter<StepResult>
    {
        public override StepResult Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            var blobs = new List<string>();
            foreach (var blob in document.RootElement.GetProperty("Blobs").EnumerateArray())
            {
                blobs.Add(blob.GetString()!);
            }

            return new StepResult(document.RootElement.GetProperty("Step").GetString()!, document.RootElement.GetProperty("Result").GetString()!, blobs);
        }

        public override void Write(Utf8JsonWriter writer, StepResult value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteString("Step", value.Step);
            writer.WriteString("Result", value.Result);
            writer.WriteStartArray("Blobs");
            foreach (var blob in value.Blobs)
            {
                writer.WriteStringValue(blob);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }
    }

    [JsonSerializable(typeof(StepResult))]
    internal sealed partial class StepJson : JsonSerializerContext;
}
