using System.Text.Json.Serialization;
using Fairlead.Models.Contracts;

namespace Fairlead.Models.RowSteps;

/// <summary>One row-wise cleaning step: looks at one row only, so that serving applies exactly what training saw.</summary>
/// <remarks>
/// The definition stands here; its managed implementation in <see cref="RowPipeline"/>, its SQL in <c>Fairlead.Data.Cleaning.RowStepSql</c>.
/// A property test holds the two equal. White space is <see cref="WhiteSpace"/>, case folding is ASCII only, on both sides.
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "step")]
[JsonDerivedType(typeof(TrimStep), "trim")]
[JsonDerivedType(typeof(MissingStep), "missing")]
[JsonDerivedType(typeof(NormaliseStep), "normalise")]
[JsonDerivedType(typeof(MaskStep), "mask")]
[JsonDerivedType(typeof(PseudonymStep), "pseudonym")]
[JsonDerivedType(typeof(SyntheticStep), "synthetic")]
[JsonDerivedType(typeof(GeneraliseStep), "generalise")]
[JsonDerivedType(typeof(CastStep), "cast")]
[JsonDerivedType(typeof(ImputeStep), "impute")]
[JsonDerivedType(typeof(CaseStep), "case")]
[JsonDerivedType(typeof(MapStep), "map")]
[JsonDerivedType(typeof(ParseNumberStep), "parse_number")]
[JsonDerivedType(typeof(ParseDateStep), "parse_date")]
[JsonDerivedType(typeof(ClipStep), "clip")]
[JsonDerivedType(typeof(GroupImputeStep), "impute_group")]
[JsonDerivedType(typeof(ModelImputeStep), "impute_model")]
[JsonDerivedType(typeof(ClassImputeStep), "impute_class")]
[JsonDerivedType(typeof(SplitStep), "split")]
[JsonDerivedType(typeof(JoinStep), "join")]
[JsonDerivedType(typeof(DeriveStep), "derive")]
public abstract record RowStep(string Column)
{
    /// <summary>The characters that trimming takes away: ASCII white space and the no-break space.</summary>
    public const string WhiteSpace = " \t\n\r\f\v\u00a0";

    /// <summary>The kind that the step reads text as; null for a step that reads none. What it can't read is missing.</summary>
    public virtual ColumnKind? ReadsAs() => null;

    /// <summary>Columns whose values it looks at.</summary>
    public virtual IReadOnlyList<string> Reads() => [Column];

    /// <summary>Columns it changes or makes.</summary>
    public virtual IReadOnlyList<string> Writes() => [Column];

    /// <summary>It has the constants it needs; otherwise they are still to be found in the training rows.</summary>
    public virtual bool IsFitted() => true;

    /// <summary>It looks at one column and changes no other.</summary>
    public bool IsAlone() => Reads() is [var read] && Writes() is [var written] && read == Column && written == Column;
}

/// <summary>Takes white space off both ends; what is left empty is missing. A number is untouched.</summary>
public sealed record TrimStep(string Column) : RowStep(Column);

/// <summary>Spellings that mean "no value" (such as "N/A", "?", "-999") become missing. Compared as text, exactly; a number with those that are a number's shortest text.</summary>
public sealed record MissingStep(string Column, IReadOnlyList<string> Values) : RowStep(Column);

/// <summary>Maps spellings to one name. Compared after ASCII lower-casing when <paramref name="IgnoreCase"/>; other values stay.</summary>
public sealed record NormaliseStep(string Column, IReadOnlyDictionary<string, string> Map, bool IgnoreCase = true) : RowStep(Column)
{
    /// <summary>The map as it is compared: by ordinal order of the spellings, lower-cased when the case is ignored; of two that then agree the first counts.</summary>
    public IEnumerable<(string From, string To)> Ordered() =>
        Map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (IgnoreCase ? PlainText.LowerAscii(pair.Key) : pair.Key, pair.Value)).DistinctBy(pair => pair.Item1, StringComparer.Ordinal);
}

/// <summary>Replaces personal data inside free text by marks such as [e-mail]: see <see cref="PersonalText"/>.</summary>
public sealed record MaskStep(string Column) : RowStep(Column);

/// <summary>Reads text as a number or a date. What can't be read is missing, and noted as "not a number" / "not a date".</summary>
/// <param name="Column">The column.</param>
/// <param name="To">Number or Date.</param>
/// <param name="Format">Date: an order of day, month and year ("ymd", "dmy", "mdy"); null means ISO 8601 ("ymd").</param>
public sealed record CastStep(string Column, ColumnKind To, string? Format = null) : RowStep(Column)
{
    public override ColumnKind? ReadsAs() => To;
}

/// <summary>Fills a missing value by a constant, fitted on training rows or given.</summary>
/// <param name="Column">The column.</param>
/// <param name="Value">A number for Number columns (invariant text), a name for others; "" while it is still to be fitted.</param>
/// <param name="Fit">Declared: <see cref="Median"/>, <see cref="Mean"/> or <see cref="MostFrequent"/> of the training rows, put into <paramref name="Value"/> when the data is cleaned. Null when the value is given.</param>
public sealed record ImputeStep(string Column, string Value, string? Fit = null) : RowStep(Column)
{
    public const string Median = "median";
    public const string Mean = "mean";
    public const string MostFrequent = "most_frequent";

    public override bool IsFitted() => Fit is null || Value.Length > 0;
}
