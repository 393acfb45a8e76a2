using Fairlead.Models.Contracts;
using Fairlead.Models.Features;
using Fairlead.Models.Scoring;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Fairlead.Training.Onnx;

/// <summary>What ONNX Runtime said of an exported model.</summary>
/// <param name="Rows">Rows compared.</param>
/// <param name="MaxDifference">Largest difference: of a probability; of a value, relative to the largest of 1 and its size.</param>
/// <param name="Passed">The difference is at most <see cref="OnnxCheck.Tolerance"/>.</param>
public sealed record OnnxCheckResult(int Rows, double MaxDifference, bool Passed);

/// <summary>Runs an exported model under ONNX Runtime and compares it with the managed scorer.</summary>
public static class OnnxCheck
{
    /// <summary>Largest difference allowed.</summary>
    public const double Tolerance = 1e-5;

    /// <summary>Rows compared at most: the first ones.</summary>
    public const int MaxRows = 500;

    /// <summary>Numbers given to ONNX Runtime at once: 8 MB, so that wide text columns do not fill memory.</summary>
    private const int BatchCells = 1 << 20;

    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the file: a fault of the export.</exception>
    /// <exception cref="DllNotFoundException">ONNX Runtime's native library is not there.</exception>
    public static OnnxCheckResult Run(OnnxModel onnx, FittedModel model, Frame frame)
    {
        ArgumentNullException.ThrowIfNull(onnx);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(frame);
        var rows = Math.Min(frame.Rows, MaxRows);
        var batch = (int)Math.Clamp(BatchCells / onnx.Inputs.Sum(input => (long)input.Width), 1, MaxRows);
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(onnx.Bytes, options);
        var largest = 0.0;
        for (var from = 0; from < rows; from += batch)
        {
            var part = frame.Take([.. Enumerable.Range(from, Math.Min(batch, rows - from))]);
            var expected = model.Score(part);
            using var results = session.Run(Inputs(onnx, model, part));
            var actual = results.Single().AsTensor<double>();
            if (actual.Length != expected.Length)
            {
                throw new InvalidOperationException($"The exported model gave {actual.Length} values for {part.Rows} rows, not {expected.Length}.");
            }

            var i = 0;
            foreach (var value in actual)
            {
                var scale = model.Task == ModelTask.Regression ? Math.Max(1, Math.Abs(expected[i])) : 1;
                var difference = Math.Abs(value - expected[i]) / scale;
                largest = double.IsNaN(difference) ? double.PositiveInfinity : Math.Max(largest, difference);
                i++;
            }
        }

        return new OnnxCheckResult(rows, largest, largest <= Tolerance);
    }

    /// <summary>The inputs that an exported model wants, from cleaned rows.</summary>
    public static IReadOnlyList<NamedOnnxValue> Inputs(OnnxModel onnx, FittedModel model, Frame frame)
    {
        ArgumentNullException.ThrowIfNull(onnx);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(frame);
        var matrix = model.FeatureSet.Transform(frame);
        var values = new List<NamedOnnxValue>();
        foreach (var input in onnx.Inputs)
        {
            var shape = new[] { frame.Rows, input.Width };
            if (input.Column.Length == 0)
            {
                values.Add(NamedOnnxValue.CreateFromTensor(input.Name, new DenseTensor<double>(shape)));
            }
            else if (input.Type == "string")
            {
                string[] texts = [.. Enumerable.Range(0, frame.Rows).Select(row => frame[input.Column][row].ToString())];
                values.Add(NamedOnnxValue.CreateFromTensor(input.Name, new DenseTensor<string>(texts, shape)));
            }
            else if (model.Features.OfType<TextFeature>().FirstOrDefault(text => text.Column == input.Column) is { } feature)
            {
                values.Add(NamedOnnxValue.CreateFromTensor(input.Name, new DenseTensor<double>(Terms(model, feature, matrix, frame), shape)));
            }
            else
            {
                double[] numbers = [.. Enumerable.Range(0, frame.Rows).Select(row => frame[input.Column][row].NumberOrNaN)];
                values.Add(NamedOnnxValue.CreateFromTensor(input.Name, new DenseTensor<double>(numbers, shape)));
            }
        }

        return values;
    }

    private static double[] Terms(FittedModel model, TextFeature feature, FeatureMatrix matrix, Frame frame)
    {
        var first = model.Features.OfType<TextFeature>().TakeWhile(text => !ReferenceEquals(text, feature)).Sum(text => text.Terms.Count);
        var width = feature.Terms.Count;
        var weights = new double[frame.Rows * width];
        for (var row = 0; row < frame.Rows; row++)
        {
            if (frame[feature.Column][row].IsMissing)
            {
                weights.AsSpan(row * width, width).Fill(double.NaN);
                continue;
            }

            var (indices, values) = (matrix.Terms.RowIndices(row).ToArray(), matrix.Terms.RowValues(row).ToArray());
            for (var i = 0; i < indices.Length; i++)
            {
                if (indices[i] >= first && indices[i] < first + width)
                {
                    weights[(row * width) + indices[i] - first] = values[i];
                }
            }
        }

        return weights;
    }
}
