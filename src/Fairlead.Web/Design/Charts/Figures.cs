using System.Globalization;
using Fairlead.Customers;
using Fairlead.Evaluation;
using Fairlead.Workspace;

namespace Fairlead.Web.Design.Charts;

/// <summary>Figures as people read them.</summary>
public static class Figures
{
    /// <summary>Three decimals under 10, fewer above; thousands grouped.</summary>
    public static string Of(double value) => !double.IsFinite(value) ? "–" : Math.Abs(value) switch
    {
        < 0.0005 when value != 0 => value.ToString("0.0e0", CultureInfo.InvariantCulture),
        < 10 => value.ToString("0.###", CultureInfo.InvariantCulture),
        < 1000 => value.ToString("0.#", CultureInfo.InvariantCulture),
        _ => value.ToString("#,##0", CultureInfo.InvariantCulture),
    };

    /// <summary>Always with a sign.</summary>
    public static string Signed(double value) => (value >= 0 ? "+" : "−") + Of(Math.Abs(value));

    public static string Range(Estimate estimate) => $"{Of(estimate.Low)} to {Of(estimate.High)}";

    public static string Count(long count) => count.ToString("#,##0", CultureInfo.InvariantCulture);

    /// <summary>"1 row", "12 rows".</summary>
    public static string Count(long count, string noun) => Counted.Of(count, noun);

    public static string Percent(double share) => share switch
    {
        > 0 and < 0.001 => "under 0.1 %",
        > 0.999 and < 1 => "over 99.9 %",
        _ => (share * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %",
    };

    public static string Seconds(double seconds) => seconds switch
    {
        < 0.01 => "under 0.01 s",
        < 1 => seconds.ToString("0.00", CultureInfo.InvariantCulture) + " s",
        < 120 => seconds.ToString("0.0", CultureInfo.InvariantCulture) + " s",
        _ => (seconds / 60).ToString("0.0", CultureInfo.InvariantCulture) + " min",
    };

    public static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("d MMM yyyy, HH:mm", CultureInfo.InvariantCulture) + " UTC";

    /// <summary>A column's value as a person reads it.</summary>
    public static string Value(Models.Contracts.ColumnKind kind, double value) => kind == Models.Contracts.ColumnKind.Date ? PlainWords.Date(value) : PlainWords.Number(value);

    /// <summary>A metric's name as the field writes it.</summary>
    public static string Metric(string name) => name switch
    {
        "auc" => "AUC",
        "log_loss" => "log loss",
        "f1" => "F1",
        "brier" => "Brier score",
        "average_precision" => "average precision",
        "balanced_accuracy" => "balanced accuracy",
        "rmse" => "RMSE",
        "mae" => "MAE",
        "r2" => "R²",
        _ => name.Replace('_', ' '),
    };

    /// <summary>A smaller figure is a better one.</summary>
    public static bool SmallerIsBetter(string metric) => metric is "log_loss" or "brier" or "rmse" or "mae";

    /// <summary>What a metric says, for people who do not live with it.</summary>
    public static string Explain(string metric) => metric switch
    {
        "auc" => "Of two rows, one of each class: how often the right one is ranked higher. 0.5 is guessing.",
        "log_loss" => "How surprised the model is by the truth. Smaller is better.",
        "accuracy" => "Share of right answers.",
        "balanced_accuracy" => "Share of right answers, each class counting the same.",
        "f1" => "Balance of finding the class and being right about it.",
        "brier" => "Squared distance of the probability from the truth. Smaller is better.",
        "average_precision" => "How pure the top of the ranking is.",
        "rmse" => "Typical size of an error, large ones counting more. Smaller is better.",
        "mae" => "Mean size of an error. Smaller is better.",
        "r2" => "Share of the target's variation that is explained.",
        _ => "",
    };
}
