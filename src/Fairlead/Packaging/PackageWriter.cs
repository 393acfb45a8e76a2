using System.Text;
using System.Text.Json;
using Fairlead.Data;
using Fairlead.Evaluation;
using Fairlead.Models.Contracts;
using Fairlead.Models.Drift;
using Fairlead.Models.Packages;
using Fairlead.Models.Scoring;
using Fairlead.Projects;
using Fairlead.Training;
using Fairlead.Workspace;

namespace Fairlead.Packaging;

/// <summary>Step "package": contract, model, ONNX export, drift reference, card and manifest, as blobs. The same input gives the same bytes.</summary>
public static class PackageWriter
{
    /// <summary>Part of the step's key: raised when the same input would give another result.</summary>
    public const int Version = 2;

    /// <returns>File name to blob id, in ordinal order; the id of the manifest is the package's digest.</returns>
    /// <exception cref="FaultException">Contract and model do not fit.</exception>
    public static IReadOnlyDictionary<string, string> Write(
        ProjectFile project, DatasetVersion version, Dataset dataset, SearchResult search, EvaluationReport evaluation, BlobStore blobs)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(version);
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(search);
        ArgumentNullException.ThrowIfNull(evaluation);
        ArgumentNullException.ThrowIfNull(blobs);
        FittedModel model;
        using (var stream = blobs.OpenRead(search.Model))
        {
            model = FittedModel.Load(stream);
        }

        var contract = ContractBuilder.Build(project, version, dataset, project.Task == ModelTask.Binary ? evaluation.Threshold : 0.5);
        var drift = DriftReferenceBuilder.Build(project, dataset);
        var others = new SortedDictionary<string, byte[]>(StringComparer.Ordinal)
        {
            [ModelPackage.DriftFile] = JsonSerializer.SerializeToUtf8Bytes(drift, DriftJson.Default.DriftReference),
        };
        var onnx = OnnxPart.Write(model, dataset, project.Project, others, out var noOnnx);
        others[ModelPackage.CardFile] = Encoding.UTF8.GetBytes(ModelCard.Write(project, version, contract, search, evaluation, onnx, noOnnx));
        try
        {
            return ModelPackage.Files(contract, model, others).ToDictionary(file => file.Key, file => blobs.Put(file.Value));
        }
        catch (InvalidDataException exception)
        {
            throw new FaultException("package", $"Contract and model do not fit: {exception.Message}", "This is a fault of Fairlead; please report it.");
        }
    }
}
