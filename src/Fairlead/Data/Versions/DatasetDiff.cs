using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fairlead.Data.Scanning;

namespace Fairlead.Data.Versions;

/// <summary>What turns one table into another, as a file of JSON lines: a head, one line for each row that differs, and an end. docs/formats/dataset-diff.md describes it.</summary>
public static class DatasetDiff
{
    /// <summary>What the head says under <c>format</c>.</summary>
    public const string Format = "fairlead.dataset-diff";

    public const int Version = 1;

    /// <summary>Rows of a column that only B has, in one line.</summary>
    internal const int ColumnRows = 1_024;

    /// <param name="Key">Key columns.</param>
    /// <param name="A">The table it starts from.</param>
    /// <param name="B">The table it leads to.</param>
    internal sealed record Head(string Format, int Version, IReadOnlyList<string> Key, DiffTable A, DiffTable B);

    /// <param name="Name">As it was named.</param>
    /// <param name="Columns">Compared columns, in order.</param>
    /// <param name="Forms">How each column's values are stored.</param>
    /// <param name="Hash">XxHash128 of its rows in order, over the columns that both have, 32 hexadecimal digits: what applying checks.</param>
    internal sealed record DiffTable(string Name, long Rows, IReadOnlyList<string> Columns, IReadOnlyList<VectorForm> Forms, string Hash);

    /// <summary>A line between head and end. Rows are 0-based and count in file order.</summary>
    [JsonPolymorphic(TypeDiscriminatorPropertyName = "op")]
    [JsonDerivedType(typeof(Removed), "removed")]
    [JsonDerivedType(typeof(Changed), "changed")]
    [JsonDerivedType(typeof(Moved), "moved")]
    [JsonDerivedType(typeof(Added), "added")]
    [JsonDerivedType(typeof(Column), "column")]
    [JsonDerivedType(typeof(End), "end")]
    internal abstract record Line;

    /// <param name="Row">In A.</param>
    /// <param name="Values">In the order of A's columns.</param>
    internal sealed record Removed(int Row, IReadOnlyList<string?> Values) : Line;

    /// <summary>Cells that differ in columns that both have.</summary>
    /// <param name="Row">In A.</param>
    /// <param name="To">In B.</param>
    internal sealed record Changed(int Row, int To, IReadOnlyList<string?> Key, IReadOnlyList<CellChange> Cells) : Line;

    /// <summary>The row does not stand where its neighbours put it.</summary>
    internal sealed record Moved(int Row, int To) : Line;

    /// <param name="Row">In B.</param>
    /// <param name="Values">In the order of B's columns.</param>
    internal sealed record Added(int Row, IReadOnlyList<string?> Values) : Line;

    /// <summary>Values of a column that only B has, for rows that both have.</summary>
    /// <param name="Row">First row in B.</param>
    /// <param name="Values">From there on, added rows among them.</param>
    internal sealed record Column(string Name, int Row, IReadOnlyList<string?> Values) : Line;

    internal sealed record End(long RowsAdded, long RowsRemoved, long RowsChanged, long RowsMoved) : Line;
}

/// <summary>A value that differs.</summary>
/// <param name="Before">Null when missing.</param>
public sealed record CellChange(string Column, string? Before, string? After);

[JsonSerializable(typeof(DatasetDiff.Head))]
[JsonSerializable(typeof(DatasetDiff.Line))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
internal sealed partial class DiffJson : JsonSerializerContext
{
    /// <summary>Letters as they are.</summary>
    public static DiffJson Lines { get; } = new(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
