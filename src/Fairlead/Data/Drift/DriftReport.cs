namespace Fairlead.Data.Drift;

/// <summary>Whether a table is still spread as the one it is held against.</summary>
/// <param name="Method">auto, or the one that was asked for.</param>
/// <param name="Looks">How often one looks at this reference: what the error is shared among.</param>
/// <param name="Drifted">Any column has.</param>
/// <param name="Removed">Columns of the reference that the current table lacks: each counts as drift.</param>
/// <param name="Added">Columns that only the current table has.</param>
/// <param name="Skipped">Columns that are not compared, each with the reason.</param>
public sealed record DriftReport(
    string Method, int Looks, double Alpha, double MinimumEffect, long ReferenceRows, long CurrentRows, IReadOnlyList<ColumnDrift> Columns, bool Drifted,
    IReadOnlyList<string> Removed, IReadOnlyList<string> Added, IReadOnlyList<SkippedColumn> Skipped);

/// <summary>One column.</summary>
/// <param name="Kind">number, category, boolean, date, id, text.</param>
/// <param name="Method">ks, wasserstein, chi_square, psi, jensen_shannon, hellinger, kl, z; missing where only missing values are compared.</param>
/// <param name="Of">values, or length where texts are compared by their length.</param>
/// <param name="Score">The statistic of the method.</param>
/// <param name="P">p-value of the test; null for methods that are no test.</param>
/// <param name="Adjusted">The p-value after correction for all tests of the report (S. Holm, 1979); null unless the method is auto.</param>
/// <param name="Threshold">auto: what <paramref name="Adjusted"/> must not exceed; a test: what <paramref name="P"/> must not exceed; else what <paramref name="Score"/> must reach.</param>
/// <param name="Drifted">The values or the missing values have drifted.</param>
/// <param name="Effect">Share of rows that would have to change for both to be alike: the largest difference of shares up to a point for numbers, half the sum of differences over levels (without the part that chance alone makes) for categories. 0 to 1.</param>
/// <param name="Interval">95 % interval of <paramref name="Effect"/>, low and high.</param>
/// <param name="Missing">Missing and unreadable values; null where neither side has any.</param>
/// <param name="Says">What moved, in words.</param>
public sealed record ColumnDrift(
    string Column, string Kind, string Method, string Of, double Score, double? P, double? Adjusted, double Threshold, bool Drifted, double Effect, IReadOnlyList<double> Interval, MissingDrift? Missing, string Says);

/// <summary>Rows without a value, or with one that does not read as the column's kind.</summary>
/// <param name="Reference">Share, 0 to 1.</param>
/// <param name="Current">Share, 0 to 1.</param>
/// <param name="Effect">Current less reference.</param>
/// <param name="Interval">95 % interval of <paramref name="Effect"/>.</param>
public sealed record MissingDrift(double Reference, double Current, double P, double Adjusted, bool Drifted, double Effect, IReadOnlyList<double> Interval);

public sealed record SkippedColumn(string Column, string Why);
