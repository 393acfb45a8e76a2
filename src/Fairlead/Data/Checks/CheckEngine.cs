using System.Globalization;
using Fairlead.Data.Scanning;
using Fairlead.Models.Expressions;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Data.Checks;

/// <summary>What checks need beside the table.</summary>
/// <param name="Open">Opens the table for one more scan of some columns.</param>
/// <param name="Other">Opens another file that a check names, some columns of it (all when null).</param>
/// <param name="Sql">Runs a query over the table (the query, the check's place, the table's rows).</param>
/// <param name="Earlier">The version before that a check of change compares with.</param>
/// <param name="Now">For freshness.</param>
internal sealed record CheckSources(
    Func<IReadOnlyList<string>, ITableScan> Open, Func<string, IReadOnlyList<string>?, ITableScan> Other, Func<string, string, long, SqlOutcome> Sql, Func<CheckRule, EarlierTable> Earlier, DateTimeOffset Now)
{
    /// <summary>Numbers that z-scores keep for their second look, of all columns together; 8 bytes each.</summary>
    public long KeptNumbersMax { get; init; } = KeptNumbers.DefaultMax;
}

/// <summary>Runs all checks of a table in one scan; a second one only where a figure must be known first, or a value be fetched.</summary>
internal sealed class CheckEngine : IDisposable
{
    /// <summary>Distinct values of another file that a reference may be to.</summary>
    public const int ReferencesMax = 20_000_000;

    private readonly CheckSources _sources;
    private readonly BatchView _view;
    private readonly IReadOnlyList<string> _columns;
    private readonly List<RunningCheck> _checks = [];
    private readonly Dictionary<(string Column, int Condition, bool Dates), NumberSummary> _numbers = [];
    private readonly Dictionary<(string Column, int Condition), DistinctCounter> _distinct = [];
    private readonly Dictionary<string, TextProof> _texts = new(StringComparer.Ordinal);
    private readonly KeptNumbers _kept;
    private readonly CancellationToken _cancel;

    private readonly bool _declared;

    private CheckEngine(IReadOnlyList<CheckRule> rules, IReadOnlyList<ScannedColumn> scanned, IReadOnlyList<string> columns, CheckSources sources, Func<string, string?>? dateOrder, CancellationToken cancel)
    {
        (_sources, _columns, _cancel, _declared) = (sources, columns, cancel, dateOrder is not null);
        _kept = new KeptNumbers(sources.KeptNumbersMax);
        _view = new BatchView(scanned);
        foreach (var column in _view.Columns)
        {
            column.DateOrder = dateOrder?.Invoke(column.Name);
        }

        _checks.AddRange(rules.Select(Start));
    }

    /// <summary>Runs checks over a table.</summary>
    /// <param name="rules">The checks; each names columns the table has.</param>
    /// <param name="columns">All columns of the table, in its order.</param>
    /// <param name="dateOrder">Order of day, month and year of a column whose kind is declared; null where kinds are not declared, and a text check of numbers is a mistake.</param>
    /// <exception cref="FaultException">A text check on numbers; another file can't be read.</exception>
    public static CheckReport Run(IReadOnlyList<CheckRule> rules, IReadOnlyList<string> columns, CheckSources sources, CancellationToken cancel, Func<string, string?>? dateOrder = null)
    {
        var looked = Looked(rules, columns);
        using var scan = sources.Open(looked);
        using var engine = new CheckEngine(rules, scan.Columns, columns, sources, dateOrder, cancel);
        return engine.Run(scan);
    }

    /// <summary>The columns that checks look at, in the table's order; the first where they look at none.</summary>
    public static IReadOnlyList<string> Looked(IReadOnlyList<CheckRule> rules, IReadOnlyList<string> columns)
    {
        var named = rules.SelectMany(rule => rule.Columns).Concat(rules.Select(rule => rule.Condition).OfType<string>().SelectMany(text => Expression.Condition(text, columns).Columns)).ToHashSet(StringComparer.Ordinal);
        var looked = columns.Where(named.Contains).ToList();
        return looked.Count > 0 ? looked : [.. columns.Take(1)];
    }

    public void Dispose()
    {
        foreach (var check in _checks.OfType<IDisposable>())
        {
            check.Dispose();
        }

        foreach (var counter in _distinct.Values)
        {
            counter.Dispose();
        }
    }

    private CheckReport Run(ITableScan scan)
    {
        long rows = 0;
        while (scan.Next(_cancel) is { } batch)
        {
            _view.Take(batch);
            rows += batch.Rows;
            foreach (var summary in _numbers.Values)
            {
                summary.Take(_view);
            }

            foreach (var counter in _distinct.Values)
            {
                counter.Take(_view);
            }

            foreach (var proof in _texts.Values)
            {
                proof.Take(_view);
            }

            foreach (var check in _checks)
            {
                check.Take(_view);
            }
        }

        Refuse();
        if (_checks.Where(check => check.Again).ToList() is { Count: > 0 } again)
        {
            using var second = _sources.Open([.. _view.Columns.Select(column => column.Name)]);
            while (second.Next(_cancel) is { } batch)
            {
                _view.Take(batch);
                again.ForEach(check => check.TakeAgain(_view));
            }
        }

        return new CheckReport(rows, [.. _checks.Select(Result)]);
    }

    private static CheckResult Result(RunningCheck check)
    {
        var verdict = check.End();
        var tally = check.Tally;
        return new CheckResult(check.Rule, verdict.Success, tally.Elements, tally.Missing, verdict.Rows as IReadOnlyList<long>, tally.Rows, verdict.Observed, tally.Examples);
    }

    private void Refuse()
    {
        var faults = _checks.Where(check => !_declared && check.Rule.Row is { OnText: true } && !_texts[check.Rule.Row.Column].HasText && _texts[check.Rule.Row.Column].HasValues)
            .Select(check => new Fault(check.Rule.Where, $"\"{check.Rule.Name}\" looks at text, but every value of \"{check.Rule.Row!.Column}\" is a number.", "Use between, in_set or type.")).ToList();
        if (faults.Count > 0)
        {
            throw new FaultException(faults);
        }
    }

    private RunningCheck Start(CheckRule rule)
    {
        var condition = _view.Condition(rule.Condition);
        var views = rule.Columns.Select(_view.Find).ToArray();
        if (!_declared && rule.Row is { OnText: true } row)
        {
            _texts.TryAdd(row.Column, new TextProof(views[0]));
        }

        return rule switch
        {
            { Row: NotNullCheck or IsNullCheck } => new PresenceCheck(rule, views[0], condition),
            { Row: BetweenCheck or GreaterThanCheck or LessThanCheck } => new RangeCheck(rule, views[0], condition),
            { Row: CompareCheck or PairEqualCheck or PairInSetCheck or UniqueWithinRowCheck or RowSumCheck } => new SeveralCheck(rule, views, condition),
            { Row: not null } => new ValueCheck(rule, views[0], condition),
            { Table: UniqueCheck or CompoundUniqueCheck } => new UniquenessCheck(rule, views, condition),
            { Table: OrderCheck } => new MonotoneCheck(rule, views[0], condition),
            { Table: ZScoreCheck } => new ZCheck(rule, views[0], condition, Numbers(views[0], condition), _kept),
            { Table: StatisticCheck check } => new StatisticBetween(rule, views[0], condition, NumbersOf(check, views[0], condition), check.Statistic is Statistic.DistinctCount or Statistic.UniqueProportion ? Distinct(views[0], condition) : null),
            { Table: QuantilesCheck } => new QuantilesBetween(rule, views[0], condition, Numbers(views[0], condition, quantiles: true)),
            { Table: DistinctCheck } => new DistinctAgainstSet(rule, views[0], condition),
            { Table: MostCommonCheck } => new MostCommon(rule, views[0], condition, Distinct(views[0], condition)),
            { Table: DivergenceCheck check } => new Divergence(rule, views[0], condition, check.Bins is null ? Distinct(views[0], condition) : null),
            { Table: FreshnessCheck } => new FreshEnough(rule, views[0], condition, Numbers(views[0], condition, dates: true), _sources.Now),
            { Table: ReferencesCheck check } => new ReferenceCheck(rule, views[0], condition, References(check, rule.Where)),
            { Table: SqlCheck } => new SqlRowsCheck(rule, _sources.Sql),
            { Table: ChangeCheck check } => Changed(check, rule, views, condition),
            _ => new ShapeCheck(rule, _columns, condition, file => RowsOf(columns => _sources.Other(file, columns))),
        };
    }

    private NumberSummary? NumbersOf(StatisticCheck check, ColumnView view, int condition) => check.Statistic switch
    {
        Statistic.DistinctCount or Statistic.UniqueProportion or Statistic.NullProportion => null,
        _ => Numbers(view, condition, check.Statistic == Statistic.Median, check.Dates),
    };

    private NumberSummary Numbers(ColumnView view, int condition, bool quantiles = false, bool dates = false)
    {
        if (!_numbers.TryGetValue((view.Name, condition, dates), out var summary))
        {
            _numbers[(view.Name, condition, dates)] = summary = new NumberSummary(view, condition, dates);
        }

        summary.Quantiles ??= quantiles ? new QuantileStore() : null;
        return summary;
    }

    private DistinctCounter Distinct(ColumnView view, int condition)
    {
        if (!_distinct.TryGetValue((view.Name, condition), out var counter))
        {
            _distinct[(view.Name, condition)] = counter = new DistinctCounter(view, condition);
        }

        return counter;
    }

    private RunningCheck Changed(ChangeCheck check, CheckRule rule, ColumnView[] views, int condition) => _sources.Earlier(rule) switch
    {
        { Open: null, Why: var why } => new NothingEarlier(rule, condition, why),
        { Open: { } open } when check.Change == Change.RowCount => new RowCountChanged(rule, condition, () => RowsOf(open)),
        { Open: { } open } => new ColumnChanged(rule, views[0], condition, ColumnBefore.Of(() => open([check.Column]), _cancel)),
    };

    private long RowsOf(Func<IReadOnlyList<string>?, ITableScan> open)
    {
        using var scan = open(null);
        long rows = 0;
        while (scan.Next(_cancel) is { } batch)
        {
            rows += batch.Rows;
        }

        return rows;
    }

    private HashSet<Hash128> References(ReferencesCheck check, string where)
    {
        using var scan = _sources.Other(check.File, [check.OtherColumn]);
        var view = new BatchView(scan.Columns);
        var column = view.Columns[0];
        var known = new HashSet<Hash128>();
        while (scan.Next(_cancel) is { } batch)
        {
            view.Take(batch);
            for (var row = 0; row < batch.Rows; row++)
            {
                if (!column.IsMissing(row))
                {
                    known.Add(ValueHash.Of(column.Utf8(row)));
                }
            }

            if (known.Count > ReferencesMax)
            {
                throw new FaultException(where, string.Create(CultureInfo.InvariantCulture, $"\"{check.OtherColumn}\" of {check.File} has more than {ReferencesMax:N0} distinct values."), "Refer to a smaller file.");
            }
        }

        return known;
    }
}
