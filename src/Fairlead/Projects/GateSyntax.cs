using System.Globalization;
using Fairlead.Models.Contracts;

namespace Fairlead.Projects;

public enum GateKind
{
    /// <summary>A metric on the exam against a number.</summary>
    Metric,
    NotWorseThanChampion,
    CasesPass,
    ChecksPass,
}

public enum GateOperator
{
    AtLeast,
    Above,
    AtMost,
    Below,
}

/// <summary>Which figure of a metric a gate looks at.</summary>
public enum GateFigure
{
    /// <summary>The metric on the exam.</summary>
    Value,

    /// <summary>The low end of its interval.</summary>
    Low,

    /// <summary>The high end of its interval.</summary>
    High,
}

/// <summary>A gate, read. All but <paramref name="Kind"/> count only for <see cref="GateKind.Metric"/>.</summary>
/// <param name="Metric">One of <see cref="GateSyntax.MetricsOf"/>; "" for the other kinds.</param>
/// <param name="Figure">What is held against <paramref name="Number"/>.</param>
public sealed record GateExpression(GateKind Kind, string Metric, GateOperator Operator, double Number, GateFigure Figure = GateFigure.Value)
{
    /// <summary>The rule itself: true when <paramref name="value"/> meets it. NaN never does.</summary>
    public bool Holds(double value) => Operator switch
    {
        GateOperator.AtLeast => value >= Number,
        GateOperator.Above => value > Number,
        GateOperator.AtMost => value <= Number,
        _ => value < Number,
    };
}

/// <summary>Reads the text of a gate: <c>METRIC >= NUMBER</c> (also &gt;, &lt;=, &lt;; <c>METRIC low</c> and <c>METRIC high</c> are the ends of its interval), <c>not worse than champion</c>, <c>cases pass</c>, <c>checks pass</c>. White space and case do not matter.</summary>
public static class GateSyntax
{
    private static readonly string[] Classification = ["auc", "log_loss", "accuracy", "balanced_accuracy", "f1", "brier", "average_precision"];
    private static readonly string[] Regression = ["rmse", "mae", "r2"];

    private static readonly (string Text, GateOperator Operator)[] Operators =
        [(">=", GateOperator.AtLeast), ("<=", GateOperator.AtMost), (">", GateOperator.Above), ("<", GateOperator.Below)];

    /// <summary>The gates that name no metric, as they are written.</summary>
    public static IReadOnlyList<string> Phrases { get; } = ["not worse than champion", "cases pass", "checks pass"];

    /// <summary>Metrics a gate may name for a task.</summary>
    public static IReadOnlyList<string> MetricsOf(ModelTask task) => task == ModelTask.Regression ? Regression : Classification;

    /// <summary>Reads a gate; false when it can't be read, and <paramref name="what"/> and <paramref name="fix"/> then say why and what to write.</summary>
    public static bool TryParse(string text, ModelTask task, out GateExpression gate, out string what, out string fix)
    {
        ArgumentNullException.ThrowIfNull(text);
        (gate, what, fix) = (new GateExpression(GateKind.ChecksPass, "", GateOperator.AtLeast, 0), "", "");
        var plain = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();
        switch (plain)
        {
            case "not worse than champion":
                gate = gate with { Kind = GateKind.NotWorseThanChampion };
                return true;
            case "cases pass":
                gate = gate with { Kind = GateKind.CasesPass };
                return true;
            case "checks pass":
                return true;
        }

        var metrics = MetricsOf(task);
        var found = Operators.FirstOrDefault(o => plain.Contains(o.Text, StringComparison.Ordinal));
        if (found.Text is null)
        {
            what = $"\"{text}\" is not a gate.";
            fix = $"Write a metric with a bound, such as \"{metrics[0]} {(task == ModelTask.Regression ? "<= 10" : ">= 0.8")}\", or one of: {string.Join(", ", Phrases)}.";
            return false;
        }

        var at = plain.IndexOf(found.Text, StringComparison.Ordinal);
        var metric = plain[..at].Trim();
        var figure = GateFigure.Value;
        foreach (var (word, end) in new[] { (" low", GateFigure.Low), (" high", GateFigure.High) })
        {
            if (metric.EndsWith(word, StringComparison.Ordinal))
            {
                (metric, figure) = (metric[..^word.Length], end);
            }
        }

        var number = plain[(at + found.Text.Length)..].Trim();
        if (!metrics.Contains(metric, StringComparer.Ordinal))
        {
            what = $"\"{metric}\" is not a metric of a {task.ToString().ToLowerInvariant()} task.";
            fix = $"Use one of: {string.Join(", ", metrics)}.{NearestName.Hint(metric, metrics)}";
            return false;
        }

        if (!double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
        {
            what = $"\"{number}\" is not a number.";
            fix = $"Write the bound as a number with a point, such as \"{metric} {found.Text} 0.8\".";
            return false;
        }

        gate = new GateExpression(GateKind.Metric, metric, found.Operator, value, figure);
        return true;
    }
}
