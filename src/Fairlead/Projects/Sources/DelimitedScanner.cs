namespace Fairlead.Projects.Sources;

/// <summary>
/// Walks the bytes of a delimited file once and finds its records and what is wrong with them. Resumable: takes the file in chunks.
/// Holds no cell unless a sample is asked for.
/// </summary>
/// <remarks>
/// The grammar is RFC 4180 with what files have beside it: \n and \r\n (mixed too) or \r alone end a record; spaces around a quoted field do not count;
/// a quote inside an unquoted field is a sign like any other; blank lines are skipped unless there is one column, where they are missing values.
/// <see cref="RecordSplitter"/> reads the same grammar fast and gives up where this finds a fault; a property test holds them together.
/// </remarks>
internal sealed class DelimitedScanner(Dialect dialect, int fields, int sampleMax = 0)
{
    private readonly List<ScanFault> _faults = [];
    private readonly List<byte> _value = [];
    private readonly List<string> _record = [];
    private State _state = State.Start;
    private bool _afterReturn;
    private bool _multiLine;
    private long _feeds;
    private long _pairs;
    private ScanFault? _loneReturn;
    private long _offset;
    private long _line = 1;
    private long _lineStart;
    private long _recordLine = 1;
    private long _recordStart;
    private long _fieldStart;
    private long _quoteOffset;
    private long _quoteLine;
    private long _quoteLineStart;
    private long _extraField;
    private int _field;

    private enum State
    {
        Start,
        Spaces,
        Unquoted,
        Quoted,
        Escaped,
        QuoteSeen,
        Closed,
    }

    /// <summary>Records seen, the header included.</summary>
    public long Records { get; private set; }

    /// <summary>Records that span lines.</summary>
    public long MultiLine { get; private set; }

    /// <summary>Records whose number of fields is not the expected one.</summary>
    public long Ragged { get; private set; }

    /// <summary>Lines end with carriage returns alone.</summary>
    public bool OnlyReturns => _loneReturn is not null && _feeds + _pairs == 0;

    /// <summary>What is wrong, in file order, at most <see cref="SourceLimits.FaultsShown"/> of each kind.</summary>
    public IReadOnlyList<ScanFault> Faults => _faults;

    /// <summary>True when quotes are not balanced: unclosed, or with text behind the closing one.</summary>
    public bool QuotesBroken { get; private set; }

    /// <summary>The first records, when a sample was asked for.</summary>
    public List<string[]> Sample { get; } = [];

    private bool Sampling => Sample.Count < sampleMax;

    public void Feed(ReadOnlySpan<byte> chunk)
    {
        var i = 0;
        while (i < chunk.Length)
        {
            if (_afterReturn)
            {
                _afterReturn = false;
                if (chunk[i] == '\n')
                {
                    i++;
                    _pairs++;
                    NewLine(_offset + i);
                    continue;
                }

                LoneReturn(_offset + i - 1);
                NewLine(_offset + i);
            }

            i += Step(chunk[i..], _offset + i);
        }

        _offset += chunk.Length;
    }

    /// <summary>The file ends here; a sample that was cut off does not call this.</summary>
    public void End()
    {
        if (_state is State.Quoted or State.Escaped)
        {
            QuotesBroken = true;
            Add(new ScanFault(ScanFaultKind.Unclosed, _quoteLine, _quoteLineStart, _quoteOffset, 0));
            return;
        }

        if (_state != State.Start || _field > 0)
        {
            EndRecord(_offset);
        }

        if (_afterReturn)
        {
            LoneReturn(_offset - 1);
        }

        if (_feeds + _pairs > 0 && _loneReturn is { } mixed)
        {
            Add(mixed);
        }
    }

    private int Step(ReadOnlySpan<byte> rest, long at)
    {
        switch (_state)
        {
            case State.Start when dialect.Quoted && rest[0] == '"':
                (_state, _quoteOffset, _quoteLine, _quoteLineStart) = (State.Quoted, at, _line, _lineStart);
                _value.Clear();
                return 1;
            case State.Start when dialect.Quoted && rest[0] == ' ':
                _state = State.Spaces;
                Take(rest[..1]);
                return 1;
            case State.Spaces when rest[0] == ' ':
                Take(rest[..1]);
                return 1;
            case State.Spaces when rest[0] == '"':
                _state = State.Start;
                return 0;
            case State.Start or State.Spaces or State.Unquoted:
                var plain = rest.IndexOfAny(dialect.Delimiter, (byte)'\n', (byte)'\r');
                if (plain != 0)
                {
                    var length = plain < 0 ? rest.Length : plain;
                    Take(rest[..length]);
                    _state = State.Unquoted;
                    return length;
                }

                return EndOfField(rest[0], at);
            case State.Quoted:
                var inside = dialect.Backslash
                    ? rest.IndexOfAny("\"\n\r\\"u8)
                    : rest.IndexOfAny((byte)'"', (byte)'\n', (byte)'\r');
                if (inside != 0)
                {
                    var length = inside < 0 ? rest.Length : inside;
                    Take(rest[..length]);
                    return length;
                }

                return QuotedSign(rest, at);
            case State.Escaped:
                Take(rest[..1]);
                _state = State.Quoted;
                CountLine(rest[0], at);
                return 1;
            case State.QuoteSeen when rest[0] == '"' && !dialect.Backslash:
                Take(rest[..1]);
                _state = State.Quoted;
                return 1;
            default: // QuoteSeen, Closed
                if (rest[0] == ' ')
                {
                    _state = State.Closed;
                    return 1;
                }

                if (rest[0] != dialect.Delimiter && rest[0] is not ((byte)'\n' or (byte)'\r'))
                {
                    QuotesBroken = true;
                    Add(new ScanFault(ScanFaultKind.AfterQuote, _line, _lineStart, at, 0));
                    _state = State.Unquoted;
                    return 0;
                }

                return EndOfField(rest[0], at);
        }
    }

    private int QuotedSign(ReadOnlySpan<byte> rest, long at)
    {
        if (rest[0] == '"')
        {
            _state = State.QuoteSeen;
            return 1;
        }

        if (rest[0] == '\\')
        {
            _state = State.Escaped;
            return 1;
        }

        Take(rest[..1]);
        CountLine(rest[0], at);
        return 1;
    }

    private void CountLine(byte sign, long at)
    {
        if (sign == '\n')
        {
            _multiLine = true;
            NewLine(at + 1);
        }
        else if (sign == '\r')
        {
            _multiLine = true;
        }
    }

    private int EndOfField(byte sign, long at)
    {
        if (sign == dialect.Delimiter)
        {
            EndField(at);
            _field++;
            _fieldStart = at + 1;
            _state = State.Start;
            if (_field == fields)
            {
                _extraField = at + 1;
            }

            return 1;
        }

        EndRecord(at);
        if (sign == '\n')
        {
            _feeds++;
            NewLine(at + 1);
        }
        else
        {
            _afterReturn = true;
        }

        (_recordLine, _recordStart, _fieldStart) = (_line, at + 1, at + 1);
        return 1;
    }

    private void LoneReturn(long at) => _loneReturn ??= new ScanFault(ScanFaultKind.LoneReturn, _line, _lineStart, at, 0);

    private void NewLine(long start)
    {
        _line++;
        _lineStart = start;
        if (_state == State.Start && _field == 0)
        {
            (_recordLine, _recordStart, _fieldStart) = (_line, start, start);
        }
    }

    private void EndField(long at)
    {
        if (at - _fieldStart > SourceLimits.CellBytesMax)
        {
            Add(new ScanFault(ScanFaultKind.CellTooLong, _recordLine, _recordStart, _fieldStart, _field) { Bytes = at - _fieldStart });
        }

        if (Sampling)
        {
            _record.Add(System.Text.Encoding.UTF8.GetString(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_value)));
            _value.Clear();
        }
    }

    private void EndRecord(long at)
    {
        var blank = _state == State.Start && _field == 0;
        if (blank && (fields != 1 || Records == 0))
        {
            return;
        }

        EndField(at);
        Records++;
        if (at - _recordStart > SourceLimits.RowBytesMax)
        {
            Add(new ScanFault(ScanFaultKind.RowTooLong, _recordLine, _recordStart, _recordStart, _field) { Bytes = at - _recordStart });
        }

        if (fields > 0 && _field + 1 != fields)
        {
            Ragged++;
            Add(new ScanFault(ScanFaultKind.Ragged, _recordLine, _recordStart, _field + 1 > fields ? _extraField : at, _field + 1));
        }

        MultiLine += _multiLine ? 1 : 0;
        if (Sampling)
        {
            Sample.Add([.. _record]);
            _record.Clear();
        }

        _multiLine = false;
        _field = 0;
        _state = State.Start;
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        if (Sampling)
        {
            _value.AddRange(bytes);
        }
    }

    private void Add(ScanFault fault)
    {
        if (_faults.Count(known => known.Kind == fault.Kind) < SourceLimits.FaultsShown)
        {
            _faults.Add(fault);
        }
    }
}

internal enum ScanFaultKind
{
    Ragged,
    Unclosed,
    AfterQuote,
    CellTooLong,
    RowTooLong,
    LoneReturn,
}

/// <summary>One thing wrong with a record.</summary>
/// <param name="Line">1-based.</param>
/// <param name="LineStart">Offset in the file of the line's first byte.</param>
/// <param name="Offset">Offset in the file of the place.</param>
/// <param name="Field">Number of fields found, or 0-based field.</param>
internal sealed record ScanFault(ScanFaultKind Kind, long Line, long LineStart, long Offset, int Field)
{
    /// <summary>Size of what is too long.</summary>
    public long Bytes { get; init; }
}
