namespace Fairlead.Data.Labels;

/// <summary>The n-th largest of many numbers without sorting them (Hoare 1961, with the three-way partition of Dijkstra's flag, so that equal numbers cost nothing).</summary>
internal static class Selection
{
    /// <summary>The <paramref name="rank"/>-th largest, counted from 1. Leaves the values in another order. Linear time on the average; ties are no worse.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rank.</exception>
    public static double Largest(Span<double> values, int rank)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rank, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rank, values.Length);
        var (low, high) = (0, values.Length - 1);
        while (true)
        {
            var pivot = Middle(values[low], values[low + ((high - low) / 2)], values[high]);
            var (larger, i, smaller) = (low, low, high);
            while (i <= smaller)
            {
                if (values[i] > pivot)
                {
                    (values[larger], values[i]) = (values[i], values[larger]);
                    (larger, i) = (larger + 1, i + 1);
                }
                else if (values[i] < pivot)
                {
                    (values[smaller], values[i]) = (values[i], values[smaller]);
                    smaller--;
                }
                else
                {
                    i++;
                }
            }

            if (rank - 1 < larger)
            {
                high = larger - 1;
            }
            else if (rank - 1 > smaller)
            {
                low = smaller + 1;
            }
            else
            {
                return pivot;
            }
        }
    }

    private static double Middle(double a, double b, double c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
