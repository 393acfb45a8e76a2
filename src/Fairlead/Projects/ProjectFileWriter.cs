using System.Globalization;
using System.Text;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Projects.Writing;
using Fairlead.Projects.Reading;

namespace Fairlead.Projects;

/// <summary>Writes a project file that a person likes to read: short comments, one line a column, a check and a step. What it writes reads back as the same project.</summary>
public static class ProjectFileWriter
{
    /// <summary>Widest key that others are aligned to, in characters.</summary>
    private const int AlignMax = 32;

    public static string Text(ProjectFile project, ProjectNotes? notes = null)
    {
        notes ??= ProjectNotes.None;
        var text = new StringBuilder();
        text.Append("# A Fairlead project: the question, the data, the checks and what a model must meet before it answers people.\n");
        text.Append("# Edit it freely: a wrong line is reported with its place and the fix. Every key: docs/formats/fairlead-yaml.md\n\n");
        text.Append(CultureInfo.InvariantCulture, $"project: {project.Project}\n");
        text.Append(CultureInfo.InvariantCulture, $"id: {Yaml.Scalar(project.Id)}  # ties this folder to its records; never change it\n");
        text.Append(CultureInfo.InvariantCulture, $"question: {Yaml.Scalar(project.Question)}\n\n");
        Data(text, project);
        Target(text, project, notes);
        Columns(text, project, notes);
        Clean(text, project, notes);
        Checks(text, project, notes);
        Quarantine(text, project);
        Split(text, project, notes);
        Training(text, project);
        Retention(text, project);
        text.Append("# What an iteration must meet to be released. One that fails is kept and shown.\n");
        Items(text, "gates", project.Gates.Select(g => (GateText(g.Text), "")).ToList());
        return text.ToString();
    }

    private static void Data(StringBuilder text, ProjectFile project)
    {
        text.Append("data:\n");
        text.Append(project.Sources.Count == 1 ? $"  source: {Yaml.Scalar(project.Sources[0])}\n" : $"  sources: {YamlFlow.List(project.Sources)}\n");
        foreach (var line in SourceReading.Lines(project))
        {
            text.Append(CultureInfo.InvariantCulture, $"  {line}\n");
        }

        if (project.Key is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"  key: {Yaml.Scalar(project.Key)}  # names a row; deals it to training or exam, for good\n");
        }

        if (project.Time is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"  time: {Yaml.Scalar(project.Time)}  # when a row came about\n");
        }

        text.Append('\n');
    }

    private static void Target(StringBuilder text, ProjectFile project, ProjectNotes notes)
    {
        text.Append("# What is predicted, and how an answer is said to a person.\n");
        text.Append("target:\n");
        Comments(text, notes.Target);
        text.Append(CultureInfo.InvariantCulture, $"  column: {Yaml.Scalar(project.Target)}\n");
        text.Append(CultureInfo.InvariantCulture, $"  task: {project.Task.ToString().ToLowerInvariant()}\n");
        Optional(text, "positive", project.Positive);
        Optional(text, "unit", project.Unit);
        Optional(text, "thing", project.Wording.Thing == "Row" ? null : project.Wording.Thing);
        Optional(text, "name", project.Wording.Name);
        if (project.Wording.Answers.Count > 0)
        {
            text.Append("  says:\n");
            foreach (var (answer, phrase) in project.Wording.Answers)
            {
                text.Append(CultureInfo.InvariantCulture, $"    {Yaml.Scalar(answer)}: {Yaml.Scalar(phrase)}\n");
            }
        }

        text.Append('\n');
    }

    private static void Columns(StringBuilder text, ProjectFile project, ProjectNotes notes)
    {
        text.Append("# Every other column. ignore: why the model does not look at it. personal: drop, mask (inside free text), pseudonym, generalise, synthetic or keep.\n");
        text.Append("columns:\n");
        var keys = project.Columns.Select(c => Yaml.Scalar(c.Name) + ":").ToList();
        var width = keys.Where(k => k.Length <= AlignMax).Select(k => k.Length).DefaultIfEmpty(0).Max();
        var formats = project.RowSteps.OfType<CastStep>().Where(s => s.Format is not null).ToDictionary(s => s.Column, s => s.Format!, StringComparer.Ordinal);
        for (var i = 0; i < project.Columns.Count; i++)
        {
            var column = project.Columns[i];
            text.Append("  ").Append(keys[i].PadRight(width)).Append(' ').Append(ColumnText(column, formats.GetValueOrDefault(column.Name)));
            Remark(text, notes.Columns.GetValueOrDefault(column.Name));
        }

        text.Append('\n');
    }

    private static string ColumnText(ProjectColumn column, string? format)
    {
        var pairs = new List<string> { $"kind: {column.Kind.ToString().ToLowerInvariant()}" };
        Add("format", format);
        Add("label", column.Label == Naming.LabelOf(column.Name).Label ? null : column.Label);
        Add("unit", column.Unit);
        Add("personal", column.Protection == Protection.None ? null : column.Protection.ToString().ToLowerInvariant());
        Add("to", column.To);
        Add("why", column.Why);
        Add("ignore", column.Ignore);
        if (column.Provenance)
        {
            pairs.Add("provenance: true");
        }

        if (column.Required != column.IsFeature)
        {
            pairs.Add($"required: {(column.Required ? "true" : "false")}");
        }

        return pairs.Count == 1 ? column.Kind.ToString().ToLowerInvariant() : "{" + string.Join(", ", pairs) + "}";

        void Add(string key, string? value)
        {
            if (value is not null)
            {
                pairs.Add($"{key}: {Yaml.Scalar(value)}");
            }
        }
    }

    private static void Clean(StringBuilder text, ProjectFile project, ProjectNotes notes)
    {
        text.Append("# Cleaning, in order. Numbers and dates are always trimmed and cast. Serving applies the same, but never drops a row.\n");
        Items(text, "clean", CleanLines.Of(project).Select(l => (l.Text, notes.Clean.GetValueOrDefault(l.Column.Length > 0 ? l.Column : l.Text, ""))).ToList());
        text.Append('\n');
    }

    private static void Checks(StringBuilder text, ProjectFile project, ProjectNotes notes)
    {
        text.Append("# Rules the data must meet. A row that fails one goes to quarantine, with the reason; severity: warn only says so.\n");
        var kinds = project.Columns.Concat(project.Derived).ToDictionary(c => c.Name, c => c.Kind, StringComparer.Ordinal);
        Items(text, "checks", CheckLines.Of(project.Checks, kinds).Select(l => (l.Text, notes.Checks.GetValueOrDefault(l.Id, ""))).ToList());
        text.Append('\n');
    }

    private static void Split(StringBuilder text, ProjectFile project, ProjectNotes notes)
    {
        var split = project.Split;
        text.Append("# Who learns and who judges. A row never changes sides; the sealed part is opened only for a release.\n");
        text.Append("split:\n");
        Comments(text, notes.Split);
        text.Append(CultureInfo.InvariantCulture, $"  by: {split.By}\n");
        Optional(text, "column", split.Column);
        if (split.By == "time")
        {
            Optional(text, "exam_from", split.ExamFrom is { } from ? YamlFlow.Moment(from) : null);
            Optional(text, "sealed_from", split.SealedFrom is { } sealedFrom ? YamlFlow.Moment(sealedFrom) : null);
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $"  exam: {split.Exam}\n  sealed: {split.Sealed}\n");
            text.Append(split.Stratified ? "  stratified: true  # every class in these shares; split.jsonl keeps what was drawn\n" : "");
        }

        text.Append(CultureInfo.InvariantCulture, $"  seed: {split.Seed}  # another seed deals another exam and starts a new line of iterations\n\n");
    }

    private static void Retention(StringBuilder text, ProjectFile project)
    {
        if (project.Retention is not { } rule)
        {
            return;
        }

        text.Append("retention:\n");
        foreach (var (key, value) in new[] { ("versions", rule.Versions), ("version_days", rule.VersionDays), ("quarantine_days", rule.QuarantineDays), ("prediction_days", rule.PredictionDays), ("feedback_days", rule.FeedbackDays) })
        {
            if (value is { } number)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {key}: {number}\n");
            }
        }

        text.Append('\n');
    }

    private static void Quarantine(StringBuilder text, ProjectFile project)
    {
        text.Append("# Rows that fail a check are set aside with their reasons. More than this share, and no iteration is released.\n");
        text.Append(CultureInfo.InvariantCulture, $"quarantine:\n  max: {project.QuarantineMax:R}\n\n");
    }

    private static void Training(StringBuilder text, ProjectFile project)
    {
        text.Append("# Budget of the search: seconds of wall time, or trials (then every machine gives the same answer).\n");
        text.Append("training:\n");
        text.Append(project.Training.Trials is { } trials
            ? string.Create(CultureInfo.InvariantCulture, $"  trials: {trials}\n")
            : string.Create(CultureInfo.InvariantCulture, $"  seconds: {project.Training.Seconds}\n"));
        text.Append(CultureInfo.InvariantCulture, $"  seed: {project.Training.Seed}\n");
        if (project.Training.LeastRows != TrainingRule.DefaultLeastRows)
        {
            text.Append(CultureInfo.InvariantCulture, $"  least_rows: {project.Training.LeastRows}  # rows a level or a word must be in to be known by name\n");
        }

        text.Append('\n');
    }

    private static void Items(StringBuilder text, string key, List<(string Text, string Remark)> items)
    {
        text.Append(key).Append(items.Count == 0 ? ": []\n" : ":\n");
        foreach (var (item, remark) in items)
        {
            text.Append("  - ").Append(item);
            Remark(text, remark);
        }
    }

    /// <summary>A gate reads best without quotes; ">" and blanks are safe inside a line of a list.</summary>
    private static string GateText(string gate) => char.IsAsciiLetter(gate.FirstOrDefault()) && !gate.Contains('#', StringComparison.Ordinal) && !gate.Contains(": ", StringComparison.Ordinal) ? gate : Yaml.Scalar(gate);

    private static void Remark(StringBuilder text, string? remark)
    {
        if (!string.IsNullOrEmpty(remark))
        {
            text.Append("  # ").Append(YamlFlow.OneLine(remark));
        }

        text.Append('\n');
    }

    private static void Comments(StringBuilder text, IReadOnlyList<string> lines)
    {
        foreach (var line in lines)
        {
            text.Append("  # ").Append(YamlFlow.OneLine(line)).Append('\n');
        }
    }

    private static void Optional(StringBuilder text, string key, string? value)
    {
        if (value is not null)
        {
            text.Append("  ").Append(key).Append(": ").Append(Yaml.Scalar(value)).Append('\n');
        }
    }
}
