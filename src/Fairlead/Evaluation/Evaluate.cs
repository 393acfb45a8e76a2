using Fairlead.Data;
using Fairlead.Evaluation.Metrics;
using Fairlead.Models.Contracts;
using Fairlead.Models.Scoring;
using Fairlead.Workspace;

namespace Fairlead.Evaluation;

/// <summary>Step "evaluate": judges a model on the exam, rows that no model ever trains on.</summary>
public static class Evaluate
{
    /// <summary>Part of the step's key: raised when the same input would give another result.</summary>
    public const int Version = 1;

    /// <param name="Model">Fitted on the training side of <paramref name="Data"/>.</param>
    /// <param name="Positive">Binary: the class of interest; null means the second.</param>
    /// <param name="Threshold">Binary: see <see cref="AnswerRule"/>.</param>
    /// <param name="Champion">What production answers with, or null.</param>
    /// <param name="Seed">Of the resamples and shuffles.</param>
    /// <param name="ExamUses">How often this exam was used, this time included.</param>
    public sealed record Request(
        FittedModel Model, Dataset Data, string? Positive, Champion? Champion, int Seed, long ExamUses, double Threshold = AnswerRule.DefaultThreshold);

    /// <summary>The model to compare with, and the version of the data it was fitted on.</summary>
    /// <param name="Iteration">Its number.</param>
    public sealed record Champion(int Iteration, FittedModel Model, Dataset Data, double Threshold = AnswerRule.DefaultThreshold);

    /// <exception cref="FaultException">There is no exam row or no training row.</exception>
    public static EvaluationReport Run(Request request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (model, data) = (request.Model, request.Data);
        var rows = Enumerable.Range(0, data.Count).Where(row => data.Sides[row] == Side.Exam).ToArray();
        if (rows.Length == 0)
        {
            throw new FaultException("split", $"None of the {data.Count} kept rows is on the exam side, so there is nothing to judge a model on.", "Give the project more rows, or raise exam: under split: in fairlead.yaml.");
        }

        var frame = data.Features.Take(rows);
        var rule = AnswerRule.For(model.Task, data.Classes, request.Positive, request.Threshold);
        var answers = JudgedAnswers.Of(rule, data, rows, ManyRows.Score(model, frame));
        var baseline = Naive(rule, data, rows);
        var metrics = Measure.Of(answers, request.Seed, cancel);
        var gain = Measure.Difference(baseline, answers, model.Task == ModelTask.Regression ? "rmse" : "log_loss", request.Seed, cancel);
        var main = MainOf(model.Task, metrics.Keys);
        return new EvaluationReport(
            rows.Length,
            metrics,
            Measure.Plain(baseline),
            gain,
            gain.Low > 0,
            main,
            request.Threshold,
            model.Task == ModelTask.Regression ? null : Pictures.Confusion(answers, data.Classes),
            model.Task == ModelTask.Binary ? Pictures.Roc(answers) : null,
            model.Task == ModelTask.Regression ? null : Pictures.Calibration(answers),
            model.Task == ModelTask.Regression ? Pictures.Residuals(answers) : null,
            ColumnImportance.Of(model, frame, answers, main, request.Seed, cancel),
            SliceMetrics.Of(frame, answers, main, request.Seed, cancel),
            request.Champion is { } champion ? CompareModels.Against(champion, request, rows, cancel) : null,
            request.ExamUses);
    }

    /// <summary>The metric that decides; it is one of those measured.</summary>
    internal static string MainOf(ModelTask task, IEnumerable<string> measured) => task switch
    {
        ModelTask.Regression => "rmse",
        ModelTask.Binary when measured.Contains("auc") => "auc",
        _ => "log_loss",
    };

    /// <summary>The answer of one who knows the training side's target and nothing of the row.</summary>
    private static JudgedAnswers Naive(AnswerRule rule, Dataset data, int[] rows)
    {
        var training = Enumerable.Range(0, data.Count).Where(row => UnseenJudge.Trains(data, row)).ToArray();
        if (training.Length == 0)
        {
            throw new FaultException("split", "No kept row is on the training side.", "Give the project more rows, or lower exam: and sealed: under split: in fairlead.yaml.");
        }

        double[] one;
        if (rule.Task == ModelTask.Regression)
        {
            one = [training.Sum(row => data.Values[row]) / training.Length];
        }
        else
        {
            one = new double[data.Classes.Count];
            foreach (var row in training)
            {
                one[data.Labels[row]] += 1.0 / training.Length;
            }
        }

        var outputs = new double[rows.Length * one.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            one.CopyTo(outputs, i * one.Length);
        }

        return JudgedAnswers.Of(rule with { Threshold = AnswerRule.DefaultThreshold }, data, rows, outputs);
    }
}
