namespace Fairlead.Data.Checks;

/// <summary>Figures of the numbers of a column, added in the rows' order: the same bits however the rows are cut into batches.</summary>
/// <remarks>
/// Sum: compensated (A. Neumaier, ZAMM 54, 1974). Mean and squared deviations: B. P. Welford, Technometrics 4(3), 1962.
/// Where the running sum leaves the range of a double (1e308 three times), the mean is Welford's, and the sum is worked out from it: infinite only where it is beyond a double itself.
/// </remarks>
internal sealed class NumberSummary(ColumnView view, int condition, bool dates)
{
    private double _sum;
    private double _lost;
    private double _mean;
    private double _squares;

    public long Count { get; private set; }

    /// <summary>Present values that read as no number.</summary>
    public long Unread { get; private set; }

    public double Min { get; private set; } = double.PositiveInfinity;

    public double Max { get; private set; } = double.NegativeInfinity;

    /// <summary>0 without numbers; infinite where it is beyond a double.</summary>
    public double Sum => double.IsFinite(_sum + _lost) ? _sum + _lost : _mean * Count;

    /// <summary>NaN without numbers.</summary>
    public double Mean => Count == 0 ? double.NaN : double.IsFinite(_sum + _lost) ? (_sum + _lost) / Count : _mean;

    /// <summary>Standard deviation with n - 1; NaN for fewer than two numbers, infinite where a square is beyond a double.</summary>
    public double Stdev => Count < 2 ? double.NaN : double.IsFinite(_squares) ? Math.Sqrt(_squares / (Count - 1)) : double.PositiveInfinity;

    /// <summary>The numbers themselves, when a median or a quantile is wanted.</summary>
    public QuantileStore? Quantiles { get; set; }

    public void Take(BatchView batch)
    {
        var selected = batch.Selected(condition);
        var numbers = (dates ? view.Days : view.Numbers).AsSpan(0, batch.Rows);
        for (var row = 0; row < numbers.Length; row++)
        {
            var number = numbers[row];
            if (selected?[row] == false)
            {
                continue;
            }

            if (double.IsNaN(number))
            {
                Unread += view.IsMissing(row) ? 0 : 1;
                continue;
            }

            Count++;
            var sum = _sum + number;
            _lost += Math.Abs(_sum) >= Math.Abs(number) ? _sum - sum + number : number - sum + _sum;
            _sum = sum;
            var away = number - _mean;
            _mean += double.IsFinite(away) ? away / Count : (number / Count) - (_mean / Count);
            _squares += away * (number - _mean);
            Min = number < Min ? number : Min;
            Max = number > Max ? number : Max;
            Quantiles?.Add(number);
        }
    }
}
