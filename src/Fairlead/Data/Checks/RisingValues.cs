namespace Fairlead.Data.Checks;

/// <summary>Whole numbers, each above the one before, with their rows: none can have come twice, so that nothing need be looked up. Most keys are numbered like that.</summary>
/// <remarks>Steps from value to value and row to row are kept, equal ones in a row once, so that all can be told when a value no longer rises: <see cref="Visit"/>.</remarks>
internal sealed class RisingValues
{
    /// <summary>Bytes that steps may take: about a million of different width, any number of equal ones.</summary>
    public const int BytesMax = 4 << 20;

    private byte[] _steps = new byte[256];
    private int _written;
    private bool _any;
    private (long Value, long Row) _first;
    private (long Value, long Row) _last;
    private (ulong Value, ulong Row) _step;
    private ulong _times;

    /// <summary>Takes a value; false, and nothing is taken, when it is not above the last or when the steps no longer fit.</summary>
    public bool TryAdd(long value, long row)
    {
        if (!_any)
        {
            (_any, _first, _last) = (true, (value, row), (value, row));
            return true;
        }

        if (value <= _last.Value)
        {
            return false;
        }

        // Differences of two longs always fit into 64 bits without a sign.
        var step = (Value: unchecked((ulong)value - (ulong)_last.Value), Row: (ulong)(row - _last.Row));
        if (step.Value != _step.Value || step.Row != _step.Row)
        {
            if (_written + (4 * 10) > BytesMax)
            {
                return false;
            }

            Flush();
            _step = step;
        }

        _times++;
        _last = (value, row);
        return true;
    }

    /// <summary>Hands over all values in their order.</summary>
    public void Visit(Action<long, long> take)
    {
        if (!_any)
        {
            return;
        }

        Flush();
        var (value, row) = _first;
        take(value, row);
        for (var at = 0; at < _written;)
        {
            var (times, by, rows) = (Read(ref at), Read(ref at), Read(ref at));
            for (; times > 0; times--)
            {
                (value, row) = (unchecked((long)((ulong)value + by)), row + (long)rows);
                take(value, row);
            }
        }
    }

    /// <summary>Reads the number that a text is the only way to write: digits without a leading zero, at most 18.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if (text.Length is 0 or > 18 || (text[0] == '0' && text.Length > 1))
        {
            return false;
        }

        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        return true;
    }

    private void Flush()
    {
        if (_times > 0)
        {
            if (_written + (3 * 10) > _steps.Length)
            {
                Array.Resize(ref _steps, _steps.Length * 2);
            }

            Write(_times);
            Write(_step.Value);
            Write(_step.Row);
            _times = 0;
        }
    }

    private void Write(ulong number)
    {
        for (; number >= 0x80; number >>= 7)
        {
            _steps[_written++] = (byte)(number | 0x80);
        }

        _steps[_written++] = (byte)number;
    }

    private ulong Read(ref int at)
    {
        ulong number = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = _steps[at++];
            number |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return number;
            }
        }
    }
}
