using Fairlead.Models.Contracts;
using Fairlead.Models.Scoring;

namespace Fairlead.Evaluation;

/// <summary>Scores many rows on two threads. Each row is scored by itself, so the answers are those of one thread, bit for bit.</summary>
internal static class ManyRows
{
    /// <summary>Below this a second thread is not worth starting.</summary>
    private const int Worthwhile = 500;

    /// <summary>Shape [rows x outputs], row-major.</summary>
    public static double[] Score(FittedModel model, Frame frame)
    {
        if (frame.Rows < Worthwhile)
        {
            return model.Score(frame);
        }

        var outputs = new double[frame.Rows * model.Outputs];
        var half = frame.Rows / 2;
        Parallel.Invoke(
            () => model.Score(frame.Take([.. Enumerable.Range(0, half)])).CopyTo(outputs, 0),
            () => model.Score(frame.Take([.. Enumerable.Range(half, frame.Rows - half)])).CopyTo(outputs, half * model.Outputs));
        return outputs;
    }
}
