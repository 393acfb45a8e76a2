namespace Fairlead.Data.Profiles;

/// <summary>Mean and central moments of a stream of numbers, added up in the order in which they come.</summary>
/// <remarks>
/// A batch is summed around its own mean in two passes, then joined by the formulas of P. Pébay, "Formulas for Robust, One-Pass Parallel Computation of Covariances and Arbitrary-Order Statistical Moments", Sandia report SAND2008-6212, 2008:
/// no digits are lost where the mean is large against the spread. The sums of batches are added with compensation (A. Neumaier, ZAMM 54, 1974). Batches of the same table always have the same rows, so that the figures are the same bits each time.
/// </remarks>
internal sealed class Moments
{
    private double _sum;
    private double _lost;
    private double _second;
    private double _third;
    private double _fourth;

    public long Count { get; private set; }

    public double Mean { get; private set; }

    /// <summary>Sum of squared differences from the mean over n - 1; null below 2 values.</summary>
    public double? Variance => Count < 2 ? null : _second / (Count - 1);

    public double? StandardDeviation => Variance is { } variance ? Math.Sqrt(variance) : null;

    /// <summary>Third standardised moment, of the sample itself (g1); null when all values are one.</summary>
    public double? Skewness => _second > 0 ? Math.Sqrt(Count) * _third / Math.Pow(_second, 1.5) : null;

    /// <summary>Fourth standardised moment less 3 (g2): 0 for a normal distribution; null when all values are one.</summary>
    public double? ExcessKurtosis => _second > 0 ? (Count * _fourth / (_second * _second)) - 3 : null;

    /// <summary>Sum; of whole numbers exactly as long as it is below 2^53.</summary>
    public double Sum => double.IsFinite(_sum + _lost) ? _sum + _lost : Mean * Count;

    public void Add(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
        {
            return;
        }

        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        var mean = sum / values.Length;
        double first = 0, second = 0, third = 0, fourth = 0;
        foreach (var value in values)
        {
            var d = value - mean;
            var square = d * d;
            first += d;
            second += square;
            third += square * d;
            fourth += square * square;
        }

        Total(sum);
        Join(values.Length, mean, second - (first * first / values.Length), third, fourth);
    }

    /// <summary>Adds a value as often as it came.</summary>
    public void Add(double value, long count)
    {
        Total(value * count);
        Join(count, value, 0, 0, 0);
    }

    private void Total(double part)
    {
        var sum = _sum + part;
        _lost += Math.Abs(_sum) >= Math.Abs(part) ? _sum - sum + part : part - sum + _sum;
        _sum = sum;
    }

    private void Join(long count, double mean, double second, double third, double fourth)
    {
        if (count == 0)
        {
            return;
        }

        double a = Count, b = count;
        var n = a + b;
        var d = mean - Mean;
        var step = d / n;
        _fourth += fourth + (d * step * step * step * a * b * ((a * a) - (a * b) + (b * b))) + (6 * step * step * ((a * a * second) + (b * b * _second))) + (4 * step * ((a * third) - (b * _third)));
        _third += third + (d * step * step * a * b * (a - b)) + (3 * step * ((a * second) - (b * _second)));
        _second += second + (d * step * a * b);
        Mean += step * b;
        Count += count;
    }
}
