using System.Text.Json.Serialization;

namespace Fairlead.Data;

/// <summary>The source as it was read, immutable: every value as text, in file order, with row number and row key.</summary>
/// <param name="Blob">Parquet: <c>__row</c> BIGINT (0-based, in reading order), <c>__key</c> VARCHAR, then every source column as VARCHAR; an empty field is null.</param>
/// <param name="Columns">Source columns, in order.</param>
/// <param name="Rows">Rows read.</param>
/// <param name="Files">The files it came from.</param>
/// <param name="KeyedRows">Rows without a key of their own are named under the project's pseudonym key; else, in projects from before, by their MD5.</param>
[JsonConverter(typeof(RawVersionConverter))]
public sealed record RawVersion(string Blob, IReadOnlyList<string> Columns, long Rows, IReadOnlyList<SourceFile> Files, bool KeyedRows = false);

/// <param name="Name">As the project file names it.</param>
/// <param name="Sha256">Of its bytes, 64 lower-case hexadecimal digits.</param>
/// <param name="Bytes">Its size.</param>
public sealed record SourceFile(string Name, string Sha256, long Bytes)
{
    /// <summary>Of one of several files of a version: the number of its first row. Null: the only file, or not kept.</summary>
    public long? First { get; init; }
}
