using Fairlead.Workspace;

namespace Fairlead.Projects.Sources;

/// <summary>Opens a source file as a DuckDB relation in which every column is text. CSV, TSV, JSON lines, JSON arrays, Parquet; delimiter, quoting and header found.</summary>
public static class SourceReader
{
    /// <summary>Finds out how a file is written and which columns it has.</summary>
    /// <exception cref="FaultException">The file is empty, not UTF-8, ragged, has two columns of one name, …: every fault with file:line:column.</exception>
    public static Source Open(string path) => throw new NotImplementedException();
}

/// <summary>A source file, ready to be read.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Format">csv, tsv, jsonl, json or parquet.</param>
/// <param name="Columns">Column names, in order.</param>
/// <param name="Sql">A DuckDB table expression that gives these columns as VARCHAR (null where empty), in file order.</param>
public sealed record Source(string Path, string Format, IReadOnlyList<string> Columns, string Sql);
