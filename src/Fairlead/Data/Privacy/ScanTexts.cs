using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Fairlead.Models.Personal;
using Fairlead.Workspace;

namespace Fairlead.Data.Privacy;

/// <summary>Finds personal data in texts: JSON lines <c>{"id","text"}</c> in, one JSON line a text out, in order.</summary>
public static class ScanTexts
{
    /// <summary>Longest line, in bytes.</summary>
    public const int LineMax = 16 << 20;

    /// <summary>Faults that are named; further ones are counted.</summary>
    public const int FaultsMax = 100;

    private const int BufferBytes = 1 << 18;

    private static readonly byte[][] Names = [.. Enum.GetValues<PersonalEntity>().Select(entity => Encoding.UTF8.GetBytes($"{{\"entity\":\"{PersonalEntities.Name(entity)}\",\"start\":"))];

    /// <param name="Texts">Texts that were answered.</param>
    /// <param name="WithPersonalData">Those in which something was found.</param>
    public sealed record Outcome(long Texts, long WithPersonalData);

    /// <summary>Answers each line as it is read. A line that is no text is left out; all of them are told in the end.</summary>
    /// <param name="path">The file.</param>
    /// <param name="output">Takes UTF-8 lines <c>{"id":…,"entities":[{"entity","start","end","score"}]}</c>; offsets in UTF-16 units, end exclusive.</param>
    /// <exception cref="FaultException">The file can't be read, or lines are no texts: each with its number. The others were answered.</exception>
    public static Outcome Run(string path, Stream output, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (!File.Exists(path))
        {
            throw new FaultException(path, Directory.Exists(path) ? "This is a folder." : "There is no such file.", "Give a file of JSON lines, each {\"id\": …, \"text\": \"…\"}.");
        }

        using var input = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        var run = new Scan(path, output);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var (held, first) = (0, true);
            while (true)
            {
                cancel.ThrowIfCancellationRequested();
                var read = input.Read(buffer, held, buffer.Length - held);
                held += read;
                var at = first && buffer.AsSpan(0, held).StartsWith("\uFEFF"u8) ? 3 : 0;
                first = false;
                for (int end; (end = buffer.AsSpan(at, held - at).IndexOf((byte)'\n')) >= 0; at += end + 1)
                {
                    run.Line(buffer.AsSpan(at, end));
                }

                if (read == 0)
                {
                    if (held > at)
                    {
                        run.Line(buffer.AsSpan(at, held - at));
                    }

                    return run.Done();
                }

                buffer.AsSpan(at, held - at).CopyTo(buffer);
                held -= at;
                if (held == buffer.Length)
                {
                    buffer = Larger(buffer, held, run);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Larger(byte[] buffer, int held, Scan run)
    {
        if (held > LineMax)
        {
            throw run.TooLong();
        }

        var larger = ArrayPool<byte>.Shared.Rent(held * 2);
        buffer.AsSpan(0, held).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private sealed class Scan(string path, Stream output)
    {
        private readonly ArrayBufferWriter<byte> _answer = new(BufferBytes);
        private readonly List<Fault> _faults = [];
        private readonly PersonalScanner _scanner = new();
        private char[] _text = new char[4_096];
        private long _line;
        private long _bad;
        private long _texts;
        private long _found;

        public void Line(ReadOnlySpan<byte> line)
        {
            _line++;
            if (line.Trim(" \t\r"u8).IsEmpty)
            {
                return;
            }

            if (Read(line, out var id, out var length) is { } what)
            {
                Bad(what);
                return;
            }

            Answer(id, _scanner.Scan(_text.AsSpan(0, length)));
        }

        public Outcome Done()
        {
            Flush();
            if (_bad > _faults.Count)
            {
                _faults.Add(new Fault(path, string.Create(CultureInfo.InvariantCulture, $"{_bad - _faults.Count:N0} more lines are no texts."), "Repair the lines named above and run again."));
            }

            return _faults.Count > 0 ? throw new FaultException(_faults) : new Outcome(_texts, _found);
        }

        public FaultException TooLong() =>
            new(string.Create(CultureInfo.InvariantCulture, $"{path}:{_line + 1}"), string.Create(CultureInfo.InvariantCulture, $"The line is longer than {LineMax >> 20} MiB."), "Cut the text into parts.");

        /// <summary>The raw id and the length of the text in <see cref="_text"/>; or what is wrong with the line.</summary>
        private string? Read(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> id, out int length)
        {
            id = default;
            length = -1;
            try
            {
                var json = new Utf8JsonReader(line);
                if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
                {
                    return "The line is no JSON object.";
                }

                while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
                {
                    var (isId, isText) = (json.ValueTextEquals("id"u8), json.ValueTextEquals("text"u8));
                    json.Read();
                    if (isId)
                    {
                        if (json.TokenType is not (JsonTokenType.String or JsonTokenType.Number))
                        {
                            return "\"id\" is neither a text nor a number.";
                        }

                        id = line[(int)json.TokenStartIndex..(int)json.BytesConsumed];
                    }
                    else if (isText)
                    {
                        if (json.TokenType != JsonTokenType.String)
                        {
                            return "\"text\" is no text.";
                        }

                        _text = _text.Length < json.ValueSpan.Length ? new char[json.ValueSpan.Length * 2] : _text;
                        length = json.CopyString(_text);
                    }
                    else
                    {
                        json.Skip();
                    }
                }

                while (json.Read())
                {
                }

                return id.IsEmpty ? "The line has no \"id\"." : length < 0 ? "The line has no \"text\"." : null;
            }
            catch (JsonException exception)
            {
                return $"The line is no JSON: {exception.Message.Split(". ")[0].TrimEnd('.')}.";
            }
            catch (InvalidOperationException)
            {
                return "The text holds bytes or escapes that are no Unicode.";
            }
        }

        private void Bad(string what)
        {
            if (_bad++ < FaultsMax)
            {
                _faults.Add(new Fault(string.Create(CultureInfo.InvariantCulture, $"{path}:{_line}"), what, "Write {\"id\": \"1\", \"text\": \"…\"}, one a line."));
            }
        }

        private void Answer(ReadOnlySpan<byte> id, ReadOnlySpan<PersonalSpan> spans)
        {
            _texts++;
            _found += spans.IsEmpty ? 0 : 1;
            _answer.Write("{\"id\":"u8);
            _answer.Write(id);
            _answer.Write(",\"entities\":["u8);
            for (var i = 0; i < spans.Length; i++)
            {
                if (i > 0)
                {
                    _answer.Write(","u8);
                }

                _answer.Write(Names[(int)spans[i].Entity]);
                Number(spans[i].Start);
                _answer.Write(",\"end\":"u8);
                Number(spans[i].End);
                _answer.Write(",\"score\":"u8);
                Number(spans[i].Score);
                _answer.Write("}"u8);
            }

            _answer.Write("]}\n"u8);
            if (_answer.WrittenCount > BufferBytes)
            {
                Flush();
            }
        }

        private void Number<T>(T value)
            where T : IUtf8SpanFormattable
        {
            value.TryFormat(_answer.GetSpan(32), out var written, default, CultureInfo.InvariantCulture);
            _answer.Advance(written);
        }

        private void Flush()
        {
            output.Write(_answer.WrittenSpan);
            output.Flush();
            _answer.ResetWrittenCount();
        }
    }
}
