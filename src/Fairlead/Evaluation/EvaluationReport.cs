namespace Fairlead.Evaluation;

/// <summary>A figure with its 95 % bootstrap interval.</summary>
/// <param name="Value">On the exam rows.</param>
public sealed record Estimate(double Value, double Low, double High);

/// <summary>How good a model is on rows it never saw.</summary>
/// <param name="Rows">Exam rows judged on.</param>
/// <param name="Metrics">
/// By name: auc, log_loss, accuracy, balanced_accuracy, f1, brier, average_precision (classes); rmse, mae, r2 (regression). Defined in <see cref="Metrics.MetricTable"/>.
/// A metric that the rows can't give (auc where the exam has one class) is not there.
/// </param>
/// <param name="Baseline">The same metrics of the naive answer (class shares, or the mean of the target, of the training side) on the same rows.</param>
/// <param name="GainOverBaseline">How much log_loss (classes) or rmse (regression) falls below the baseline's; above 0 is better.</param>
/// <param name="BeatsGuessing">False when the interval of the gain over the baseline includes 0: "can't tell better than guessing".</param>
/// <param name="MainMetric">auc (binary), log_loss (multiclass, and binary where the exam has one class), rmse (regression).</param>
/// <param name="Threshold">Binary: the class of interest is answered at or above this probability.</param>
/// <param name="Champion">Against the champion on rows neither saw; null without a champion.</param>
/// <param name="ExamUses">How often this exam was used, this time included.</param>
public sealed record EvaluationReport(
    long Rows,
    IReadOnlyDictionary<string, Estimate> Metrics,
    IReadOnlyDictionary<string, double> Baseline,
    Estimate GainOverBaseline,
    bool BeatsGuessing,
    string MainMetric,
    double Threshold,
    ConfusionMatrix? Confusion,
    IReadOnlyList<CurvePoint>? Roc,
    IReadOnlyList<CalibrationBin>? Calibration,
    IReadOnlyList<ResidualBin>? Residuals,
    IReadOnlyList<Importance> Importance,
    IReadOnlyList<SliceResult> Slices,
    ChampionComparison? Champion,
    long ExamUses);

/// <param name="Counts">Shape [classes, classes]: rows are the truth, columns the answer.</param>
public sealed record ConfusionMatrix(IReadOnlyList<string> Classes, IReadOnlyList<IReadOnlyList<long>> Counts);

/// <param name="X">ROC: false positive rate.</param>
/// <param name="Y">ROC: true positive rate.</param>
public sealed record CurvePoint(double X, double Y);

/// <param name="Predicted">Mean predicted probability in the bin.</param>
/// <param name="Observed">Share that came true, with its interval.</param>
public sealed record CalibrationBin(double Predicted, Estimate Observed, long Rows);

/// <param name="Predicted">Mean predicted value in the bin.</param>
/// <param name="Low">10th percentile of the residual (truth minus answer).</param>
/// <param name="Middle">Median residual.</param>
/// <param name="High">90th percentile.</param>
public sealed record ResidualBin(double Predicted, double Low, double Middle, double High, long Rows);

/// <param name="Loss">How much the main metric suffers when the column is shuffled, in its unit.</param>
public sealed record Importance(string Column, double Loss);

/// <summary>The main metric on the exam rows where a column has a level.</summary>
public sealed record SliceResult(string Column, string Level, long Rows, Estimate? Main);

/// <summary>Candidate minus champion, paired on the same rows.</summary>
/// <param name="Metrics">Difference by metric; positive is a higher figure.</param>
/// <param name="NotWorse">The main metric's interval does not lie wholly on the worse side.</param>
/// <param name="Changed">Exam rows whose answer changed; for numbers, by more than a tenth of the target's standard deviation.</param>
/// <param name="MainMetric">The metric that decides.</param>
/// <param name="LeftOut">Exam rows that are not compared: one of the two saw them or a near-duplicate, or can't read them.</param>
public sealed record ChampionComparison(
    int Iteration, long Rows, IReadOnlyDictionary<string, Estimate> Metrics, bool NotWorse, long Changed, string MainMetric = "", long LeftOut = 0);

/// <param name="Gate">As written.</param>
/// <param name="Observed">What was measured, in words.</param>
public sealed record GateResult(string Gate, bool Passed, string Observed);
