using System.Globalization;
using System.Text;
using Fairlead.Data.Scanning;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Projects.Inference;
using Fairlead.Projects.Writing;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Checks;

/// <summary>A check worth having.</summary>
/// <param name="Text">As an item of a checks file: <c>name: {arguments}</c>.</param>
/// <param name="Reason">What in the data speaks for it.</param>
/// <param name="FailingShare">Share of the rows looked at that fail it now, in [0, 1].</param>
public sealed record SuggestedCheck(CheckRule Rule, string Text, string Reason, double FailingShare);

/// <summary>Proposes checks from one scan of a table. A bound is never the exact smallest or largest value: see <see cref="Outward"/>.</summary>
public static class SuggestChecks
{
    /// <summary>An outlier lies this many interquartile ranges beyond the quartiles.</summary>
    private const double OutlierRanges = 10;

    /// <param name="Rows">Rows of the table.</param>
    /// <param name="Checks">Table first, then column by column.</param>
    public sealed record Outcome(string File, long Rows, IReadOnlyList<SuggestedCheck> Checks)
    {
        /// <summary>A checks file that <c>data check</c> reads, each check with its reason.</summary>
        public string Yaml()
        {
            var text = new StringBuilder();
            text.Append(CultureInfo.InvariantCulture, $"# Proposed from {YamlFlow.OneLine(Path.GetFileName(File))}: {Rows:N0} rows. Bounds leave room: they are not the smallest and largest values seen.\nchecks:\n");
            foreach (var check in Checks)
            {
                text.Append(CultureInfo.InvariantCulture, $"  # {YamlFlow.OneLine(check.Reason)} Would fail {Percent(check.FailingShare)} now.\n  - {check.Text}\n");
            }

            return Checks.Count == 0 ? text.Replace("checks:\n", "checks: []\n").ToString() : text.ToString();
        }
    }

    /// <exception cref="FaultException">The file can't be read.</exception>
    public static Outcome Run(string file, CancellationToken cancel, SourceOptions? reading = null)
    {
        using var scan = TableScan.Open(file, reading: reading);
        return Run(scan, file, cancel);
    }

    internal static Outcome Run(ITableScan scan, string file, CancellationToken cancel)
    {
        var view = new BatchView(scan.Columns);
        var facts = view.Columns.Select(column => new ColumnFacts(column)).ToList();
        using var pairs = new PairFacts(view.Columns);
        try
        {
            long rows = 0;
            while (scan.Next(cancel) is { } batch)
            {
                view.Take(batch);
                rows += batch.Rows;
                facts.ForEach(fact => fact.Take(view));
                pairs.Take(view);
            }

            facts.ForEach(fact => fact.End());
            var found = new List<SuggestedCheck>();
            if (rows >= ProposalRules.RowsMin)
            {
                OfTable(facts, rows, found);
                facts.ForEach(fact => OfColumn(fact, found));
                foreach (var pair in pairs.Found(name => facts.First(fact => fact.Name == name).IsUnique()))
                {
                    Add(found, pair.Row, pair.Table, pair.Reason, pair.FailingShare);
                }
            }

            return new Outcome(file, rows, found);
        }
        finally
        {
            facts.ForEach(fact => fact.Dispose());
        }
    }

    private static void OfTable(List<ColumnFacts> facts, long rows, List<SuggestedCheck> found)
    {
        var (low, high) = Outward.OfRows(rows);
        Add(found, null, new RowCountCheck(low, high), string.Create(CultureInfo.InvariantCulture, $"There are {rows:N0} rows now; a delivery with half or twice as many deserves a look."), 0);
        Add(found, null, new ColumnsSetCheck([.. facts.Select(fact => fact.Name)], true), "The columns as they are.", 0);
    }

    private static void OfColumn(ColumnFacts fact, List<SuggestedCheck> found)
    {
        if (fact.Present == 0)
        {
            return;
        }

        Presence(fact, found);
        var isUnique = fact.IsUnique();
        if (isUnique && fact.Missing == 0)
        {
            Add(found, null, new UniqueCheck([fact.Name]), string.Create(CultureInfo.InvariantCulture, $"Each of the {fact.Rows:N0} values stands once."), 0);
        }

        if (fact.Rises && fact.IsVaried)
        {
            Add(found, null, new OrderCheck(fact.Name, true, false), "Each value is at least the one before it.", 0);
        }

        var isNumber = fact.Numbers.Count >= (1 - ProposalRules.FailingMax) * fact.Present && fact.Codes <= ProposalRules.FailingMax * fact.Present;
        if (fact.Form == VectorForm.Text && !isNumber && Levels(fact, found))
        {
            return;
        }

        if (isNumber)
        {
            Numbers(fact, isUnique, found);
        }
        else if (fact.Form == VectorForm.Text)
        {
            Texts(fact, found);
        }
    }

    private static void Presence(ColumnFacts fact, List<SuggestedCheck> found)
    {
        var share = (double)fact.Missing / fact.Rows;
        if (fact.Missing == 0)
        {
            Add(found, new NotNullCheck(fact.Name), null, "Every row has a value.", 0);
        }
        else if (share <= ProposalRules.FailingMax)
        {
            Add(found, new NotNullCheck(fact.Name), null, string.Create(CultureInfo.InvariantCulture, $"All but {fact.Missing:N0} rows have a value."), share, mostly: Math.Floor((1 - (2 * share)) * 100) / 100);
        }
        else
        {
            // Half as much again, to whole percents.
            var most = Math.Min(1, Math.Ceiling(share * 150) / 100);
            Add(found, null, new StatisticCheck(fact.Name, Statistic.NullProportion, null, most, false, false), $"{Percent(share)} of the rows have no value now; far more would be news.", 0);
        }
    }

    private static bool Levels(ColumnFacts fact, List<SuggestedCheck> found)
    {
        if (fact.Levels is not { } levels || ProposalRules.Names(levels.Select(level => (level.Key, level.Value))) is not { } set)
        {
            return false;
        }

        var reason = set.LeftOut == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{set.Names.Count} names in {fact.Present:N0} rows.")
            : string.Create(CultureInfo.InvariantCulture, $"{set.Names.Count} names make up all but {set.LeftOut:N0} of {fact.Present:N0} rows; {levels.Count - set.Names.Count} rare ones may be slips.");
        Add(found, new InSetCheck(fact.Name, set.Names), null, reason, (double)set.LeftOut / fact.Present);
        return true;
    }

    private static void Numbers(ColumnFacts fact, bool isUnique, List<SuggestedCheck> found)
    {
        var unread = fact.Present - fact.Numbers.Count;
        if (fact.Form == VectorForm.Text)
        {
            var type = fact.Whole == fact.Numbers.Count ? "integer" : "number";
            Add(found, new TypeCheck(fact.Name, type), null, unread == 0 ? $"Every value is {(type == "integer" ? "a whole number" : "a number")}." : string.Create(CultureInfo.InvariantCulture, $"All but {unread:N0} values are {(type == "integer" ? "whole numbers" : "numbers")}."), (double)unread / fact.Present);
        }

        if (isUnique && fact.Whole == fact.Numbers.Count)
        {
            return; // a running number has no bounds
        }

        var quantiles = fact.Numbers.Quantiles!;
        var (low, high) = Outward.Of(fact.Numbers.Min, fact.Numbers.Max);
        var (first, third) = (quantiles.Quantile(0.25), quantiles.Quantile(0.75));
        var range = third - first;
        var (fenceLow, fenceHigh) = (first - (OutlierRanges * range), third + (OutlierRanges * range));
        var far = range > 0 ? fact.Outside(fenceLow, fenceHigh) : 0;
        if (far > 0 && far <= ProposalRules.FailingMax * fact.Present / 10)
        {
            (low, high) = Outward.Of(Math.Max(fact.Numbers.Min, fenceLow), Math.Min(fact.Numbers.Max, fenceHigh));
        }

        // A bound that the column has by its meaning, where it is the nearer one and is not the smallest or largest value.
        var natural = ProposalRules.Natural(fact.Name, quantiles.Rising());
        var strict = natural.StrictMin && natural.Min >= low && natural.Min != fact.Numbers.Min;
        low = natural.Min is { } least && least != fact.Numbers.Min ? Math.Max(low, least) : low;
        high = natural.Max is { } most && most != fact.Numbers.Max ? Math.Min(high, most) : high;
        var outside = fact.Outside(low, high); // what a strict bound leaves out more is the smallest value, which it is not
        var share = (double)(outside + unread) / fact.Present;
        if (share > ProposalRules.FailingMax)
        {
            return;
        }

        Add(found, new BetweenCheck(fact.Name, low, high, StrictMin: strict), null,
            string.Create(CultureInfo.InvariantCulture, $"Half of the values lie from {Said(first)} to {Said(third)}{(outside > 0 ? $"; {outside:N0} lie far outside" : "")}."), share);
    }

    private static void Texts(ColumnFacts fact, List<SuggestedCheck> found)
    {
        var (format, read) = fact.Dates;
        if (read >= (1 - ProposalRules.FailingMax) * fact.Present)
        {
            Add(found, new DateFormatCheck(fact.Name, format), null, read == fact.Present ? $"Every value is written as {format}." : string.Create(CultureInfo.InvariantCulture, $"All but {fact.Present - read:N0} values are written as {format}."), (double)(fact.Present - read) / fact.Present);
            return;
        }

        var shape = fact.Shapes?.MaxBy(one => one.Value);
        if (shape is { Key.Length: > 0 } one && one.Value >= (1 - ProposalRules.FailingMax) * fact.Present)
        {
            Add(found, new MatchesCheck(fact.Name, Pattern(one.Key)), null, one.Value == fact.Present ? "Every value is written alike." : string.Create(CultureInfo.InvariantCulture, $"All but {fact.Present - one.Value:N0} values are written alike."), (double)(fact.Present - one.Value) / fact.Present);
            return;
        }

        var room = Math.Max(2, (int)Math.Ceiling((fact.Lengths.Max - fact.Lengths.Min) * 0.5));
        var (low, high) = (fact.Lengths.Min > room ? fact.Lengths.Min - room : 0, fact.Lengths.Max + room);
        Add(found, new LengthCheck(fact.Name, low == 0 ? null : low, high), null, string.Create(CultureInfo.InvariantCulture, $"Texts have {fact.Lengths.Min} to {fact.Lengths.Max} signs."), 0);
    }

    /// <summary>A shape such as A2 -1 94 as ^[A-Z]{2}-[0-9]{4}$.</summary>
    private static string Pattern(string shape)
    {
        var pattern = new StringBuilder("^");
        foreach (var part in shape.Split('\t', StringSplitOptions.RemoveEmptyEntries))
        {
            var times = part[1..] == "1" ? "" : $"{{{part[1..]}}}";
            pattern.Append(part[0] switch { '9' => "[0-9]", 'A' => "[A-Z]", 'a' => "[a-z]", var sign => System.Text.RegularExpressions.Regex.Escape(sign.ToString()) }).Append(times);
        }

        return pattern.Append('$').ToString();
    }

    private static void Add(List<SuggestedCheck> found, RowCheck? row, TableCheck? table, string reason, double share, double mostly = 1)
    {
        var about = row?.Columns ?? table!.About;
        var name = row?.Name ?? table!.Name;
        var rule = new CheckRule(about.Count == 0 ? name : $"{name}:{string.Join('+', about)}", row, table, true, false, mostly, "");
        found.Add(new SuggestedCheck(rule, CheckLines.Of([rule], new Dictionary<string, ColumnKind>()).Single().Text, reason, share));
    }

    /// <summary>A figure to four digits.</summary>
    private static string Said(double value) => value == 0 ? "0" : Math.Abs(value) is > 1e15 or < 1e-9 ? value.ToString("G4", CultureInfo.InvariantCulture) : Math.Round((decimal)value, Math.Clamp(3 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 12)).ToString("0.############", CultureInfo.InvariantCulture);

    private static string Percent(double share) => share == 0 ? "no row" : string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.####} %");
}
