using System.Globalization;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;

namespace Fairlead.Tests.Data.Checks;

/// <summary>Every check on a few rows worked out by hand: the failing rows, or the figure.</summary>
public sealed class CheckVocabularyTests
{
    /// <summary>0-based rows 0 to 7.</summary>
    private static readonly MadeTable Table = MadeTable.Of("""
        id | n    | m  | t     | d          | j             | flag  | code
        1  | 1    | 2  | alpha | 2024-01-31 | {"a": 1}      | true  | 007
        2  | 2.5  | 2  | beta  | 2024-02-30 | [1, 2]        | False | 012
        3  |      | 1  |       | 31.01.2024 | nonsense      | yes   | 7
        4  | 4    | 4  | gamma |            |               |       |
        5  | 10   |    | alpha | 2024-03-01 | {"a": "x"}    | no    | 007
        6  | -1   | -1 | Zoë   | Jan 5 2024 | 3             | maybe | 012
        6  | x    | 3  | beta  | 20240105   | {"a": 1, "b"} | 1     | 019
        8  | 1e2  | 5  | 12    | later      | null          | 0     | 020
        """);

    /// <summary>A check, whether it is met, and its failing rows.</summary>
    public static TheoryData<string, bool, string> RowChecks => new()
    {
        { "{check: not_null, column: n}", false, "2" },
        { "{check: not_null, column: n, mostly: 0.875}", true, "2" }, // 7 of 8 rows
        { "{check: not_null, column: n, mostly: 0.88}", false, "2" },
        { "{check: is_null, column: n}", false, "0 1 3 4 5 6 7" },
        { "{check: type, column: n, type: number}", false, "6" },
        { "{check: type, column: n, type: integer}", false, "1 6" }, // 1e2 is 100
        { "{check: type, column: flag, type: boolean}", false, "5" },
        { "{check: type, column: d, type: timestamp}", false, "1 2 5 6 7" },
        { "{check: type, column: t, type: string}", true, "" },
        { "{check: in_type_list, column: d, types: [timestamp, integer]}", false, "1 2 5 7" },
        { "{check: in_set, column: t, values: [alpha, beta]}", false, "3 5 7" },
        { "{check: in_set, column: t, values: [alpha, beta], mostly: 0.57}", true, "3 5 7" }, // 4 of 7 values
        { "{check: in_set, column: n, values: [1, 2.50, 4.0, 10, -1, 100]}", false, "6" }, // by value where both are numbers
        { "{check: in_set, column: code, values: [7, 12]}", false, "0 1 4 5 6 7" }, // 007 is a code, not 7
        { "{check: in_set, column: flag, values: [true, false, 'yes', 'no', 1, 0]}", false, "5" },
        { "{check: not_in_set, column: t, values: [alpha]}", false, "0 4" },
        { "{check: between, column: n, min: 1, max: 10}", false, "5 6 7" },
        { "{check: between, column: n, min: 1, strict_min: true, max: 10, strict_max: true}", false, "0 4 5 6 7" },
        { "{check: between, column: d, min: 2024-02-01}", false, "0 1 2 5 6 7" },
        { "{check: greater_than, column: n, value: 1}", false, "0 5 6" },
        { "{check: greater_than, column: n, value: 1, or_equal: true}", false, "5 6" },
        { "{check: less_than, column: n, value: 4}", false, "3 4 6 7" },
        { "{check: length_between, column: t, min: 3, max: 4}", false, "0 3 4 7" }, // Zoë has 3 signs in 4 bytes
        { "{check: length_equals, column: t, value: 3}", false, "0 1 3 4 6 7" },
        { "{check: matches, column: t, pattern: 'a$'}", false, "5 7" }, // anywhere: alpha, beta, gamma
        { "{check: matches, column: t, pattern: 'ph'}", false, "1 3 5 6 7" },
        { "{check: matches, column: t, pattern: '^al'}", false, "1 3 5 6 7" },
        { "{check: not_matches, column: t, pattern: '^[a-z]+$'}", false, "0 1 3 4 6" },
        { "{check: matches_any, column: t, patterns: ['^a', 'ë']}", false, "1 3 6 7" },
        { "{check: matches_all, column: t, patterns: ['a$', 'm']}", false, "0 1 4 5 6 7" },
        { "{check: matches_none, column: t, patterns: ['m', '\\d']}", false, "3 7" },
        { "{check: date_format, column: d, format: '%Y-%m-%d'}", false, "1 2 5 6 7" },
        { "{check: date_format, column: d, format: '%b %d %Y'}", false, "0 1 2 4 6 7" },
        { "{check: parseable_date, column: d}", false, "1 7" }, // 30 February is no day
        { "{check: json, column: j}", false, "2 6" },
        { "{check: json_schema, column: j, schema: {type: object, properties: {a: {type: integer}}, required: [a]}}", false, "1 2 4 5 6 7" },
        { "{check: increasing, column: id}", true, "" },
        { "{check: increasing, column: id, strict: true}", false, "6" },
        { "{check: increasing, column: n}", false, "5 7" }, // -1 after 10; beside x numbers are compared as texts: x comes after -1, 1e2 before x
        { "{check: decreasing, column: m}", false, "3 6 7" },
        { "{check: unique, column: id}", false, "5 6" },
        { "{check: unique, column: t}", false, "0 1 4 6" },
        { "{check: compound_unique, columns: [t, code]}", false, "0 4" },
        { "{check: compound_unique, columns: [t, code], mostly: 0.6}", true, "0 4" }, // row 3 has gamma: 8 looked at
        { "{check: pair_equal, columns: [n, m]}", false, "0 1 2 4 6 7" }, // one missing is not the same
        { "{check: pair_equal, columns: [n, m], skip_missing: any}", false, "0 1 6 7" },
        { "{check: pair_greater, columns: [n, m]}", false, "0 2 3 4 5 6" }, // x is no number: not greater than 3
        { "{check: pair_greater, columns: [n, m], or_equal: true, skip_missing: any}", false, "0 6" },
        { "{check: pair_in_set, columns: [t, m], values: [[alpha, 2], [beta, 2], [alpha, null]]}", false, "2 3 5 6 7" },
        { "{check: pair_in_set, columns: [t, m], values: [[alpha, 2], [beta, 2]], skip_missing: any}", false, "3 5 6 7" },
        { "{check: unique_within_row, columns: [id, n, m]}", false, "0 1 3 5" },
        { "{check: row_sum_equals, columns: [n, m], total: 3}", false, "1 2 3 4 5 6 7" },
        { "{check: row_sum_equals, columns: [n, m], total: 1}", false, "0 1 3 4 5 6 7" }, // a missing part counts 0
        { "{check: between, column: n, min: 1, max: 10, where: \"t = 'beta' or t is null\"}", false, "6" },
        { "{check: not_null, column: t, where: m < 2}", false, "2" },
    };

    /// <summary>A check, whether it is met, and its figure as JSON.</summary>
    public static TheoryData<string, bool, string> FigureChecks => new()
    {
        // n: 1, 2.5, 4, 10, -1, 100 (x is no number): sum 116.5, mean 19.41666…
        { "{check: sum_between, column: n, min: 116.5, max: 116.5}", true, "116.5" },
        { "{check: sum_between, column: n, min: 116.5, strict_min: true}", false, "116.5" },
        { "{check: mean_between, column: n, min: 19.4, max: 19.5}", true, "19.416666666666668" },
        { "{check: median_between, column: n, min: 3, max: 3.5}", true, "3.25" }, // (2.5 + 4) / 2
        { "{check: median_between, column: m, max: 1}", false, "2" },
        // m: 2, 2, 1, 4, -1, 3, 5: mean 16/7, squares of deviations 4 + 4 + 1 + 16 + 1 + 9 + 25 - 256/7 = 164/7; / 6 = 3.904761904…
        { "{check: stdev_between, column: m, min: 1.976, max: 1.977}", true, "1.9760470401187074" },
        { "{check: min_between, column: n, min: -1, max: 0}", true, "-1" },
        { "{check: max_between, column: n, max: 99.9}", false, "100" },
        { "{check: min_between, column: d, min: 2024-01-31}", true, "\"2024-01-31\"" },
        { "{check: null_proportion_between, column: n, max: 0.125}", true, "0.125" },
        { "{check: distinct_count_between, column: t, min: 5, max: 5}", true, "5" },
        { "{check: unique_proportion_between, column: t, min: 0.72}", false, "0.7142857142857143" }, // 5 of 7 values
        { "{check: distinct_in_set, column: t, values: [alpha, beta, gamma, Zoë]}", false, """[12,"Zo\u00EB","alpha","beta","gamma"]""" },
        { "{check: distinct_contains, column: t, values: [alpha, 12]}", true, """[12,"Zo\u00EB","alpha","beta","gamma"]""" },
        { "{check: distinct_contains, column: t, values: [alpha, delta]}", false, """[12,"Zo\u00EB","alpha","beta","gamma"]""" },
        { "{check: distinct_equals, column: m, values: [-1, 1, 2, 3, 4, 5.0]}", true, "[-1,1,2,3,4,5]" },
        { "{check: distinct_equals, column: m, values: [-1, 1, 2, 3, 4, 5, 6]}", false, "[-1,1,2,3,4,5]" },
        { "{check: most_common_in_set, column: m, values: [2, 7]}", true, "[2]" },
        { "{check: most_common_in_set, column: t, values: [alpha]}", false, """["alpha","beta"]""" },
        { "{check: most_common_in_set, column: t, values: [alpha], ties_okay: true}", true, """["alpha","beta"]""" },
        // m sorted: -1, 1, 2, 2, 3, 4, 5; places 0.25 * 6 = 1.5, even: 2; 0.5 * 6 = 3; 0.9 * 6 = 5.4: 5
        { "{check: quantiles_between, column: m, quantiles: [0.25, 0.5, 0.9], ranges: [[2, 2], [1, 2], [null, 4]]}", true, "[2,2,4]" },
        { "{check: quantiles_between, column: m, quantiles: [0.5], ranges: [[3, null]]}", false, "[2]" },
        { "{check: row_count_between, min: 8, max: 8}", true, "8" },
        { "{check: row_count_equals, value: 9}", false, "8" },
        { "{check: column_count_equals, value: 8}", true, "8" },
        { "{check: column_count_between, max: 7}", false, "8" },
        { "{check: columns_in_order, columns: [id, n, m, t, d, j, flag, code]}", true, """["id","n","m","t","d","j","flag","code"]""" },
        { "{check: columns_in_order, columns: [n, id, m, t, d, j, flag, code]}", false, """["id","n","m","t","d","j","flag","code"]""" },
        { "{check: columns_set, columns: [n, id, m, t, d, j, flag, code]}", true, """["id","n","m","t","d","j","flag","code"]""" },
        { "{check: columns_set, columns: [n, id]}", false, """["id","n","m","t","d","j","flag","code"]""" },
        { "{check: columns_set, columns: [n, id], exact: false}", true, """["id","n","m","t","d","j","flag","code"]""" },
        { "{check: column_exists, column: m, index: 2}", true, "2" },
        { "{check: column_exists, column: m, index: 1}", false, "2" },
        { "{check: column_exists, column: gone}", false, "null" },
    };

    [Theory]
    [MemberData(nameof(RowChecks))]
    public void A_check_of_rows_names_the_rows_that_fail(string check, bool met, string rows)
    {
        var result = Table.Check($"checks:\n- {check}").Results.Single();

        Assert.Equal(rows, string.Join(' ', result.UnexpectedRows.Select(row => row.ToString(CultureInfo.InvariantCulture))));
        Assert.Equal(met, result.Success);
        Assert.Null(result.Observed);
    }

    [Theory]
    [MemberData(nameof(FigureChecks))]
    public void A_check_of_a_column_or_the_table_tells_its_figure(string check, bool met, string observed)
    {
        var result = Table.Check($"checks:\n- {check}").Results.Single();

        Assert.Equal(observed, result.Observed is null ? "null" : result.Observed.ToJsonString());
        Assert.Equal(met, result.Success);
        Assert.Equal(0, result.UnexpectedCount);
    }

    [Fact]
    public void A_condition_leaves_the_numbers_of_rows_and_counts_only_rows_that_meet_it()
    {
        var result = Table.Check("checks:\n- {check: in_set, column: t, values: [alpha], where: 'id >= 3'}").Results.Single();

        Assert.Equal((6, 1), (result.Elements, result.Missing)); // rows 2 to 7, of which row 2 has no t
        Assert.Equal([3, 5, 6, 7], result.UnexpectedRows);
    }

    [Fact]
    public void Z_scores_use_n_minus_1()
    {
        // 1, 2, 3, 4, 10: mean 4, variance (9 + 4 + 1 + 0 + 36) / 4 = 12.5; z of 10 = 6 / 3.5355 = 1.6971, of 1 = -0.8485
        var table = MadeTable.Of("v\n1\n2\n\n3\n4\n10");
        Assert.Equal([5], table.Check("checks:\n- {check: z_score_below, column: v, threshold: 1.69}").Results[0].UnexpectedRows);
        Assert.Empty(table.Check("checks:\n- {check: z_score_below, column: v, threshold: 1.7}").Results[0].UnexpectedRows);
        Assert.Equal([0, 5], table.Check("checks:\n- {check: z_score_below, column: v, threshold: 0.8, double_sided: true}").Results[0].UnexpectedRows);
    }

    [Fact]
    public void Dates_of_a_pair_are_compared_by_time_and_not_with_what_is_none()
    {
        var table = MadeTable.Of("""
            a|b
            2024-03-01|2024-02-28
            2024-3-1|2024-02-28
            2024-03-01|2024-3-1
            2024-03-01T10:00:00+02:00|2024-03-01T09:00:00Z
            2024-03-02|2024-03-01T09:00:00Z
            2024-03-31|later
            later|2024-03-31
            2024-13-01|2024-03-31
            b|a
            10|9
            """);
        var check = table.Check("checks:\n- {check: pair_greater, columns: [a, b]}\n- {check: pair_greater, columns: [a, b], or_equal: true}");
        Assert.Equal([2, 3, 5, 6, 7], check.Results[0].UnexpectedRows);
        Assert.Equal([3, 5, 6, 7], check.Results[1].UnexpectedRows);
        var rule = new RowRule(new CompareCheck("a", "b", false));
        Assert.Equal([2, 3, 5, 6, 7], Enumerable.Range(0, 10).Where(row => !rule.Passes([Cell.Of(table.Rows[row][0]), Cell.Of(table.Rows[row][1])])));
    }

    [Theory]
    [InlineData(12)] // both columns are kept
    [InlineData(11)] // one of them is scanned again
    [InlineData(3)] // both are
    public void Z_scores_are_the_same_where_numbers_are_not_kept(long keptMax)
    {
        var table = MadeTable.Of("v|w\n1|10\n2|x\n|9\n3|8\n4|7\n10|-90");
        var results = table.Check("checks:\n- {check: z_score_below, column: v, threshold: 1.69}\n- {check: z_score_below, column: w, threshold: 1.7, double_sided: true, where: 'w is not missing'}", batch: 2, keptMax: keptMax).Results;
        Assert.Equal([5], results[0].UnexpectedRows);
        Assert.Equal([1, 5], results[1].UnexpectedRows); // mean -11.2, deviation 44.06: -90 is 1.788 below; x is no number
    }

    [Fact]
    public void Numbers_at_the_edge_of_doubles_have_a_mean_and_a_sum()
    {
        // Exactly: sum 1.5e308, though the first two alone are beyond 1.797e308; mean 3e307
        var table = MadeTable.Of("v\n1e308\n1e308\n-1e308\n0.5e308\n0");
        Assert.Equal(3e307, Figure("mean_between"), 1e292);
        Assert.Equal(1.5e308, Figure("sum_between"), 1e293);
        Assert.Empty(table.Check("checks:\n- {check: z_score_below, column: v, threshold: 1}").Results[0].UnexpectedRows);
        Assert.Null(MadeTable.Of("v\n1e308\n1e308").Check("checks:\n- {check: sum_between, column: v, max: 1}").Results[0].Observed); // the sum itself is beyond

        double Figure(string check) => table.Check($"checks:\n- {{check: {check}, column: v, min: 0}}").Results[0].Observed!.GetValue<double>();
    }

    [Fact]
    public void Half_a_surrogate_pair_and_deep_nesting_are_JSON_but_meet_no_schema()
    {
        // RFC 8259 section 8.2 lets "\ud83d" be; no string holds it.
        var deep = new string('[', 200) + new string(']', 200);
        var table = MadeTable.Of($$"""
            j
            "\ud83d"
            {"\ud83d": 1}
            {{deep}}
            "😀"
            """);
        Assert.Empty(table.Check("checks:\n- {check: json, column: j}").Results[0].UnexpectedRows);
        Assert.Equal([0, 1, 2], table.Check("checks:\n- {check: json_schema, column: j, schema: {type: [string, object, array], minLength: 1, properties: {a: {type: string}}, items: {type: array}}}").Results[0].UnexpectedRows);
    }

    [Fact]
    public void Divergence_of_values_is_that_of_their_shares()
    {
        // Observed .5, .3, .2; expected .6, .3, .1: .5 ln(.5/.6) + 0 + .2 ln 2 = -0.0911607784 + 0.1386294361 = 0.0474686577
        var table = MadeTable.Of("v\na\na\na\na\na\nb\nb\nb\nc\nc");
        Assert.Equal(0.0474686577, Observed(table, "distribution: {values: [a, b, c], weights: [0.6, 0.3, 0.1]}, threshold: 0.05"), 1e-9);

        // c is not expected: it gets the holdout .1, a and b share .9: .5 ln(.5/.54) + .3 ln(.3/.36) + .2 ln(.2/.1) = -0.0384805207 - 0.0546964670 + 0.1386294361
        Assert.Equal(0.0454524484, Observed(table, "distribution: {values: [a, b], weights: [0.6, 0.4]}, tail_weight_holdout: 0.1, threshold: 0.05"), 1e-9);
        Assert.Null(table.Check("checks:\n- {check: kl_divergence_below, column: v, distribution: {values: [a, b], weights: [0.6, 0.4]}, threshold: 100}").Results[0].Observed);
    }

    [Fact]
    public void Divergence_compares_numbers_by_value()
    {
        // Observed 1, 2, 2, 2 however they are written: the expected shares, so 0. 07 is a code and no 7.
        Assert.Equal(0, Observed(MadeTable.Of("v\n1.0\n2.00\n+2\n2"), "distribution: {values: [1, 2], weights: [0.25, 0.75]}, threshold: 0.1"), 1e-12);
        Assert.Equal(0, Observed(MadeTable.Of("v\n0\n-0\n-0.0\nx"), "distribution: {values: [0, x], weights: [0.75, 0.25]}, threshold: 0.1"), 1e-12);
        Assert.Null(MadeTable.Of("v\n07").Check("checks:\n- {check: kl_divergence_below, column: v, distribution: {values: [7], weights: [1]}, threshold: 100}").Results[0].Observed);
    }

    [Fact]
    public void Divergence_over_bins_counts_the_tails()
    {
        // Bins [0, 1) [1, 2]: values .5, .5, 1, 2, 3: shares below 0, .4, .4, above .2; expected 0, .45, .45, .1 by tail weights 0 and .1:
        // .4 ln(.4/.45) * 2 + .2 ln(.2/.1) = -0.0942264286 + 0.1386294361 = 0.0444030075
        var table = MadeTable.Of("v\n0.5\n0.5\n1\n2\n3");
        Assert.Equal(0.0444030075, Observed(table, "distribution: {bins: [0, 1, 2], weights: [0.45, 0.45], tail_weights: [0, 0.1]}, threshold: 1"), 1e-9);

        // Holdout .2: expected .1, .4, .4, .1
        Assert.Equal(0.1386294361, Observed(table, "distribution: {bins: [0, 1, 2], weights: [0.5, 0.5]}, tail_weight_holdout: 0.2, threshold: 1"), 1e-9);

        // Internal holdout .1 to the bin of weight 0, nothing above: infinite edges. Observed .4, .4, .2; expected .9 * .5, .9 * .5, .1
        Assert.Equal(0.0444030075, Observed(table, "distribution: {bins: [-.inf, 1, 2.5, .inf], weights: [0.5, 0.5, 0]}, internal_weight_holdout: 0.1, threshold: 1"), 1e-9);
    }

    [Fact]
    public void References_and_row_counts_look_into_another_file()
    {
        var other = MadeTable.Of("key\nalpha\nbeta\n12");
        var report = Table.Check("""
            checks:
            - {check: references, column: t, other: other.csv, other_column: key}
            - {check: row_count_equals_other, other: other.csv}
            """, other: _ => other);

        Assert.Equal([3, 5], report.Results[0].UnexpectedRows);
        Assert.False(report.Results[1].Success);
        Assert.Equal("""{"rows":8,"other":3}""", report.Results[1].Observed!.ToJsonString());
    }

    [Fact]
    public void Freshness_looks_at_the_newest_date()
    {
        var now = new DateTimeOffset(2024, 3, 4, 0, 0, 0, TimeSpan.Zero); // 3 days after 2024-03-01
        Assert.True(Table.Check("checks:\n- {check: freshness, column: d, max: 3}", now: now).Results[0].Success);
        Assert.False(Table.Check("checks:\n- {check: freshness, column: d, max: 2.9}", now: now).Results[0].Success);
    }

    [Fact]
    public void A_warning_does_not_fail_the_report()
    {
        var report = Table.Check("checks:\n- {check: not_null, column: n, severity: warn}");
        Assert.False(report.Results[0].Success);
        Assert.True(report.Success);
    }

    private static double Observed(MadeTable table, string arguments) =>
        table.Check($"checks:\n- {{check: kl_divergence_below, column: v, {arguments}}}").Results[0].Observed!.GetValue<double>();
}
