using System.Text.Json.Serialization;

namespace Fairlead.Models.Packages;

/// <summary>onnx.json: how model.onnx answers held-out rows beside the model itself.</summary>
/// <param name="Inputs">"raw columns", or "named features" where text or dates are turned into numbers before the graph.</param>
/// <param name="Rows">Rows compared.</param>
/// <param name="LargestDifference">Largest absolute difference of any output.</param>
/// <param name="Tolerance">What it may be at most.</param>
/// <param name="Runtime">Name and version of the runtime that answered.</param>
public sealed record OnnxCheck(string Inputs, int Rows, double LargestDifference, double Tolerance, string Runtime)
{
    /// <summary>Its name in a package.</summary>
    public const string FileName = "onnx.json";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(OnnxCheck))]
public sealed partial class OnnxCheckJson : JsonSerializerContext;
