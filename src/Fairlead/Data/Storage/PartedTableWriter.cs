using Fairlead.Data.Scanning;
using Fairlead.Workspace;

namespace Fairlead.Data.Storage;

/// <summary>Writes a table into the store: in one file, or, from more rows than a part has on, in parts that other tables share.</summary>
/// <remarks>
/// Where a part ends depends on the rows' numbers (<c>__row</c>) alone, not on how many rows stand before: rows that are appended, leave the table or are left out by an erasure change the parts they stand in and no others.
/// A part ends where the number of its rows divided by <see cref="BlobStore.PartRows"/> changes, once it has a quarter as many rows; a table without row numbers is cut by count.
/// </remarks>
internal sealed class PartedTableWriter : IDisposable
{
    private const string RowNumber = "__row";

    private readonly IReadOnlyList<ScannedColumn> _columns;
    private readonly BlobStore _blobs;
    private readonly List<(BlobStore.BlobDraft Draft, string Content, long Rows)> _parts = [];
    private readonly ColumnBuffer[] _buffers;
    private readonly bool _numbered;
    private readonly int _least;
    private BlobStore.BlobDraft? _draft;
    private TableWriter? _writer;
    private long _slot = -1;
    private long _rows;

    public PartedTableWriter(IReadOnlyList<ScannedColumn> columns, BlobStore blobs)
    {
        (_columns, _blobs, _buffers) = (columns, blobs, TableWriter.BuffersOf(columns));
        _numbered = columns is [{ Name: RowNumber, Form: VectorForm.Integer }, ..];
        _least = Math.Max(1, blobs.PartRows / 4);
        Begin();
    }

    /// <summary>Further rows; the batch may be used again afterwards.</summary>
    public void Write(TableBatch batch)
    {
        var from = 0;
        for (var row = 0; row < batch.Rows; row++)
        {
            var slot = (_numbered ? batch.Columns[0].Integers[row] : _rows + row) / _blobs.PartRows;
            if (slot != _slot)
            {
                if (_writer!.Rows + row - from >= _least && _slot >= 0)
                {
                    _writer.Write(batch, from, row);
                    End();
                    Begin();
                    from = row;
                }

                _slot = slot;
            }
        }

        _writer!.Write(batch, from, batch.Rows);
        _rows += batch.Rows;
    }

    /// <summary>Ends the table and puts it in the store. Returns its id.</summary>
    public string Finish()
    {
        End();
        if (_parts is [var only])
        {
            only.Draft.Place(only.Content);
            return only.Content;
        }

        foreach (var (draft, _, _) in _parts)
        {
            draft.MakePart();
        }

        return _blobs.PlaceTable(_parts);
    }

    public void Dispose()
    {
        _writer?.Dispose();
        _draft?.Dispose();
        _parts.ForEach(part => part.Draft.Dispose());
    }

    private void Begin()
    {
        _draft = _blobs.NewTable(out var path);
        _writer = new TableWriter(_columns, path, _draft.Key, _buffers);
    }

    private void End()
    {
        var content = _writer!.End();
        var rows = _writer.Rows;
        _writer.Dispose();
        _parts.Add((_draft!, content, rows));
        (_writer, _draft) = (null, null);
    }
}
