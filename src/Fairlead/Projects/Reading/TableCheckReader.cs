using System.Globalization;
using Fairlead.Models.Contracts;

namespace Fairlead.Projects.Reading;

/// <summary>Reads the arguments of checks that need other rows, or the table.</summary>
internal sealed class TableCheckReader(ICheckableColumns columns, FaultList faults)
{
    public static readonly string[] Names =
    [
        "increasing", "decreasing", "z_score_below", "unique", "compound_unique", "unique_proportion_between", "distinct_count_between", "distinct_in_set", "distinct_contains", "distinct_equals",
        "most_common_in_set", "mean_between", "median_between", "stdev_between", "sum_between", "min_between", "max_between", "quantiles_between", "kl_divergence_below", "null_proportion_between",
        "row_count_between", "row_count_equals", "row_count_equals_other", "column_count_between", "column_count_equals", "columns_in_order", "columns_set", "column_exists",
        "references", "freshness", "sql", "row_count_change_between", "null_proportion_change_between", "distribution_change_below",
    ];

    private static readonly Dictionary<string, Statistic> Statistics = new(StringComparer.Ordinal)
    {
        ["mean_between"] = Statistic.Mean,
        ["median_between"] = Statistic.Median,
        ["stdev_between"] = Statistic.Stdev,
        ["sum_between"] = Statistic.Sum,
        ["min_between"] = Statistic.Min,
        ["max_between"] = Statistic.Max,
        ["distinct_count_between"] = Statistic.DistinctCount,
        ["unique_proportion_between"] = Statistic.UniqueProportion,
        ["null_proportion_between"] = Statistic.NullProportion,
    };

    private readonly CheckArguments _arguments = new(columns, faults);

    /// <summary>One check for each column named, or one of the table; none when there is a fault.</summary>
    public IEnumerable<TableCheck> Read(CheckItem item)
    {
        var map = item.Map;
        switch (item.Name.Value)
        {
            case "unique":
                return _arguments.Columns(item) is { Count: > 0 } key ? [new UniqueCheck(key)] : [];
            case "compound_unique":
                var skipAny = map.Choice("skip_missing", ["any", "all"]) == "any";
                return _arguments.Columns(item) is { Count: > 0 } compound ? [new CompoundUniqueCheck(compound, skipAny)] : [];
            case "row_count_between":
                return _arguments.Bounds(item, 0, false) is { } rows ? [new RowCountCheck((long?)rows.Min, (long?)rows.Max)] : [];
            case "column_count_between":
                return _arguments.Bounds(item, 0, false) is { } count ? [new ColumnCountCheck((long?)count.Min, (long?)count.Max)] : [];
            case "row_count_equals" or "column_count_equals":
                return Whole(item, map.Has("total") ? "total" : "value") is { } exactly ? [item.Name.Value == "row_count_equals" ? new RowCountEqualsCheck(exactly) : new ColumnCountEqualsCheck(exactly)] : [];
            case "row_count_equals_other":
                return File(map) is { } other ? [new RowCountOtherCheck(other)] : [];
            case "columns_in_order" or "columns_set":
                var exact = item.Name.Value == "columns_set" && (map.YesNo("exact") ?? true);
                return NamedAny(item) is { } named ? [item.Name.Value == "columns_set" ? new ColumnsSetCheck(named, exact) : new ColumnsInOrderCheck(named)] : [];
            case "column_exists":
                var index = map.Whole("index", 0, int.MaxValue);
                return NamedAny(item) is { } exist ? [.. exist.Select(column => new ColumnExistsCheck(column, index))] : [];
            case "sql":
                return map.Text(map.Has("query") ? "query" : "sql") is { } sql ? [new SqlCheck(sql)] : Missing(item, "sql", "\"SELECT * FROM data WHERE a > b\"");
            case "row_count_change_between":
                var before = map.Text("other");
                return Change(item) is { } change ? [new ChangeCheck("", Projects.Change.RowCount, change.Min, change.Max, before)] : [];
            default:
                return [.. _arguments.Columns(item).Select(column => OfColumn(item, column)).OfType<TableCheck>()];
        }
    }

    private TableCheck? OfColumn(CheckItem item, string column)
    {
        var map = item.Map;
        var name = item.Name.Value;
        switch (name)
        {
            case "increasing" or "decreasing":
                return new OrderCheck(column, name == "increasing", map.YesNo("strict") ?? false);
            case "z_score_below":
                var doubleSided = map.YesNo("double_sided") ?? false;
                return map.Required("threshold", "3") is not null && map.Number("threshold") is { } z && IsNumber(item, column) ? new ZScoreCheck(column, z, doubleSided) : null;
            case "distinct_in_set" or "distinct_contains" or "distinct_equals":
                return Values(map) is { } set ? new DistinctCheck(column, name switch { "distinct_in_set" => DistinctRule.InSet, "distinct_contains" => DistinctRule.Contains, _ => DistinctRule.EqualsSet }, set) : null;
            case "most_common_in_set":
                var ties = map.YesNo("ties_okay") ?? false;
                return Values(map) is { } common ? new MostCommonCheck(column, common, ties) : null;
            case "quantiles_between":
                return Quantiles(map, column) is { } quantiles && IsNumber(item, column) ? quantiles : null;
            case "kl_divergence_below":
                return new DistributionReader(_arguments, faults).Read(map, column);
            case "references":
                var other = File(map);
                return other is null ? null : new ReferencesCheck(column, other, map.Text("other_column") ?? column);
            case "freshness":
                return Freshness(item, column);
            case "null_proportion_change_between" or "distribution_change_below":
                var file = map.Text("other");
                if (name == "distribution_change_below")
                {
                    return map.Required("threshold", "0.25") is not null && map.Number("threshold", 0) is { } most ? new ChangeCheck(column, Projects.Change.Distribution, null, most, file) : null;
                }

                return Change(item) is { } change ? new ChangeCheck(column, Projects.Change.NullProportion, change.Min, change.Max, file) : null;
            default:
                var statistic = Statistics[name];
                var isDate = columns.KindOf(column) == ColumnKind.Date && statistic is Statistic.Min or Statistic.Max;
                return _arguments.Bounds(item, null, isDate) is { } b && IsMeasured(item, column, statistic, b.Dates) ? new StatisticCheck(column, statistic, b.Min, b.Max, b.StrictMin, b.StrictMax, b.Dates) : null;
        }
    }

    private bool IsMeasured(CheckItem item, string column, Statistic statistic, bool dates)
    {
        if (dates && statistic is not (Statistic.Min or Statistic.Max))
        {
            faults.Add(item.Map.At("min"), $"\"{item.Name.Value}\" has numbers as bounds, not dates.", "Write digits with a point, such as 0.2.");
            return false;
        }

        return statistic is Statistic.DistinctCount or Statistic.UniqueProportion or Statistic.NullProportion || IsNumber(item, column);
    }

    private bool IsNumber(CheckItem item, string column)
    {
        var kind = columns.KindOf(column);
        if (kind is null or ColumnKind.Number or ColumnKind.Date)
        {
            return true;
        }

        faults.Add(item.Name, $"\"{item.Name.Value}\" needs a number column; \"{column}\" is {kind.Value.ToString().ToLowerInvariant()}.", "Use distinct_in_set, most_common_in_set or null_proportion_between, or change its kind.");
        return false;
    }

    private static IReadOnlyList<string>? Values(MapReader map) => map.Required("values", "[a, b]") is null || map.Texts("values") is not { } values ? null : CheckArguments.Spellings(values);

    private QuantilesCheck? Quantiles(MapReader map, string column)
    {
        var quantiles = _arguments.Numbers(map, "quantiles", "[0.25, 0.5, 0.75]");
        var ranges = map.Required("ranges", "[[1, 2], [2, 4], [3, null]]");
        if (quantiles is null || ranges is null)
        {
            return null;
        }

        foreach (var wrong in quantiles.Where(q => q is < 0 or > 1))
        {
            faults.Add(map.At("quantiles"), string.Create(CultureInfo.InvariantCulture, $"{wrong} is not a share from 0 to 1."), "Write the median as 0.5.");
        }

        var read = new List<IReadOnlyList<double?>>();
        foreach (var range in ranges is YamlList list ? list.Items : [ranges])
        {
            if (range is not YamlList { Items: [YamlText low, YamlText high] } || (!low.IsNull && CheckArguments.Number(low.Value, true) is null) || (!high.IsNull && CheckArguments.Number(high.Value, true) is null))
            {
                faults.Add(range, "This is not a range.", "Write [low, high]; null is unbounded.");
                return null;
            }

            read.Add([low.IsNull ? null : CheckArguments.Number(low.Value, true), high.IsNull ? null : CheckArguments.Number(high.Value, true)]);
        }

        if (read.Count != quantiles.Count)
        {
            faults.Add(ranges, $"There are {quantiles.Count} quantiles, but {read.Count} ranges.", "Write one [low, high] for each quantile.");
            return null;
        }

        return new QuantilesCheck(column, quantiles, read);
    }

    private FreshnessCheck? Freshness(CheckItem item, string column)
    {
        var days = item.Map.Required("max", "7") is null ? null : item.Map.Number("max", 0);
        if (columns.KindOf(column) is not (null or ColumnKind.Date))
        {
            faults.Add(item.Map.At("column"), $"\"{column}\" is not a date column, so its age can't be told.", "Name a column of kind date.");
            return null;
        }

        return days is null ? null : new FreshnessCheck(column, days.Value);
    }

    /// <summary>Names of columns, whether the data has them or not: that is what these checks ask.</summary>
    private List<string>? NamedAny(CheckItem item)
    {
        IReadOnlyList<YamlText>? named = item.Shorthand switch
        {
            YamlText { IsNull: false } one => [one],
            YamlList list => [.. list.Items.OfType<YamlText>()],
            _ => item.Map.Texts("columns") ?? item.Map.Texts("column"),
        };
        if (named is not { Count: > 0 })
        {
            faults.Add(item.Name, $"\"{item.Name.Value}\" names no column.", $"Write \"- {item.Name.Value}: [a, b]\".");
            return null;
        }

        return [.. named.Select(name => name.Value)];
    }

    private CheckBounds? Change(CheckItem item)
    {
        if (_arguments.Bounds(item, null, false) is not { } bounds)
        {
            return null;
        }

        if (bounds.Dates)
        {
            faults.Add(item.Name, $"\"{item.Name.Value}\" has numbers as bounds, not dates.", "Write a share with a point, such as -0.2.");
        }

        return bounds.Dates ? null : bounds;
    }

    private static long? Whole(CheckItem item, string key) =>
        item.Shorthand is YamlText { IsNull: false } one && long.TryParse(one.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value
        : item.Map.Required(key, "1000") is null ? null : item.Map.Whole(key, 0, int.MaxValue);

    private static string? File(MapReader map) => map.Text(map.Has("value") && !map.Has("other") ? "value" : "other", "OTHER.csv");

    private static TableCheck[] Missing(CheckItem item, string key, string example)
    {
        item.Map.Required(key, example);
        return [];
    }
}
