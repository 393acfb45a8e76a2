using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Apache.Arrow;
using Apache.Arrow.Types;
using Fairlead.Models.RowSteps;

namespace Fairlead.Projects.Sources;

/// <summary>Values of Arrow arrays as text; a missing one, and a number that is none, is the empty text.</summary>
internal sealed class ArrowText
{
    private static readonly SearchValues<byte> NumberSigns = SearchValues.Create("0123456789.+-eE"u8);

    private readonly ArrayBufferWriter<byte> _json = new();
    private readonly byte[] _scratch = new byte[64];

    /// <summary>The text of a value. Holds until the next call.</summary>
    public ReadOnlySpan<byte> Of(IArrowArray array, int row)
    {
        if (array.IsNull(row))
        {
            return [];
        }

        switch (array)
        {
            case DictionaryArray coded:
                return Of(coded.Dictionary, coded.Indices is Int32Array indices ? indices.GetValue(row)!.Value : throw new NotSupportedException("codes of another width"));
            case LargeStringArray large:
                return Encoding.UTF8.GetBytes(large.GetString(row));
            case BinaryArray binary: // texts too
                var bytes = binary.GetBytes(row, out _);
                return array is StringArray || (Utf8.IsValid(bytes) && !bytes.Contains((byte)0)) ? bytes : Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes));
            case StructArray or ListArray or FixedSizeListArray or MapArray:
                _json.ResetWrittenCount();
                using (var writer = new Utf8JsonWriter(_json))
                {
                    Json(writer, array, row);
                }

                return _json.WrittenSpan;
            default:
                return Simple(array, row);
        }
    }

    /// <summary>A day as 2024-02-29; years outside 0 to 9999 with as many digits as they need.</summary>
    /// <param name="days">Since 1970-01-01, in the proleptic Gregorian calendar.</param>
    public static int Day(long days, Span<byte> to)
    {
        // H. Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013): civil_from_days.
        var shifted = days + 719_468;
        var era = Math.DivRem(shifted - (shifted < 0 ? 146_096 : 0), 146_097).Quotient;
        var ofEra = shifted - (era * 146_097);
        var year = (ofEra - (ofEra / 1_460) + (ofEra / 36_524) - (ofEra / 146_096)) / 365;
        var ofYear = ofEra - ((365 * year) + (year / 4) - (year / 100));
        var month = ((5 * ofYear) + 2) / 153;
        var day = ofYear - (((153 * month) + 2) / 5) + 1;
        month += month < 10 ? 3 : -9;
        year += (era * 400) + (month <= 2 ? 1 : 0);
        return Utf8.TryWrite(to, CultureInfo.InvariantCulture, $"{year:0000}-{month:00}-{day:00}", out var written) ? written : 0;
    }

    private static int Clock(long microseconds, Span<byte> to)
    {
        var (seconds, rest) = Math.DivRem(microseconds, 1_000_000);
        _ = Utf8.TryWrite(to, CultureInfo.InvariantCulture, $"{seconds / 3_600:00}:{seconds / 60 % 60:00}:{seconds % 60:00}", out var written);
        if (rest > 0)
        {
            _ = Utf8.TryWrite(to[written..], CultureInfo.InvariantCulture, $".{rest:000000}", out var more);
            written += more;
            while (to[written - 1] == '0')
            {
                written--;
            }
        }

        return written;
    }

    private ReadOnlySpan<byte> Simple(IArrowArray array, int row)
    {
        var to = _scratch.AsSpan();
        switch (array)
        {
            case BooleanArray bits:
                return bits.GetValue(row) == true ? "true"u8 : "false"u8;
            case DoubleArray doubles:
                var number = doubles.GetValue(row)!.Value;
                return double.IsNaN(number) ? [] : Encoding.ASCII.GetBytes(NumberText.Shortest(number));
            case FloatArray floats:
                var single = floats.GetValue(row)!.Value;
                return float.IsNaN(single) ? [] : Encoding.ASCII.GetBytes(single.ToString("R", CultureInfo.InvariantCulture));
            case TimestampArray moments:
                var micros = Microseconds(moments, row);
                var day = Math.DivRem(micros - (micros < 0 ? 86_399_999_999 : 0), 86_400_000_000).Quotient;
                var length = Day(day, to);
                to[length++] = (byte)' ';
                length += Clock(micros - (day * 86_400_000_000), to[length..]);
                if (((TimestampType)moments.Data.DataType).Timezone is { Length: > 0 })
                {
                    to[length++] = (byte)'Z';
                }

                return to[..length];
            case Date32Array dates:
                return to[..Day(dates.GetValue(row)!.Value, to)];
            case Date64Array dates:
                return to[..Day(dates.GetValue(row)!.Value / 86_400_000, to)];
            case Time32Array times:
                return to[..Clock(times.GetValue(row)!.Value * (((Time32Type)times.Data.DataType).Unit == TimeUnit.Second ? 1_000_000L : 1_000L), to)];
            case Time64Array times:
                return to[..Clock(((Time64Type)times.Data.DataType).Unit == TimeUnit.Nanosecond ? times.GetValue(row)!.Value / 1_000 : times.GetValue(row)!.Value, to)];
            case Decimal128Array decimals:
                return Encoding.ASCII.GetBytes(decimals.GetString(row)!);
            case Decimal256Array decimals:
                return Encoding.ASCII.GetBytes(decimals.GetString(row)!);
            case UInt64Array wide:
                return Utf8Formatter.TryFormat(wide.GetValue(row)!.Value, to, out var digits) ? to[..digits] : [];
            case Apache.Arrow.Arrays.FixedSizeBinaryArray raw:
                return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(raw.GetBytes(row)));
            default:
                return Utf8Formatter.TryFormat(Whole(array, row), to, out var written) ? to[..written] : [];
        }
    }

    /// <summary>A whole number of at most 64 bits.</summary>
    public static long Whole(IArrowArray array, int row) => array switch
    {
        Int64Array numbers => numbers.GetValue(row)!.Value,
        Int32Array numbers => numbers.GetValue(row)!.Value,
        Int16Array numbers => numbers.GetValue(row)!.Value,
        Int8Array numbers => numbers.GetValue(row)!.Value,
        UInt32Array numbers => numbers.GetValue(row)!.Value,
        UInt16Array numbers => numbers.GetValue(row)!.Value,
        UInt8Array numbers => numbers.GetValue(row)!.Value,
        _ => throw new NotSupportedException($"a column of type {array.Data.DataType.Name} is not read"),
    };

    /// <summary>A moment in microseconds since 1970-01-01, rounded down.</summary>
    public static long Microseconds(TimestampArray moments, int row)
    {
        var value = moments.Values[row];
        return ((TimestampType)moments.Data.DataType).Unit switch
        {
            TimeUnit.Second => value * 1_000_000,
            TimeUnit.Millisecond => value * 1_000,
            TimeUnit.Nanosecond => (long)Math.Floor(value / 1_000m),
            _ => value,
        };
    }

    private void Json(Utf8JsonWriter writer, IArrowArray array, int row)
    {
        if (array.IsNull(row))
        {
            writer.WriteNullValue();
            return;
        }

        switch (array)
        {
            case MapArray map:
                writer.WriteStartObject();
                for (var at = map.ValueOffsets[row]; at < map.ValueOffsets[row + 1]; at++)
                {
                    writer.WritePropertyName(Of(map.Keys, at));
                    Json(writer, map.Values, at);
                }

                writer.WriteEndObject();
                break;
            case ListArray list:
                writer.WriteStartArray();
                for (var at = list.ValueOffsets[row]; at < list.ValueOffsets[row + 1]; at++)
                {
                    Json(writer, list.Values, at);
                }

                writer.WriteEndArray();
                break;
            case FixedSizeListArray list:
                var size = ((FixedSizeListType)list.Data.DataType).ListSize;
                writer.WriteStartArray();
                for (var at = row * size; at < (row + 1) * size; at++)
                {
                    Json(writer, list.Values, at);
                }

                writer.WriteEndArray();
                break;
            case StructArray nested:
                writer.WriteStartObject();
                for (var i = 0; i < nested.Fields.Count; i++)
                {
                    writer.WritePropertyName(((StructType)nested.Data.DataType).Fields[i].Name);
                    Json(writer, nested.Fields[i], row);
                }

                writer.WriteEndObject();
                break;
            case BooleanArray bits:
                writer.WriteBooleanValue(bits.GetValue(row) == true);
                break;
            case Int64Array or Int32Array or Int16Array or Int8Array or UInt8Array or UInt16Array or UInt32Array or UInt64Array or Decimal128Array or Decimal256Array or DoubleArray or FloatArray:
                var number = Simple(array, row);
                if (number.IsEmpty || number.ContainsAnyExcept(NumberSigns))
                {
                    writer.WriteNullValue();
                }
                else
                {
                    writer.WriteRawValue(number, skipInputValidation: true);
                }

                break;
            default:
                writer.WriteStringValue(Of(array, row));
                break;
        }
    }
}
