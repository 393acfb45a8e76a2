using System.Text.Json.Serialization;
using Fairlead.Workspace;

namespace Fairlead.Training.Worker;

/// <summary>What a search process is asked to do, as the request file. See docs/formats/search-request.md.</summary>
/// <param name="Format">Version of the format.</param>
/// <param name="Input">Path of the input file.</param>
/// <param name="Result">Folder to make, whole or not at all.</param>
/// <param name="Parent">Process that asks: the search ends when it does.</param>
/// <param name="StartedTick">Milliseconds since the machine started when the search was asked for: the budget's clock has run since then.</param>
/// <param name="MemoryBytes">Most resident memory.</param>
internal sealed record WorkerRequest(int Format, string Input, string Result, int Parent, long StartedTick, long MemoryBytes)
{
    public const int FormatVersion = 1;
}

/// <summary>One line that a search process writes to stdout. One of the fields is set; a line with none is a heartbeat.</summary>
/// <param name="Trial">A trial has ended.</param>
/// <param name="Faults">It can't go on, and this is why.</param>
internal sealed record WorkerMessage(TrialRecord? Trial, IReadOnlyList<Fault>? Faults);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WorkerRequest))]
[JsonSerializable(typeof(WorkerMessage))]
[JsonSerializable(typeof(SearchResult))]
internal sealed partial class WorkerJson : JsonSerializerContext;
