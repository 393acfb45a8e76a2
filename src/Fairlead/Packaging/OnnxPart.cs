using System.Globalization;
using System.Text.Json;
using Fairlead.Data;
using Fairlead.Models.Packages;
using Fairlead.Models.Scoring;
using Fairlead.Training.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace Fairlead.Packaging;

/// <summary>model.onnx and onnx.json of a package. An export that answers otherwise than the model is left out, and the card says so.</summary>
internal static class OnnxPart
{
    /// <summary>Adds the files, when the export holds.</summary>
    /// <returns>How it compared, or null with the reason in <paramref name="missing"/>.</returns>
    public static OnnxComparison? Write(FittedModel model, Dataset dataset, string project, IDictionary<string, byte[]> files, out string missing)
    {
        missing = "";
        var onnx = OnnxExport.Write(model, dataset.Classes, project);
        var heldOut = Enumerable.Range(0, dataset.Count).Where(row => dataset.Sides[row] == Side.Exam).Take(OnnxCheck.MaxRows).ToArray();
        OnnxCheckResult result;
        string runtime;
        try
        {
            result = OnnxCheck.Run(onnx, model, dataset.Features.Take(heldOut));
            runtime = "ONNX Runtime " + OrtEnv.Instance().GetVersionString();
        }
        catch (Exception exception) when (exception is DllNotFoundException or TypeInitializationException)
        {
            missing = "ONNX Runtime is not here, so an export could not be checked";
            return null;
        }

        if (!result.Passed)
        {
            missing = string.Create(CultureInfo.InvariantCulture, $"the export differed by {result.MaxDifference:0.0e+00} from the model on {result.Rows} held-out rows");
            return null;
        }

        var comparison = new OnnxComparison(onnx.StartsFrom, result.Rows, PowerOfTen(result.MaxDifference), OnnxCheck.Tolerance, runtime);
        files[ModelPackage.OnnxFile] = onnx.Bytes;
        files[OnnxComparison.FileName] = JsonSerializer.SerializeToUtf8Bytes(comparison, OnnxComparisonJson.Default.OnnxComparison);
        return comparison;
    }

    /// <summary>The smallest power of ten that is not smaller: the last bits differ between processors, and the package must not.</summary>
    internal static double PowerOfTen(double difference) =>
        difference == 0 ? 0 : double.Parse("1e" + ((int)Math.Ceiling(Math.Log10(difference) - 1e-9)).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
