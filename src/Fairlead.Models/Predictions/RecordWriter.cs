using System.Buffers.Binary;
using System.Text;
using Fairlead.Models.Contracts;
using Fairlead.Models.Packages;

namespace Fairlead.Models.Predictions;

/// <summary>Writes the payload of a record: time, answer, warnings, outputs, row. Keeps what is private out. Thread-safe.</summary>
public sealed class RecordWriter
{
    internal const byte MissingMark = 0;
    internal const byte NumberMark = 1;
    internal const byte TextMark = 2;
    private readonly (int Column, bool Cleaned)[] _columns;

    public RecordWriter(ModelPackage package)
    {
        ArgumentNullException.ThrowIfNull(package);
        var contract = package.Contract;
        _columns = [.. contract.Columns.Index()
            .Where(column => SegmentHeader.IsLogged(contract, column.Item))
            .Select(column => (column.Index, SegmentHeader.IsLoggedCleaned(column.Item)))];
    }

    /// <summary>Upper bound of a payload's bytes for this row.</summary>
    public int MaxBytes(ReadOnlySpan<Cell> raw, ReadOnlySpan<Cell> cleaned, int outputs)
    {
        var bytes = SegmentFormat.PayloadHead + (sizeof(double) * outputs);
        foreach (var (column, fromCleaned) in _columns)
        {
            bytes += sizeof(double) + 1 + (3 * ((fromCleaned ? cleaned : raw)[column].Text?.Length ?? 0)); // at most 3 bytes of UTF-8 a UTF-16 unit
        }

        return bytes;
    }

    /// <summary>Writes a payload.</summary>
    /// <param name="destination">At least <see cref="MaxBytes"/> long.</param>
    /// <param name="raw">Raw cells in the order of the contract's columns.</param>
    /// <param name="cleaned">The same row after the row steps: what is logged of masked columns.</param>
    /// <returns>Bytes written.</returns>
    public int Write(Span<byte> destination, long unixMilliseconds, int answer, int warnings, ReadOnlySpan<double> outputs, ReadOnlySpan<Cell> raw, ReadOnlySpan<Cell> cleaned)
    {
        BinaryPrimitives.WriteInt64LittleEndian(destination, unixMilliseconds);
        BinaryPrimitives.WriteInt32LittleEndian(destination[8..], answer);
        BinaryPrimitives.WriteInt32LittleEndian(destination[12..], warnings);
        var at = SegmentFormat.PayloadHead;
        foreach (var output in outputs)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(destination[at..], output);
            at += sizeof(double);
        }

        foreach (var (column, fromCleaned) in _columns)
        {
            var cell = (fromCleaned ? cleaned : raw)[column];
            if (cell.Text is { } text)
            {
                destination[at] = TextMark;
                var bytes = Encoding.UTF8.GetBytes(text, destination[(at + 5)..]);
                BinaryPrimitives.WriteInt32LittleEndian(destination[(at + 1)..], bytes);
                at += 5 + bytes;
            }
            else if (cell.IsNumber)
            {
                destination[at] = NumberMark;
                BinaryPrimitives.WriteDoubleLittleEndian(destination[(at + 1)..], cell.Number);
                at += 1 + sizeof(double);
            }
            else
            {
                destination[at++] = MissingMark;
            }
        }

        return at;
    }
}
