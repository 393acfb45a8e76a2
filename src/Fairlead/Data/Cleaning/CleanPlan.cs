using System.Globalization;
using Fairlead.Data.Privacy;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Projects.Sources;

namespace Fairlead.Data.Cleaning;

/// <summary>A column of the source on its way through cleaning.</summary>
/// <param name="Name">As written in the data.</param>
/// <param name="Sql">How the working table names it: c0, c1, …; names as people write them would clash.</param>
/// <param name="IsNumber">Its cleaned values are DOUBLE: Number, Date, and the target of a regression.</param>
/// <param name="Format">Order of day, month and year of its cast, or null.</param>
/// <param name="Derived">Row steps make it of others; the source does not have it.</param>
internal sealed record PlanColumn(string Name, string Sql, ColumnKind Kind, bool IsNumber, bool IsTarget, bool IsFeature, Protection Protection, string? Format, bool Derived = false)
{
    /// <summary>Left out of everything but the raw version.</summary>
    public bool Dropped => Protection == Protection.Drop;

    /// <summary>The engine's function that protects a raw value of this column: see <see cref="CleanPlan.AddFunctions"/>.</summary>
    public string RawFunction => $"fairlead_raw_{Sql}";

    /// <summary>The raw text as it may be shown and stored: protected where the column holds personal data.</summary>
    public string RawOf(string table) => Protection.IsTransformed ? $"NULLIF({RawFunction}({table}.{SqlText.Name(Name)}), '')" : $"{table}.{SqlText.Name(Name)}";

    /// <summary>A cleaned number or date as people read it.</summary>
    public string Say(double value) => Kind == ColumnKind.Date ? DateOf(value) : NumberText.Shortest(value);

    /// <summary>Days since 1970-01-01 UTC as a date, with the time where there is one.</summary>
    internal static string DateOf(double days)
    {
        var at = DateTime.UnixEpoch.AddTicks((long)Math.Round(days * DateText.DayMicroseconds) * TimeSpan.TicksPerMicrosecond);
        return at.ToString(at.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }
}

/// <summary>What cleaning does with one project's raw version: its columns, the steps of each in order, and the SQL of the working table.</summary>
internal sealed class CleanPlan
{
    private readonly List<RowStep> _steps = [];
    private readonly Dictionary<string, PlanColumn> _byName;
    private readonly string _dealtBy;

    /// <param name="sourceColumns">Columns of the source, in order.</param>
    /// <param name="source">Its rows: <c>__row</c>, <c>__key</c> and its columns.</param>
    /// <param name="ids">Names of its rows that have no key of their own; null where they are named by their MD5.</param>
    public CleanPlan(ProjectFile project, IReadOnlyList<string> sourceColumns, StepSource source, RowIds? ids, DataEngine engine)
    {
        (Ids, _dealtBy) = (ids, ids?.DealtBy(engine) ?? "__key");
        Project = project;
        Source = source;
        project.Split.Dealt?.ThrowUnlessOpen();
        if (project.Split.Dealt is { Moved: { Count: > 0 } moved })
        {
            engine.AddText(MovedFunction, bits => moved.GetValueOrDefault(long.Parse(bits, CultureInfo.InvariantCulture), ""));
        }

        RawTable = engine.Relation(source.Columns, source.Rows, source.Open);
        var declared = project.Columns.ToDictionary(column => column.Name, StringComparer.Ordinal);
        var columns = new List<PlanColumn>();
        foreach (var name in sourceColumns)
        {
            var isTarget = name == project.Target;
            var known = isTarget ? null : declared.GetValueOrDefault(name);
            if (!isTarget && known is null)
            {
                Undeclared.Add(name);
                continue;
            }

            var kind = isTarget ? project.Task == ModelTask.Regression ? ColumnKind.Number : ColumnKind.Category : known!.Kind;
            var format = project.RowSteps.OfType<CastStep>().FirstOrDefault(step => step.Column == name)?.Format;
            columns.Add(new PlanColumn(name, $"c{columns.Count}", kind, kind is ColumnKind.Number or ColumnKind.Date, isTarget, known?.IsFeature ?? false, known?.Protection ?? Protection.None, format));
        }

        columns.AddRange(project.Derived.Select((column, i) => new PlanColumn(
            column.Name, $"c{columns.Count + i}", column.Kind, column.Kind is ColumnKind.Number or ColumnKind.Date, false, column.IsFeature, Protection.None, null, Derived: true)).ToList());
        Columns = columns;
        _byName = columns.ToDictionary(column => column.Name, StringComparer.Ordinal);
        Target = columns.Single(column => column.IsTarget);

        // Steps of one column each come column by column; from the first that joins columns on, the order as declared counts.
        var shared = project.RowSteps.Index().FirstOrDefault(pair => !pair.Item.IsAlone(), (project.RowSteps.Count, null!)).Index;
        foreach (var column in columns.Where(column => !column.Dropped && !column.Derived))
        {
            _steps.AddRange(StepsOf(column, project.RowSteps.Take(shared)));
        }

        var kept = Kept.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        _steps.AddRange(project.RowSteps.Skip(shared).Where(step => step.Reads().Concat(step.Writes()).All(kept.Contains) && !(IsFilling(step) && step.Column == project.Target)));
    }

    public ProjectFile Project { get; }

    /// <summary>Names of rows that have no key of their own, or null.</summary>
    public RowIds? Ids { get; }

    /// <summary>The rows of the raw version, with the values that people repaired.</summary>
    public StepSource Source { get; private set; }

    /// <summary>The same as a table expression.</summary>
    public string RawTable { get; private set; }

    /// <summary>Every declared column and the target, in the source's order.</summary>
    public IReadOnlyList<PlanColumn> Columns { get; }

    public PlanColumn Target { get; }

    /// <summary>Source columns that the project file does not know.</summary>
    public List<string> Undeclared { get; } = [];

    /// <summary>Row steps of all columns that are not dropped, the target's too; fitted ones hold their constant once it is known.</summary>
    public IReadOnlyList<RowStep> Steps => _steps;

    /// <summary>Columns that stand in the cleaned version.</summary>
    public IEnumerable<PlanColumn> Kept => Columns.Where(column => !column.Dropped);

    /// <summary>The rows as they are from here on: with repaired values.</summary>
    public void Repair(StepSource source, DataEngine engine) => (Source, RawTable) = (source, engine.Relation(source.Columns, source.Rows, source.Open));

    /// <summary>Makes the functions that protect raw values where they are shown.</summary>
    public void AddFunctions(DataEngine engine)
    {
        foreach (var column in Columns.Where(column => column.Protection.IsTransformed))
        {
            engine.AddText(column.RawFunction, new RawProtection(column.Name, column.Kind, _steps.Where(step => step.Column == column.Name && step.IsAlone())).Of);
        }
    }

    public PlanColumn? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Fits the steps that learn from data on the training side; one that finds nothing to learn from is left out, so that what is missing stays missing.</summary>
    public void Fit(DataEngine engine)
    {
        var split = Project.Split.Column is { } name ? Find(name) : null;
        StepFitting.Run(_steps, Project.Training.LeastRows, split is null ? [] : [split.Name], (needed, columns) =>
        {
            var relation = Source.Relation(needed, [.. columns, ("__key", "__key"), .. split is null ? Array.Empty<(string, string)>() : [(split.Name, split.Sql)]], engine);
            return $"(SELECT * FROM {relation} WHERE ({Side()}) = 'train')";
        }, engine);
    }

    /// <summary>The working table: __row, __key, __side, cleaned columns c0…, whether step i changed the row s0… (of steps that fill in or normalise), whether the label could not be read (<see cref="UnreadLabel"/>), hashes of dropped columns p0….</summary>
    /// <param name="personal">Per table step, the dropped columns it compares.</param>
    /// <param name="tally">Counts what each step does, while the table is made.</param>
    public string WorkingTable(IReadOnlyList<IReadOnlyList<PlanColumn>> personal, StepTally tally, DataEngine engine)
    {
        List<PlanColumn> dropped = [.. personal.SelectMany(columns => columns).Distinct()];
        List<(string Name, string As)> cleaned = [("__row", "__row"), ("__key", "__key"), .. Kept.Select(column => (column.Name, column.Sql)), .. _steps.Index().Where(pair => IsFilling(pair.Item) || pair.Item is NormaliseStep).Select(pair => (StepScan.ChangedBy(pair.Index), $"s{pair.Index}"))];
        if (LabelReading is >= 0 and var reading)
        {
            cleaned.Add((StepScan.UnreadBy(reading), "__unread"));
        }

        var relation = Source.Relation(_steps, [.. cleaned, .. dropped.Select((column, i) => (column.Name, $"d{i}"))], engine, tally);
        var hashes = personal.Index().Where(pair => pair.Item.Count > 0).Select(pair => $", md5({RowHash.Of(pair.Item.Select(column => $"d{dropped.IndexOf(column)}"))}) AS p{pair.Index}");
        return $"SELECT {string.Join(", ", cleaned.Select(column => column.As))}{string.Concat(hashes)}, {Side()} AS __side FROM {relation}";
    }

    /// <summary>Flags of the working table that say which rows a step filled in.</summary>
    public IEnumerable<string> Filled => _steps.Select((step, i) => (step, i)).Where(pair => IsFilling(pair.step)).Select(pair => $"s{pair.i}");

    /// <summary>Condition on the working table: the label could not be read as a number; null where it is text.</summary>
    public string? UnreadLabel => LabelReading < 0 ? null : "__unread";

    /// <summary>Places of the steps whose values no page or log may show: they look at personal data, or at what was made of it.</summary>
    public IReadOnlySet<int> HiddenSteps()
    {
        var personal = Columns.Where(column => column.Dropped || column.Protection.IsTransformed).Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        var hidden = new HashSet<int>();
        for (var i = 0; i < _steps.Count; i++)
        {
            if (_steps[i].Reads().Concat(_steps[i].Writes()).Any(personal.Contains))
            {
                hidden.Add(i);
                personal.UnionWith(_steps[i].Writes());
            }
        }

        return hidden;
    }

    private int LabelReading => _steps.FindIndex(step => step.ReadsAs() is not null && step.Column == Target.Name);

    /// <summary>Text that two rows of one near-duplicate group share.</summary>
    public string NearlyText() => RowHash.Of(Columns.Where(column => column is { IsFeature: true, Derived: false }).Select(column => RowHash.Nearly(column.Sql, column.IsNumber, column.Kind == ColumnKind.Text)));

    private static bool IsFilling(RowStep step) => step is ImputeStep or GroupImputeStep or ModelImputeStep or ClassImputeStep;

    private static List<RowStep> StepsOf(PlanColumn column, IEnumerable<RowStep> declared)
    {
        var steps = declared.Where(step => step.Column == column.Name && (column.IsNumber || step.ReadsAs() is null)).ToList();
        if (column.IsTarget)
        {
            steps.RemoveAll(IsFilling); // an invented answer is no answer
        }

        int End() => steps.FindIndex(step => step.ReadsAs() is not null || step is ImputeStep or ClipStep) is >= 0 and var at ? at : steps.Count;
        if (column.Protection == Protection.Mask && !steps.Any(step => step is MaskStep))
        {
            steps.Insert(End(), new MaskStep(column.Name));
        }
        else if (column.Protection.IsTransformed && !steps.Any(RawProtection.IsProtecting))
        {
            throw new InvalidOperationException($"No step protects column \"{column.Name}\".");
        }

        if (column.IsNumber && !steps.Any(step => step.ReadsAs() is not null))
        {
            steps.Insert(End(), new CastStep(column.Name, column.Kind));
        }

        return steps;
    }

    private string Side()
    {
        var (split, key) = (Project.Split, $"'key:' || {_dealtBy}");
        var column = split.Column is { } name ? Find(name) : null;
        if (split.By == "time" && column is { IsNumber: true })
        {
            // A row without its time can't be said to be later: it trains.
            string From(DateTimeOffset? from) => from is { } at ? SqlText.Number((at.UtcDateTime - DateTime.UnixEpoch).Ticks / (double)TimeSpan.TicksPerDay) : "NULL";
            return $"CASE WHEN {column.Sql} >= {From(split.SealedFrom)} THEN 'sealed' WHEN {column.Sql} >= {From(split.ExamFrom)} THEN 'exam' ELSE 'train' END";
        }

        var bits = RowHash.Bits(split.By == "group" && column is not null ? $"COALESCE({GroupText(column)}, {key})" : key, split.Seed);
        var side = RowHash.SideOf(bits, split.Exam, split.Sealed);
        return split.Dealt is { Moved.Count: > 0 } ? $"COALESCE(NULLIF({MovedFunction}(CAST({bits} AS VARCHAR)), ''), {side})" : side;
    }

    /// <summary>The engine's function that gives the side of a hash that a stratified split moved, and else the empty text.</summary>
    private const string MovedFunction = "fairlead_moved";

    /// <summary>The group of a row that the split keeps together, as text; null where the split is not by group.</summary>
    public string? SplitGroup => Project.Split is { By: "group", Column: { } name } && Find(name) is { } column ? GroupText(column) : null;

    private static string GroupText(PlanColumn column) => $"'group:' || {(column.IsNumber ? $"CAST({column.Sql} AS VARCHAR)" : column.Sql)}";
}
