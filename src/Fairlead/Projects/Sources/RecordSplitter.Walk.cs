namespace Fairlead.Projects.Sources;

/// <summary>Records with quotes in unusual places, sign by sign.</summary>
internal sealed partial class RecordSplitter
{
    /// <summary>One record sign by sign. Returns the place behind it, or -1 when it is not whole.</summary>
    private int Walk(byte[] buffer, int start, int end)
    {
        var (count, at, escaped) = (_first, start, _escaped.Count);
        while (true)
        {
            if (count - _first > _fields)
            {
                Trouble = true;
                return -1;
            }

            var open = at + Spaces(buffer.AsSpan(at, end - at));
            int stop;
            if (_dialect.Quoted && open < end && buffer[open] == '"')
            {
                var close = Closing(buffer, open + 1, end);
                if (close < 0)
                {
                    break;
                }

                _escaped.Add(count);
                (Starts[count], Ends[count]) = (open + 1, close);
                stop = close + 1 + Spaces(buffer.AsSpan(close + 1, end - close - 1));
                if (stop < end && buffer[stop] != _dialect.Delimiter && buffer[stop] is not ((byte)'\n' or (byte)'\r'))
                {
                    Trouble = true;
                    return -1;
                }
            }
            else
            {
                var plain = buffer.AsSpan(at, end - at).IndexOfAny(_dialect.Delimiter, (byte)'\n', (byte)'\r');
                stop = plain < 0 ? end : at + plain;
                (Starts[count], Ends[count]) = (at, stop);
            }

            if (stop >= end)
            {
                break;
            }

            count++;
            at = stop + 1;
            if (buffer[stop] == _dialect.Delimiter)
            {
                continue;
            }

            if (buffer[stop] != _lineEnd)
            {
                if (_lineEnd != '\n' || at >= end || buffer[at] != '\n')
                {
                    Trouble = _lineEnd != '\n' || at < end;
                    break;
                }

                at++;
            }

            return EndWalk(start, stop, count) ? at : -1;
        }

        _escaped.RemoveRange(escaped, _escaped.Count - escaped);
        return -1;
    }

    private bool EndWalk(int start, int end, int count)
    {
        var blank = count - _first == 1 && end == start && (_fields > 1 || Leading);
        if (blank)
        {
            return true;
        }

        if (count - _first != _fields)
        {
            Trouble = true;
            return false;
        }

        _ = Keep(start, end, count);
        return !Trouble;
    }

    /// <summary>The quote that closes a field, or -1.</summary>
    private int Closing(byte[] buffer, int from, int end)
    {
        for (var at = from; at < end;)
        {
            var rest = buffer.AsSpan(at, end - at);
            var found = _dialect.Backslash ? rest.IndexOfAny((byte)'"', (byte)'\\') : rest.IndexOf((byte)'"');
            if (found < 0)
            {
                return -1;
            }

            at += found;
            if (buffer[at] == '\\' || (!_dialect.Backslash && at + 1 < end && buffer[at + 1] == '"'))
            {
                at += 2;
                continue;
            }

            return at;
        }

        return -1;
    }

    private static int Spaces(ReadOnlySpan<byte> bytes)
    {
        var other = bytes.IndexOfAnyExcept((byte)' ');
        return other < 0 ? bytes.Length : other;
    }
}
