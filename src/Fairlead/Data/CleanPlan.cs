using System.Globalization;
using System.Text;
using Fairlead.Data.Privacy;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Projects.Sources;

namespace Fairlead.Data;

/// <summary>A column of the source on its way through cleaning.</summary>
/// <param name="Name">As written in the data.</param>
/// <param name="Sql">How the working table names it: c0, c1, …; names as people write them would clash.</param>
/// <param name="IsNumber">Its cleaned values are DOUBLE: Number, Date, and the target of a regression.</param>
/// <param name="Format">Order of day, month and year of its cast, or null.</param>
internal sealed record PlanColumn(string Name, string Sql, ColumnKind Kind, bool IsNumber, bool IsTarget, bool IsFeature, Protection Protection, string? Format)
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

    public CleanPlan(ProjectFile project, RawVersion raw, string rawTable)
    {
        Project = project;
        RawTable = rawTable;
        var declared = project.Columns.ToDictionary(column => column.Name, StringComparer.Ordinal);
        var columns = new List<PlanColumn>();
        foreach (var name in raw.Columns)
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

        Columns = columns;
        Target = columns.Single(column => column.IsTarget);
        foreach (var column in columns.Where(column => !column.Dropped))
        {
            _steps.AddRange(StepsOf(column));
        }
    }

    public ProjectFile Project { get; }

    /// <summary>The raw version as a table expression, with the values that people repaired.</summary>
    public string RawTable { get; set; }

    /// <summary>Every declared column and the target, in the source's order.</summary>
    public IReadOnlyList<PlanColumn> Columns { get; }

    public PlanColumn Target { get; }

    /// <summary>Source columns that the project file does not know.</summary>
    public List<string> Undeclared { get; } = [];

    /// <summary>Row steps of all columns that are not dropped, the target's too; fitted ones hold their constant once it is known.</summary>
    public IReadOnlyList<RowStep> Steps => _steps;

    /// <summary>Columns that stand in the cleaned version.</summary>
    public IEnumerable<PlanColumn> Kept => Columns.Where(column => !column.Dropped);

    /// <summary>Makes the functions that protect values, in steps and where raw values are shown.</summary>
    public void AddFunctions(DataEngine engine)
    {
        engine.AddMask();
        engine.AddProtection(_steps);
        foreach (var column in Columns.Where(column => column.Protection.IsTransformed))
        {
            engine.AddText(column.RawFunction, new RawProtection(column.Name, column.Kind, _steps.Where(step => step.Column == column.Name)).Of);
        }
    }

    public PlanColumn? Find(string name) => Columns.FirstOrDefault(column => column.Name == name);

    /// <summary>Fits the constants of <see cref="ImputeStep"/> on the training side; a column without any value stays missing.</summary>
    public void Fit(DataEngine engine)
    {
        for (var i = 0; i < _steps.Count; i++)
        {
            if (_steps[i] is not ImputeStep { Fit: { } fit } impute)
            {
                continue;
            }

            var column = Find(impute.Column)!;
            var (at, split) = (i, Project.Split.Column);
            bool Needed(int step) => _steps[step].Column == impute.Column ? step < at : _steps[step].Column == split && _steps[step] is not ImputeStep;
            var source = $"(SELECT {column.Sql} AS v FROM {Staged(Needed, flags: false)} WHERE {column.Sql} IS NOT NULL AND ({Side()}) = 'train')";
            var found = engine.List(
                fit == ImputeStep.Median ? $"SELECT median(v) FROM {source} HAVING count(*) > 0" : $"SELECT v FROM {source} GROUP BY v ORDER BY count(*) DESC, v LIMIT 1",
                reader => column.IsNumber ? NumberText.Shortest(reader.GetDouble(0)) : reader.GetString(0));
            if (found.Count == 0)
            {
                _steps.RemoveAt(i--);
                continue;
            }

            _steps[i] = impute with { Value = found[0] };
        }
    }

    /// <summary>The working table: __row, __key, __side, cleaned columns c0…, checks of raw values b0…, whether step i touched the row s0…, hashes of dropped columns p0….</summary>
    /// <param name="rawChecks">Conditions over raw columns by their names.</param>
    /// <param name="personal">Per table step, the dropped columns it compares.</param>
    public string WorkingTable(IReadOnlyList<string> rawChecks, IReadOnlyList<IReadOnlyList<PlanColumn>> personal) =>
        $"SELECT *, {Side()} AS __side FROM {Staged(static _ => true, flags: true, rawChecks, personal)}";

    /// <summary>Flags of the working table that say which rows a step filled in.</summary>
    public IEnumerable<string> Filled => _steps.Select((step, i) => (step, i)).Where(pair => pair.step is ImputeStep).Select(pair => $"s{pair.i}");

    /// <summary>Condition: the column's cast could not read the value; null without a cast.</summary>
    public string? Unreadable(string column)
    {
        var at = _steps.FindIndex(step => step is CastStep && step.Column == column);
        return at < 0 ? null : $"s{at}";
    }

    /// <summary>Text that two rows of one near-duplicate group share.</summary>
    public string NearlyText() => RowHash.Of(Columns.Where(column => column.IsFeature).Select(column => RowHash.Nearly(column.Sql, column.IsNumber, column.Kind == ColumnKind.Text)));

    private List<RowStep> StepsOf(PlanColumn column)
    {
        var steps = Project.RowSteps.Where(step => step.Column == column.Name && (column.IsNumber || step is not CastStep)).ToList();
        if (column.IsTarget)
        {
            steps.RemoveAll(step => step is ImputeStep); // an invented answer is no answer
        }

        int End() => steps.FindIndex(step => step is CastStep or ImputeStep) is >= 0 and var at ? at : steps.Count;
        if (column.Protection == Protection.Mask && !steps.Any(step => step is MaskStep))
        {
            steps.Insert(End(), new MaskStep(column.Name));
        }
        else if (column.Protection.IsTransformed && !steps.Any(RawProtection.IsProtecting))
        {
            throw new InvalidOperationException($"No step protects column \"{column.Name}\".");
        }

        if (column.IsNumber && !steps.Any(step => step is CastStep))
        {
            steps.Insert(End(), new CastStep(column.Name, column.Kind));
        }

        return steps;
    }

    private string Side()
    {
        var (split, key) = (Project.Split, "'key:' || __key");
        var column = split.Column is { } name ? Find(name) : null;
        if (split.By == "time" && column is { IsNumber: true })
        {
            // A row without its time can't be said to be later: it trains.
            string From(DateTimeOffset? from) => from is { } at ? RowStepSql.Number((at.UtcDateTime - DateTime.UnixEpoch).Ticks / (double)TimeSpan.TicksPerDay) : "NULL";
            return $"CASE WHEN {column.Sql} >= {From(split.SealedFrom)} THEN 'sealed' WHEN {column.Sql} >= {From(split.ExamFrom)} THEN 'exam' ELSE 'train' END";
        }

        return RowHash.Side(split.By == "group" && column is not null ? $"COALESCE({GroupText(column)}, {key})" : key, split.Seed, split.Exam, split.Sealed);
    }

    /// <summary>The group of a row that the split keeps together, as text; null where the split is not by group.</summary>
    public string? SplitGroup => Project.Split is { By: "group", Column: { } name } && Find(name) is { } column ? GroupText(column) : null;

    private static string GroupText(PlanColumn column) => $"'group:' || {(column.IsNumber ? $"CAST({column.Sql} AS VARCHAR)" : column.Sql)}";

    /// <summary>The steps that are needed as nested selections; step n of each column stands on level n.</summary>
    private string Staged(Func<int, bool> needed, bool flags, IReadOnlyList<string>? rawChecks = null, IReadOnlyList<IReadOnlyList<PlanColumn>>? personal = null)
    {
        var select = new StringBuilder("SELECT __row, __key");
        foreach (var column in Kept)
        {
            select.Append(CultureInfo.InvariantCulture, $", {SqlText.Name(column.Name)} AS {column.Sql}");
        }

        for (var i = 0; i < (rawChecks?.Count ?? 0); i++)
        {
            select.Append(CultureInfo.InvariantCulture, $", {rawChecks![i]} AS b{i}");
        }

        for (var i = 0; i < (personal?.Count ?? 0); i++)
        {
            if (personal![i].Count > 0)
            {
                select.Append(CultureInfo.InvariantCulture, $", md5({RowHash.Of(personal[i].Select(column => SqlText.Name(column.Name)))}) AS p{i}");
            }
        }

        var sql = $"({select} FROM {RawTable})";
        List<string> carried = ["__row", "__key", .. Enumerable.Range(0, rawChecks?.Count ?? 0).Select(i => $"b{i}"), .. Enumerable.Range(0, personal?.Count ?? 0).Where(i => personal![i].Count > 0).Select(i => $"p{i}")];
        var pending = Kept.ToDictionary(column => column.Name, column => new Queue<int>(Enumerable.Range(0, _steps.Count).Where(i => _steps[i].Column == column.Name && needed(i))));
        var numbers = new HashSet<string>(StringComparer.Ordinal);
        while (pending.Values.Any(queue => queue.Count > 0))
        {
            List<string> selected = [.. carried], cast = [];
            foreach (var column in Kept)
            {
                if (pending[column.Name].Count == 0)
                {
                    selected.Add(column.Sql);
                    continue;
                }

                var step = pending[column.Name].Dequeue();
                var expression = RowStepSql.Expression(_steps[step], column.Sql, numbers.Contains(column.Name));
                selected.Add($"({expression}) AS {column.Sql}");
                if (_steps[step] is CastStep)
                {
                    cast.Add(column.Name);
                }

                if (flags)
                {
                    selected.Add($"{(_steps[step] is CastStep ? $"({column.Sql} IS NOT NULL AND ({expression}) IS NULL)" : $"({column.Sql} IS DISTINCT FROM ({expression}))")} AS s{step}");
                    carried.Add($"s{step}");
                }
            }

            sql = $"(SELECT {string.Join(", ", selected)} FROM {sql})";
            numbers.UnionWith(cast);
        }

        return sql;
    }
}
