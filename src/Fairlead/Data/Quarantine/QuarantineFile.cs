using System.Globalization;
using System.Text;
using Fairlead.Data.Scanning;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Quarantine;

/// <summary>The quarantine as a CSV file to edit in any program: the rows with their reasons, a decision to fill in, and the values to put right.</summary>
/// <remarks>
/// Columns: <c>row:key</c>, <c>row:content</c> (both name the row: leave them), <c>row:reasons</c>, <c>row:decision</c> (empty, release or drop), <c>row:because</c>, then the data's columns.
/// A changed value is a repair; an emptied one makes it missing. A row left as it was is no decision. docs/formats/quarantine-file.md.
/// </remarks>
public static class QuarantineFile
{
    public const string Key = "row:key";
    public const string Content = "row:content";
    public const string Reasons = "row:reasons";
    public const string Decision = "row:decision";
    public const string Because = "row:because";

    private static readonly string[] Own = [Key, Content, Reasons, Decision, Because];

    /// <summary>Writes the rows; the file is there whole or not at all.</summary>
    public static void Write(string path, IReadOnlyList<QuarantineRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var text = new StringBuilder();
        Line(text, [.. Own, .. rows.Count > 0 ? rows[0].Values.Select(value => value.Key) : []]);
        foreach (var row in rows)
        {
            Line(text, [row.Key, row.Content, row.Reason, null, null, .. row.Values.Select(value => value.Value)]);
        }

        DurableFile.Write(path, text.ToString());
    }

    /// <summary>Reads what was decided in an edited file.</summary>
    /// <param name="rows">The quarantine as it stands.</param>
    /// <exception cref="FaultException">Columns are missing, a row is not in quarantine, a decision is none: every fault with its line.</exception>
    public static IReadOnlyList<RowRepair> Read(string path, IReadOnlyList<QuarantineRow> rows, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(rows);
        using var scan = TableScan.Open(path);
        var names = scan.Columns.Select(column => column.Name).ToList();
        List<Fault> faults = [.. Own.Where(name => name != Reasons && !names.Contains(name)).Select(name => new Fault($"{path}:1", $"The column \"{name}\" is not in the file.", "Write the file with `fairlead data quarantine export` and keep its columns."))];
        if (faults.Count > 0)
        {
            throw new FaultException(faults);
        }

        var known = rows.ToLookup(row => (row.Key, row.Content));
        List<RowRepair> repairs = [];
        while (scan.Next(CancellationToken.None) is { } batch)
        {
            for (var i = 0; i < batch.Rows; i++)
            {
                var where = string.Create(CultureInfo.InvariantCulture, $"{path}, row {batch.FirstRow + i}");
                string? Value(string name) => batch.Columns[names.IndexOf(name)].Text(i);
                if (known[(Value(Key) ?? "", Value(Content) ?? "")].FirstOrDefault() is not { } row)
                {
                    faults.Add(new Fault(where, $"No row with the key \"{Value(Key)}\" and this content is in quarantine.", "Export the quarantine again: its rows changed."));
                }
                else if (Decided(row, Value, names, at, where, faults) is { } repair)
                {
                    repairs.Add(repair);
                }
            }
        }

        return faults.Count > 0 ? throw new FaultException(faults) : repairs;
    }

    private static RowRepair? Decided(QuarantineRow row, Func<string, string?> value, List<string> names, DateTimeOffset at, string where, List<Fault> faults)
    {
        var changed = row.Values.Where(pair => names.Contains(pair.Key) && value(pair.Key) != pair.Value).ToDictionary(pair => pair.Key, pair => value(pair.Key), StringComparer.Ordinal);
        var decision = value(Decision)?.Trim();
        var because = value(Because)?.Trim();
        if (decision is not (null or RowRepair.Set or RowRepair.Release or RowRepair.Drop))
        {
            faults.Add(new Fault(where, $"\"{decision}\" is not a decision.", "Write release or drop, or leave it empty and change the values."));
        }
        else if (decision is RowRepair.Release or RowRepair.Drop && string.IsNullOrEmpty(because))
        {
            faults.Add(new Fault(where, $"A {decision} needs its reason.", $"Say why in the column {Because}."));
        }
        else if (decision is RowRepair.Release or RowRepair.Drop && changed.Count > 0)
        {
            faults.Add(new Fault(where, $"The row is to {decision} and has changed values too ({string.Join(", ", changed.Keys)}).", "Do one: change values, or release, or drop."));
        }
        else if (decision == RowRepair.Set && changed.Count == 0)
        {
            faults.Add(new Fault(where, "The row is to be set, but no value is changed.", "Change a value, or leave the decision empty."));
        }
        else
        {
            return decision switch
            {
                RowRepair.Release => new RowRepair(row.Key, row.Content, decision, null, row.Reasons, because, at),
                RowRepair.Drop => new RowRepair(row.Key, row.Content, decision, null, null, because, at),
                _ => changed.Count == 0 ? null : new RowRepair(row.Key, row.Content, RowRepair.Set, changed, null, because, at),
            };
        }

        return null;
    }

    private static void Line(StringBuilder text, IReadOnlyList<string?> fields)
    {
        text.AppendJoin(',', fields.Select(field => field is null ? "" : CsvText.Field(field))).Append('\n');
    }
}
