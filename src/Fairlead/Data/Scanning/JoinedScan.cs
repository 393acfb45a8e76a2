namespace Fairlead.Data.Scanning;

/// <summary>Scans one after another as one, with the same columns, behind <c>__row</c>: rows are numbered on, and each text column keeps one dictionary over all of them.</summary>
internal sealed class JoinedScan : ITableScan
{
    private readonly IEnumerator<TableBatch> _batches;
    private readonly JoinedColumn[] _columns;
    private readonly ColumnVector _rows = new(VectorForm.Integer);
    private readonly TableBatch _batch;
    private long _given;

    /// <param name="columns">Of the scans.</param>
    /// <param name="batches">Of all scans, in order; each holds until the next is asked for. Their own row numbers do not count.</param>
    public JoinedScan(IReadOnlyList<ScannedColumn> columns, IEnumerable<TableBatch> batches)
    {
        (Columns, _batches) = ([new ScannedColumn("__row", VectorForm.Integer), .. columns], batches.GetEnumerator());
        _columns = [.. columns.Select(column => new JoinedColumn(column.Form))];
        _batch = new TableBatch { Columns = [_rows, .. _columns.Select(column => column.Vector)] };
    }

    public IReadOnlyList<ScannedColumn> Columns { get; }

    public TableBatch? Next(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (!_batches.MoveNext())
        {
            return null;
        }

        var read = _batches.Current;
        for (var column = 0; column < _columns.Length; column++)
        {
            _columns[column].Take(read.Columns[column], read.Rows);
        }

        if (_rows.Integers.Length < read.Rows)
        {
            (_rows.Integers, _rows.Missing) = (new long[read.Rows], new bool[read.Rows]);
        }

        _rows.Rows = read.Rows;
        for (var row = 0; row < read.Rows; row++)
        {
            _rows.Integers[row] = _given + row;
        }

        (_batch.FirstRow, _batch.Rows) = (_given, read.Rows);
        _given += read.Rows;
        return _batch;
    }

    public void Dispose() => _batches.Dispose();
}

/// <summary>One column of joined scans.</summary>
internal sealed class JoinedColumn(VectorForm form)
{
    private readonly ColumnDictionary _dictionary = new();
    private int[] _codes = [];
    private ColumnDictionary? _source;
    private int[] _known = [];
    private byte[] _bytes = [];
    private bool _plain;

    public ColumnVector Vector { get; } = new(form);

    public void Take(ColumnVector read, int rows)
    {
        Vector.Rows = rows;
        if (form != VectorForm.Text)
        {
            (Vector.Integers, Vector.Doubles, Vector.Missing) = (read.Integers, read.Doubles, read.Missing);
            return;
        }

        if (_plain || !Encode(read, rows))
        {
            _plain = true;
            Write(read, rows);
        }
    }

    private bool Encode(ColumnVector read, int rows)
    {
        if (_codes.Length < rows)
        {
            _codes = new int[TableScan.Room(rows)];
        }

        if (read.Codes is { } codes)
        {
            Learn(read.Dictionary!);
            for (var row = 0; row < rows; row++)
            {
                _codes[row] = codes[row] < 0 ? -1 : _known[codes[row]];
                if (_codes[row] == -2)
                {
                    return false;
                }
            }
        }
        else
        {
            for (var row = 0; row < rows; row++)
            {
                _codes[row] = read.IsMissing(row) ? -1 : _dictionary.Add(read.Utf8(row));
                if (_codes[row] < 0 && !read.IsMissing(row))
                {
                    return false;
                }
            }
        }

        (Vector.Codes, Vector.Dictionary) = (_codes, _dictionary);
        return true;
    }

    /// <summary>What the codes of a dictionary are here; -2 where this one is full.</summary>
    private void Learn(ColumnDictionary dictionary)
    {
        var from = ReferenceEquals(dictionary, _source) ? Array.IndexOf(_known, -3) : 0;
        _source = dictionary;
        if (_known.Length < dictionary.Count + 1)
        {
            var larger = new int[(dictionary.Count * 2) + 1];
            Array.Fill(larger, -3); // not looked up yet
            _known.AsSpan(0, from).CopyTo(larger);
            _known = larger;
        }

        for (var code = from; code < dictionary.Count; code++)
        {
            _known[code] = _dictionary.Add(dictionary.Text(code)) is var found && found >= 0 ? found : -2;
        }

        Array.Fill(_known, -3, dictionary.Count, _known.Length - dictionary.Count);
    }

    private void Write(ColumnVector read, int rows)
    {
        (Vector.Codes, Vector.Dictionary) = (null, null);
        if (read.Codes is null)
        {
            (Vector.Bytes, Vector.Starts, Vector.Lengths) = (read.Bytes, read.Starts, read.Lengths);
            return;
        }

        if (Vector.Starts.Length < rows || ReferenceEquals(Vector.Starts, read.Starts))
        {
            (Vector.Starts, Vector.Lengths) = (new int[TableScan.Room(rows)], new int[TableScan.Room(rows)]);
        }

        var used = 0;
        for (var row = 0; row < rows; row++)
        {
            Vector.Starts[row] = used;
            if (read.IsMissing(row))
            {
                Vector.Lengths[row] = -1;
                continue;
            }

            var text = read.Utf8(row);
            if (used + text.Length > _bytes.Length)
            {
                Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, used + text.Length));
            }

            text.CopyTo(_bytes.AsSpan(used));
            Vector.Lengths[row] = text.Length;
            used += text.Length;
        }

        Vector.Bytes = _bytes;
    }
}
