using System.Text.Json.Serialization;

namespace Fairlead.Models.Packages;

/// <summary>onnx.json: how model.onnx answers held-out rows beside the model itself.</summary>
/// <param name="Inputs">"raw columns" (one input a column), or "features" where text comes in as term weights.</param>
/// <param name="Rows">Rows compared.</param>
/// <param name="Difference">No output differs by more; a power of ten, or 0. Of a probability; of a value, relative to the largest of 1 and its size.</param>
/// <param name="Tolerance">What it may be at most.</param>
/// <param name="Runtime">Name and version of the runtime that answered.</param>
public sealed record OnnxComparison(string Inputs, int Rows, double Difference, double Tolerance, string Runtime)
{
    /// <summary>Its name in a package.</summary>
    public const string FileName = "onnx.json";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(OnnxComparison))]
public sealed partial class OnnxComparisonJson : JsonSerializerContext;
