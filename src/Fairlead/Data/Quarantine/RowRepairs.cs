using System.Globalization;
using Fairlead.Data.Cleaning;
using Fairlead.Data.Privacy;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Data.Quarantine;

/// <summary>Applies repairs of single rows to the working table: other raw values before anything else, releases and drops once the reasons are known.</summary>
internal sealed class RowRepairs
{
    private readonly CleanPlan _plan;
    private readonly DataEngine _engine;
    private readonly List<(long Row, RowRepair Repair)> _found = [];
    private readonly IReadOnlyList<RowRepair> _repairs;
    private readonly string _source;

    /// <exception cref="FaultException">A repair names a column that the data does not have, or a reason that can't be waived.</exception>
    public RowRepairs(CleanPlan plan, DataEngine engine, IReadOnlyList<RowRepair> repairs)
    {
        (_plan, _engine, _source) = (plan, engine, plan.RawTable);
        _repairs = [.. repairs.OrderBy(repair => repair.At).GroupBy(repair => (repair.Key, repair.Content)).Select(same => same.Last())];
        var faults = _repairs.SelectMany(repair => Faults(plan, repair)).ToList();
        if (faults.Count > 0)
        {
            throw new FaultException(faults);
        }

        if (_repairs.Count == 0)
        {
            return;
        }

        engine.Execute("CREATE OR REPLACE TABLE repaired (n VARCHAR, key VARCHAR)");
        engine.Append("repaired", _repairs.Select((repair, n) => new string?[] { n.ToString(CultureInfo.InvariantCulture), repair.Key }));
        _found.AddRange(engine.List($"SELECT raw.__row, CAST(n AS INTEGER), {Content(plan, "raw")} FROM {plan.RawTable} raw JOIN repaired ON raw.__key = key ORDER BY 1",
            reader => (Row: reader.GetInt64(0), Repair: _repairs[reader.GetInt32(1)], Content: reader.GetString(2))).Where(one => Is(one.Repair, one.Content, plan.Ids)).Select(one => (one.Row, one.Repair)));
        SetValues();
    }

    /// <summary>Whether the repair is of a row with its key and this content: as it is named now, or as it was before contents were keyed.</summary>
    public static bool Is(RowRepair repair, string content, RowIds? ids) => repair.Content == content || repair.Content == ids?.Content(repair.Key, content);

    /// <summary>The content of a row before it is keyed, as SQL over a raw table.</summary>
    private static string Content(CleanPlan plan, string table) => Content(plan.Kept.Where(column => !column.Derived).Select(column => column.RawOf(table)));

    /// <summary>The same over columns that are as the quarantine shows them.</summary>
    public static string Content(IEnumerable<string> shown) => $"left(md5({RowHash.Of(shown)}), 16)";

    /// <summary>The source's rows as a table expression, before any repair: what the quarantine shows.</summary>
    public string SourceTable => _source;

    /// <summary>Takes released and dropped rows out of quarantine. Once every reason stands in <c>__reason</c>.</summary>
    public void Decide()
    {
        var decided = _found.Where(found => found.Repair.Action != RowRepair.Set).ToList();
        if (decided.Count == 0)
        {
            return;
        }

        _engine.Execute("CREATE OR REPLACE TABLE decided (row VARCHAR, drops VARCHAR, reasons VARCHAR)");
        _engine.Append("decided", decided.Select(found => new string?[]
        {
            found.Row.ToString(CultureInfo.InvariantCulture), found.Repair.Action == RowRepair.Drop ? "repair" : null, string.Join("; ", found.Repair.Reasons ?? []),
        }));
        _engine.Execute("""
            UPDATE r SET __dropped = 'left out by a person', __reason = NULL FROM decided WHERE __row = CAST(row AS BIGINT) AND drops IS NOT NULL;
            UPDATE r SET __reason = NULLIF(array_to_string(list_filter(string_split(__reason, '; '), x -> NOT list_contains(string_split(reasons, '; '), x)), '; '), '')
            FROM decided WHERE __row = CAST(row AS BIGINT) AND drops IS NULL AND __reason IS NOT NULL
            """);
    }

    /// <summary>What the repairs came to. After <see cref="Decide"/>.</summary>
    public IEnumerable<StepOutcome> Steps()
    {
        foreach (var action in RowRepair.Actions)
        {
            var rows = _found.Where(found => found.Repair.Action == action).ToList();
            if (rows.Count > 0)
            {
                var examples = rows.Take(ExampleReader.Shown).Select(found => new RowExample(found.Row, found.Repair.Because, Says(found.Repair))).ToList();
                yield return new StepOutcome(RepairSteps.Of(action), null, rows.Count, examples);
            }
        }
    }

    public IEnumerable<Finding> Findings()
    {
        var waiting = _repairs.Count - _found.Select(found => found.Repair).Distinct().Count();
        if (waiting > 0)
        {
            yield return new Finding("correction", null, string.Create(CultureInfo.InvariantCulture, $"{waiting:N0} {(waiting == 1 ? "repair names a row" : "repairs name rows")} that the source no longer has, or has with other values."),
                "Kept in corrections/ for the day the rows come back.", waiting, []);
        }
    }

    private static string Says(RowRepair repair) => repair.Action switch
    {
        RowRepair.Set => string.Join(", ", repair.Values!.Keys.Order(StringComparer.Ordinal)),
        RowRepair.Release => string.Join(", ", repair.Reasons!),
        _ => "left out",
    };

    private static IEnumerable<Fault> Faults(CleanPlan plan, RowRepair repair)
    {
        foreach (var column in (repair.Values ?? new Dictionary<string, string?>()).Keys.Where(name => plan.Find(name) is not { Dropped: false, Derived: false }))
        {
            yield return new Fault($"{CorrectionsFolder.Name}/{CorrectionsFolder.RowsFile}, key {repair.Key}", $"The repair sets the column \"{column}\", which rows in quarantine do not have.{NearestName.Hint(column, plan.Kept.Where(kept => !kept.Derived).Select(kept => kept.Name))}", "Name another column, or take the line away.");
        }

        if (repair.Reasons?.Any(NeedsLabel) == true)
        {
            yield return new Fault($"{CorrectionsFolder.Name}/{CorrectionsFolder.RowsFile}, key {repair.Key}", "A row without a label can't be released: there is nothing to learn from it.", $"Set the value of \"{plan.Target.Name}\" instead, or drop the row.");
        }
    }

    /// <summary>A row without a label can't be learnt from, whoever says so.</summary>
    private static bool NeedsLabel(string reason) => reason is "no label" or "label is not a number";

    private void SetValues()
    {
        var set = _found.Where(found => found.Repair.Action == RowRepair.Set).ToList();
        if (set.Count > 0)
        {
            var source = _plan.Source;
            var values = set.SelectMany(found => found.Repair.Values!.Keys).Distinct(StringComparer.Ordinal)
                .ToDictionary(name => name, name => (IReadOnlyDictionary<long, string?>)set.Where(found => found.Repair.Values!.ContainsKey(name)).ToDictionary(found => found.Row, found => found.Repair.Values![name]), StringComparer.Ordinal);
            _plan.Repair(source with { Open = columns => RepairedScan.Open(source, columns, values) }, _engine);
        }
    }
}
