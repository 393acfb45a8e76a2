using System.Globalization;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;

namespace Fairlead.Projects.Inference;

/// <summary>
/// Proposes checks. Bounds never come from the exact smallest or largest value, which the next delivery would break without being wrong:
/// a number is bounded where its meaning does it (not below 0) or where a few values stand far off all others.
/// </summary>
internal static class CheckProposals
{
    /// <summary>Share of rows that may be impossible; more is no error but how the column is.</summary>
    private const double ImpossibleMax = 0.01;

    /// <summary>A gap by this factor near the end of the values separates what can't be from what is rare.</summary>
    private const double GapFactor = 8;

    /// <summary>Levels a set is written out for.</summary>
    private const int LevelsMax = 12;

    /// <summary>Columns that "never missing" is written for.</summary>
    private const int NotNullMax = 60;

    private static readonly string[] Physical = ["km", "m", "cm", "mm", "kg", "g", "lb", "mi", "days", "weight", "mass", "distance", "length", "height", "width"];

    public static (IReadOnlyList<CheckRule> Rules, IReadOnlyDictionary<string, string> Remarks) Of(
        IReadOnlyList<InferredColumn> columns, InferredTarget target, string? key, long rows, long copies)
    {
        var rules = new List<CheckRule>();
        var remarks = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(new CheckRule($"not_null:{target.Sample.Name}", new NotNullCheck(target.Sample.Name), null, true, false, 1, ""), "a row without an answer teaches nothing");
        if (key is not null)
        {
            // Copies of whole rows repeat the key until they are dropped, which comes after the checks.
            Add(new CheckRule($"unique:{key}", null, new UniqueCheck([key]), copies == 0, false, 1, ""), copies == 0 ? null : "an error once the copies are gone at the source");
        }

        Add(new CheckRule("row_count_between", null, new RowCountCheck(Math.Max(1, rows / 2), null), false, false, 1, ""), "a delivery cut short");
        foreach (var column in columns.Where(c => c.IsFeature && c.Kind == ColumnKind.Number))
        {
            Numbers(column);
        }

        foreach (var column in columns.Where(c => c.IsFeature && c.Kind == ColumnKind.Category))
        {
            var levels = Names(column);
            if (levels.Count <= LevelsMax && column.Sample.Count >= 20 * levels.Count)
            {
                Add(new CheckRule($"in_set:{column.Name}", new InSetCheck(column.Name, levels), null, false, false, 1, ""), null);
            }
        }

        var never = columns.Where(c => c.IsFeature && c.Sample.Missing == 0 && c.MissingMarks.Count == 0).ToList();
        foreach (var column in never.Count <= NotNullMax ? never : [])
        {
            Add(new CheckRule($"not_null:{column.Name}", new NotNullCheck(column.Name), null, false, false, 1, ""), null);
        }

        return (rules, remarks);

        void Add(CheckRule rule, string? remark)
        {
            rules.Add(rule);
            if (remark is not null)
            {
                remarks[rule.Id] = remark;
            }
        }

        void Numbers(InferredColumn column)
        {
            var values = column.Sample.Numbers.Where(n => !double.IsNaN(n)).Order().ToArray();
            if (values.Length < 40)
            {
                return;
            }

            if (Known(column.Name, values) is { } known)
            {
                Add(new CheckRule($"between:{column.Name}", new BetweenCheck(column.Name, known.Min, known.Max), null, true, false, 1, ""), null);
                return;
            }

            var (min, strict, below) = Lower(column, values);
            var (max, above) = Upper(values);
            if (min is not null || max is not null)
            {
                var odd = below + above;
                Add(
                    new CheckRule($"between:{column.Name}", new BetweenCheck(column.Name, min, max, StrictMin: strict), null, true, false, 1, ""),
                    odd == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{odd} {(odd == 1 ? "row" : "rows")} now{(above > 0 ? $", up to {values[^1]:0.####}" : $", down to {values[0]:0.####}")}"));
            }
        }
    }

    /// <summary>Bounds that a quantity has by its nature, when every value keeps them.</summary>
    private static (double Min, double Max)? Known(string name, double[] sorted)
    {
        (double Min, double Max)? bounds = name.ToLowerInvariant() switch
        {
            "latitude" or "lat" => (-90, 90),
            "longitude" or "lon" or "lng" => (-180, 180),
            "age" => (0, 120),
            _ => null,
        };
        return bounds is { } b && sorted[0] >= b.Min && sorted[^1] <= b.Max ? b : null;
    }

    /// <summary>0 as lower bound when (nearly) no value is negative; excluded where 0 of a physical quantity is as rare as an error.</summary>
    private static (double? Min, bool Strict, int Rows) Lower(InferredColumn column, double[] sorted)
    {
        var negative = sorted.Count(v => v < 0);
        if (negative > ImpossibleMax * sorted.Length)
        {
            return (null, false, 0);
        }

        var zero = sorted.Count(v => v == 0);
        var isPhysical = Naming.Words(column.Name).Any(w => Physical.Contains(w.ToLowerInvariant()));
        var strict = isPhysical && zero <= 0.01 * sorted.Length;
        return (0, strict, negative + (strict ? zero : 0));
    }

    /// <summary>A round bound above all but a few values, when those few stand off by a gap of <see cref="GapFactor"/>.</summary>
    private static (double? Max, int Rows) Upper(double[] sorted)
    {
        var from = Math.Max(sorted.Length / 2, (int)(sorted.Length * (1 - ImpossibleMax)));
        for (var i = from; i < sorted.Length - 1; i++)
        {
            if (sorted[i] > 0 && sorted[i + 1] >= GapFactor * sorted[i])
            {
                return (RoundUp(2 * sorted[i]), sorted.Length - 1 - i);
            }
        }

        return (null, 0);
    }

    /// <summary>The next of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten.</summary>
    private static double RoundUp(double value)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        foreach (var step in (double[])[1, 1.5, 2, 3, 4, 5, 6, 8, 10])
        {
            if (step * power >= value)
            {
                return Math.Round(step * power, 10);
            }
        }

        return 10 * power;
    }

    /// <summary>Levels after spelling: codes by number, names by frequency.</summary>
    private static List<string> Names(InferredColumn column)
    {
        List<string> names = [.. column.Sample.Levels.GroupBy(l => column.Spellings.GetValueOrDefault(SpellingClusters.AsciiLower(l.Value), l.Value), StringComparer.Ordinal)
            .OrderByDescending(g => g.Sum(l => l.Count)).ThenBy(g => g.Key, StringComparer.Ordinal).Select(g => g.Key)];
        return names.TrueForAll(n => !double.IsNaN(ColumnSample.NumberOf(n))) ? [.. names.OrderBy(ColumnSample.NumberOf)] : names;
    }
}
