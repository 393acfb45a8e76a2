using Fairlead.Data.Scanning;

namespace Fairlead.Data.Profiles;

/// <summary>Room that the columns of a table use one after the other.</summary>
internal sealed class CollectorRoom
{
    public double[] Numbers { get; } = new double[TableScan.BatchRows];

    public int[] Rows { get; } = new int[TableScan.BatchRows];

    /// <summary>Of the values of a batch, without gaps, and the row of each.</summary>
    public ulong[] Hashes { get; } = new ulong[TableScan.BatchRows];

    public int[] HashedRows { get; } = new int[TableScan.BatchRows];

    /// <summary>For sorting a block.</summary>
    public double[] Spare { get; } = new double[ProfileLimits.BlockMax];
}

/// <summary>Everything that is gathered of one column while its table goes by.</summary>
internal sealed class ColumnCollector(string name, ProfileLimits limits)
{
    private const int UnlikeExamples = 5;

    private readonly long[] _kinds = new long[(int)CellKind.EitherFirst + 1];
    private readonly RowValue?[][] _examples = [.. Enumerable.Range(0, (int)CellKind.EitherFirst + 1).Select(_ => new RowValue?[UnlikeExamples])];
    private readonly CodedValues _coded = new();
    private readonly QuantileSketch _quantiles = new(limits.Block);
    private RankedValues? _ranked;
    private DateCollector? _other;
    private ColumnDictionary? _dictionary;

    public string Name => name;

    /// <summary>Rows seen.</summary>
    public long Rows { get; private set; }

    public long Missing { get; private set; }

    public long Padded { get; private set; }

    public long Zeros { get; private set; }

    public long Negatives { get; private set; }

    public VectorForm Form { get; private set; }

    public ValueCounts Values { get; } = new(limits.Distinct, limits.EstimateBits, limits.More);

    public Moments Moments { get; } = new();

    public Extremes Extremes { get; } = new();

    public TextCollector Texts { get; } = new();

    /// <summary>Dates, those that read both ways with the day first.</summary>
    public DateCollector Dates { get; } = new();

    /// <summary>Dates, those that read both ways with the month first; null where none does.</summary>
    public DateCollector? DatesMonthFirst => _other;

    public long CountOf(CellKind kind) => _kinds[(int)kind];

    public IEnumerable<RowValue> ExamplesOf(CellKind kind) => _examples[(int)kind].OfType<RowValue>();

    /// <summary>Takes in a batch, and adds the hash of each of its values to that of its row.</summary>
    /// <param name="seed">Odd, of its own for each column: the hash of a row is the sum of the hashes of its values, each times its seed.</param>
    /// <param name="exact">Hash of a row, all columns.</param>
    /// <param name="near">The same without regard to case, spaces and punctuation; null where the column names rows.</param>
    public void Add(ColumnVector vector, long firstRow, ulong seed, ulong[] exact, ulong[]? near, CollectorRoom room)
    {
        Rows += vector.Rows;
        Form = vector.Form;
        if (vector.Codes is { } codes)
        {
            AddCodes(codes.AsSpan(0, vector.Rows), vector.Dictionary!, firstRow, seed, exact, near);
            return;
        }

        Flush(room, last: false);
        switch (vector.Form)
        {
            case VectorForm.Text:
                AddTexts(vector, firstRow, seed, exact, near, room);
                break;
            case VectorForm.Double:
                AddDoubles(vector, firstRow, seed, exact, near, room);
                break;
            default:
                AddWhole(vector, firstRow, seed, exact, near, room);
                break;
        }
    }

    /// <summary>Counts what stands in codes, so that the figures are whole; numbers that stood in codes to the <paramref name="last"/> row are ranked exactly.</summary>
    public void Flush(CollectorRoom room, bool last)
    {
        if (_dictionary is not { } dictionary)
        {
            return;
        }

        var weighted = new List<(double, long)>();
        for (var code = 0; code < _coded.Known; code++)
        {
            if (_coded.Counts[code] is > 0 and var count)
            {
                var cell = _coded.CellOf(code);
                var text = dictionary.Text(code);
                Values.Add(_coded.Hashes[code], text, count);
                Note(cell, text, _coded.FirstRow(code), count);
                if (cell.IsNumber)
                {
                    Moments.Add(cell.Number, count);
                    weighted.Add((cell.Number, count));
                    Extremes.Offer(cell.Number, _coded.FirstRow(code));
                    Zeros += cell.Number == 0 ? count : 0;
                    Negatives += cell.Number < 0 ? count : 0;
                }
            }
        }

        if (last)
        {
            _ranked = RankedValues.Of(weighted, 0);
        }
        else
        {
            foreach (var (value, count) in weighted)
            {
                _quantiles.Add(value, count, room.Spare);
            }
        }

        _coded.Release();
        _dictionary = null;
    }

    /// <summary>The numbers in order.</summary>
    public RankedValues Ranked() => _ranked ?? _quantiles.Ranked();

    /// <summary>The value of a row as the sample keeps it: a number (dates as days) or NaN, and a hash; 0 when missing.</summary>
    public static (double Number, ulong Hash) Sampled(ColumnVector vector, int row)
    {
        if (vector.IsMissing(row))
        {
            return (double.NaN, 0);
        }

        switch (vector.Form)
        {
            case VectorForm.Text:
                var text = vector.Utf8(row);
                var cell = CellReader.Read(text);
                return (cell.IsNumber ? cell.Number : cell.IsDate ? cell.Moment / (double)Models.RowSteps.DateText.DayMicroseconds : double.NaN, Hashes.Of(cell, text));
            case VectorForm.Double:
                return (vector.Doubles[row], Hashes.Of(vector.Doubles[row]));
            case VectorForm.Moment:
                return (vector.Integers[row] / (double)Models.RowSteps.DateText.DayMicroseconds, Hashes.Of(vector.Integers[row]));
            default:
                return (vector.Integers[row], Hashes.Of(vector.Integers[row]));
        }
    }

    private void AddCodes(ReadOnlySpan<int> codes, ColumnDictionary dictionary, long firstRow, ulong seed, ulong[] exact, ulong[]? near)
    {
        _dictionary = dictionary;
        var known = _coded.Known;
        _coded.Read(dictionary);
        if (_coded.Known > known)
        {
            _coded.Place(codes, firstRow);
        }

        var (counts, hashes, folded) = (_coded.Counts, _coded.Hashes, _coded.Near);
        var missing = 0;
        for (var row = 0; row < codes.Length; row++)
        {
            var code = codes[row];
            if (code < 0)
            {
                missing++;
                continue;
            }

            counts[code]++;
            exact[row] += hashes[code] * seed;
            if (near is not null)
            {
                near[row] += folded[code] * seed;
            }
        }

        Missing += missing;
    }

    private void AddTexts(ColumnVector vector, long firstRow, ulong seed, ulong[] exact, ulong[]? near, CollectorRoom room)
    {
        var (bytes, starts, lengths) = (vector.Bytes, vector.Starts, vector.Lengths);
        var (numbers, present) = (0, 0);
        for (var row = 0; row < vector.Rows; row++)
        {
            if (lengths[row] < 0)
            {
                Missing++;
                continue;
            }

            var text = bytes.AsSpan(starts[row], lengths[row]);
            var cell = CellReader.Read(text);
            var hash = Hashes.Of(cell, text);
            (room.Hashes[present], room.HashedRows[present]) = (hash, row);
            present++;
            exact[row] += hash * seed;
            if (near is not null)
            {
                near[row] += (cell.Kind == CellKind.Text ? Hashes.Near(text) : hash) * seed;
            }

            if (cell.IsNumber)
            {
                room.Numbers[numbers] = cell.Number;
                room.Rows[numbers++] = row;
            }

            Note(cell, text, firstRow + row, 1);
        }

        for (var i = 0; i < present; i++)
        {
            Expect(i, present, room);
            var row = room.HashedRows[i];
            Values.Add(room.Hashes[i], bytes.AsSpan(starts[row], lengths[row]));
        }

        AddNumbers(numbers, firstRow, room);
    }

    private void Expect(int next, int present, CollectorRoom room)
    {
        if (next % ValueCounts.Together == 0)
        {
            Values.Expect(room.Hashes.AsSpan(next, Math.Min(ValueCounts.Together, present - next)));
        }
    }

    private void AddDoubles(ColumnVector vector, long firstRow, ulong seed, ulong[] exact, ulong[]? near, CollectorRoom room)
    {
        var (numbers, present) = (0, 0);
        Values.Show ??= bits => Models.RowSteps.NumberText.Shortest(BitConverter.Int64BitsToDouble(bits));
        for (var row = 0; row < vector.Rows; row++)
        {
            if (vector.Missing[row])
            {
                Missing++;
                continue;
            }

            var value = vector.Doubles[row];
            var hash = Hashes.Of(value);
            (room.Hashes[present], room.HashedRows[present]) = (hash, row);
            present++;
            var mixed = hash * seed;
            exact[row] += mixed;
            if (near is not null)
            {
                near[row] += mixed;
            }

            if (double.IsFinite(value))
            {
                room.Numbers[numbers] = value;
                room.Rows[numbers++] = row;
            }
        }

        for (var i = 0; i < present; i++)
        {
            Expect(i, present, room);
            Values.Add(room.Hashes[i], BitConverter.DoubleToInt64Bits(vector.Doubles[room.HashedRows[i]]));
        }

        _kinds[(int)CellKind.Number] += numbers;
        AddNumbers(numbers, firstRow, room);
    }

    private void AddWhole(ColumnVector vector, long firstRow, ulong seed, ulong[] exact, ulong[]? near, CollectorRoom room)
    {
        var (numbers, present) = (0, 0);
        var form = vector.Form;
        Values.Show ??= bits => new ColumnVector(form) { Integers = [bits], Missing = [false] }.Text(0)!;
        for (var row = 0; row < vector.Rows; row++)
        {
            if (vector.Missing[row])
            {
                Missing++;
                continue;
            }

            var value = vector.Integers[row];
            var hash = Hashes.Of(value);
            (room.Hashes[present], room.HashedRows[present]) = (hash, row);
            present++;
            var mixed = hash * seed;
            exact[row] += mixed;
            if (near is not null)
            {
                near[row] += mixed;
            }

            if (form == VectorForm.Integer)
            {
                room.Numbers[numbers] = value;
                room.Rows[numbers++] = row;
            }
            else if (form == VectorForm.Moment)
            {
                Dates.Add(value);
                room.Numbers[numbers] = value / (double)Models.RowSteps.DateText.DayMicroseconds; // days: a version's figures of a date are those of a number
                room.Rows[numbers++] = row;
            }
        }

        for (var i = 0; i < present; i++)
        {
            Expect(i, present, room);
            Values.Add(room.Hashes[i], vector.Integers[room.HashedRows[i]]);
        }

        _kinds[(int)(form switch { VectorForm.Integer => CellKind.Integer, VectorForm.Moment => CellKind.Moment, _ => CellKind.Boolean })] += present;
        AddNumbers(numbers, firstRow, room);
    }

    private void AddNumbers(int count, long firstRow, CollectorRoom room)
    {
        var numbers = room.Numbers.AsSpan(0, count);
        Moments.Add(numbers);
        _quantiles.Add(numbers, room.Spare);
        Extremes.Offer(numbers, room.Rows.AsSpan(0, count), firstRow);
        var (zeros, negatives) = (0, 0);
        foreach (var number in numbers)
        {
            zeros += number == 0 ? 1 : 0;
            negatives += number < 0 ? 1 : 0;
        }

        Zeros += zeros;
        Negatives += negatives;
    }

    /// <summary>What is noted of a text for its kind, but for numbers.</summary>
    private void Note(in Cell cell, ReadOnlySpan<byte> text, long row, long count)
    {
        var kind = (int)cell.Kind;
        if (_kinds[kind] < UnlikeExamples) // the first ones, in file order
        {
            _examples[kind][_kinds[kind]] = new RowValue(row, System.Text.Encoding.UTF8.GetString(text[..Math.Min(text.Length, ValueCounts.ShownMax)]));
        }

        _kinds[kind] += count;
        if (text.Length > 0 && (text[0] <= ' ' || text[^1] <= ' '))
        {
            Padded += count;
        }

        if (cell.Kind is CellKind.Text or CellKind.Boolean)
        {
            Texts.Add(text, count);
        }
        else if (cell.IsDate)
        {
            if (cell.Kind != CellKind.MonthFirst)
            {
                Dates.Add(cell.Moment, count);
            }

            if (cell.Kind is CellKind.MonthFirst or CellKind.EitherFirst)
            {
                (_other ??= new DateCollector()).Add(cell.Kind == CellKind.EitherFirst ? cell.Other : cell.Moment, count);
            }
        }
    }
}
