namespace Fairlead.Models.Contracts;

/// <summary>A column of a <see cref="Frame"/>. Number and Date columns hold <see cref="Numbers"/>, all others <see cref="Texts"/>.</summary>
public sealed class FrameColumn
{
    public FrameColumn(string name, ColumnKind kind, double[] numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        (Name, Kind, Numbers) = (name, kind, numbers);
    }

    public FrameColumn(string name, ColumnKind kind, string?[] texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        (Name, Kind, Texts) = (name, kind, texts);
    }

    public string Name { get; }

    public ColumnKind Kind { get; }

    /// <summary>Shape [rows]; missing is NaN. Null for a text column.</summary>
    public double[]? Numbers { get; }

    /// <summary>Shape [rows]; missing is null. Null for a number column.</summary>
    public string?[]? Texts { get; }

    public int Rows => Numbers?.Length ?? Texts!.Length;

    public Cell this[int row] => Numbers is { } numbers ? Cell.Of(numbers[row]) : Cell.Of(Texts![row]);
}

/// <summary>Cleaned rows in memory, column by column: what features are fitted on and made from.</summary>
public sealed class Frame
{
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">The columns differ in length or two share a name.</exception>
    public Frame(IReadOnlyList<FrameColumn> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        Columns = columns;
        Rows = columns.Count == 0 ? 0 : columns[0].Rows;
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i].Rows != Rows)
            {
                throw new ArgumentException($"Column {columns[i].Name} has {columns[i].Rows} rows, the first has {Rows}.", nameof(columns));
            }

            if (!_index.TryAdd(columns[i].Name, i))
            {
                throw new ArgumentException($"Two columns are named {columns[i].Name}.", nameof(columns));
            }
        }
    }

    public int Rows { get; }

    public IReadOnlyList<FrameColumn> Columns { get; }

    /// <exception cref="KeyNotFoundException">No column has this name.</exception>
    public FrameColumn this[string name] => Columns[_index[name]];

    public bool Has(string name) => _index.ContainsKey(name);

    /// <summary>The rows at <paramref name="rows"/>, in that order.</summary>
    public Frame Take(IReadOnlyList<int> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var columns = new FrameColumn[Columns.Count];
        for (var c = 0; c < columns.Length; c++)
        {
            var source = Columns[c];
            columns[c] = source.Numbers is { } numbers
                ? new FrameColumn(source.Name, source.Kind, Pick(numbers, rows))
                : new FrameColumn(source.Name, source.Kind, Pick(source.Texts!, rows));
        }

        return new Frame(columns);
    }

    private static T[] Pick<T>(T[] values, IReadOnlyList<int> rows)
    {
        var picked = new T[rows.Count];
        for (var i = 0; i < picked.Length; i++)
        {
            picked[i] = values[rows[i]];
        }

        return picked;
    }
}
