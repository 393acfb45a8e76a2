using System.Text.Json.Serialization;

namespace Fairlead.Data.Profiles;

/// <summary>What the values of a column are.</summary>
public enum ValueType
{
    /// <summary>No row has a value.</summary>
    [JsonStringEnumMemberName("empty")] Empty,
    [JsonStringEnumMemberName("integer")] Integer,
    [JsonStringEnumMemberName("number")] Number,

    /// <summary>true, false, yes, no.</summary>
    [JsonStringEnumMemberName("boolean")] Boolean,
    [JsonStringEnumMemberName("date")] Date,

    /// <summary>Dates of which some have a time.</summary>
    [JsonStringEnumMemberName("timestamp")] Timestamp,

    /// <summary>One of a limited set of names.</summary>
    [JsonStringEnumMemberName("category")] Category,
    [JsonStringEnumMemberName("text")] Text,
}

/// <summary>A table looked at once, from the first row to the last.</summary>
/// <param name="Rows">Rows read.</param>
/// <param name="Correlations">Between columns, the strongest first.</param>
/// <param name="Target">Class balance; null unless a target was named.</param>
public sealed record TableProfile(long Rows, IReadOnlyList<ProfiledColumn> Columns, DuplicateRows Duplicates, CorrelationTable Correlations, ClassBalance? Target);

/// <summary>One column.</summary>
/// <param name="Type">The type of at least nine in ten values.</param>
/// <param name="Missing">Rows without a value.</param>
/// <param name="MissingShare">Of all rows, 0 to 1.</param>
/// <param name="Constant">All rows that have a value have the same.</param>
/// <param name="IdLike">Every value is its own: a whole number or a word that names the row.</param>
/// <param name="Kinds">Values by how they read: integer, number, boolean, date, timestamp, text.</param>
/// <param name="Unlike">Values that do not read as <paramref name="Type"/>; null when there are none, or for categories and texts.</param>
/// <param name="Padded">Values with white space around them.</param>
public sealed record ProfiledColumn(
    string Name, ValueType Type, long Missing, double MissingShare, DistinctValues Distinct, bool Constant, bool IdLike, IReadOnlyDictionary<string, long> Kinds, UnlikeValues? Unlike, long Padded,
    NumberProfile? Numbers, DateProfile? Dates, TextProfile? Texts, TopValues Top);

/// <param name="Count">Different values.</param>
/// <param name="Exact">Counted one by one; otherwise estimated.</param>
/// <param name="Error">Standard error of the estimate as a share of it; 0 when exact.</param>
public sealed record DistinctValues(long Count, bool Exact, double Error);

/// <param name="Examples">Up to five, in file order.</param>
public sealed record UnlikeValues(long Count, IReadOnlyList<RowValue> Examples);

/// <param name="Row">0-based, in file order.</param>
public sealed record RowValue(long Row, string Value);

/// <summary>The numbers of a column.</summary>
/// <param name="StandardDeviation">Over n - 1; null below two values.</param>
/// <param name="Skewness">g1; null for one value.</param>
/// <param name="Kurtosis">g2, 0 for a normal distribution; null for one value.</param>
/// <param name="Quantiles">At 1, 5, 10, 25, 50, 75, 90, 95 and 99 %.</param>
/// <param name="RankError">Most that the rank of a quantile, or the edge of a bin, may be off, as a share of the values; 0 when exact.</param>
/// <param name="Histogram">Rows in equal bins from <paramref name="Min"/> to <paramref name="Max"/>.</param>
public sealed record NumberProfile(
    long Count, double Min, double Max, double Mean, double? StandardDeviation, double? Skewness, double? Kurtosis, double Sum, long Zeros, long Negatives,
    IReadOnlyList<Quantile> Quantiles, double RankError, IReadOnlyList<long> Histogram, Outliers Outliers);

/// <param name="At">Share of values at or below, 0 to 1.</param>
public sealed record Quantile(double At, double Value);

/// <summary>Values far from the others. Two rules: outside the fences q1 - 1.5 iqr and q3 + 1.5 iqr (J. W. Tukey, "Exploratory Data Analysis", 1977); and a robust z, 0.6745 |x - median| / MAD, above 3.5 (B. Iglewicz, D. C. Hoaglin, "How to Detect and Handle Outliers", 1993).</summary>
/// <param name="RobustZ">Rows above 3.5; null where the median absolute deviation is 0.</param>
/// <param name="Examples">The most extreme values outside the fences, up to five a side.</param>
public sealed record Outliers(double LowFence, double HighFence, long Below, long Above, long? RobustZ, IReadOnlyList<RowNumber> Examples);

/// <param name="Row">0-based, in file order.</param>
public sealed record RowNumber(long Row, double Value);

/// <summary>The dates of a column.</summary>
/// <param name="Order">ymd, dmy or mdy.</param>
/// <param name="First">ISO 8601, UTC.</param>
/// <param name="DaysCovered">Days from the first to the last, both counted.</param>
/// <param name="DaysWithout">Of these, days with no row.</param>
/// <param name="Gaps">The longest runs of days without a row, up to five; runs that only leave out a weekday that never comes are not said.</param>
/// <param name="Weekdays">Rows on Monday to Sunday.</param>
/// <param name="Hours">Rows by hour of the day, UTC; empty for dates without a time.</param>
/// <param name="Histogram">Rows in equal bins of time from the first day to the last.</param>
public sealed record DateProfile(
    string Order, string First, string Last, long DaysCovered, long DaysWithout, IReadOnlyList<DateGap> Gaps, IReadOnlyList<long> Weekdays, IReadOnlyList<long> Hours, IReadOnlyList<long> Histogram);

/// <param name="From">First day without a row.</param>
/// <param name="To">Last day without a row.</param>
public sealed record DateGap(string From, string To, int Days);

/// <summary>The texts of a column. Lengths are in code points.</summary>
/// <param name="LengthHistogram">Rows in equal bins from <paramref name="LengthMin"/> to <paramref name="LengthMax"/>, or to 512 where that is more.</param>
/// <param name="Patterns">The shape of the characters: A a letter in capitals, a another letter, 9 a digit, five or more alike as A+, a+, 9+; other characters stand for themselves. The most frequent first.</param>
/// <param name="OtherPatterns">Rows with a shape beyond those counted.</param>
/// <param name="Long">Rows of more than 40 bytes or three words, of which no shape is taken.</param>
public sealed record TextProfile(long LengthMin, long LengthMax, double LengthMean, long LengthMedian, IReadOnlyList<long> LengthHistogram, IReadOnlyList<TextPattern> Patterns, long OtherPatterns, long Long);

public sealed record TextPattern(string Pattern, long Count, double Share);

/// <param name="Values">The most frequent first.</param>
/// <param name="Error">Most that a count may be too high, and that a value which is not listed may have; 0 when exact.</param>
public sealed record TopValues(IReadOnlyList<TopValue> Values, bool Exact, long Error);

public sealed record TopValue(string Value, long Count, double Share);

/// <summary>Rows that repeat another.</summary>
/// <param name="Rows">Rows that repeat an earlier one in every column.</param>
/// <param name="NearRows">Rows that repeat an earlier one but for case, white space, punctuation and the columns that name rows.</param>
/// <param name="Ignored">The columns that name rows.</param>
/// <param name="Error">Standard error of the counts, in rows, where only a part of the rows was held against each other; 0 when exact.</param>
/// <param name="Examples">Up to five exact repeats.</param>
/// <param name="NearExamples">Up to five near repeats that are not exact.</param>
public sealed record DuplicateRows(long Rows, long NearRows, IReadOnlyList<string> Ignored, double Error, IReadOnlyList<RowPair> Examples, IReadOnlyList<RowPair> NearExamples);

/// <summary>0-based rows, in file order.</summary>
public sealed record RowPair(long Row, long Repeats);

/// <param name="Rows">Rows looked at.</param>
/// <param name="Exact">These are all rows; otherwise a sample of them.</param>
/// <param name="Error">Half the width of a 95 % interval around a correlation of 0; 0 when exact.</param>
/// <param name="LeftOut">Columns beyond the number that is compared.</param>
public sealed record CorrelationTable(long Rows, bool Exact, double Error, IReadOnlyList<Correlation> Pairs, int LeftOut);

/// <param name="Measure">pearson, spearman (numbers), cramers_v (categories), correlation_ratio (a category and a number).</param>
/// <param name="Value">-1 to 1 for pearson and spearman, 0 to 1 for the others.</param>
/// <param name="Rows">Rows in which both have a value.</param>
public sealed record Correlation(string A, string B, string Measure, double Value, long Rows);

/// <param name="Classes">Most frequent first.</param>
/// <param name="Missing">Rows without a label.</param>
/// <param name="Imbalance">Rows of the most frequent class for each row of the rarest.</param>
/// <param name="Evenness">Entropy of the shares over that of equal shares (E. C. Pielou, 1966): 1 when all classes are equally frequent, 0 for one class.</param>
public sealed record ClassBalance(string Column, IReadOnlyList<TopValue> Classes, long Missing, double Imbalance, double Evenness, string Says);
