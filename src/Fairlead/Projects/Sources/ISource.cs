using System.Security.Cryptography;

namespace Fairlead.Projects.Sources;

/// <summary>Where rows come from: a file, or anything else that has named columns and gives its rows forward. All that reading needs to know of it; a further kind of source is one more class.</summary>
public interface ISource
{
    /// <summary>How messages name it; of a file its full path.</summary>
    string Path { get; }

    /// <summary>csv, tsv, jsonl, json, parquet, ….</summary>
    string Format { get; }

    /// <summary>Column names, in order; no two alike.</summary>
    IReadOnlyList<string> Columns { get; }

    /// <summary>What was assumed and a person should know, such as that no header was found.</summary>
    IReadOnlyList<string> Notes { get; }

    /// <summary>Whether the source names its columns itself; else they are column0, column1, ….</summary>
    bool HasHeader { get; }

    /// <summary>Rows, where opening the source told how many there are; null where only reading tells.</summary>
    long? Rows => null;

    /// <summary>Starts at the first row. The same source gives the same rows in the same order every time.</summary>
    /// <param name="places">The columns wanted, as indices into <see cref="Columns"/>; others may be left empty.</param>
    /// <param name="digest">Takes every byte that the source consists of, when its hash is wanted.</param>
    ISourceRows Read(IReadOnlyList<int> places, IncrementalHash? digest = null);
}

/// <summary>The rows of a source, read forward once in bounded memory.</summary>
public interface ISourceRows : IDisposable
{
    /// <summary>The rows last read; holds until the next call of <see cref="Next"/>.</summary>
    RowBlock Block { get; }

    /// <summary>Most rows a block has.</summary>
    int RowsMax { get; }

    /// <summary>Reads further rows, at least one; false at the end.</summary>
    /// <exception cref="Workspace.FaultException">The source can't be read further: every fault of it.</exception>
    bool Next(CancellationToken cancel);
}

/// <summary>Rows as UTF-8 texts in one buffer. The field of row r and column c has the index Offset + r * Stride + c.</summary>
public sealed class RowBlock
{
    /// <summary>Holds the texts.</summary>
    public byte[] Bytes { get; set; } = [];

    /// <summary>Where fields start in <see cref="Bytes"/>.</summary>
    public int[] Starts { get; set; } = [];

    /// <summary>Where they end, exclusive. A field that ends where it starts is missing.</summary>
    public int[] Ends { get; set; } = [];

    /// <summary>Index of the first row's first field.</summary>
    public int Offset { get; set; }

    /// <summary>Fields from one row to the next.</summary>
    public int Stride { get; set; }

    public int Rows { get; set; }

    /// <summary>A value; empty when missing.</summary>
    public ReadOnlySpan<byte> Text(int row, int column)
    {
        var field = Offset + (row * Stride) + column;
        return Bytes.AsSpan(Starts[field], Ends[field] - Starts[field]);
    }
}
