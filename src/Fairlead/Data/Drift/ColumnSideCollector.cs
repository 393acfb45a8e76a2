using Fairlead.Data.Profiles;
using Fairlead.Data.Scanning;

namespace Fairlead.Data.Drift;

/// <summary>Gathers one column of one side while its table goes by: numbers (all up to a limit, then a sample), levels, lengths of texts.</summary>
internal sealed class ColumnSideCollector(string name)
{
    /// <summary>Numbers kept; of more, a random sample of so many (J. S. Vitter, "Random Sampling with a Reservoir", ACM TOMS 11, 1985, with a fixed seed).</summary>
    public const int NumbersMax = 1 << 20;

    /// <summary>Most different texts that are compared one by one.</summary>
    public const int LevelsMax = 5_000;

    private const int LengthMax = 4_096;

    private readonly CodedValues _coded = new();
    private readonly long[] _kinds = new long[(int)CellKind.EitherFirst + 1];
    private ValueCounts? _levels = new(LevelsMax);
    private ColumnDictionary? _dictionary;
    private double[] _numbers = [];
    private long[] _lengths = []; // by length, as far as texts came
    private long _seen;
    private long _rows;
    private long _missing;
    private double _first;
    private double _sum;
    private ulong _random = 0x9E37_79B9_7F4A_7C15;

    public void Add(ColumnVector vector)
    {
        _rows += vector.Rows;
        if (vector.Codes is { } codes)
        {
            AddCodes(codes.AsSpan(0, vector.Rows), vector.Dictionary!);
            return;
        }

        Flush();
        switch (vector.Form)
        {
            case VectorForm.Text:
                AddTexts(vector);
                break;
            case VectorForm.Double:
                AddTyped(vector, CellKind.Number, row => vector.Doubles[row]);
                break;
            case VectorForm.Integer:
                AddTyped(vector, CellKind.Integer, row => vector.Integers[row]);
                break;
            case VectorForm.Moment:
                AddTyped(vector, CellKind.Moment, null);
                break;
            default:
                AddBooleans(vector);
                break;
        }
    }

    public ColumnSide Finish(double[] spare)
    {
        NumberSpread numbers;
        if (_dictionary is not null && _seen == 0)
        {
            numbers = Coded(Enumerable.Range(0, _coded.Known).Where(code => _coded.CellOf(code).IsNumber).Select(code => (_coded.CellOf(code).Number, _coded.Counts[code])));
            Flush(numbersToo: false);
        }
        else
        {
            Flush();
            var kept = (int)Math.Min(_seen, NumbersMax);
            Array.Resize(ref _numbers, kept);
            RadixSort.Sort(_numbers, spare);
            numbers = new NumberSpread(_numbers, [], _seen) { Mean = _first + (_sum / _seen) };
        }

        var lengths = Coded(Enumerable.Range(0, _lengths.Length).Where(length => _lengths[length] > 0).Select(length => ((double)length, _lengths[length])));
        return new ColumnSide(name, _rows, _missing, _kinds, numbers, _levels, lengths);
    }

    private static NumberSpread Coded(IEnumerable<(double Value, long Count)> counted)
    {
        var byValue = new SortedDictionary<double, long>();
        foreach (var (value, count) in counted)
        {
            byValue[value] = byValue.GetValueOrDefault(value) + count;
        }

        var upTo = new long[byValue.Count];
        var (at, all, first, sum) = (0, 0L, byValue.Keys.FirstOrDefault(), 0.0);
        foreach (var (value, count) in byValue)
        {
            upTo[at++] = all += count;
            sum += (value - first) * count;
        }

        return new NumberSpread([.. byValue.Keys], upTo, all) { Mean = first + (sum / all) };
    }

    private void AddCodes(ReadOnlySpan<int> codes, ColumnDictionary dictionary)
    {
        _dictionary = dictionary;
        _coded.Read(dictionary);
        var counts = _coded.Counts;
        var missing = 0;
        foreach (var code in codes)
        {
            if (code < 0)
            {
                missing++;
            }
            else
            {
                counts[code]++;
            }
        }

        _missing += missing;
    }

    private void Flush(bool numbersToo = true)
    {
        if (_dictionary is not { } dictionary)
        {
            return;
        }

        for (var code = 0; code < _coded.Known; code++)
        {
            if (_coded.Counts[code] is > 0 and var count)
            {
                var cell = _coded.CellOf(code);
                _kinds[(int)cell.Kind] += count;
                for (var i = 0L; numbersToo && cell.IsNumber && i < count; i++)
                {
                    Keep(cell.Number);
                }

                Level(cell.Kind, _coded.Hashes[code], dictionary.Text(code), count);
            }
        }

        _coded.Release();
        _dictionary = null;
    }

    private void AddTexts(ColumnVector vector)
    {
        var (bytes, starts, lengths) = (vector.Bytes, vector.Starts, vector.Lengths);
        for (var row = 0; row < vector.Rows; row++)
        {
            if (lengths[row] < 0)
            {
                _missing++;
                continue;
            }

            var text = bytes.AsSpan(starts[row], lengths[row]);
            var cell = CellReader.Read(text);
            _kinds[(int)cell.Kind]++;
            if (cell.IsNumber)
            {
                Keep(cell.Number);
            }

            if (!cell.IsDate)
            {
                Level(cell.Kind, _levels is null ? 0 : Hashes.Of(cell, text), text, 1);
            }
        }
    }

    private void AddTyped(ColumnVector vector, CellKind kind, Func<int, double>? number)
    {
        for (var row = 0; row < vector.Rows; row++)
        {
            if (vector.Missing[row])
            {
                _missing++;
                continue;
            }

            _kinds[(int)kind]++;
            if (number is not null)
            {
                Keep(number(row));
            }
        }
    }

    private void AddBooleans(ColumnVector vector)
    {
        for (var row = 0; row < vector.Rows; row++)
        {
            if (vector.Missing[row])
            {
                _missing++;
                continue;
            }

            _kinds[(int)CellKind.Boolean]++;
            Level(CellKind.Boolean, vector.Integers[row] != 0 ? Hashes.Of("true"u8) : Hashes.Of("false"u8), vector.Integers[row] != 0 ? "true"u8 : "false"u8, 1);
        }
    }

    private void Level(CellKind kind, ulong hash, ReadOnlySpan<byte> text, long count)
    {
        if (kind == CellKind.Text)
        {
            var length = Math.Min(text.Length, LengthMax);
            if (length >= _lengths.Length)
            {
                Array.Resize(ref _lengths, Math.Min(LengthMax + 1, Math.Max(64, 2 * length)));
            }

            _lengths[length] += count;
        }

        if (_levels is { } levels)
        {
            levels.Add(hash, text, count);
            if (!levels.IsExact)
            {
                _levels = null;
            }
        }
    }

    private void Keep(double value)
    {
        // Around the first value, so that large values that hardly differ keep their digits.
        _first = _seen == 0 ? value : _first;
        _sum += value - _first;
        if (_seen < NumbersMax)
        {
            if (_seen == _numbers.Length)
            {
                Array.Resize(ref _numbers, Math.Max(256, _numbers.Length * 2));
            }

            _numbers[_seen++] = value;
            return;
        }

        _seen++;
        _random += 0x9E37_79B9_7F4A_7C15;
        var at = Math.BigMul(Hashes.Mix(_random), (ulong)_seen, out _);
        if (at < NumbersMax)
        {
            _numbers[at] = value;
        }
    }
}
