using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Fairlead.Data.Versions;
using Fairlead.Iterations;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;
using Spectre.Console;

namespace Fairlead.Cli;

/// <summary><c>fairlead data diff A B --key COL</c>: what changed between two tables.</summary>
internal static partial class DataDiffVerb
{
    private const int ShownRows = 5;

    public static Command Build()
    {
        var a = new Argument<string>("A") { HelpName = "A", Description = "A file, a version by its id, or FOLDER@ITERATION." };
        var b = new Argument<string>("B") { HelpName = "B", Description = "The same, after." };
        var key = new Option<string[]>("--key") { HelpName = "COL", Description = "Column that identifies a row; more than once for a key of several columns.", DefaultValueFactory = _ => [] };
        var output = new Option<string?>("--output", "-o") { HelpName = "FILE", Description = "Write the whole difference as JSON lines; `fairlead data apply` turns A into B with it." };
        var duplicates = new Option<string>("--duplicates") { HelpName = "RULE", Description = "When a key occurs again: fault, or pair (the n-th row with the n-th).", DefaultValueFactory = _ => "fault" };
        duplicates.AcceptOnlyFromAmong("fault", "pair");
        var examples = new Option<int>("--examples") { HelpName = "N", Description = "Most rows of each kind to show.", DefaultValueFactory = _ => CompareTables.ExamplesDefault };
        var command = new Command("diff", "Compare two tables by key: rows added, removed, changed cell by cell, columns, distributions.") { a, b, key, output, duplicates, examples };
        var reading = ReadingOptions.Of(command);
        command.Runs((parsed, cancel) =>
        {
            WrittenFiles.Check([("--output", parsed.GetValue(output))], [parsed.GetValue(a), parsed.GetValue(b)]);
            using var workspace = WorkspaceFolder.Open();
            var request = new CompareTables.Request(
                NamedTable.Find(workspace, parsed.GetValue(a)!, "data diff", reading.Read(parsed)), NamedTable.Find(workspace, parsed.GetValue(b)!, "data diff", reading.Read(parsed)), parsed.GetValue(key)!,
                parsed.GetValue(duplicates) == "pair", parsed.GetValue(output), Math.Max(0, parsed.GetValue(examples)));
            var outcome = CompareTables.Run(request, cancel);
            if (parsed.WantsJson())
            {
                Edge.Write(outcome, DiffJson.Default.Outcome);
            }
            else
            {
                Show(outcome);
            }

            return Task.FromResult(outcome.Identical ? Edge.Done : Edge.No);
        });
        return command;
    }

    private static void Show(CompareTables.Outcome outcome)
    {
        AnsiConsole.MarkupLineInterpolated($"[bold]{Count(outcome.Added)}[/] added, [bold]{Count(outcome.Removed)}[/] removed, [bold]{Count(outcome.Changed)}[/] changed ({Counted.Of(outcome.Cells, "value")}), {Count(outcome.Unchanged)} the same{(outcome.Moved > 0 ? $", {Count(outcome.Moved)} in another place" : "")}.");
        AnsiConsole.MarkupLineInterpolated($"{outcome.A.Name}: {Counted.Of(outcome.A.Rows, "row")}, {Counted.Of(outcome.A.Columns, "column")}. {outcome.B.Name}: {Counted.Of(outcome.B.Rows, "row")}, {Counted.Of(outcome.B.Columns, "column")}. Rows are matched by {string.Join(", ", outcome.Key)}.");
        if (outcome.Repeated > 0)
        {
            AnsiConsole.MarkupLineInterpolated($"{Counted.Of(outcome.Repeated, "row")} {(outcome.Repeated == 1 ? "repeats" : "repeat")} a key; the n-th row was compared with the n-th.");
        }

        foreach (var column in outcome.Schema.Added)
        {
            AnsiConsole.MarkupLineInterpolated($"column [green]+ {column.Column}[/] ({column.Type})");
        }

        foreach (var column in outcome.Schema.Removed)
        {
            AnsiConsole.MarkupLineInterpolated($"column [red]- {column.Column}[/] ({column.Type})");
        }

        foreach (var column in outcome.Schema.Retyped)
        {
            AnsiConsole.MarkupLineInterpolated($"column [yellow]~ {column.Column}[/]: {column.Before} is now {column.After}");
        }

        ShowColumns(outcome.Columns);
        foreach (var row in outcome.Examples.Changed.Take(ShownRows))
        {
            AnsiConsole.MarkupLineInterpolated($"[yellow]~[/] {Key(row.Key)}: {string.Join(", ", row.Cells.Select(cell => $"{cell.Column} {Value(cell.Before)} → {Value(cell.After)}"))}");
        }

        ShowRows("green", "+", outcome.Examples.Added);
        ShowRows("red", "-", outcome.Examples.Removed);
        if (outcome.Output is { } path)
        {
            AnsiConsole.MarkupLineInterpolated($"The whole difference is in {path}.");
        }
    }

    private static void ShowColumns(IReadOnlyList<ColumnChange> columns)
    {
        var moved = columns.Where(column => column.Changed > 0 || column.Missing.Before != column.Missing.After || column.Drift is { Effect: > 0 }).ToList();
        if (moved.Count == 0)
        {
            return;
        }

        var table = new Table().Border(TableBorder.Rounded).AddColumns("column", "values changed", "missing", "how its values lie");
        foreach (var column in moved)
        {
            table.AddRow(Markup.Escape(column.Column), Count(column.Changed), $"{Share(column.Missing.Before)} → {Share(column.Missing.After)}", Markup.Escape(Lies(column)));
        }

        AnsiConsole.Write(table);
    }

    private static string Lies(ColumnChange column)
    {
        var moved = column.Drift is { } drift ? string.Create(CultureInfo.InvariantCulture, $"effect {drift.Effect:0.000} ({drift.Interval[0]:0.000} to {drift.Interval[1]:0.000}){(drift.Drifted ? ", drift" : "")}: ") : "";
        return column switch
        {
            { Numbers: { } numbers } => string.Create(CultureInfo.InvariantCulture, $"{moved}mean {numbers.MeanBefore:G5} → {numbers.MeanAfter:G5}"),
            { Levels.Most: [_, ..] most } => moved + string.Join(", ", most.Take(3).Select(level => $"{level.Level} {Share(level.Before)} → {Share(level.After)}")),
            _ => moved.TrimEnd(' ', ':'),
        };
    }

    private static void ShowRows(string colour, string sign, IReadOnlyList<CompareTables.RowView> rows)
    {
        foreach (var row in rows.Take(ShownRows))
        {
            AnsiConsole.MarkupLine($"[{colour}]{sign}[/] {Markup.Escape(Key(row.Key))}: {Markup.Escape(string.Join(", ", row.Values.Take(8).Select(cell => $"{cell.Key} {Value(cell.Value)}")))}{(row.Values.Count > 8 ? ", …" : "")}");
        }
    }

    private static string Key(IReadOnlyList<string?> key) => string.Join(" / ", key.Select(Value));

    private static string Value(string? value) => value ?? "(missing)";

    private static string Share(double share) => share.ToString("0.0 %", CultureInfo.InvariantCulture);

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    [JsonSerializable(typeof(CompareTables.Outcome))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
    internal sealed partial class DiffJson : JsonSerializerContext;
}
