using System.Buffers.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Fairlead.Data.Checks;

/// <summary>Writes a report as JSON: <c>{"rows","checks":[{"id","check","column","success","element_count","missing_count","unexpected_count","unexpected_rows","observed"}]}</c>.</summary>
/// <remarks>Row numbers, of which there may be millions, are formatted straight into the buffer.</remarks>
public sealed class CheckReportJson
{
    private const int NumberMax = 24;
    private readonly Stream _output;
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _length;

    private CheckReportJson(Stream output) => _output = output;

    public static void Write(CheckReport report, Stream output) => new CheckReportJson(output).Write(report);

    private void Write(CheckReport report)
    {
        Put("{\"rows\":"u8);
        Put(report.Rows);
        Put(",\"checks\":["u8);
        for (var i = 0; i < report.Results.Count; i++)
        {
            Put(i == 0 ? "{"u8 : ",{"u8);
            Write(report.Results[i]);
            Put("}"u8);
        }

        Put("]}\n"u8);
        Flush();
        _output.Flush();
    }

    private void Write(CheckResult result)
    {
        Put("\"id\":"u8);
        Put(writer => writer.WriteStringValue(result.Rule.Id));
        Put(",\"check\":"u8);
        Put(writer => writer.WriteStringValue(result.Rule.Name));
        Put(",\"column\":"u8);
        Put(writer => writer.WriteStringValue(result.Column));
        Put(result.Success ? ",\"success\":true,\"element_count\":"u8 : ",\"success\":false,\"element_count\":"u8);
        Put(result.Elements);
        Put(",\"missing_count\":"u8);
        Put(result.Missing);
        Put(",\"unexpected_count\":"u8);
        Put(result.UnexpectedCount);
        Put(",\"unexpected_rows\":["u8);
        var isFirst = true;
        foreach (var row in result.UnexpectedRows)
        {
            if (!isFirst)
            {
                Put(","u8);
            }

            isFirst = false;
            Put(row);
        }

        Put("],\"observed\":"u8);
        Put(writer =>
        {
            if (result.Observed is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                result.Observed.WriteTo(writer);
            }
        });
    }

    private void Put(Action<Utf8JsonWriter> write)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text, Options))
        {
            write(writer);
        }

        Put(text.GetBuffer().AsSpan(0, (int)text.Length));
    }

    private void Put(long number)
    {
        Room(NumberMax);
        Utf8Formatter.TryFormat(number, _buffer.AsSpan(_length), out var written);
        _length += written;
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > _buffer.Length - _length)
        {
            var part = _buffer.Length - _length;
            bytes[..part].CopyTo(_buffer.AsSpan(_length));
            _length = _buffer.Length;
            Flush();
            bytes = bytes[part..];
        }

        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Room(int bytes)
    {
        if (_length + bytes > _buffer.Length)
        {
            Flush();
        }
    }

    private void Flush()
    {
        _output.Write(_buffer, 0, _length);
        _length = 0;
    }
}
