using System.Globalization;
using Fairlead.Models.Contracts;
using Fairlead.Workspace;

namespace Fairlead.Projects.Inference;

/// <summary>What the target seems to ask for.</summary>
/// <param name="Classes">Names after trimming and spelling, most frequent first; empty for regression.</param>
/// <param name="Codes">Class by row, -1 where missing; empty for regression.</param>
/// <param name="Values">Number by row, NaN where missing; empty for classes.</param>
/// <param name="MissingMarks">Regression: values that stand for "no value".</param>
/// <param name="Remarks">Lines for the file.</param>
internal sealed record InferredTarget(
    ColumnSample Sample,
    ModelTask Task,
    string? Positive,
    IReadOnlyList<string> Classes,
    int[] Codes,
    double[] Values,
    IReadOnlyDictionary<string, string> Spellings,
    IReadOnlyList<string> MissingMarks,
    IReadOnlyList<string> Remarks,
    IReadOnlyList<NewProjectQuestion> Questions)
{
    /// <summary>Most classes: a target with more names rather names things.</summary>
    private const int ClassesMax = 200;

    /// <summary>Whole numbers with at most this many values may be grades or codes.</summary>
    private const int GradesMax = 12;

    private static readonly string[] Positives =
        ["yes", "true", "1", "y", "t", "positive", "pos", "spam", "fraud", "late", "default", "churned", "churn", "bad", "fail", "failed", "failure", "abnormal", "malignant", "sick", "up", "ja", "oui", "si"];

    /// <param name="task">Given by the person, or null.</param>
    /// <param name="positive">Given by the person, or null.</param>
    /// <exception cref="FaultException">There is nothing to learn: no value, one class, or a value of its own in every row; or what was given does not fit.</exception>
    public static InferredTarget Of(ColumnSample sample, ModelTask? task, string? positive)
    {
        var where = $"column \"{sample.Name}\"";
        if (sample.Count == 0)
        {
            throw new FaultException(where, "The target has no value in any row.", "Name another target, or fill it.");
        }

        var spellings = SpellingClusters.Of(sample, typing: false);
        var names = sample.ByCode.Select(l => spellings.GetValueOrDefault(SpellingClusters.AsciiLower(l.Value), l.Value)).ToList();
        var classes = names.Zip(sample.ByCode, (name, level) => (Name: name, level.Count)).GroupBy(n => n.Name, StringComparer.Ordinal)
            .Select(g => (Name: g.Key, Count: g.Sum(n => n.Count))).OrderByDescending(c => c.Count).ThenBy(c => c.Name, StringComparer.Ordinal).ToList();
        if (classes.Count == 1)
        {
            throw new FaultException(where, $"The target is \"{classes[0].Name}\" in every row, so there is nothing to tell apart.", "Name another target, or give data with other outcomes too.");
        }

        var numbers = sample.CountOf(v => !double.IsNaN(ColumnSample.NumberOf(v)));
        var isNumeric = numbers >= 0.98 * sample.Count;
        var isWhole = isNumeric && sample.ByCode.All(l => ColumnSample.NumberOf(l.Value) is var n && (double.IsNaN(n) || n == Math.Floor(n)));
        var inferred = classes.Count == 2 ? ModelTask.Binary : isNumeric && !(isWhole && classes.Count <= GradesMax) ? ModelTask.Regression : ModelTask.Multiclass;
        var chosen = task ?? inferred;
        CheckTask(where, sample, chosen, classes.Count, isNumeric);
        if (chosen == ModelTask.Regression)
        {
            var marks = sample.Levels.Where(l => double.IsNaN(ColumnSample.NumberOf(l.Value))).Select(l => l.Value).ToList();
            return new InferredTarget(sample, chosen, null, [], [], sample.Numbers, new Dictionary<string, string>(), marks, [], []);
        }

        var index = classes.Select((c, i) => (c.Name, i)).ToDictionary(c => c.Name, c => c.i, StringComparer.Ordinal);
        var codes = sample.Codes.Select(c => c < 0 ? -1 : index[names[c]]).ToArray();
        var remarks = new List<string>();
        var questions = new List<NewProjectQuestion>();
        if (chosen == ModelTask.Multiclass && isNumeric && task is null)
        {
            remarks.Add(string.Create(CultureInfo.InvariantCulture, $"{classes.Count} whole numbers are taken as classes; write \"task: regression\" (and take \"says\" away) if the distance between them counts"));
            questions.Add(new("task", $"\"{sample.Name}\" has {classes.Count} whole numbers. Are they classes or a quantity?", ["multiclass", "regression"], "multiclass"));
        }

        var rare = classes.Where(c => c.Count < 10).Select(c => c.Name).ToList();
        if (chosen == ModelTask.Multiclass && rare.Count > 0)
        {
            remarks.Add(string.Create(CultureInfo.InvariantCulture, $"{rare.Count} of {classes.Count} classes {(rare.Count == 1 ? "has" : "have")} fewer than 10 rows: {string.Join(", ", rare.Take(5))}"));
        }

        if (chosen == ModelTask.Binary)
        {
            positive = PositiveOf(where, [.. classes.Select(c => c.Name)], positive, questions, remarks);
        }
        else if (positive is not null)
        {
            throw new FaultException(where, $"A positive class is given, but the task is {chosen.ToString().ToLowerInvariant()}.", "Leave it out.", wrongUse: true);
        }

        return new InferredTarget(sample, chosen, positive, [.. classes.Select(c => c.Name)], codes, [], spellings, [], remarks, questions);
    }

    private static void CheckTask(string where, ColumnSample sample, ModelTask task, int classes, bool isNumeric)
    {
        if (task == ModelTask.Regression && !isNumeric)
        {
            throw new FaultException(where, $"A regression needs numbers; \"{sample.ByCode.First(l => double.IsNaN(ColumnSample.NumberOf(l.Value))).Value}\" is none.", "Choose binary or multiclass, or name a column of numbers.");
        }

        if (task == ModelTask.Binary && classes != 2)
        {
            throw new FaultException(where, $"A binary task has two classes; the target has {classes}.", "Choose multiclass, or name another column.");
        }

        if (task == ModelTask.Multiclass && (classes > ClassesMax || classes > sample.Count / 2))
        {
            throw new FaultException(where, $"The target has {classes} different values in {sample.Count} rows: it names things rather than classes of them.", $"Name a target with at most {ClassesMax} classes that repeat, or a number.");
        }
    }

    private static string PositiveOf(string where, IReadOnlyList<string> classes, string? given, List<NewProjectQuestion> questions, List<string> remarks)
    {
        if (given is not null)
        {
            return classes.FirstOrDefault(c => c == given) ?? classes.FirstOrDefault(c => c.Equals(given, StringComparison.OrdinalIgnoreCase))
                ?? throw new FaultException(where, $"The target has no class \"{given}\".", $"Its classes: {string.Join(", ", classes)}.{NearestName.Hint(given, classes)}", wrongUse: true);
        }

        if (classes.Where(c => Positives.Contains(c.ToLowerInvariant())).ToList() is [var sure])
        {
            return sure;
        }

        // The rarer class is what people usually ask about; say that it is a guess.
        var rarer = classes[^1];
        remarks.Add($"the rarer class is taken as the one of interest; the other is \"{classes[0]}\"");
        questions.Add(new("positive", "Which class is the one you want to know about?", [.. classes], rarer));
        return rarer;
    }
}
