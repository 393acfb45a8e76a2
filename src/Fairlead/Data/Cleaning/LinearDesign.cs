using System.Globalization;
using Fairlead.Data.Scanning;
using Fairlead.Models.RowSteps;
using Fairlead.Projects.Sources;

namespace Fairlead.Data.Cleaning;

/// <summary>What a linear model looks at: of a number one column, less its mean; of a category a column of 0 and 1 for each of its frequent levels but the first, and one for all other values where enough rows have one.</summary>
internal sealed class LinearDesign
{
    /// <summary>Levels of a category that are told apart; each has at least <see cref="GroupImputeStep.LeastRows"/> training rows. All other values, and a missing one, count as one level.</summary>
    public const int LevelsMax = 20;

    /// <summary>Levels of all categories together: with more columns each has fewer.</summary>
    public const int LevelsTogether = 400;

    private readonly string _present;
    private readonly DataEngine _engine;
    private readonly string[] _columns;
    private readonly List<(string Name, long Rows)>?[] _levels;
    private readonly bool[] _hasOther;
    private readonly int[] _first;
    private readonly int _size;
    private readonly long _rows;

    private LinearDesign(string[] columns, List<(string Name, long Rows)>?[] levels, double[] means, long rows, string present, DataEngine engine)
    {
        (_columns, _levels, Means, _rows, _present, _engine) = (columns, levels, means, rows, present, engine);
        _hasOther = [.. levels.Select(known => known is { Count: > 0 } && rows - known.Sum(level => level.Rows) >= GroupImputeStep.LeastRows)];
        _first = new int[columns.Length];
        for (var i = 0; i < columns.Length; i++)
        {
            _first[i] = _size;
            _size += levels[i] is { } known ? Math.Max(0, known.Count - 1) + (_hasOther[i] ? 1 : 0) : 1;
        }
    }

    /// <summary>What stands for a missing value of each column: the mean of a number; 0 for a category, where nothing does.</summary>
    public IReadOnlyList<double> Means { get; }

    /// <summary>As <see cref="ModelImputeStep.Levels"/>.</summary>
    public IReadOnlyList<IReadOnlyList<string>?>? Levels => Array.TrueForAll(_levels, known => known is null) ? null : [.. _levels.Select(known => known?.ConvertAll(level => level.Name))];

    /// <summary>Looks at the rows once for each category and once for all numbers; null when there are none.</summary>
    /// <param name="present">Table expression of the rows to learn from.</param>
    public static LinearDesign? Of(IReadOnlyList<string> from, string present, Func<string, SqlColumn> column, DataEngine engine)
    {
        var columns = from.Select(column).ToList();
        var figures = engine.List($"SELECT count(*){string.Concat(columns.Select(one => one.IsNumber ? $", avg({one.Sql})" : ", NULL"))} FROM {present}",
            reader => (Rows: reader.GetInt64(0), Means: columns.Select((_, i) => reader.IsDBNull(i + 1) ? 0 : reader.GetDouble(i + 1)).ToArray()))[0];
        var most = Math.Min(LevelsMax, LevelsTogether / Math.Max(1, columns.Count(one => !one.IsNumber)));
        return figures.Rows == 0 ? null : new LinearDesign(
            [.. columns.Select(one => one.Sql)], [.. columns.Select(one => one.IsNumber ? null : Frequent(one.Sql, present, most, engine))], figures.Means, figures.Rows, present, engine);
    }

    /// <summary>The most frequent values that enough rows have.</summary>
    public static List<(string Name, long Rows)> Frequent(string column, string present, int most, DataEngine engine) =>
        engine.List($"SELECT {column}, count(*) FROM {present} WHERE {column} IS NOT NULL GROUP BY 1 HAVING count(*) >= {GroupImputeStep.LeastRows} ORDER BY 2 DESC, 1 LIMIT {most}", reader => (reader.GetString(0), reader.GetInt64(1)));

    /// <summary>Where a value stands among names, as SQL; their number when it is none of them.</summary>
    public static string PlaceOf(string column, IReadOnlyList<string> names) => names.Count == 0 ? "0"
        : $"CASE {column}{string.Concat(names.Select((name, i) => string.Create(CultureInfo.InvariantCulture, $" WHEN {SqlText.Text(name)} THEN {i}")))} ELSE {names.Count.ToString(CultureInfo.InvariantCulture)} END";

    /// <summary>A line for each target by least squares. Its coefficients are those of <see cref="ModelImputeStep.Coefficients"/>.</summary>
    /// <param name="target">What is predicted, as SQL.</param>
    /// <param name="targets">How many.</param>
    /// <param name="of">Which target a row has a value of, and the value; of all others, and of a number of a target beyond the last, it has 0.</param>
    public (double Intercept, IReadOnlyList<double> Coefficients)[] Fit(string target, int targets, Func<ColumnVector, int, (int Target, double Value)> of)
    {
        var (sums, products, totals) = (new double[_size], new double[_size, _size], new double[targets]);
        var right = Enumerable.Range(0, targets).Select(_ => new double[_size]).ToArray();
        var (places, values) = (new int[_columns.Length], new double[_columns.Length]);
        var selected = _columns.Select((column, i) => _levels[i] is { } known ? PlaceOf(column, known.ConvertAll(level => level.Name)) : $"COALESCE({column}, {SqlText.Number(Means[i])}) - {SqlText.Number(Means[i])}");
        using var scan = _engine.Scan($"SELECT {target} AS target, {string.Join(", ", selected.Select((sql, i) => string.Create(CultureInfo.InvariantCulture, $"{sql} AS x{i}")))} FROM {_present}");
        while (scan.Next(_engine.Cancel) is { } batch)
        {
            for (var row = 0; row < batch.Rows; row++)
            {
                var active = Active(batch, row, places, values);
                var (at, value) = of(batch.Columns[0], row);
                var known = at < targets;
                if (known)
                {
                    totals[at] += value;
                }

                for (var i = 0; i < active; i++)
                {
                    sums[places[i]] += values[i];
                    for (var j = 0; j <= i; j++)
                    {
                        products[places[i], places[j]] += values[i] * values[j];
                    }

                    if (known)
                    {
                        right[at][places[i]] += values[i] * value;
                    }
                }
            }
        }

        return Lines(sums, products, right, totals);
    }

    /// <summary>The columns of the design that are not 0 in a row, ascending.</summary>
    private int Active(TableBatch batch, int row, int[] places, double[] values)
    {
        var active = 0;
        for (var i = 0; i < _columns.Length; i++)
        {
            if (_levels[i] is not { } known)
            {
                (places[active], values[active++]) = (_first[i], batch.Columns[i + 1].Doubles[row]);
            }
            else if ((int)batch.Columns[i + 1].Integers[row] is > 0 and var level && (level < known.Count || _hasOther[i]))
            {
                (places[active], values[active++]) = (_first[i] + level - 1, 1);
            }
        }

        return active;
    }

    private (double Intercept, IReadOnlyList<double> Coefficients)[] Lines(double[] sums, double[,] products, double[][] right, double[] totals)
    {
        for (var i = 0; i < _size; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                products[i, j] -= sums[i] * sums[j] / _rows;
            }

            for (var t = 0; t < totals.Length; t++)
            {
                right[t][i] -= sums[i] * totals[t] / _rows;
            }
        }

        return [.. LinearFit.Solve(products, right).Select((solved, t) => (Intercept(solved, sums, totals[t]), Coefficients(solved)))];
    }

    private double Intercept(double[] solved, double[] sums, double total)
    {
        var intercept = total / _rows;
        for (var i = 0; i < _size; i++)
        {
            intercept -= solved[i] * sums[i] / _rows;
        }

        for (var i = 0; i < _columns.Length; i++)
        {
            intercept -= _levels[i] is null ? solved[_first[i]] * Means[i] : 0;
        }

        return intercept;
    }

    /// <summary>Of a category a coefficient for each level, the first 0, then that of all other values: where too few rows have one, the mean over the levels.</summary>
    private List<double> Coefficients(double[] solved)
    {
        List<double> all = [];
        for (var i = 0; i < _columns.Length; i++)
        {
            if (_levels[i] is not { } known)
            {
                all.Add(solved[_first[i]]);
                continue;
            }

            List<double> own = [.. known.Select((_, level) => level == 0 ? 0 : solved[_first[i] + level - 1])];
            all.AddRange(own);
            all.Add(_hasOther[i] ? solved[_first[i] + known.Count - 1] : known.Count == 0 ? 0 : own.Zip(known, (coefficient, level) => coefficient * level.Rows).Sum() / known.Sum(level => level.Rows));
        }

        return all;
    }
}
