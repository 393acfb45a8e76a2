using System.Globalization;
using Fairlead.Models.Contracts;
using Fairlead.Models.Scoring;

namespace Fairlead.Models.Features;

/// <summary>Fitted features, ready to turn cleaned cells into model inputs. One code path for one row and for many. Immutable and thread-safe.</summary>
public sealed class FeatureSet
{
    private readonly Feature[] _items;
    private readonly int[] _featureColumn;
    private readonly Dictionary<string, int>?[] _levels;
    private readonly TextVocabulary?[] _vocabularies;

    public FeatureSet(IReadOnlyList<Feature> features)
    {
        ArgumentNullException.ThrowIfNull(features);
        _items = [.. features];
        _featureColumn = new int[features.Count];
        _levels = new Dictionary<string, int>?[features.Count];
        _vocabularies = new TextVocabulary?[features.Count];
        var (columns, index) = (new List<string>(), new Dictionary<string, int>(StringComparer.Ordinal));
        var (inputs, inputColumn, categorical) = (new List<string>(), new List<int>(), new List<int>());
        for (var f = 0; f < features.Count; f++)
        {
            var feature = features[f];
            if (!index.TryGetValue(feature.Column, out var column))
            {
                index.Add(feature.Column, column = columns.Count);
                columns.Add(feature.Column);
            }

            _featureColumn[f] = column;
            inputColumn.AddRange(Enumerable.Repeat(column, feature.Width));
            switch (feature)
            {
                case NumberFeature:
                    inputs.Add(feature.Column);
                    break;
                case CategoryFeature category:
                    categorical.Add(inputs.Count);
                    inputs.Add(feature.Column);
                    var levels = new Dictionary<string, int>(category.Levels.Count, StringComparer.Ordinal);
                    for (var i = 0; i < category.Levels.Count; i++)
                    {
                        levels.Add(category.Levels[i], i + 1);
                    }

                    _levels[f] = levels;
                    break;
                case DateFeature date:
                    inputs.AddRange(date.Parts.Select(part => $"{feature.Column}.{part}"));
                    break;
                case TextFeature text:
                    inputs.AddRange(text.DenseTerms.Select(term => $"{feature.Column}: {text.Terms[term]}"));
                    _vocabularies[f] = new TextVocabulary(text, TermCount);
                    TermCount += text.Terms.Count;
                    break;
                default:
                    throw new ArgumentException($"Features of type {feature.GetType().Name} are not known.", nameof(features));
            }
        }

        (Columns, DenseNames, DenseColumns, CategoricalInputs) = (columns, inputs, inputColumn, categorical);
    }

    public IReadOnlyList<Feature> Features => _items;

    /// <summary>As an array, which a loop on the hot path goes through without an enumerator.</summary>
    internal Feature[] Items => _items;

    /// <summary>Names of the cleaned columns that are read, each once.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Dense inputs a row.</summary>
    public int DenseWidth => DenseNames.Count;

    /// <summary>Names of the dense inputs: the column, "column.part" of a date, "column: term" of a text. Shape [DenseWidth].</summary>
    public IReadOnlyList<string> DenseNames { get; }

    /// <summary>Which of <see cref="Columns"/> each dense input comes from. Shape [DenseWidth].</summary>
    public IReadOnlyList<int> DenseColumns { get; }

    /// <summary>Dense inputs that are level indices (0 other, 1 the first level), not quantities. Rising.</summary>
    public IReadOnlyList<int> CategoricalInputs { get; }

    /// <summary>Sparse inputs a row: the terms of all text features, one feature after the other.</summary>
    public int TermCount { get; private init; }

    /// <summary>Which of <see cref="Columns"/> feature <paramref name="feature"/> reads.</summary>
    public int ColumnOf(int feature) => _featureColumn[feature];

    /// <summary>Features of one row. Valid until the scratch is used again. Allocates only to grow the scratch.</summary>
    /// <param name="cleaned">Cells in the order of <see cref="Columns"/>.</param>
    /// <exception cref="ArgumentException">The number of cells is not the number of columns.</exception>
    public FeatureRow Transform(ReadOnlySpan<Cell> cleaned, ModelScratch scratch)
    {
        ArgumentNullException.ThrowIfNull(scratch);
        if (cleaned.Length != Columns.Count)
        {
            throw new ArgumentException($"The row has {cleaned.Length} cells; the features read {Columns.Count} columns.", nameof(cleaned));
        }

        var dense = scratch.DenseFor(DenseWidth);
        scratch.ClearTerms(TermCount);
        var at = 0;
        for (var f = 0; f < _featureColumn.Length; f++)
        {
            var cell = cleaned[_featureColumn[f]];
            switch (_items[f])
            {
                case NumberFeature:
                    dense[at++] = cell.NumberOrNaN;
                    break;
                case CategoryFeature:
                    dense[at++] = LevelOf(_levels[f]!, cell);
                    break;
                case DateFeature date:
                    for (var p = 0; p < date.Parts.Count; p++)
                    {
                        dense[at++] = DateParts.Of(date.Parts[p], cell.NumberOrNaN);
                    }

                    break;
                case TextFeature text:
                    _vocabularies[f]!.Transform(cell, dense.Slice(at, text.Width), scratch);
                    at += text.Width;
                    break;
            }
        }

        return new FeatureRow(dense, scratch.TermIndices, scratch.TermValues);
    }

    /// <summary>Features of every row, by the same code as one row.</summary>
    /// <exception cref="KeyNotFoundException">The frame lacks a column.</exception>
    /// <exception cref="InvalidOperationException">More than 2^31 - 1 dense inputs in all.</exception>
    public FeatureMatrix Transform(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var columns = ColumnsOf(frame);
        if ((long)frame.Rows * DenseWidth > Array.MaxLength)
        {
            throw new InvalidOperationException($"{frame.Rows} rows of {DenseWidth} inputs do not fit into memory; leave columns out or take fewer rows.");
        }

        var dense = new double[frame.Rows * DenseWidth];
        var starts = new int[frame.Rows + 1];
        var (indices, values) = (new List<int>(), new List<double>());
        var (scratch, cells) = (new ModelScratch(), new Cell[columns.Length]);
        for (var row = 0; row < frame.Rows; row++)
        {
            Fill(columns, row, cells);
            var features = Transform(cells, scratch);
            features.Dense.CopyTo(dense.AsSpan(row * DenseWidth));
            indices.AddRange(features.TermIndices);
            values.AddRange(features.TermValues);
            starts[row + 1] = indices.Count;
        }

        return new FeatureMatrix(DenseWidth, dense, new SparseMatrix(TermCount, starts, [.. indices], [.. values]));
    }

    /// <summary>The frame's columns in the order of <see cref="Columns"/>.</summary>
    internal FrameColumn[] ColumnsOf(Frame frame) => [.. Columns.Select(name => frame[name])];

    internal static void Fill(FrameColumn[] columns, int row, Span<Cell> cells)
    {
        for (var c = 0; c < columns.Length; c++)
        {
            cells[c] = columns[c][row];
        }
    }

    private static double LevelOf(Dictionary<string, int> levels, Cell cell)
    {
        if (cell.IsMissing)
        {
            return double.NaN;
        }

        var name = cell.Text ?? cell.Number.ToString("R", CultureInfo.InvariantCulture);
        return levels.GetValueOrDefault(name, 0);
    }
}
