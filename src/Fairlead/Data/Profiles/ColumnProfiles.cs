using System.Text;
using DuckDB.NET.Data;
using Fairlead.Data.Cleaning;
using Fairlead.Data.Scanning;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;

namespace Fairlead.Data.Profiles;

/// <summary>Profiles every column of the kept rows of a version, in their order: the same rows give the same bits.</summary>
internal static class ColumnProfiles
{
    /// <summary>Most frequent values shown.</summary>
    public const int TopMax = 20;

    /// <summary>Correlations that are kept with a version.</summary>
    private const int PairsMax = 60;

    /// <returns>The figures that other stages read, and the whole profile; of personal columns the latter holds no value.</returns>
    public static (IReadOnlyList<ColumnProfile> Columns, TableProfile Table) Of(CleanPlan plan, DataEngine engine)
    {
        var columns = plan.Kept.Where(column => !column.IsTarget).Append(plan.Target).ToList();
        var profiler = new TableProfiler([.. columns.Select(column => column.Name)]);
        var rows = new RowBatch(columns);
        engine.Read($"SELECT {string.Join(", ", columns.Select(column => column.Sql))} FROM k ORDER BY __row", reader =>
        {
            if (rows.Add(reader))
            {
                profiler.Add(rows.Take());
            }
        });
        if (rows.Count > 0)
        {
            profiler.Add(rows.Take());
        }

        var table = profiler.Finish(plan.Target.Name);
        var figures = columns.Select((column, i) => Figures(column, profiler.Columns[i], table.Columns[i])).ToList();
        var personal = columns.Where(column => column.Protection != Protection.None).Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        return (figures, table with
        {
            Columns = [.. table.Columns.Select(column => personal.Contains(column.Name) ? WithoutValues(column) : column)],
            Correlations = table.Correlations with { Pairs = [.. table.Correlations.Pairs.Take(PairsMax)] },
            Target = personal.Contains(plan.Target.Name) ? null : table.Target,
        });
    }

    private static ColumnProfile Figures(PlanColumn column, ColumnCollector gathered, ProfiledColumn profile)
    {
        if (column.IsNumber && gathered.Moments.Count > 0)
        {
            var ranked = gathered.Ranked();
            var (min, max) = (gathered.Extremes.Low[0].Value, gathered.Extremes.High[0].Value);
            return new ColumnProfile(column.Name, column.Kind, gathered.Rows, gathered.Missing, profile.Distinct.Count, min, max, ColumnSummary.Saturated(gathered.Moments.Mean), ranked.Quantile(0.5), ColumnSummary.Finite(gathered.Moments.StandardDeviation), ranked.Histogram(min, max, ColumnSummary.Bins), []);
        }

        IReadOnlyList<ValueCount> top = column.IsNumber || column.Kind == ColumnKind.Id || column.Protection != Protection.None ? [] : [.. gathered.Values.Top(TopMax).Select(value => new ValueCount(value.Value, value.Count))];
        return new ColumnProfile(column.Name, column.Kind, gathered.Rows, gathered.Missing, profile.Distinct.Count, null, null, null, null, null, [], top);
    }

    /// <summary>A profile is stored in clear and shown: of a personal column it says how many, never what.</summary>
    private static ProfiledColumn WithoutValues(ProfiledColumn column) => column with
    {
        Unlike = column.Unlike is { } unlike ? unlike with { Examples = [] } : null,
        Numbers = null,
        Dates = null,
        Texts = null,
        Top = new TopValues([], column.Top.Exact, column.Top.Error),
    };

    /// <summary>Rows of a query, gathered into batches: numbers as doubles, dates as moments, the rest as texts.</summary>
    private sealed class RowBatch
    {
        /// <summary>Cells in a batch: a wide table has shorter ones.</summary>
        private const int CellsMax = 1 << 22;

        private readonly ColumnVector[] _vectors;
        private readonly bool[] _isText;
        private readonly bool[] _isDate;
        private readonly int[] _ends;
        private readonly int _rows;
        private long _first;

        public RowBatch(IReadOnlyList<PlanColumn> columns)
        {
            _isText = [.. columns.Select(column => !column.IsNumber)];
            _isDate = [.. columns.Select(column => column.IsNumber && column.Kind == ColumnKind.Date)];
            _ends = new int[columns.Count];
            _rows = Math.Clamp(CellsMax / columns.Count, 256, TableScan.BatchRows);
            _vectors = [.. columns.Select((_, i) => _isText[i]
                ? new ColumnVector(VectorForm.Text) { Bytes = new byte[_rows * 8], Starts = new int[_rows], Lengths = new int[_rows] }
                : _isDate[i]
                    ? new ColumnVector(VectorForm.Moment) { Integers = new long[_rows], Missing = new bool[_rows] }
                    : new ColumnVector(VectorForm.Double) { Doubles = new double[_rows], Missing = new bool[_rows] })];
        }

        public int Count { get; private set; }

        /// <summary>True when the batch is full.</summary>
        public bool Add(DuckDBDataReader reader)
        {
            for (var i = 0; i < _vectors.Length; i++)
            {
                var (vector, missing) = (_vectors[i], reader.IsDBNull(i));
                if (_isText[i])
                {
                    AddText(vector, ref _ends[i], missing ? null : reader.GetString(i));
                    continue;
                }

                vector.Missing[Count] = missing;
                if (!missing && _isDate[i])
                {
                    vector.Integers[Count] = (long)Math.Round(reader.GetDouble(i) * DateText.DayMicroseconds);
                }
                else if (!missing)
                {
                    vector.Doubles[Count] = reader.GetDouble(i);
                }
            }

            return ++Count == _rows;
        }

        public TableBatch Take()
        {
            foreach (var vector in _vectors)
            {
                vector.Rows = Count;
            }

            var batch = new TableBatch { FirstRow = _first, Rows = Count, Columns = _vectors };
            _first += Count;
            Count = 0;
            Array.Clear(_ends);
            return batch;
        }

        private void AddText(ColumnVector vector, ref int end, string? text)
        {
            vector.Starts[Count] = end;
            vector.Lengths[Count] = -1;
            if (text is null)
            {
                return;
            }

            var most = Encoding.UTF8.GetMaxByteCount(text.Length);
            if (end + most > vector.Bytes.Length)
            {
                var bytes = vector.Bytes;
                Array.Resize(ref bytes, Math.Max(bytes.Length * 2, end + most));
                vector.Bytes = bytes;
            }

            vector.Lengths[Count] = Encoding.UTF8.GetBytes(text, vector.Bytes.AsSpan(end));
            end += vector.Lengths[Count];
        }
    }
}
