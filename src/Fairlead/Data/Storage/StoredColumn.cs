using Fairlead.Data.Scanning;
using ParquetSharp;

namespace Fairlead.Data.Storage;

/// <summary>One column of a stored table, decoded row group after row group into a vector whose arrays are used again for every batch. Not safe for several threads.</summary>
internal sealed class StoredColumn : IDisposable
{
    private readonly StoredTexts? _texts;
    private readonly bool _optional;
    private ColumnReader? _reader;
    private short[] _levels = [];
    private int[] _small = [];
    private bool[] _bits = [];

    /// <param name="column">The column in the file's schema.</param>
    /// <param name="coded">The file keeps its texts as codes.</param>
    /// <param name="entriesMax">Distinct texts that codes are kept for.</param>
    /// <exception cref="NotSupportedException">The column is of a type that no stored table has.</exception>
    public StoredColumn(ColumnDescriptor column, bool coded, int entriesMax)
    {
        ArgumentNullException.ThrowIfNull(column);
        using var type = column.LogicalType;
        Form = column.PhysicalType switch
        {
            PhysicalType.Int64 => type is TimestampLogicalType ? VectorForm.Moment : VectorForm.Integer,
            PhysicalType.Int32 when type is NoneLogicalType or IntLogicalType => VectorForm.Integer,
            PhysicalType.Double => VectorForm.Double,
            PhysicalType.Boolean => VectorForm.Boolean,
            PhysicalType.ByteArray => VectorForm.Text,
            _ => throw new NotSupportedException($"A stored table has a column of {column.PhysicalType}."),
        };
        Vector = new ColumnVector(Form);
        _optional = column.MaxDefinitionLevel > 0;
        _texts = Form == VectorForm.Text ? new StoredTexts(Vector, coded, entriesMax) : null;
    }

    public VectorForm Form { get; }

    public ColumnVector Vector { get; }

    /// <summary>Goes on with the next row group.</summary>
    public void Open(ColumnReader reader) => _reader = reader;

    /// <summary>Ends the row group, before its reader is let go.</summary>
    public void Close()
    {
        _reader?.Dispose();
        _reader = null;
    }

    /// <summary>Decodes the next rows of the row group into the vector.</summary>
    /// <exception cref="InvalidDataException">The column ends before.</exception>
    public void Read(int rows)
    {
        Vector.Rows = rows;
        if (_levels.Length < rows)
        {
            _levels = new short[rows];
            Array.Fill(_levels, (short)1);
            if (Form != VectorForm.Text)
            {
                Vector.Missing = new bool[_levels.Length];
            }
        }

        switch (_reader)
        {
            case ColumnReader<ByteArray> reader:
                _texts!.Begin(rows);
                for (var done = 0; done < rows;)
                {
                    var values = _texts.Values(rows - done);
                    var levels = Levels(done, rows);
                    var read = Checked(reader.ReadBatch(rows - done, _optional ? levels : [], [], values, out var present));
                    _texts.Take(values[..(int)present], levels[..read], done);
                    done += read;
                }

                _texts.End();
                break;
            case ColumnReader<long> reader:
                Fill(reader, Vector.Integers = Room(Vector.Integers, rows), rows);
                break;
            case ColumnReader<double> reader:
                Fill(reader, Vector.Doubles = Room(Vector.Doubles, rows), rows);
                break;
            case ColumnReader<int> reader:
                Fill(reader, _small = Room(_small, rows), rows);
                Vector.Integers = Room(Vector.Integers, rows);
                for (var row = 0; row < rows; row++)
                {
                    Vector.Integers[row] = _small[row];
                }

                break;
            case ColumnReader<bool> reader:
                Fill(reader, _bits = Room(_bits, rows), rows);
                Vector.Integers = Room(Vector.Integers, rows);
                for (var row = 0; row < rows; row++)
                {
                    Vector.Integers[row] = _bits[row] ? 1 : 0;
                }

                break;
            default:
                throw new InvalidDataException("The table has no row group here.");
        }
    }

    public void Dispose() => Close();

    private static T[] Room<T>(T[] array, int count) => array.Length >= count ? array : new T[count];

    private static int Checked(long read) => read > 0 ? (int)read : throw new InvalidDataException("A column has fewer rows than the table.");

    /// <summary>1 where a row has a value, 0 where it is missing.</summary>
    private Span<short> Levels(int from, int rows) => _levels.AsSpan(from, rows - from);

    /// <summary>Values stand in the file without gaps; here each has its row, and missing ones are 0.</summary>
    private void Fill<T>(ColumnReader<T> reader, T[] target, int rows)
        where T : unmanaged
    {
        for (var done = 0; done < rows;)
        {
            var levels = Levels(done, rows);
            var places = target.AsSpan(done, rows - done);
            var read = Checked(reader.ReadBatch(rows - done, _optional ? levels : [], [], places, out var present));
            var missing = Vector.Missing.AsSpan(done, read);
            var row = read - 1;
            for (var next = (int)present - 1; row > next; row--) // from behind: no value is written over that is still to be moved
            {
                missing[row] = levels[row] == 0;
                places[row] = missing[row] ? default : places[next--];
            }

            missing[..(row + 1)].Clear();
            done += read;
        }
    }
}
