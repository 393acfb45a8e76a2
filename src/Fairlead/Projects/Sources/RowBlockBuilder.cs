namespace Fairlead.Projects.Sources;

/// <summary>Gathers rows of texts into a block, for sources whose texts don't lie in a buffer of their own.</summary>
public sealed class RowBlockBuilder
{
    /// <summary>Most rows gathered.</summary>
    public const int RowsMax = 4_096;

    private const int BytesFull = 1 << 20;

    private readonly int _columns;
    private readonly int _rowsMax;
    private int _used;

    /// <param name="columns">Of the source.</param>
    public RowBlockBuilder(int columns)
    {
        _columns = columns;
        _rowsMax = Math.Max(1, Math.Min(RowsMax, (1 << 18) / Math.Max(1, columns)));
        Block = new RowBlock { Bytes = new byte[1 << 16], Starts = new int[_rowsMax * columns], Ends = new int[_rowsMax * columns], Stride = columns };
    }

    public RowBlock Block { get; }

    /// <summary>The block has enough rows or bytes.</summary>
    public bool IsFull => Block.Rows == _rowsMax || _used >= BytesFull;

    public void Clear() => (Block.Rows, _used) = (0, 0);

    /// <summary>Begins a row of which every value is missing.</summary>
    public void AddRow()
    {
        var first = Block.Rows++ * _columns;
        Array.Clear(Block.Starts, first, _columns);
        Array.Clear(Block.Ends, first, _columns);
    }

    /// <summary>Room for a text of at most so many bytes; say with <see cref="Set"/> how many it has.</summary>
    public Span<byte> Room(int length)
    {
        if (_used + length > Block.Bytes.Length)
        {
            var larger = new byte[Math.Max(_used + length, Block.Bytes.Length * 2)];
            Block.Bytes.AsSpan(0, _used).CopyTo(larger);
            Block.Bytes = larger;
        }

        return Block.Bytes.AsSpan(_used, length);
    }

    /// <summary>The text written to <see cref="Room"/> is the value of a column in the row begun last.</summary>
    public void Set(int column, int length)
    {
        var field = ((Block.Rows - 1) * _columns) + column;
        (Block.Starts[field], Block.Ends[field]) = (_used, _used + length);
        _used += length;
    }

    /// <summary>A value of the row begun last.</summary>
    public void Set(int column, ReadOnlySpan<byte> text)
    {
        text.CopyTo(Room(text.Length));
        Set(column, text.Length);
    }
}
