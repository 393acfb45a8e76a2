using System.Text.Json.Serialization;
using Fairlead.Models.Contracts;

namespace Fairlead.Models.Drift;

/// <summary>drift.json: how the training rows were spread, so that a server can say when what it is asked is spread otherwise.</summary>
/// <param name="Rows">Training rows counted.</param>
/// <param name="Columns">Feature columns, in the contract's order.</param>
public sealed record DriftReference(long Rows, IReadOnlyList<DriftColumn> Columns);

/// <summary>One cleaned feature column.</summary>
/// <param name="Missing">Rows without a value.</param>
/// <param name="Edges">Numbers and dates: inner bin edges, ascending, without repeats; bin i holds values in [edge i-1, edge i). Null otherwise.</param>
/// <param name="Levels">Categories: the names counted one by one, most frequent first. Null otherwise.</param>
/// <param name="Counts">Rows per bin (edges + 1 of them), or per level with all other levels last (levels + 1). Empty for text, of which only <paramref name="Missing"/> is known.</param>
public sealed record DriftColumn(
    string Name, ColumnKind Kind, long Missing, IReadOnlyList<double>? Edges, IReadOnlyList<string>? Levels, IReadOnlyList<long> Counts);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(DriftReference))]
public sealed partial class DriftJson : JsonSerializerContext;
