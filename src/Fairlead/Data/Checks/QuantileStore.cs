namespace Fairlead.Data.Checks;

/// <summary>Numbers of a column, to ask for quantiles: all of them up to a limit, from there on counts in narrow bins.</summary>
/// <remarks>
/// Up to <see cref="ExactMax"/> numbers a quantile is exact. Beyond, a number is known by its sign, its exponent and the first 11 bits of its fraction, so that a quantile is off by at most 2^-12 of its value (0.025 %);
/// the counts are exact and do not depend on the rows' order.
/// </remarks>
internal sealed class QuantileStore
{
    /// <summary>Numbers kept as they are; 8 bytes each.</summary>
    public const int ExactMax = 8_000_000;

    private const int BitsLeftOut = 52 - 11;
    private readonly int _exactMax;
    private double[] _numbers = new double[1_024];
    private int _count;
    private Dictionary<long, long>? _bins;

    /// <param name="exactMax">Numbers kept as they are.</param>
    public QuantileStore(int exactMax = ExactMax) => _exactMax = exactMax;

    public long Count { get; private set; }

    /// <summary>Quantiles are those of bins: off by at most 0.025 % of their value.</summary>
    public bool IsRounded => _bins is not null;

    public void Add(double number)
    {
        Count++;
        if (_bins is null && _count < _exactMax)
        {
            if (_count == _numbers.Length)
            {
                Array.Resize(ref _numbers, Math.Min(_exactMax, _count * 2));
            }

            _numbers[_count++] = number;
            return;
        }

        if (_bins is null)
        {
            _bins = [];
            foreach (var known in _numbers.AsSpan(0, _count))
            {
                Bin(known);
            }

            _numbers = [];
        }

        Bin(number);
    }

    /// <summary>The number at a 0-based place in rising order.</summary>
    public double At(long place)
    {
        if (_bins is null)
        {
            return Select(_numbers.AsSpan(0, _count), (int)place);
        }

        foreach (var (bin, count) in Sorted())
        {
            if ((place -= count) < 0)
            {
                return Middle(bin);
            }
        }

        return double.NaN;
    }

    /// <summary>The numbers in rising order with how often each occurs; beyond the limit by the middles of bins.</summary>
    public IReadOnlyList<(double Value, long Count)> Rising()
    {
        if (_bins is not null)
        {
            return [.. Sorted().Select(bin => (Middle(bin.Key), bin.Value))];
        }

        var sorted = _numbers.AsSpan(0, _count).ToArray();
        Array.Sort(sorted);
        var rising = new List<(double Value, long Count)>();
        foreach (var number in sorted)
        {
            if (rising.Count > 0 && rising[^1].Value == number)
            {
                rising[^1] = (number, rising[^1].Count + 1);
            }
            else
            {
                rising.Add((number, 1));
            }
        }

        return rising;
    }

    /// <summary>Numbers below or above bounds; by the middles of bins beyond the limit.</summary>
    public long Outside(double low, double high)
    {
        long outside = 0;
        foreach (var number in _numbers.AsSpan(0, _bins is null ? _count : 0))
        {
            outside += number < low || number > high ? 1 : 0;
        }

        foreach (var (bin, count) in _bins ?? [])
        {
            outside += Middle(bin) < low || Middle(bin) > high ? count : 0;
        }

        return outside;
    }

    /// <summary>The middle number; the mean of the two in the middle of an even count. NaN without numbers.</summary>
    public double Median() => Count == 0 ? double.NaN : Count % 2 == 1 ? At(Count / 2) : At((Count / 2) - 1) is var low && At(Count / 2) is var high ? low + ((high - low) / 2) : 0;

    /// <summary>The number nearest to the place q (n - 1), of two equally near the one at the even place: Great Expectations' choice, a number that occurs. NaN without numbers.</summary>
    public double Quantile(double q) => Count == 0 ? double.NaN : At((long)Math.Round(q * (Count - 1), MidpointRounding.ToEven));

    private IEnumerable<KeyValuePair<long, long>> Sorted() => _bins!.OrderBy(bin => bin.Key);

    private void Bin(double number)
    {
        var bin = Key(number) >> BitsLeftOut;
        _bins![bin] = _bins.GetValueOrDefault(bin) + 1;
    }

    /// <summary>Bits of a double in the order of the numbers.</summary>
    private static long Key(double number)
    {
        var bits = BitConverter.DoubleToInt64Bits(number + 0.0); // -0 is 0
        return bits >= 0 ? bits : bits ^ long.MaxValue;
    }

    private static double Middle(long bin)
    {
        var key = (bin << BitsLeftOut) + (1L << (BitsLeftOut - 1));
        return BitConverter.Int64BitsToDouble(key >= 0 ? key : key ^ long.MaxValue);
    }

    /// <summary>Quickselect with the median of three (C. A. R. Hoare, "Algorithm 65: Find", CACM 4(7), 1961); reorders the numbers.</summary>
    private static double Select(Span<double> numbers, int place)
    {
        var (low, high) = (0, numbers.Length - 1);
        while (high - low > 16)
        {
            var middle = low + ((high - low) / 2);
            var (a, b, c) = (numbers[low], numbers[middle], numbers[high]);
            var pivot = Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
            var (i, j) = (low, high);
            while (i <= j)
            {
                while (numbers[i] < pivot)
                {
                    i++;
                }

                while (numbers[j] > pivot)
                {
                    j--;
                }

                if (i <= j)
                {
                    (numbers[i], numbers[j]) = (numbers[j], numbers[i]);
                    i++;
                    j--;
                }
            }

            if (place <= j)
            {
                high = j;
            }
            else if (place >= i)
            {
                low = i;
            }
            else
            {
                return numbers[place];
            }
        }

        numbers[low..(high + 1)].Sort();
        return numbers[place];
    }
}
