using System.Text;
using Fairlead.Data.Scanning;

namespace Fairlead.Tests.Data.Cleaning.Oracle;

/// <summary>Rows of a test as a scan: with codes for the first batches, as plain texts from then on, as a column goes when it has too many distinct texts.</summary>
internal sealed class TextRows : ITableScan
{
    private readonly IReadOnlyList<string?[]> _rows;
    private readonly int _batchRows;
    private readonly int _plainFrom;
    private readonly ColumnVector[] _vectors;
    private readonly ColumnDictionary[] _dictionaries;
    private readonly bool[] _plain;
    private int _at;

    /// <param name="rows">A text, or null, for each column. The empty text is missing.</param>
    /// <param name="plainFrom">Batches with codes.</param>
    public TextRows(IReadOnlyList<string> columns, IReadOnlyList<string?[]> rows, int batchRows, int plainFrom)
    {
        (_rows, _batchRows, _plainFrom) = (rows, batchRows, plainFrom);
        Columns = [.. columns.Select(name => new ScannedColumn(name, VectorForm.Text))];
        _vectors = [.. columns.Select(_ => new ColumnVector(VectorForm.Text))];
        _plain = new bool[columns.Count];
        _dictionaries = [.. columns.Select(_ => new ColumnDictionary())];
    }

    public IReadOnlyList<ScannedColumn> Columns { get; }

    public TableBatch? Next(CancellationToken cancel)
    {
        var count = Math.Min(_batchRows, _rows.Count - _at);
        if (count == 0)
        {
            return null;
        }

        for (var column = 0; column < _vectors.Length; column++)
        {
            byte[]?[] texts = [.. _rows.Skip(_at).Take(count).Select(row => string.IsNullOrEmpty(row[column]) ? null : Encoding.UTF8.GetBytes(row[column]!))];
            var vector = _vectors[column];
            int[] codes = _at / _batchRows < _plainFrom && !_plain[column] ? [.. texts.Select(text => text is null ? -1 : _dictionaries[column].Add(text))] : [];
            _plain[column] |= codes.Length == 0 || codes.Where((code, i) => code < 0 && texts[i] is not null).Any();
            vector.Rows = count;
            if (!_plain[column])
            {
                (vector.Codes, vector.Dictionary) = (codes, _dictionaries[column]);
            }
            else
            {
                (vector.Codes, vector.Dictionary) = (null, null);
                vector.Bytes = [.. texts.SelectMany(text => text ?? [])];
                vector.Lengths = [.. texts.Select(text => text?.Length ?? -1)];
                vector.Starts = [.. texts.Select((_, i) => texts.Take(i).Sum(text => text?.Length ?? 0))];
            }
        }

        var batch = new TableBatch { FirstRow = _at, Rows = count, Columns = _vectors };
        _at += count;
        return batch;
    }

    public void Dispose()
    {
    }
}
