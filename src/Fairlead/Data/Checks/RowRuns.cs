using System.Collections;

namespace Fairlead.Data.Checks;

/// <summary>Row numbers in rising order, kept as runs of neighbours: a gap and a length in a few bytes each, so that 100 million failing rows of a check that all rows fail are one run.</summary>
public sealed class RowRuns : IEnumerable<long>
{
    private byte[] _bytes = [];
    private int _length;
    private long _from = -1;
    private long _to = -1;
    private long _written;

    public long Count { get; private set; }

    /// <summary>Adds a row; rows come in rising order.</summary>
    public void Add(long row)
    {
        Count++;
        if (row == _to)
        {
            _to++;
            return;
        }

        Write();
        (_from, _to) = (row, row + 1);
    }

    public IEnumerator<long> GetEnumerator()
    {
        long at = 0;
        for (var i = 0; i < _length;)
        {
            at += Read(ref i);
            for (var rest = Read(ref i); rest > 0; rest--)
            {
                yield return at++;
            }
        }

        for (var row = _from; row >= 0 && row < _to; row++)
        {
            yield return row;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Write()
    {
        if (_from < 0)
        {
            return;
        }

        if (_length + 20 > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(64, checked((int)Math.Min(Array.MaxLength, _bytes.Length * 2L))));
        }

        Write(_from - _written);
        Write(_to - _from);
        _written = _to;
    }

    private void Write(long value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes[_length++] = (byte)(value | 0x80);
        }

        _bytes[_length++] = (byte)value;
    }

    private long Read(ref int i)
    {
        long value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = _bytes[i++];
            value |= (long)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }
}
