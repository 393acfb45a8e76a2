using System.Globalization;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Projects.Sources;

namespace Fairlead.Tests.Data.Cleaning.Oracle;

/// <summary>Row steps in SQL, written independently of the managed code: what that is held equal to.</summary>
internal static class RowStepSql
{
    private const string NumberPattern = @"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?";
    private const string TimePattern = @"(?:[Tt ]([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,9}))?)?(?:[Zz]|([+-])([01]\d|2[0-3])(?::?([0-5]\d))?)?)?";

    /// <summary>The step as an expression over the column.</summary>
    /// <param name="step">The step. <see cref="ImputeStep"/> must hold its constant.</param>
    /// <param name="column">Reference to the column as it is before the step.</param>
    /// <param name="isNumber">The column holds DOUBLE already: a cast stands before this step.</param>
    public static string Expression(RowStep step, string column, bool isNumber) => step switch
    {
        TrimStep => isNumber ? column : $"NULLIF({SqlText.Trim(column)}, '')",
        MissingStep missing => isNumber
            ? In(column, RowPipeline.MissingNumbers(missing).Select(SqlText.Number)) is { } numbers ? $"CASE WHEN {numbers} THEN NULL ELSE {column} END" : column
            : In(column, missing.Values.Where(value => value.Length > 0).Select(SqlText.Text)) is { } texts ? $"CASE WHEN {texts} THEN NULL ELSE {column} END" : column,
        NormaliseStep normalise => isNumber || normalise.Map.Count == 0 ? column : Normalise(normalise, column),
        MaskStep => isNumber ? column : $"NULLIF(fairlead_mask({column}), '')",
        PseudonymStep or SyntheticStep => ProtectionSql.Replace(step, column, isNumber),
        GeneraliseStep generalise => ProtectionSql.Generalise(generalise, column, isNumber),
        CastStep cast => isNumber ? column : cast.To == ColumnKind.Date ? Date(column, cast.Format) : NumberOf(column),
        ImputeStep impute => $"COALESCE({column}, {(isNumber ? SqlText.Number(double.Parse(impute.Value, CultureInfo.InvariantCulture)) : SqlText.Text(impute.Value))})",
        _ => RecipeStepSql.Expression(step, column, isNumber),
    };

    /// <summary>Text as a number, or NULL: the grammar of <see cref="NumberText"/>.</summary>
    public static string NumberOf(string column) =>
        $"CASE WHEN regexp_full_match({column}, '{NumberPattern}') AND isfinite(TRY_CAST({column} AS DOUBLE)) THEN TRY_CAST({column} AS DOUBLE) END";

    /// <summary>Text as days since 1970-01-01 UTC, or NULL: the grammar of <see cref="DateText"/>.</summary>
    public static string Date(string column, string? order)
    {
        var (first, last) = order is null or "ymd" ? ("(\\d{4})", "(\\d{1,2})") : ("(\\d{1,2})", "(\\d{4})");
        var pattern = $"{first}([-/.])(\\d{{1,2}})([-/.]){last}{TimePattern}";
        var parts = order switch
        {
            "dmy" => "'d', 's1', 'm', 's2', 'y'",
            "mdy" => "'m', 's1', 'd', 's2', 'y'",
            _ => "'y', 's1', 'm', 's2', 'd'",
        };

        // The same pattern stands in each use; DuckDB evaluates it once.
        var found = $"regexp_extract({column}, '^{pattern}$', [{parts}, 'h', 'i', 's', 'f', 'o', 'oh', 'oi'])";
        string Whole(string part, long factor) => $"COALESCE(TRY_CAST({found}.{part} AS BIGINT), 0) * {factor}";
        var day = $"TRY_CAST({found}.y || '-' || lpad({found}.m, 2, '0') || '-' || lpad({found}.d, 2, '0') AS DATE)";
        var offset = $"(CASE WHEN {found}.o = '-' THEN -1 ELSE 1 END) * ({Whole("oh", 3_600_000_000)} + {Whole("oi", 60_000_000)})";
        var microseconds = $"{Whole("h", 3_600_000_000)} + {Whole("i", 60_000_000)} + {Whole("s", 1_000_000)} + COALESCE(TRY_CAST(CASE WHEN {found}.f = '' THEN '0' ELSE left(rpad({found}.f, 6, '0'), 6) END AS BIGINT), 0) - {offset}";
        return $"CASE WHEN regexp_full_match({column}, '{pattern}') AND {found}.s1 = {found}.s2 AND {found}.y <> '0000' THEN "
            + $"CAST({day} - DATE '1970-01-01' AS DOUBLE) + CAST({microseconds} AS DOUBLE) / {DateText.DayMicroseconds}::DOUBLE END";
    }

    private static string? In(string column, IEnumerable<string> values) => values.ToList() is { Count: > 0 } list ? $"{column} IN ({string.Join(", ", list)})" : null;

    private static string Normalise(NormaliseStep step, string column)
    {
        var cases = string.Join(" ", step.Ordered().Select(pair => $"WHEN {SqlText.Text(pair.From)} THEN {(pair.To.Length == 0 ? "NULL" : SqlText.Text(pair.To))}"));
        return $"CASE {(step.IgnoreCase ? SqlText.LowerAscii(column) : column)} {cases} ELSE {column} END";
    }
}
