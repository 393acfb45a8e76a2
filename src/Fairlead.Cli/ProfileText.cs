using System.Globalization;
using Fairlead.Data.Profiles;
using Fairlead.Web.Design.Charts;
using Spectre.Console;
using ValueType = Fairlead.Data.Profiles.ValueType;

namespace Fairlead.Cli;

/// <summary>A profile for a terminal of a hundred columns.</summary>
internal static class ProfileText
{
    private const string Blocks = " ▁▂▃▄▅▆▇█";
    private const int Cut = 18;
    private const int PairsShown = 12;

    /// <summary>Signs of a small histogram, so that a row fits a hundred columns.</summary>
    private const int Signs = 10;

    public static void Print(TableProfile profile)
    {
        Say($"[bold]{Figures.Count(profile.Rows, "row")}, {Figures.Count(profile.Columns.Count, "column")}[/]");
        var columns = new Table().Border(TableBorder.Simple).AddColumns("column", "type", "missing", "distinct", "values", "spread");
        columns.Columns[2].RightAligned();
        columns.Columns[3].RightAligned();
        foreach (var column in profile.Columns)
        {
            columns.AddRow(
                Escaped(column.Name), column.Type.ToString().ToLowerInvariant() + (column.Constant ? " [yellow]constant[/]" : column.IdLike ? " [grey]id[/]" : ""),
                column.Missing == 0 ? "" : Figures.Percent(column.MissingShare), (column.Distinct.Exact ? "" : "~") + Figures.Count(column.Distinct.Count), Values(column), Markup.Escape(Spread(column)));
        }

        AnsiConsole.Write(columns);
        foreach (var column in profile.Columns.Where(c => c.Unlike is not null))
        {
            Say($"[yellow]![/] {Escaped(column.Name)}: {Figures.Count(column.Unlike!.Count, "value")} not read as {column.Type.ToString().ToLowerInvariant()}, such as {Markup.Escape(string.Join(", ", column.Unlike.Examples.Take(3).Select(e => $"\"{Short(e.Value)}\" (row {Figures.Count(e.Row)})")))}");
        }

        foreach (var column in profile.Columns.Where(c => c.Numbers is { Outliers: var o } && o.Below + o.Above > 0))
        {
            var outliers = column.Numbers!.Outliers;
            Say($"[grey]·[/] {Escaped(column.Name)}: {Figures.Count(outliers.Below + outliers.Above, "value")} outside {Figures.Of(outliers.LowFence)} to {Figures.Of(outliers.HighFence)}, the furthest {Figures.Of(Furthest(outliers))}");
        }

        Repeats(profile.Duplicates);
        Balance(profile.Target);
        Pairs(profile.Correlations);
    }

    private static void Repeats(DuplicateRows repeats)
    {
        var error = repeats.Error > 0 ? $", ± {Figures.Count((long)Math.Ceiling(1.96 * repeats.Error))}" : "";
        Say($"{Figures.Count(repeats.Rows, "row")} repeated exactly; {Figures.Count(repeats.NearRows)} more but for case, spaces and punctuation{(repeats.Ignored.Count == 0 ? "" : $" (without {Markup.Escape(string.Join(", ", repeats.Ignored))})")}{error}.");
    }

    private static void Balance(ClassBalance? balance)
    {
        if (balance is null)
        {
            return;
        }

        Say($"[bold]{Escaped(balance.Column)}[/]: {Markup.Escape(balance.Says)}");
        foreach (var one in balance.Classes.Take(PairsShown))
        {
            Say($"  {Markup.Escape(Short(one.Value).PadRight(Cut))} {Figures.Percent(one.Share),8}  {new string('█', (int)Math.Round(one.Share * 40))}");
        }
    }

    private static void Pairs(CorrelationTable correlations)
    {
        var pairs = correlations.Pairs.Where(p => Math.Abs(p.Value) >= Math.Max(0.1, correlations.Error)).Take(PairsShown).ToList();
        if (pairs.Count == 0)
        {
            return;
        }

        var table = new Table().Border(TableBorder.Simple).Title(correlations.Exact ? "strongest correlations" : $"strongest correlations, {Figures.Count(correlations.Rows)} sampled rows, ± {Figures.Of(correlations.Error)}").AddColumns("column", "with", "measure", "value");
        table.Columns[3].RightAligned();
        foreach (var pair in pairs)
        {
            table.AddRow(Escaped(pair.A), Escaped(pair.B), pair.Measure.Replace('_', ' '), pair.Value.ToString("0.00", CultureInfo.InvariantCulture));
        }

        AnsiConsole.Write(table);
    }

    private static string Values(ProfiledColumn column) => column switch
    {
        { Numbers: { } numbers } => Markup.Escape($"{Figures.Of(numbers.Min)} … {Figures.Of(numbers.Quantiles[4].Value)} … {Figures.Of(numbers.Max)}"),
        { Dates: { } dates } => Markup.Escape($"{dates.First[..10]} … {dates.Last[..10]}"),
        { Type: ValueType.Text, Texts.Patterns: [var pattern, ..] } when column.Top.Values is [] or [{ Share: < 0.01 }, ..] => Markup.Escape($"{Short(pattern.Pattern)} {Figures.Percent(pattern.Share)}"),
        { Top.Values: [var first, ..] } => Markup.Escape($"{Short(first.Value)} {Figures.Percent(first.Share)}"),
        _ => "",
    };

    private static string Spread(ProfiledColumn column) => column switch
    {
        { Numbers: { } numbers } => Bars(numbers.Histogram),
        { Dates: { } dates } => Bars(dates.Histogram),
        { Type: ValueType.Category or ValueType.Boolean } => Bars([.. column.Top.Values.Select(v => v.Count)]),
        { Texts: { } texts } => Bars(texts.LengthHistogram),
        _ => "",
    };

    internal static string Bars(IReadOnlyList<long> counts)
    {
        var each = (counts.Count + Signs - 1) / Signs;
        counts = each > 1 ? [.. counts.Chunk(each).Select(some => some.Sum())] : counts;
        var most = counts.Count == 0 ? 0 : counts.Max();
        return most == 0 ? "" : string.Concat(counts.Select(count => Blocks[count == 0 ? 0 : (int)Math.Ceiling(count * 8.0 / most)]));
    }

    private static double Furthest(Outliers outliers) => outliers.Examples.Count == 0 ? outliers.HighFence
        : outliers.Examples.MaxBy(e => Math.Max(e.Value - outliers.HighFence, outliers.LowFence - e.Value))!.Value;

    private static void Say(string markup) => AnsiConsole.MarkupLine(markup);

    private static string Escaped(string text) => Markup.Escape(Short(text));

    private static string Short(string text) => text.Length > Cut ? text[..(Cut - 1)] + "…" : text;
}
