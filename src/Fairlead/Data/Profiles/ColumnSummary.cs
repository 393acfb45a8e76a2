namespace Fairlead.Data.Profiles;

/// <summary>From what was gathered of a column to its figures.</summary>
internal static class ColumnSummary
{
    /// <summary>Bins of a histogram.</summary>
    public const int Bins = 20;

    /// <summary>Most frequent values that are listed.</summary>
    public const int TopMax = 20;

    /// <summary>Share of the values that must read as a type for the column to be of it.</summary>
    public const double TypeShare = 0.9;

    /// <summary>Most different names of a category.</summary>
    public const int LevelsMax = 1_000;

    private const int FewLevels = 30;
    private const double LevelLengthMax = 64;
    private const int IdRowsMin = 100;

    /// <summary>Share of rows with a value of their own from which an estimated number of different values means "all".</summary>
    private const double NearlyAll = 0.97;

    private const double FenceWidth = 1.5;
    private const double RobustZMax = 3.5;
    private const double NormalMad = 0.6745; // third quartile of the standard normal distribution

    private static readonly double[] Shares = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];

    public static ProfiledColumn Of(ColumnCollector column)
    {
        var present = column.Rows - column.Missing;
        var distinct = Math.Min(column.Values.Distinct, present);
        var (type, order) = TypeOf(column, present, distinct);
        var isNumber = type is ValueType.Integer or ValueType.Number;
        var isDate = type is ValueType.Date or ValueType.Timestamp;
        var isText = type is ValueType.Category or ValueType.Text or ValueType.Boolean;
        var constant = present > 0 && distinct == 1;
        var own = column.Values.IsExact ? distinct == present : distinct >= NearlyAll * present;
        var idLike = own && present >= IdRowsMin && (type == ValueType.Integer || (type == ValueType.Text && column.Texts.Spaced * 10 <= present));
        return new ProfiledColumn(
            column.Name, type, column.Missing, column.Rows == 0 ? 0 : (double)column.Missing / column.Rows,
            new DistinctValues(distinct, column.Values.IsExact, column.Values.DistinctError), constant, idLike, Kinds(column), Unlike(column, type, order), column.Padded,
            isNumber ? Numbers(column) : null,
            isDate ? (order == "mdy" ? column.DatesMonthFirst! : column.Dates).Summary(order, type == ValueType.Timestamp, Bins) : null,
            isText && column.Texts.Count > 0 ? column.Texts.Summary(Bins) : null,
            Top(column, present, distinct));
    }

    /// <summary>A figure of finite values whose sums went beyond a double stops at its end: JSON has no infinity.</summary>
    internal static double Saturated(double value) => double.IsNaN(value) ? 0 : Math.Clamp(value, double.MinValue, double.MaxValue);

    /// <summary>Null where the sums went beyond a double.</summary>
    internal static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    private static (ValueType Type, string Order) TypeOf(ColumnCollector column, long present, long distinct)
    {
        if (present == 0)
        {
            return (ValueType.Empty, "");
        }

        var enough = TypeShare * present;
        long integers = column.CountOf(CellKind.Integer), numbers = column.CountOf(CellKind.Number);
        if (integers + numbers >= enough)
        {
            return (numbers > 0 ? ValueType.Number : ValueType.Integer, "");
        }

        if (column.CountOf(CellKind.Boolean) >= enough)
        {
            return (ValueType.Boolean, "");
        }

        long days = column.CountOf(CellKind.Date), moments = column.CountOf(CellKind.Moment), either = column.CountOf(CellKind.EitherFirst);
        var orders = new[] { ("ymd", days + moments), ("dmy", either + column.CountOf(CellKind.DayFirst)), ("mdy", either + column.CountOf(CellKind.MonthFirst)) };
        var (order, best) = orders.MaxBy(o => o.Item2);
        if (best >= enough)
        {
            return (moments > 0 ? ValueType.Timestamp : ValueType.Date, order);
        }

        var shared = distinct <= LevelsMax && column.Texts.LengthMean <= LevelLengthMax && (distinct * 2 <= present || (distinct <= FewLevels && distinct < present));
        return (shared ? ValueType.Category : ValueType.Text, "");
    }

    private static Dictionary<string, long> Kinds(ColumnCollector column)
    {
        var kinds = new Dictionary<string, long>();
        void Say(string kind, params ReadOnlySpan<CellKind> of)
        {
            var count = 0L;
            foreach (var one in of)
            {
                count += column.CountOf(one);
            }

            if (count > 0)
            {
                kinds[kind] = count;
            }
        }

        Say("integer", CellKind.Integer);
        Say("number", CellKind.Number);
        Say("boolean", CellKind.Boolean);
        Say("date", CellKind.Date, CellKind.DayFirst, CellKind.MonthFirst, CellKind.EitherFirst);
        Say("timestamp", CellKind.Moment);
        Say("text", CellKind.Text);
        return kinds;
    }

    private static UnlikeValues? Unlike(ColumnCollector column, ValueType type, string order)
    {
        bool Fits(CellKind kind) => type switch
        {
            ValueType.Integer or ValueType.Number => kind is CellKind.Integer or CellKind.Number,
            ValueType.Boolean => kind == CellKind.Boolean,
            ValueType.Date or ValueType.Timestamp => order switch
            {
                "dmy" => kind is CellKind.DayFirst or CellKind.EitherFirst,
                "mdy" => kind is CellKind.MonthFirst or CellKind.EitherFirst,
                _ => kind is CellKind.Date or CellKind.Moment,
            },
            _ => true,
        };
        var others = Enum.GetValues<CellKind>().Where(kind => !Fits(kind)).ToList();
        var count = others.Sum(column.CountOf);
        return count == 0 ? null : new UnlikeValues(count, [.. others.SelectMany(column.ExamplesOf).OrderBy(example => example.Row).Take(5)]);
    }

    private static TopValues Top(ColumnCollector column, long present, long distinct)
    {
        var values = column.Values;
        if (present == 0 || distinct == present)
        {
            return new TopValues([], values.IsExact, values.Error);
        }

        // A count that may be all error says nothing.
        var top = values.Top(TopMax).Where(v => v.Count > 2 * values.Error);
        return new TopValues([.. top.Select(v => new TopValue(v.Value, v.Count, (double)v.Count / present))], values.IsExact, values.Error);
    }

    private static NumberProfile Numbers(ColumnCollector column)
    {
        var (ranked, moments) = (column.Ranked(), column.Moments);
        var (min, max) = (column.Extremes.Low[0].Value, column.Extremes.High[0].Value);
        var quantiles = Shares.Select(share => new Quantile(share, ranked.Quantile(share))).ToList();
        return new NumberProfile(
            moments.Count, min, max, Saturated(moments.Mean), Finite(moments.StandardDeviation), Finite(moments.Skewness), Finite(moments.ExcessKurtosis), Saturated(moments.Sum), column.Zeros, column.Negatives,
            quantiles, ranked.Error, ranked.Histogram(min, max, Bins), OutliersOf(column, ranked));
    }

    private static Outliers OutliersOf(ColumnCollector column, RankedValues ranked)
    {
        var (low, median, high) = (ranked.Quantile(0.25), ranked.Quantile(0.5), ranked.Quantile(0.75));
        var width = FenceWidth * (high - low);
        var (lowFence, highFence) = (Saturated(low - width), Saturated(high + width));
        var deviation = ranked.DistancesFrom(median).Quantile(0.5);
        long? robust = null;
        if (deviation > 0)
        {
            var reach = RobustZMax * deviation / NormalMad;
            robust = ranked.Below(median - reach) + (ranked.Count - ranked.AtMost(median + reach));
        }

        var examples = column.Extremes.Low.Where(e => e.Value < lowFence).Concat(column.Extremes.High.Where(e => e.Value > highFence));
        return new Outliers(lowFence, highFence, ranked.Below(lowFence), ranked.Count - ranked.AtMost(highFence), robust, [.. examples]);
    }
}
