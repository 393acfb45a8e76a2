using Fairlead.Models.Contracts;
using Fairlead.Models.Scoring;

namespace Fairlead.Models.Packages;

/// <summary>A model package, read from its folder: contract, model, drift reference. What a model server loads and what <c>score</c> answers with.</summary>
public sealed class ModelPackage
{
    /// <summary>File names in a package folder.</summary>
    public const string ContractFile = "contract.json";
    public const string ModelFile = "model.bin";
    public const string OnnxFile = "model.onnx";
    public const string DriftFile = "drift.json";
    public const string CardFile = "card.md";
    public const string ManifestFile = "manifest.json";

    public ModelContract Contract => throw new NotImplementedException();

    public FittedModel Model => throw new NotImplementedException();

    /// <summary>SHA-256 of the manifest, 64 lower-case hexadecimal digits: names the package.</summary>
    public string Digest => throw new NotImplementedException();

    /// <exception cref="InvalidDataException">A file is missing, its hash is not the manifest's, or its version is unknown.</exception>
    public static ModelPackage Load(string folder) => throw new NotImplementedException();

    /// <summary>Answers one raw row: row steps, row checks, features, model.</summary>
    /// <param name="raw">Raw cells in the order of the contract's columns; cleaned in place.</param>
    /// <param name="outputs">Shape [Contract.Outputs].</param>
    /// <param name="warnings">Takes what a person should know: unreadable values, failed checks, levels never seen; null when not wanted.</param>
    public void Answer(Span<Cell> raw, Span<double> outputs, ModelScratch scratch, List<string>? warnings) => throw new NotImplementedException();
}
