using System.Globalization;
using Fairlead.Data.Scanning;
using Fairlead.Data.Storage;
using Fairlead.Models.Contracts;
using Fairlead.Models.Expressions;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Projects.Sources;

namespace Fairlead.Data.Cleaning;

/// <summary>One run of a recipe over a table, in bounded memory.</summary>
/// <remarks>
/// The source is read once for what steps learn, once for the row steps, and once more for the rows that stay when a table step decides which these are.
/// Table steps work on a table that holds the columns they look at and no others; it spills to an encrypted file when it does not fit.
/// </remarks>
internal sealed class CleanRun : IDisposable
{
    /// <summary>What the table of the table steps may hold before it spills, in MB.</summary>
    private const int MemoryMegabytes = 128;

    private readonly string _source;
    private readonly List<string> _columns;
    private readonly Recipe _recipe;
    private readonly CancellationToken _cancel;
    private readonly List<RowStep> _steps;
    private readonly StepSource _rows;
    private readonly Dictionary<string, ColumnKind> _kinds = new(StringComparer.Ordinal);
    private readonly List<string> _all;
    private SpillFolder? _spill;
    private DataEngine? _engine;

    /// <param name="rows">The rows, with the columns that are looked at.</param>
    /// <param name="source">How messages name where they come from.</param>
    public CleanRun(StepSource rows, string source, Recipe recipe, CancellationToken cancel)
    {
        (_rows, _source, _recipe, _cancel) = (rows, source, recipe, cancel);
        _columns = [.. rows.Columns.Select(column => column.Name)];
        _steps = [.. recipe.RowSteps];
        _all = [.. _columns, .. recipe.Derived.Select(column => column.Name)];
    }

    private string Spill => (_spill ??= new SpillFolder()).Path;

    private DataEngine Engine => _engine ??= new DataEngine(Spill, _cancel, _columns.Count, MemoryMegabytes);

    public void Dispose()
    {
        _engine?.Dispose();
        _spill?.Dispose();
    }

    public CleanFile.Outcome Run(string? output, string? quarantine)
    {
        if (_steps.Exists(step => !step.IsFitted()))
        {
            StepFitting.Run(_steps, 1, [], (needed, columns) => _rows.Relation(needed, columns, Engine), Engine);
        }

        SetKinds();
        var dropped = _recipe.TableSteps.OfType<DropColumnsStep>().SelectMany(step => step.Columns).ToHashSet(StringComparer.Ordinal);
        List<string> written = [.. _all.Where(name => !dropped.Contains(name))];
        var tally = new StepTally(_steps);
        var outcome = _recipe.TableSteps.Any(step => step is not DropColumnsStep) ? Decided(tally, written, output, quarantine) : Straight(tally, written, output, quarantine);
        return outcome with { Columns = written, Output = output, Quarantine = quarantine };
    }

    /// <summary>No row is left out: one reading does.</summary>
    private CleanFile.Outcome Straight(StepTally tally, List<string> written, string? output, string? quarantine)
    {
        long rows;
        using (var counted = new CountedScan(_rows.Scan(_steps, output is null ? [] : written, tally)))
        {
            if (output is null)
            {
                while (counted.Next(_cancel) is not null)
                {
                }
            }
            else
            {
                CleanedFile.Write(output, counted, Kind, () => Spill, _cancel);
            }

            rows = counted.Rows;
        }

        if (quarantine is { } aside)
        {
            using var none = new NoRows([new ScannedColumn("row", VectorForm.Integer), new ScannedColumn("reason", VectorForm.Text), .. _rows.Columns]);
            CleanedFile.Write(aside, none, Kind, () => Spill, _cancel);
        }

        return new CleanFile.Outcome(rows, rows, 0, 0, new Dictionary<string, long>(), new Dictionary<string, long>(), [.. tally.Outcomes(), .. _recipe.TableSteps.Select(DropsColumns)], [], null, null);
    }

    private static StepOutcome DropsColumns(TableStep step) => new("drop", string.Join(", ", ((DropColumnsStep)step).Columns), 0, []);

    private CleanFile.Outcome Decided(StepTally tally, List<string> written, string? output, string? quarantine)
    {
        var named = _recipe.TableSteps.SelectMany(Looks).Where(_all.Contains).ToHashSet(StringComparer.Ordinal);
        List<string> looked = [.. _all.Where(named.Contains)];
        List<string> others = [.. _all.Where(name => !named.Contains(name))];
        var (prints, filled) = (_recipe.TableSteps.Any(step => step is DropDuplicatesStep { Columns.Count: 0 }), _recipe.TableSteps.Any(step => step is DropDuplicatesStep { Keep: "most complete" } or FuzzyDuplicatesStep));
        List<string> names = [.. looked.Select(Sql)];
        var columns = LookedRows.ColumnsOf([.. looked.Select(name => IsNumber(name) ? VectorForm.Double : VectorForm.Text)], names, prints, filled);
        var relation = Engine.Relation(columns, _rows.Rows, asked => asked.SequenceEqual(columns.Select(column => column.Name))
            ? new LookedRows(_rows.Scan(_steps, prints || filled ? [.. looked, .. others] : looked, tally), names, prints, filled)
            : throw new InvalidOperationException("The rows are counted once, with all columns."));
        List<string> reasons = [.. _recipe.TableSteps.OfType<QuarantineStep>().Select(TableStepRun.ReasonOf).Distinct(StringComparer.Ordinal).DefaultIfEmpty("")];
        Engine.Execute($"CREATE TABLE r AS SELECT {string.Join(", ", columns.Select(column => column.Name))}, {Nothing(reasons)} AS __reason, {Nothing([TableStepRun.Duplicate, TableStepRun.NearDuplicate])} AS __dropped FROM {relation}");

        var tables = new TableStepRun(Engine, name => named.Contains(name) ? new SqlColumn(Sql(name), IsNumber(name)) : null, _all, "true", filled ? LookedRows.Filled : null);
        List<StepOutcome> outcomes = [.. tally.Outcomes()];
        HashSet<string> changed = new(StringComparer.Ordinal);
        foreach (var step in _recipe.TableSteps)
        {
            outcomes.Add(tables.Run(step, step is DropDuplicatesStep { Columns.Count: 0 } ? LookedRows.Print : null));
            changed.UnionWith(outcomes[^1].Touched > 0 ? Changes(step) : []);
        }

        var counts = Engine.List($"SELECT count(*), count(*) FILTER (WHERE {TableStepRun.IsKept}), count(__reason), count(__dropped) FROM r", reader => (Read: reader.GetInt64(0), Kept: reader.GetInt64(1), Aside: reader.GetInt64(2), Dropped: reader.GetInt64(3)))[0];
        if (counts.Kept + counts.Aside + counts.Dropped != counts.Read)
        {
            throw new InvalidOperationException($"Rows were lost: {counts.Read} read, {counts.Kept} kept, {counts.Aside} quarantined, {counts.Dropped} dropped.");
        }

        if (quarantine is { } aside)
        {
            WriteAside(aside, counts.Read);
        }

        if (output is { } kept)
        {
            WriteKept(kept, written, [.. written.Where(changed.Contains)], counts.Read);
        }

        return new CleanFile.Outcome(counts.Read, counts.Kept, counts.Aside, counts.Dropped, Counted("__dropped"), Counted("__reason"), outcomes, [], null, null);
    }

    private void WriteKept(string path, List<string> written, List<string> changed, long rows)
    {
        var left = Rows($"NOT ({TableStepRun.IsKept})");
        List<string> worked = [.. written.Except(changed, StringComparer.Ordinal)];
        List<RowStep> needed = [.. new StepChain(_steps).Making(worked, _steps.Count).Select(i => _steps[i])];
        var at = 0;
        var outputs = written.Select(name => changed.IndexOf(name) is >= 0 and var place ? new KeptScan.Output(name, place + 1, true) : new KeptScan.Output(name, at++, false)).ToList();
        var values = changed.Count == 0 ? null : Engine.Scan($"SELECT __row, {string.Join(", ", changed.Select(Sql))} FROM r WHERE {TableStepRun.IsKept}");
        using var kept = new KeptScan(_rows.Scan(needed, worked), left, areLeft: true, rows, _source, outputs, values);
        CleanedFile.Write(path, kept, Kind, () => Spill + "-writer", _cancel);
    }

    private void WriteAside(string path, long rows)
    {
        var aside = Rows("__reason IS NOT NULL");
        List<KeptScan.Output> outputs = [new("row", 0, true), new("reason", 1, true), .. _columns.Select((name, i) => new KeptScan.Output(name, i, false))];
        using var kept = new KeptScan(_rows.Open(_columns), aside, areLeft: false, rows, _source, outputs, Engine.Scan("SELECT __row, __reason FROM r WHERE __reason IS NOT NULL"));
        CleanedFile.Write(path, kept, static _ => ColumnKind.Text, () => Spill + "-writer", _cancel);
    }

    private RowSet Rows(string condition)
    {
        var rows = new RowSet();
        using var found = Engine.Scan($"SELECT __row FROM r WHERE {condition}");
        while (found.Next(_cancel) is { } batch)
        {
            for (var row = 0; row < batch.Rows; row++)
            {
                rows.Add(batch.Columns[0].Integers[row]);
            }
        }

        return rows;
    }

    /// <summary>Columns that a table step looks at or changes, where it names them.</summary>
    private static IEnumerable<string> Looks(TableStep step) => step switch
    {
        DropDuplicatesStep exact => [.. exact.Columns, .. Changes(exact)],
        FuzzyDuplicatesStep fuzzy => [.. fuzzy.Columns, .. fuzzy.Reads.Keys, .. Changes(fuzzy)],
        QuarantineStep quarantine => quarantine.Reads.Keys,
        FillStep fill => [fill.Column, fill.Order, .. fill.By is { } by ? [by] : Array.Empty<string>()],
        _ => [],
    };

    private static IEnumerable<string> Changes(TableStep step) => step switch
    {
        DropDuplicatesStep { Merge: { } merge } => merge.Keys,
        FuzzyDuplicatesStep { Merge: { } merge } => merge.Keys,
        FillStep fill => [fill.Column],
        _ => [],
    };

    /// <summary>A missing value that takes one byte a row: one of a few texts may come in its place.</summary>
    private static string Nothing(IEnumerable<string> texts) => $"CAST(NULL AS ENUM ({string.Join(", ", texts.Select(SqlText.Text))}))";

    private string Sql(string name) => string.Create(CultureInfo.InvariantCulture, $"c{_all.IndexOf(name)}");

    private ColumnKind Kind(string name) => _kinds.GetValueOrDefault(name, ColumnKind.Text);

    private bool IsNumber(string name) => Kind(name) is ColumnKind.Number or ColumnKind.Date;

    private void SetKinds()
    {
        foreach (var step in _steps)
        {
            var made = step is DeriveStep derive ? derive.Parsed().Type switch { ExpressionType.Number => ColumnKind.Number, ExpressionType.Date => ColumnKind.Date, _ => ColumnKind.Text } : step.ReadsAs();
            foreach (var name in step.Writes())
            {
                _kinds[name] = made ?? Kind(name);
            }
        }
    }

    private SortedDictionary<string, long> Counted(string column)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (name, count) in Engine.List($"SELECT CAST({column} AS VARCHAR), count(*) FROM r WHERE {column} IS NOT NULL GROUP BY 1", reader => (reader.GetString(0), reader.GetInt64(1))))
        {
            counts[name] = count;
        }

        return counts;
    }

    /// <summary>Counts the rows that pass.</summary>
    private sealed class CountedScan(ITableScan scan) : ITableScan
    {
        public long Rows { get; private set; }

        public IReadOnlyList<ScannedColumn> Columns => scan.Columns;

        public TableBatch? Next(CancellationToken cancel)
        {
            var batch = scan.Next(cancel);
            Rows += batch?.Rows ?? 0;
            return batch;
        }

        public void Dispose() => scan.Dispose();
    }

    private sealed class NoRows(IReadOnlyList<ScannedColumn> columns) : ITableScan
    {
        public IReadOnlyList<ScannedColumn> Columns { get; } = columns;

        public TableBatch? Next(CancellationToken cancel) => null;

        public void Dispose()
        {
        }
    }
}
