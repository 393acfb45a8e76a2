using System.Text.Json;
using Fairlead.Workspace;

namespace Fairlead.Projects.Sources;

/// <summary>Reads the lines of a JSON-lines file, or the elements of an array, one after another, in memory of one row.</summary>
internal sealed class JsonElements(string path, Stream text, bool array) : IDisposable
{
    private byte[] _buffer = new byte[1 << 18];
    private int _at;
    private int _filled;
    private int _start;
    private int _length;
    private long _lineStart;
    private long _base;
    private bool _begun;
    private bool _ended;

    /// <summary>The line, without its end, or the element.</summary>
    public ReadOnlySpan<byte> Current => _buffer.AsSpan(_start, _length);

    /// <summary>1-based line that <see cref="Current"/> starts in.</summary>
    public long Line { get; private set; } = 1;

    /// <summary>1-based byte in that line.</summary>
    public long Column { get; private set; } = 1;

    /// <summary>Why an array can't be read further.</summary>
    public string? Problem { get; private set; }

    /// <summary>The next line or element; false at the end or where there is a <see cref="Problem"/>.</summary>
    /// <exception cref="FaultException">A row is over the limit.</exception>
    public bool Next() => array ? NextElement() : NextLine();

    public void Dispose() => text.Dispose();

    private bool NextLine()
    {
        Line += _begun ? 1 : 0;
        var searched = 0;
        while (true)
        {
            var found = _buffer.AsSpan(_at + searched, _filled - _at - searched).IndexOf((byte)'\n');
            if (found >= 0 || (_ended && _filled > _at))
            {
                (_begun, _start) = (true, _at);
                _length = found >= 0 ? searched + found : _filled - _at;
                _at = Math.Min(_filled, _at + _length + 1);
                return true;
            }

            if (_ended)
            {
                return false;
            }

            searched = _filled - _at;
            Refill();
        }
    }

    private bool NextElement()
    {
        if (!_begun)
        {
            _begun = true;
            _ = SkipSpace();
            _at++; // the bracket by which an array is known
            if (SkipSpace() == ']')
            {
                return End();
            }
        }
        else
        {
            switch (SkipSpace())
            {
                case ',':
                    _at++;
                    break;
                case ']':
                    return End();
                case -1:
                    return Stop("it ends before the array does");
                default:
                    return Stop("a comma or the end of the array is expected here");
            }
        }

        if (SkipSpace() < 0)
        {
            return Stop("it ends before the array does");
        }

        while (true)
        {
            var reader = new Utf8JsonReader(_buffer.AsSpan(_at, _filled - _at), _ended, default);
            try
            {
                if (reader.Read() && reader.TrySkip())
                {
                    (_start, _length) = (_at, (int)reader.BytesConsumed);
                    (Column, _at) = (_base + _at - _lineStart + 1, _at + _length);
                    return true;
                }
            }
            catch (JsonException exception)
            {
                var inside = _buffer.AsSpan(_at, _filled - _at);
                var lines = exception.LineNumber ?? 0;
                Column = lines > 0 ? (exception.BytePositionInLine ?? 0) + 1 : _base + _at - _lineStart + (exception.BytePositionInLine ?? 0) + 1;
                Line += lines;
                Problem = inside.IsEmpty ? "it ends before the array does" : JsonScan.Plain(exception);
                return false;
            }

            if (_ended)
            {
                return Stop("it ends before the array does");
            }

            Refill();
        }
    }

    private bool End()
    {
        _at++;
        return SkipSpace() >= 0 && Stop("something stands behind the array");
    }

    private bool Stop(string problem)
    {
        (Problem, Column) = (problem, _base + _at - _lineStart + 1);
        return false;
    }

    /// <summary>The next sign that is no white space, -1 at the end.</summary>
    private int SkipSpace()
    {
        // Lines inside the element before count as well.
        if (_length > 0 && array)
        {
            CountLines(_start, _start + _length);
            _length = 0;
        }

        while (true)
        {
            while (_at < _filled)
            {
                var sign = _buffer[_at];
                if (sign is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
                {
                    return sign;
                }

                CountLines(_at, ++_at);
            }

            if (_ended)
            {
                return -1;
            }

            Refill();
        }
    }

    private void CountLines(int from, int to)
    {
        var bytes = _buffer.AsSpan(from, to - from);
        var last = bytes.LastIndexOf((byte)'\n');
        if (last >= 0)
        {
            Line += bytes.Count((byte)'\n');
            _lineStart = _base + from + last + 1;
        }
    }

    private void Refill()
    {
        _buffer.AsSpan(_at, _filled - _at).CopyTo(_buffer);
        _base += _at;
        (_filled, _at) = (_filled - _at, 0);
        if (_filled > _buffer.Length / 2)
        {
            if (_filled > SourceLimits.RowBytesMax)
            {
                throw new FaultException($"{path}:{Line}:1", $"This {(array ? "element" : "line")} is longer than the limit of {SourceLimits.RowBytesMax:N0} bytes (16 MiB).", "Shorten it, or look for a missing end.");
            }

            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var wanted = _buffer.Length - _filled;
        var read = text.ReadAtLeast(_buffer.AsSpan(_filled, wanted), wanted, throwOnEndOfStream: false);
        _ended = read < wanted;
        _filled += read;
    }
}
