using System.Security.Cryptography;
using System.Text.Unicode;
using Fairlead.Workspace;

namespace Fairlead.Projects.Sources;

/// <summary>Reads the records of a delimited file block by block, in bounded memory. Every field is a slice of the buffer.</summary>
internal sealed class RecordReader : ISourceRows
{
    private const int BlockBytes = 1 << 19;

    private readonly Stream _text;
    private byte[] _buffer;
    private DelimitedFile _file;
    private RecordSplitter _splitter;
    private int _start;
    private int _filled;
    private int _checked;
    private long _given;
    private bool _ended;

    /// <param name="digest">Takes every byte of the file, when its hash is wanted.</param>
    public RecordReader(DelimitedFile file, IncrementalHash? digest = null)
    {
        (_file, _text) = (file, file.OpenText(digest));
        _splitter = new RecordSplitter(file.Dialect, file.Fields, file.Returns);
        _buffer = new byte[BlockBytes + RecordSplitter.Padding + 1];
        Block = new RowBlock { Stride = file.Fields };
    }

    public RowBlock Block { get; }

    public int RowsMax => _splitter.RowsMax;

    private int Capacity => _buffer.Length - RecordSplitter.Padding - 1;

    /// <summary>Reads the next rows; false at the end.</summary>
    /// <exception cref="FaultException">Something in the rest of the file is not well-formed: every fault of the whole file.</exception>
    public bool Next(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        while (true)
        {
            if (!_ended && _filled - _start < Capacity / 2)
            {
                Refill();
            }

            var from = _start;
            _start = _splitter.Split(_buffer, from, _filled);
            if (_splitter.Trouble)
            {
                Explain(from);
                continue;
            }

            if (_splitter.Rows > 0)
            {
                var header = _given == 0 && _file.HasHeader ? 1 : 0;
                _given += _splitter.Rows;
                if (_given > SourceLimits.RowsMax + 1)
                {
                    throw new FaultException(_file.Path, $"The file has more than {SourceLimits.RowsMax:N0} rows, which is the limit.", "Take a sample.");
                }

                if (_splitter.Rows > header)
                {
                    (Block.Bytes, Block.Starts, Block.Ends) = (_buffer, _splitter.Starts, _splitter.Ends);
                    (Block.Offset, Block.Rows) = (header * _file.Fields, _splitter.Rows - header);
                    return true;
                }
            }
            else if (_ended)
            {
                if (_start < _filled || _given <= (_file.HasHeader ? 1 : 0))
                {
                    Explain(from); // a quote that is never closed, or no rows
                }

                return false;
            }
            else
            {
                Refill();
            }
        }
    }

    public void Dispose() => _text.Dispose();

    private void Refill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _filled - _start).CopyTo(_buffer);
            (_filled, _checked, _start) = (_filled - _start, _checked - _start, 0);
        }

        if (_filled > Capacity / 2)
        {
            if (_filled > SourceLimits.RowBytesMax)
            {
                Explain(0); // a row over the limit
            }

            var larger = new byte[(Capacity * 2) + RecordSplitter.Padding + 1];
            _buffer.AsSpan(0, _filled).CopyTo(larger);
            _buffer = larger;
        }

        var read = _text.ReadAtLeast(_buffer.AsSpan(_filled, Capacity - _filled), Capacity - _filled, throwOnEndOfStream: false);
        _ended = read < Capacity - _filled;
        _filled += read;
        var whole = _ended ? _filled : _filled - ByteCheck.CutOff(_buffer.AsSpan(_checked, _filled - _checked));
        var fresh = _buffer.AsSpan(_checked, whole - _checked);
        if (!Utf8.IsValid(fresh) || fresh.Contains((byte)0))
        {
            Explain(0);
        }

        _checked = whole;
        var end = _file.Returns ? (byte)'\r' : (byte)'\n';
        if (_ended && _filled > 0 && _buffer[_filled - 1] is not ((byte)'\n' or (byte)'\r'))
        {
            _buffer[_filled++] = end;
        }
    }

    /// <summary>Has the file explained; goes on from a place when it turns out to be written in another way that reads what was given the same.</summary>
    private void Explain(int from)
    {
        var file = _file.Explain();
        if (file.Dialect == _file.Dialect || _splitter.Backslashes || (_given > 0 && file.Dialect.Quoted != _file.Dialect.Quoted))
        {
            throw new FaultException(_file.Path, file.Dialect == _file.Dialect ? "The file changed while it was read." : "Quotes inside quoted fields are written as \\\" in some rows, and other rows hold backslashes that escape nothing.", "Write it again with quotes inside quoted fields doubled, and read it again.");
        }

        (_file, _start) = (file, from);
        _splitter = new RecordSplitter(file.Dialect, file.Fields, file.Returns) { Leading = _given == 0 };
    }
}
