using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Fairlead.Data.Privacy;
using Fairlead.Models.Personal;
using Fairlead.Workspace;
using Spectre.Console;

namespace Fairlead.Cli;

/// <summary><c>fairlead data scan FILE | --text TEXTS.jsonl</c>: where personal data is.</summary>
internal static partial class DataScanVerb
{
    public static Command Build()
    {
        var file = new Argument<string?>("FILE") { Description = "Table to scan: CSV, TSV, JSON lines, a JSON array or Parquet.", Arity = ArgumentArity.ZeroOrOne };
        var text = new Option<string?>("--text") { HelpName = "TEXTS.jsonl", Description = "Texts to scan instead: lines {\"id\": …, \"text\": \"…\"}. Prints one JSON line a text." };
        var command = new Command("scan", "Find personal data in the columns of a table or inside texts. Exit 3: columns hold some.") { file, text };
        var reading = ReadingOptions.Of(command);
        command.Runs((parsed, cancel) =>
        {
            var (table, texts) = (parsed.GetValue(file), parsed.GetValue(text));
            if (table is null == texts is null)
            {
                throw new FaultException("data scan", table is null ? "Nothing is named to scan." : "Both a table and texts are named.", "Run: fairlead data scan FILE, or: fairlead data scan --text TEXTS.jsonl", wrongUse: true);
            }

            if (texts is not null)
            {
                using var output = Console.OpenStandardOutput();
                ScanTexts.Run(texts, output, cancel);
                return Task.FromResult(Edge.Done);
            }

            var outcome = ScanFile.Run(table!, cancel, reading.Read(parsed));
            if (parsed.WantsJson())
            {
                Edge.Write(View.Of(outcome), ScanJson.Default.View);
            }
            else
            {
                Show(outcome);
            }

            return Task.FromResult(outcome.Personal ? Edge.No : Edge.Done);
        });
        return command;
    }

    private static void Show(ScanFile.Outcome outcome)
    {
        var found = outcome.Columns.Where(column => column.Suggestion != "none").ToList();
        if (found.Count == 0)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(outcome.Rows, "row")}, {Counted.Of(outcome.Columns.Count, "column")}: no personal data found."));
            return;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(outcome.Rows, "row")}; {found.Count} of {Counted.Of(outcome.Columns.Count, "column")} {(found.Count == 1 ? "holds" : "hold")} personal data:"));
        var table = new Table().Border(TableBorder.Rounded).AddColumns("column", "holds", "share", "like", "write");
        foreach (var column in found)
        {
            var first = column.Entities.FirstOrDefault(entity => column.Entity is null || entity.Entity == column.Entity);
            var holds = column.Entity is { } entity ? PersonalEntities.Words(entity) + (column.By == "name" ? " (by its name)" : "") : string.Join(", ", column.Entities.Take(3).Select(e => PersonalEntities.Words(e.Entity))) + " inside";
            table.AddRow(Markup.Escape(column.Column), Markup.Escape(holds), string.Create(CultureInfo.InvariantCulture, $"{100 * column.Share:0.##} %"), Markup.Escape(first?.Example ?? ""), $"personal: {column.Suggestion}");
        }

        AnsiConsole.Write(table);
    }

    /// <param name="Personal">A column holds personal data: exit code 3.</param>
    internal sealed record View(long Rows, bool Personal, IReadOnlyList<ColumnView> Columns)
    {
        public static View Of(ScanFile.Outcome outcome) => new(outcome.Rows, outcome.Personal,
            [.. outcome.Columns.Select(c => new ColumnView(c.Column, c.Entity is { } entity ? PersonalEntities.Name(entity) : null, c.By, c.Sampled, c.Share, c.Suggestion,
                [.. c.Entities.Select(e => new EntityView(PersonalEntities.Name(e.Entity), e.Rows, (double)e.Rows / c.Sampled, e.Example))]))]);
    }

    /// <param name="Entity">What the column as a whole is, or null.</param>
    /// <param name="By">values, name, text, or null.</param>
    /// <param name="Suggestion">drop, pseudonym, generalise, mask, none.</param>
    internal sealed record ColumnView(string Column, string? Entity, string? By, long Sampled, double Share, string Suggestion, IReadOnlyList<EntityView> Entities);

    /// <param name="Example">The shape of one value, never its text.</param>
    internal sealed record EntityView(string Entity, long Rows, double Share, string Example);

    [JsonSerializable(typeof(View))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    internal sealed partial class ScanJson : JsonSerializerContext;
}
