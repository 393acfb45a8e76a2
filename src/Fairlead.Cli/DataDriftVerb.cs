using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Fairlead.Data.Drift;
using Fairlead.Web.Design.Charts;
using Spectre.Console;

namespace Fairlead.Cli;

/// <summary><c>fairlead data drift REFERENCE CURRENT</c>: which columns are spread otherwise.</summary>
internal static partial class DataDriftVerb
{
    private const int ColumnCut = 24;

    public static Command Build()
    {
        var reference = new Argument<string>("REFERENCE") { Description = "Table that says how it should be." };
        var current = new Argument<string>("CURRENT") { Description = "Table to judge." };
        var method = new Option<string>("--method") { HelpName = "NAME", Description = "auto, ks, wasserstein, chi_square, psi, jensen_shannon, hellinger, kl or z.", DefaultValueFactory = _ => "auto" };
        var columns = new Option<string?>("--columns") { HelpName = "A,B", Description = "Columns to compare; all when not given." };
        var looks = new Option<int>("--looks") { HelpName = "N", Description = "How often one looks before the reference is renewed: the false alarms of all looks share one budget.", DefaultValueFactory = _ => CompareTables.DefaultLooks };
        var effect = new Option<double>("--effect") { HelpName = "SHARE", Description = "Smallest share of rows whose change is worth an alarm.", DefaultValueFactory = _ => CompareTables.DefaultEffect };
        var command = new Command("drift", "Which columns of a table are spread otherwise than in a reference; exit code 3 when any is.") { reference, current, method, columns, looks, effect };
        var reading = ReadingOptions.Of(command);
        command.Runs((parsed, cancel) =>
        {
            var report = CompareTables.Run(
                new CompareTables.Request(parsed.GetRequiredValue(reference), parsed.GetRequiredValue(current), parsed.GetValue(method)!, parsed.GetValue(columns)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), parsed.GetValue(looks), CompareTables.DefaultAlpha, parsed.GetValue(effect), reading.Read(parsed)),
                cancel);
            if (parsed.WantsJson())
            {
                Edge.Write(report, DriftReportJson.Default.DriftReport);
            }
            else
            {
                Print(report);
            }

            return Task.FromResult(report.Drifted ? Edge.No : Edge.Done);
        });
        return command;
    }

    private static void Print(DriftReport report)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("", "column", "method", "score", "p", "effect", "missing");
        for (var i = 3; i < 7; i++)
        {
            table.Columns[i].RightAligned();
        }

        foreach (var column in report.Columns.OrderByDescending(c => c.Drifted))
        {
            table.AddRow(
                column.Drifted ? "[red]●[/]" : "[green]·[/]", Markup.Escape(Cut(column.Column)), column.Of == "length" ? $"{column.Method}, length" : column.Method,
                Figures.Of(column.Score), (column.Adjusted ?? column.P) is { } p ? Small(p) : "", $"{Figures.Of(column.Effect)} ({Figures.Of(column.Interval[0])} to {Figures.Of(column.Interval[1])})",
                column.Missing is { } missing ? $"{Figures.Percent(missing.Reference)} → {Figures.Percent(missing.Current)}" : "");
        }

        AnsiConsole.Write(table);
        foreach (var column in report.Columns.Where(c => c.Drifted))
        {
            AnsiConsole.MarkupLineInterpolated($"[red]●[/] {column.Column}: {column.Says}");
        }

        foreach (var column in report.Removed)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]●[/] {column} is gone.");
        }

        if (report.Added.Count > 0)
        {
            AnsiConsole.MarkupLineInterpolated($"New: {string.Join(", ", report.Added)}.");
        }

        if (report.Skipped.Count > 0)
        {
            AnsiConsole.MarkupLineInterpolated($"Not compared: {string.Join("; ", report.Skipped.Select(s => $"{s.Column} ({s.Why})"))}.");
        }

        AnsiConsole.MarkupLineInterpolated($"{(report.Drifted ? "Drift." : "No drift.")} {Figures.Count(report.ReferenceRows, "row")} against {Figures.Count(report.CurrentRows)}{(report.Method == "auto" ? $"; at most {Figures.Percent(report.Alpha)} chance of a false alarm in {Figures.Count(report.Looks, "look")} over all columns; changes under {Figures.Percent(report.MinimumEffect)} of the rows (of a rare rate: by less than half of it) are no alarm" : "")}.");
    }

    private static string Small(double p) => p < 0.0001 ? p.ToString("0e-0", CultureInfo.InvariantCulture) : p.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Cut(string text) => text.Length > ColumnCut ? text[..(ColumnCut - 1)] + "…" : text;

    [JsonSerializable(typeof(DriftReport))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    internal sealed partial class DriftReportJson : JsonSerializerContext;
}
