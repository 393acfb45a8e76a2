using Fairlead.Models.Contracts;

namespace Fairlead.Models.Packages;

/// <summary>manifest.json: what is in a package. Its SHA-256 is the package's digest, so it holds nothing that changes while the model does not: no time, no number, no path.</summary>
/// <param name="Format">Version of the package format: <see cref="ModelContract.FormatVersion"/>.</param>
/// <param name="Project">The project's name.</param>
/// <param name="Model">The chosen trial in words, such as "trees 31 leaves".</param>
/// <param name="Files">SHA-256 of every other file, by name, in ordinal order.</param>
/// <param name="Onnx">How model.onnx compares; null when there is none.</param>
public sealed record PackageManifest(int Format, string Project, string Model, IReadOnlyDictionary<string, string> Files, OnnxCheck? Onnx);

/// <summary>The ONNX export against ONNX Runtime on held-out rows.</summary>
/// <param name="Inputs">"raw columns", or "named features" where text or dates are turned into numbers before the graph.</param>
/// <param name="Rows">Rows compared.</param>
/// <param name="LargestDifference">Largest absolute difference of any output.</param>
/// <param name="Tolerance">What it may be at most.</param>
/// <param name="Runtime">Name and version of the runtime that answered.</param>
public sealed record OnnxCheck(string Inputs, int Rows, double LargestDifference, double Tolerance, string Runtime);
