using Apache.Arrow;
using Apache.Arrow.Types;
using Fairlead.Projects.Sources;
using ParquetSharp;

namespace Fairlead.Data.Scanning;

/// <summary>A Parquet file column by column, values in the form the file has them: whole numbers, doubles, booleans, moments; days and everything else as text.</summary>
internal sealed class ParquetScan : ITableScan
{
    private readonly ParquetBatches _batches;
    private readonly ParquetColumn[] _columns;
    private readonly int[] _places;
    private readonly TableBatch _batch;
    private long _row;

    /// <param name="places">The columns wanted, by their place in the file, in any order.</param>
    /// <param name="decryption">Of an encrypted file.</param>
    public ParquetScan(string path, IReadOnlyList<int> places, FileDecryptionProperties? decryption = null)
    {
        int[] read = [.. places.DefaultIfEmpty(0).Distinct().Order()];
        _batches = new ParquetBatches(path, read, TableScan.BatchRows, decryption);
        _columns = [.. read.Select(place => new ParquetColumn(_batches.Fields[place].DataType))];
        _places = [.. places.Select(place => System.Array.IndexOf(read, place))];
        Columns = [.. places.Select((place, i) => new ScannedColumn(_batches.Fields[place].Name, _columns[_places[i]].Vector.Form))];
        _batch = new TableBatch { Columns = [.. _places.Select(place => _columns[place].Vector)] };
    }

    public IReadOnlyList<ScannedColumn> Columns { get; }

    public TableBatch? Next(CancellationToken cancel)
    {
        if (_batches.Next(cancel) is not { } read)
        {
            return null;
        }

        for (var i = 0; i < _columns.Length; i++)
        {
            _columns[i].Read(read.Column(i), read.Length);
        }

        (_batch.FirstRow, _batch.Rows) = (_row, read.Length);
        _row += read.Length;
        return _batch;
    }

    public void Dispose() => _batches.Dispose();
}

/// <summary>Turns one column of record batches into a vector whose arrays are used again for every batch.</summary>
internal sealed class ParquetColumn(IArrowType type)
{
    private readonly ColumnDictionary _dictionary = new();
    private readonly Dictionary<int, int> _days = [];
    private readonly ArrowText _text = new();
    private int[] _codes = [];
    private int[] _known = [];
    private byte[] _lastTexts = [];
    private int[] _lastOffsets = [];
    private bool _plain;

    public ColumnVector Vector { get; } = new(FormOf(ParquetFile.KindOf(type.TypeId)));

    /// <summary>The form that values of a kind have in a scan.</summary>
    public static VectorForm FormOf(string kind) => kind switch
    {
        ParquetFile.WholeNumber => VectorForm.Integer,
        ParquetFile.Number => VectorForm.Double,
        ParquetFile.YesOrNo => VectorForm.Boolean,
        ParquetFile.Moment => VectorForm.Moment,
        _ => VectorForm.Text,
    };

    public void Read(IArrowArray array, int rows)
    {
        Vector.Rows = rows;
        if (Vector.Form != VectorForm.Text)
        {
            ReadValues((Apache.Arrow.Array)array, rows);
        }
        else if (_plain || !ReadCodes(array, rows))
        {
            _plain = true; // more texts than a dictionary keeps: text from here on
            (Vector.Codes, Vector.Dictionary) = (null, null);
            ReadTexts(array, rows);
        }
        else
        {
            (Vector.Codes, Vector.Dictionary) = (_codes, _dictionary);
        }
    }

    private static T[] Room<T>(T[] array, int count) => array.Length >= count ? array : new T[TableScan.Room(count)];

    private bool ReadCodes(IArrowArray array, int rows)
    {
        _codes = Room(_codes, rows);
        switch (array)
        {
            case DictionaryArray { Indices: Int32Array indices, Dictionary: StringArray texts }:
                Translate(texts);
                var places = indices.Values;
                for (var row = 0; row < rows; row++)
                {
                    _codes[row] = indices.IsNull(row) ? -1 : _known[places[row]];
                }

                return System.Array.IndexOf(_codes, -2, 0, rows) < 0;
            case Date32Array days:
                for (var row = 0; row < rows; row++)
                {
                    _codes[row] = days.IsNull(row) ? -1 : DayCode(days.Values[row]);
                }

                return System.Array.IndexOf(_codes, -2, 0, rows) < 0;
            default:
                for (var row = 0; row < rows; row++)
                {
                    var text = _text.Of(array, row);
                    _codes[row] = text.IsEmpty ? -1 : _dictionary.Add(text);
                    if (_codes[row] < 0 && !text.IsEmpty)
                    {
                        return false;
                    }
                }

                return true;
        }
    }

    private int DayCode(int day)
    {
        if (!_days.TryGetValue(day, out var code))
        {
            Span<byte> text = stackalloc byte[24];
            code = _dictionary.Add(text[..ArrowText.Day(day, text)]);
            _days[day] = code = code < 0 ? -2 : code;
        }

        return code;
    }

    /// <summary>What each code of the file is in the scan's dictionary: -1 for the empty text, -2 where the dictionary is full. The batches of a row group share their dictionary.</summary>
    private void Translate(StringArray texts)
    {
        var bytes = texts.ValueBuffer.Span;
        var offsets = texts.ValueOffsets[..(texts.Length + 1)];
        if (offsets.SequenceEqual(_lastOffsets) && bytes.SequenceEqual(_lastTexts))
        {
            return;
        }

        (_lastTexts, _lastOffsets) = (bytes.ToArray(), offsets.ToArray());
        _known = Room(_known, texts.Length);
        for (var code = 0; code < texts.Length; code++)
        {
            var text = texts.GetBytes(code, out _);
            _known[code] = text.IsEmpty ? -1 : _dictionary.Add(text) is var found && found >= 0 ? found : -2;
        }
    }

    private void ReadTexts(IArrowArray array, int rows)
    {
        (Vector.Starts, Vector.Lengths) = (Room(Vector.Starts, rows), Room(Vector.Lengths, rows));
        var used = 0;
        for (var row = 0; row < rows; row++)
        {
            var text = _text.Of(array, row);
            (Vector.Starts[row], Vector.Lengths[row]) = (used, text.IsEmpty ? -1 : text.Length);
            if (used + text.Length > Vector.Bytes.Length)
            {
                var larger = new byte[Math.Max(Vector.Bytes.Length * 2, used + text.Length)];
                Vector.Bytes.AsSpan(0, used).CopyTo(larger);
                Vector.Bytes = larger;
            }

            text.CopyTo(Vector.Bytes.AsSpan(used));
            used += text.Length;
        }
    }

    private void ReadValues(Apache.Arrow.Array array, int rows)
    {
        Vector.Missing = Room(Vector.Missing, rows);
        if (array.NullCount == 0)
        {
            System.Array.Clear(Vector.Missing, 0, rows);
        }
        else
        {
            for (var row = 0; row < rows; row++)
            {
                Vector.Missing[row] = array.IsNull(row);
            }
        }

        if (Vector.Form == VectorForm.Double)
        {
            ReadDoubles(array, rows);
            return;
        }

        Vector.Integers = Room(Vector.Integers, rows);
        switch (array)
        {
            case Int64Array whole:
                whole.Values[..rows].CopyTo(Vector.Integers);
                break;
            case Int32Array small:
                var values = small.Values;
                for (var row = 0; row < rows; row++)
                {
                    Vector.Integers[row] = values[row];
                }

                break;
            default:
                for (var row = 0; row < rows; row++)
                {
                    Vector.Integers[row] = Vector.Missing[row] ? 0 : array switch
                    {
                        TimestampArray moments => ArrowText.Microseconds(moments, row),
                        BooleanArray bits => bits.GetValue(row) == true ? 1 : 0,
                        _ => ArrowText.Whole(array, row),
                    };
                }

                break;
        }
    }

    private void ReadDoubles(Apache.Arrow.Array array, int rows)
    {
        Vector.Doubles = Room(Vector.Doubles, rows);
        if (array is DoubleArray doubles)
        {
            doubles.Values[..rows].CopyTo(Vector.Doubles);
        }
        else
        {
            var floats = ((FloatArray)array).Values;
            for (var row = 0; row < rows; row++)
            {
                Vector.Doubles[row] = floats[row];
            }
        }

        for (var row = 0; row < rows; row++)
        {
            Vector.Missing[row] |= double.IsNaN(Vector.Doubles[row]); // not a number is no value
        }
    }
}
