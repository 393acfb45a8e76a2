using Fairlead.Data.Scanning;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Projects.Writing;

namespace Fairlead.Data.Checks;

/// <summary>How many rows fail the candidates, all of them measured together in one scan of the columns that they look at.</summary>
internal sealed class MeasuredChecks
{
    private readonly Dictionary<CheckRule, CheckResult> _results = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(string Left, string Right), SuggestedCheck> _named = [];

    private MeasuredChecks()
    {
    }

    /// <param name="named">Columns of names of which the first may decide the second: their combinations are counted.</param>
    /// <param name="columns">All columns of the table, in its order.</param>
    /// <param name="open">Opens the table at its first row, with the columns named.</param>
    public static MeasuredChecks Of(IReadOnlyList<CheckCandidate> candidates, IReadOnlyList<(string Left, string Right)> named, IReadOnlyList<string> columns, Func<IReadOnlyList<string>?, ITableScan> open, CancellationToken cancel)
    {
        List<CheckRule> rules = [];
        foreach (var candidate in candidates)
        {
            for (var one = candidate; one is not null; one = one.Otherwise)
            {
                rules.Add(one.Rule);
            }
        }

        List<PairNames> counted = [];
        ITableScan Open(IReadOnlyList<string> looked)
        {
            var scan = open([.. looked, .. named.SelectMany(pair => new[] { pair.Left, pair.Right }).Except(looked, StringComparer.Ordinal)]);
            var view = new BatchView(named.Count == 0 ? [] : scan.Columns);
            counted = [.. named.Select(pair => new PairNames(view.Find(pair.Left), view.Find(pair.Right)))];
            return named.Count == 0 ? scan : new WatchedScan(scan, view, counted);
        }

        // Kinds count as declared: a text check of a column whose texts are numbers fails its rows here, and is not proposed.
        var report = CheckEngine.Run(rules, columns, new CheckSources(Open, (_, _) => throw Beside(), (_, _, _) => throw Beside(), _ => throw Beside(), default), cancel, _ => null);
        var measured = new MeasuredChecks();
        foreach (var (rule, result) in rules.Zip(report.Results))
        {
            measured._results.Add(rule, result);
        }

        foreach (var (pair, names) in named.Zip(counted))
        {
            if (names.Found() is var (check, reason, share))
            {
                measured._named.Add(pair, Suggested(CheckCandidate.RuleOf(check, null, 1), reason, share));
            }
        }

        return measured;
    }

    /// <summary>The candidate, or what stands in for it where too many rows fail it; null: neither.</summary>
    public SuggestedCheck? Proposed(CheckCandidate candidate)
    {
        if (candidate.Unless is { } other && Proposed(other) is not null)
        {
            return null;
        }

        for (var one = candidate; one is not null; one = one.Otherwise)
        {
            var result = _results[one.Rule];
            var looked = one.Rule.Row is NotNullCheck ? result.Elements : result.Elements - result.Missing;
            var share = looked == 0 ? 0 : (double)result.UnexpectedCount / looked;
            if (share <= one.FailingMax && looked >= one.RowsMin)
            {
                return Suggested(one.Rule, one.Reason(result.UnexpectedCount, looked), share);
            }
        }

        return null;
    }

    /// <summary>That a name of the first column goes with one of the second; null where it does not.</summary>
    public SuggestedCheck? Named(string left, string right) => _named.GetValueOrDefault((left, right));

    private static InvalidOperationException Beside() => new("No check that looks beside the table is proposed.");

    private static SuggestedCheck Suggested(CheckRule rule, string reason, double share) => new(rule, CheckLines.Of([rule], new Dictionary<string, ColumnKind>()).Single().Text, reason, share);

    /// <summary>Shows each batch of a scan to those who count beside its reader.</summary>
    private sealed class WatchedScan(ITableScan scan, BatchView view, List<PairNames> watchers) : ITableScan
    {
        public IReadOnlyList<ScannedColumn> Columns => scan.Columns;

        public TableBatch? Next(CancellationToken cancel)
        {
            if (scan.Next(cancel) is not { } batch)
            {
                return null;
            }

            view.Take(batch);
            watchers.ForEach(watcher => watcher.Take(view));
            return batch;
        }

        public void Dispose() => scan.Dispose();
    }
}
