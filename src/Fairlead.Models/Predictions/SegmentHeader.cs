using System.Text.Json.Serialization;
using Fairlead.Models.Contracts;
using Fairlead.Models.Packages;

namespace Fairlead.Models.Predictions;

/// <summary>What all records of a segment share: who answered, with what, and which columns and outputs the records hold. JSON at the start of the segment.</summary>
/// <param name="Format">Version of the segment format.</param>
/// <param name="Instance">Name of the server's instance, 8 signs.</param>
/// <param name="Segment">Counted from 1 within the instance.</param>
/// <param name="Project">The project's name.</param>
/// <param name="Package">Digest of the package that answered.</param>
/// <param name="Classes">Class names in output order; empty for regression.</param>
/// <param name="Columns">Columns of the rows, in order. Personal columns that are dropped are not among them.</param>
public sealed record SegmentHeader(
    int Format, string Instance, uint Segment, string Project, string Package, ModelTask Task, IReadOnlyList<string> Classes, IReadOnlyList<SegmentColumn> Columns)
{
    /// <summary>Version of the segment format that this program writes.</summary>
    public const int FormatVersion = 1;

    /// <summary>Values an answer has: classes, or 1 for regression.</summary>
    [JsonIgnore]
    public int Outputs => Task == ModelTask.Regression ? 1 : Classes.Count;

    /// <summary>The header of a segment for answers of this package.</summary>
    public static SegmentHeader For(ModelPackage package, ulong instance, uint segment)
    {
        ArgumentNullException.ThrowIfNull(package);
        var contract = package.Contract;
        return new SegmentHeader(
            FormatVersion, PredictionId.NameOf(instance), segment, contract.Project, package.Digest, contract.Task, contract.Classes,
            [.. contract.Columns.Where(column => IsLogged(contract, column)).Select(column => new SegmentColumn(column.Name, IsLoggedCleaned(column)))]);
    }

    /// <summary>A column's values are logged: it is not personal, or kept as it is, or a row step changes it.</summary>
    public static bool IsLogged(ModelContract contract, ContractColumn column)
    {
        ArgumentNullException.ThrowIfNull(contract);
        ArgumentNullException.ThrowIfNull(column);
        return column.Protection switch
        {
            Protection.Drop => false,
            Protection.Mask => contract.RowSteps.Any(step => step is RowSteps.MaskStep && step.Column == column.Name),
            Protection.Pseudonym => contract.RowSteps.Any(step => step is RowSteps.PseudonymStep && step.Column == column.Name),
            Protection.Generalise => contract.RowSteps.Any(step => step is RowSteps.GeneraliseStep && step.Column == column.Name),
            Protection.Synthetic => contract.RowSteps.Any(step => step is RowSteps.SyntheticStep && step.Column == column.Name),
            _ => true,
        };
    }

    /// <summary>The cleaned value is logged instead of the raw one: it is the one that is masked, or a pseudonym, or coarse.</summary>
    public static bool IsLoggedCleaned(ContractColumn column)
    {
        ArgumentNullException.ThrowIfNull(column);
        return column.Protection.IsTransformed;
    }
}

/// <summary>A column of the records of a segment.</summary>
/// <param name="Masked">The value is the masked text, not the raw one.</param>
public sealed record SegmentColumn(string Name, bool Masked);

[JsonSerializable(typeof(SegmentHeader))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
internal sealed partial class SegmentJson : JsonSerializerContext;
