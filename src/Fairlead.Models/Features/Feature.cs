using System.Text.Json.Serialization;

namespace Fairlead.Models.Features;

/// <summary>One fitted transform from a cleaned column to model inputs. Fitted on training rows only; the same code runs in training and in serving.</summary>
/// <remarks>
/// Dense features each give a fixed number of doubles (<see cref="Width"/>), NaN for missing.
/// Text features give sparse term weights, which only linear models read.
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "feature")]
[JsonDerivedType(typeof(NumberFeature), "number")]
[JsonDerivedType(typeof(CategoryFeature), "category")]
[JsonDerivedType(typeof(DateFeature), "date")]
[JsonDerivedType(typeof(TextFeature), "text")]
public abstract record Feature(string Column)
{
    /// <summary>Dense inputs this feature gives.</summary>
    [JsonIgnore]
    public abstract int Width { get; }
}

/// <summary>The number itself; NaN when missing.</summary>
/// <param name="Column">The column.</param>
/// <param name="Mean">Mean over training rows that have a value: linear models put it where a value is missing.</param>
/// <param name="Scale">Standard deviation over the same rows, 1 when constant.</param>
public sealed record NumberFeature(string Column, double Mean, double Scale) : Feature(Column)
{
    public override int Width => 1;
}

/// <summary>The level's index: 0 for a level never seen or too rare, 1 for the first of <paramref name="Levels"/>, and so on; NaN when missing.</summary>
/// <param name="Column">The column.</param>
/// <param name="Levels">Names with enough training rows, most frequent first, ties by ordinal order.</param>
public sealed record CategoryFeature(string Column, IReadOnlyList<string> Levels) : Feature(Column)
{
    public override int Width => 1;
}

/// <summary>Parts of a date: days since 1970, month 1-12, day of month, day of week 0 (Monday) to 6, hour; NaN when missing.</summary>
/// <param name="Column">The column.</param>
/// <param name="Parts">Which of: days, month, day, weekday, hour.</param>
/// <param name="Means">Mean of each part over training rows.</param>
/// <param name="Scales">Standard deviation of each part, 1 when constant.</param>
public sealed record DateFeature(string Column, IReadOnlyList<string> Parts, IReadOnlyList<double> Means, IReadOnlyList<double> Scales) : Feature(Column)
{
    public override int Width => Parts.Count;
}

/// <summary>Terms of free text, weighted by TF-IDF with unit length: words and pairs of words, lower-cased, in <paramref name="Terms"/>.</summary>
/// <param name="Column">The column.</param>
/// <param name="Terms">Vocabulary, in index order.</param>
/// <param name="Idf">Inverse document frequency per term: ln((1 + n) / (1 + df)) + 1.</param>
/// <param name="DenseTerms">Indices into <paramref name="Terms"/> that are given to tree models as dense inputs too, most informative first.</param>
public sealed record TextFeature(string Column, IReadOnlyList<string> Terms, IReadOnlyList<double> Idf, IReadOnlyList<int> DenseTerms) : Feature(Column)
{
    public override int Width => DenseTerms.Count;
}
