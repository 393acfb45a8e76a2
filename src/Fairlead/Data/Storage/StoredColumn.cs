using Apache.Arrow;
using Apache.Arrow.Types;
using Fairlead.Data.Scanning;

namespace Fairlead.Data.Storage;

/// <summary>Turns one column of record batches into vectors, with arrays used again for every batch.</summary>
internal sealed class StoredColumn
{
    private readonly ColumnDictionary _dictionary = new();
    private int[] _codes = [];
    private int[] _global = [];
    private byte[] _lastTexts = [];
    private int[] _lastOffsets = [];
    private bool _plain;

    public StoredColumn(IArrowType type)
    {
        Form = type.TypeId switch
        {
            ArrowTypeId.Int64 or ArrowTypeId.Int32 => VectorForm.Integer,
            ArrowTypeId.Double => VectorForm.Double,
            ArrowTypeId.Boolean => VectorForm.Boolean,
            ArrowTypeId.Timestamp => VectorForm.Moment,
            _ => VectorForm.Text,
        };
        Vector = new ColumnVector(Form);
    }

    public VectorForm Form { get; }

    public ColumnVector Vector { get; }

    public void Read(IArrowArray array)
    {
        var rows = array.Length;
        Vector.Rows = rows;
        switch (array)
        {
            case DictionaryArray coded:
                ReadCodes(coded, rows);
                break;
            case StringArray texts:
                ReadTexts(texts, rows);
                break;
            default:
                ReadValues((Apache.Arrow.Array)array, rows);
                break;
        }
    }

    private static T[] Room<T>(T[] array, int count) => array.Length >= count ? array : new T[Math.Max(count, TableScan.BatchRows)];

    private void ReadCodes(DictionaryArray coded, int rows)
    {
        var texts = (StringArray)coded.Dictionary;
        Translate(texts);
        var indices = ((Int32Array)coded.Indices).Values;
        var all = coded.NullCount == 0;
        if (!_plain)
        {
            _codes = Room(_codes, rows);
            for (var row = 0; row < rows; row++)
            {
                _codes[row] = all || coded.IsValid(row) ? _global[indices[row]] : -1;
            }

            if (System.Array.IndexOf(_codes, -2, 0, rows) < 0)
            {
                (Vector.Codes, Vector.Dictionary) = (_codes, _dictionary);
                return;
            }

            _plain = true; // more texts than a dictionary keeps: text from here on
        }

        (Vector.Codes, Vector.Dictionary) = (null, null);
        (Vector.Starts, Vector.Lengths) = (Room(Vector.Starts, rows), Room(Vector.Lengths, rows));
        var bytes = texts.ValueBuffer.Span;
        Vector.Bytes = Room(Vector.Bytes, bytes.Length);
        bytes.CopyTo(Vector.Bytes);
        var offsets = texts.ValueOffsets;
        for (var row = 0; row < rows; row++)
        {
            var present = all || coded.IsValid(row);
            Vector.Starts[row] = present ? offsets[indices[row]] : 0;
            Vector.Lengths[row] = present ? offsets[indices[row] + 1] - offsets[indices[row]] : -1;
        }
    }

    /// <summary>What each code of the file is in the scan's dictionary; -2 where that is full. A row group's batches share their dictionary.</summary>
    private void Translate(StringArray texts)
    {
        var bytes = texts.ValueBuffer.Span;
        var offsets = texts.ValueOffsets[..(texts.Length + 1)];
        if (_plain || (offsets.SequenceEqual(_lastOffsets) && bytes.SequenceEqual(_lastTexts)))
        {
            return;
        }

        (_lastTexts, _lastOffsets) = (bytes.ToArray(), offsets.ToArray());
        _global = Room(_global, texts.Length);
        for (var code = 0; code < texts.Length; code++)
        {
            _global[code] = _dictionary.Add(texts.GetBytes(code)) is var found && found >= 0 ? found : -2;
        }
    }

    private void ReadTexts(StringArray texts, int rows)
    {
        _plain = true; // the next part may hold codes again
        (Vector.Codes, Vector.Dictionary) = (null, null);
        (Vector.Starts, Vector.Lengths) = (Room(Vector.Starts, rows), Room(Vector.Lengths, rows));
        var offsets = texts.ValueOffsets;
        var first = rows == 0 ? 0 : offsets[0];
        var bytes = rows == 0 ? [] : texts.ValueBuffer.Span[first..offsets[rows]];
        Vector.Bytes = Room(Vector.Bytes, bytes.Length);
        bytes.CopyTo(Vector.Bytes);
        var all = texts.NullCount == 0;
        for (var row = 0; row < rows; row++)
        {
            Vector.Starts[row] = offsets[row] - first;
            Vector.Lengths[row] = all || texts.IsValid(row) ? offsets[row + 1] - offsets[row] : -1;
        }
    }

    private void ReadValues(Apache.Arrow.Array array, int rows)
    {
        Vector.Missing = Room(Vector.Missing, rows);
        var all = array.NullCount == 0;
        for (var row = 0; row < rows; row++)
        {
            Vector.Missing[row] = !all && array.IsNull(row);
        }

        if (array is DoubleArray doubles)
        {
            Vector.Doubles = Room(Vector.Doubles, rows);
            doubles.Values.CopyTo(Vector.Doubles);
            return;
        }

        Vector.Integers = Room(Vector.Integers, rows);
        switch (array)
        {
            case Int64Array whole:
                whole.Values.CopyTo(Vector.Integers);
                break;
            case TimestampArray moments:
                moments.Values.CopyTo(Vector.Integers);
                break;
            case Int32Array small:
                for (var row = 0; row < rows; row++)
                {
                    Vector.Integers[row] = small.Values[row];
                }

                break;
            case BooleanArray bits:
                for (var row = 0; row < rows; row++)
                {
                    Vector.Integers[row] = bits.GetValue(row) == true ? 1 : 0;
                }

                break;
            default:
                throw new NotSupportedException($"A stored table has a column of {array.Data.DataType.Name}.");
        }
    }
}
