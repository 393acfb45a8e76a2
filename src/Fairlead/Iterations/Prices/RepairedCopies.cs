using System.Globalization;
using Fairlead.Data;
using Fairlead.Data.Profiles;
using Fairlead.Data.Quarantine;
using Fairlead.Iterations.Labels;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Cell = Fairlead.Models.Contracts.Cell;

namespace Fairlead.Iterations.Prices;

/// <summary>For each finding that a repair is known of, the rows as they would be on the other side of it: without the repair where cleaning made it, with it where it did not.</summary>
internal sealed class RepairedCopies(PriceFindings.Request request, QuickRows now, int[] train, int[] exam, CancellationToken cancel)
{
    /// <summary>Quarantined rows, or copies, brought back at most; the first.</summary>
    private const int RowsBackMax = 5_000;

    private Frame? _raw;
    private RowPipeline? _pipeline;

    /// <param name="How">What is compared, in a few words.</param>
    /// <param name="Make">The other rows and how many rows differ; null where there is nothing to compare.</param>
    public sealed record Copy(string Kind, string? Column, string Title, string? Check, string How, Func<(QuickRows Rows, long Touched)?> Make);

    public IEnumerable<Copy> All() => [.. Checks(), .. Labels(), .. Steps().OrderByDescending(pair => pair.Rows).Select(pair => pair.Copy)];

    private IEnumerable<Copy> Checks()
    {
        foreach (var check in request.Version.Checks.Where(check => check.Unexpected > 0 && (check.Quarantined || !check.Passed)).OrderByDescending(check => check.Unexpected))
        {
            var title = request.Version.Findings.FirstOrDefault(finding => finding.Kind is "impossible" or "check" or "duplicate" && finding.Column == check.Column && finding.Rows == check.Unexpected);
            if (check.Quarantined)
            {
                yield return new Copy(title?.Kind ?? "check", check.Column, title?.Title ?? check.Observed, check.Id, "with the rows in quarantine as training rows", () => WithQuarantined(check.Id));
            }
            else if (request.Project.Checks.FirstOrDefault(rule => rule.Id == check.Id) is { Row: { } rule, BeforeCleaning: false })
            {
                yield return new Copy(title?.Kind ?? "check", check.Column, title?.Title ?? check.Observed, check.Id, "without the failing rows among the training rows", () => WithoutFailing(rule));
            }
        }
    }

    private IEnumerable<Copy> Labels()
    {
        if (request.Labels is { Suspects: > 0 } report)
        {
            yield return new Copy(
                "label", request.Project.Target, string.Create(CultureInfo.InvariantCulture, $"{report.Suspects:N0} of {report.Judged:N0} {(request.Data.Classes.Count == 0 ? "numbers" : "labels")} are suspect."), null, request.Data.Classes.Count == 0 ? "with suspect numbers of training rows set to what is expected" : "with suspected labels of training rows set to the likelier class",
                () =>
                {
                    if (request.Data.Classes.Count == 0)
                    {
                        return Expected(report);
                    }

                    var likelier = report.Rows.Where(row => row.Side == "train").DistinctBy(row => row.Row).ToDictionary(row => row.Row, row => request.Data.Classes.ToList().IndexOf(row.Likelier));
                    var labels = (int[])now.Labels.Clone();
                    var touched = 0L;
                    for (var i = 0; i < train.Length; i++)
                    {
                        if (likelier.TryGetValue(request.Data.Rows[train[i]], out var label) && label >= 0)
                        {
                            (labels[i], touched) = (label, touched + 1);
                        }
                    }

                    return touched == 0 ? null : (now with { Labels = labels }, touched);
                });
        }
    }

    private (QuickRows Rows, long Touched)? Expected(LabelReport report)
    {
        var expected = report.Rows.Where(row => row is { Side: "train", Value: not null }).DistinctBy(row => row.Row).ToDictionary(row => row.Row, row => row.Value!.Predicted);
        var values = (double[])now.Values.Clone();
        var touched = 0L;
        for (var i = 0; i < train.Length; i++)
        {
            if (expected.TryGetValue(request.Data.Rows[train[i]], out var value))
            {
                (values[i], touched) = (value, touched + 1);
            }
        }

        return touched == 0 ? null : (now with { Values = values }, touched);
    }

    /// <summary>Merged spellings, filled gaps, dropped copies, leaks, rare names and outliers.</summary>
    private IEnumerable<(long Rows, Copy Copy)> Steps()
    {
        foreach (var finding in request.Version.Findings)
        {
            if (finding is { Kind: "spelling" or "missing", Column: { } column } && now.Train.Has(column))
            {
                var left = finding.Kind == "spelling" ? typeof(NormaliseStep) : typeof(ImputeStep);
                if (request.Version.RowSteps.Any(step => step.Column == column && step.GetType() == left))
                {
                    yield return (finding.Rows, new Copy(finding.Kind, column, finding.Title, null, finding.Kind == "spelling" ? "with the spellings as they came" : "with the values missing", () => WithoutStep(column, left)));
                }
            }
            else if (finding is { Kind: "duplicate", Column: null } && request.Version.DropReasons.Count == 1)
            {
                yield return (finding.Rows, new Copy("duplicate", null, finding.Title, null, "with the copies of training rows", WithCopies));
            }
            else if (finding is { Kind: "leak", Column: null })
            {
                yield return (finding.Rows, new Copy("leak", null, finding.Title, null, "without the training rows that exam rows are near-copies of", WithoutTwins));
            }
            else if (finding is { Kind: "leak", Column: { } leak } && now.Train.Has(leak) && now.Train.Columns.Count > 1)
            {
                yield return (finding.Rows, new Copy("leak", leak, finding.Title, null, "without the column", () => WithoutColumn(leak)));
            }
            else if (finding is { Kind: "rare", Column: { } names } && now.Train.Has(names))
            {
                yield return (finding.Rows, new Copy("rare", names, finding.Title, null, "with the rare names as one", () => WithOneRareName(names)));
            }
            else if (finding is { Kind: "outlier", Column: { } numbers } && now.Train.Has(numbers) && request.Version.Details is { } details)
            {
                yield return (finding.Rows, new Copy("outlier", numbers, finding.Title, null, "with these values at the nearest bound", () => Clipped(numbers, details)));
            }
        }
    }

    private (QuickRows, long)? WithQuarantined(string check)
    {
        var rows = BrowseQuarantine.Run(request.Project, request.Version, request.Blobs, new BrowseQuarantine.Request(check, Take: RowsBackMax), cancel).Rows;
        var target = new RowPipeline([request.Project.Target], [.. request.Project.RowSteps.Where(step => step.Column == request.Project.Target && step.IsAlone() && step is not ImputeStep)]);
        var classes = request.Data.Classes.ToList();
        List<(Cell[], int, double)> back = [];
        foreach (var row in rows)
        {
            var values = row.Values.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
            Cell[] label = [Cell.Of(values.GetValueOrDefault(request.Project.Target))];
            target.Apply(label);
            var (known, value) = (classes.IndexOf(label[0].ToString()), double.NaN);
            if (classes.Count > 0 ? known >= 0 : label[0].IsNumber || NumberText.TryParse(label[0].ToString(), out value))
            {
                back.Add((Cleaned(values), known, label[0].IsNumber ? label[0].Number : value));
            }
        }

        return back.Count == 0 ? null : (now.With(back), back.Count);
    }

    private (QuickRows, long)? WithoutFailing(RowCheck check)
    {
        if (!now.Train.Has(check.Column) || (check is CompareCheck pair && !now.Train.Has(pair.Other)))
        {
            return null;
        }

        var runner = new RowCheckRunner([.. now.Train.Columns.Select(column => column.Name)], [check]);
        var cells = new Cell[now.Train.Columns.Count];
        HashSet<int> failing = [];
        for (var row = 0; row < now.Train.Rows; row++)
        {
            for (var c = 0; c < cells.Length; c++)
            {
                cells[c] = now.Train.Columns[c][row];
            }

            if (!runner.Passes(0, cells))
            {
                failing.Add(row);
            }
        }

        return failing.Count == 0 || failing.Count == now.Train.Rows ? null : (now.Without(failing), failing.Count);
    }

    private (QuickRows, long)? WithoutStep(string column, Type left)
    {
        var raw = Raw();
        if (!raw.Has(column))
        {
            return null;
        }

        var pipeline = new RowPipeline([column], [.. request.Version.RowSteps.Where(step => step.Column == column && step.IsAlone() && step.GetType() != left)]);
        var (source, standing) = (raw[column], now.Train[column]);
        var touched = 0L;
        FrameColumn Column(int from, FrameColumn as_)
        {
            var cells = new Cell[as_.Rows];
            for (var i = 0; i < cells.Length; i++)
            {
                Cell[] cell = [source[from + i]];
                pipeline.Apply(cell);
                cells[i] = cell[0];
                touched += cell[0] == as_[i] ? 0 : 1;
            }

            return as_.Numbers is null
                ? new FrameColumn(column, as_.Kind, Array.ConvertAll(cells, cell => cell.Text))
                : new FrameColumn(column, as_.Kind, Array.ConvertAll(cells, cell => cell.NumberOrNaN));
        }

        var copy = now.Replaced(Column(0, standing), Column(train.Length, now.Exam[column]));
        return touched == 0 ? null : (copy, touched);
    }

    /// <summary>Near-copies of an exam row teach the exam's own answer.</summary>
    private (QuickRows, long)? WithoutTwins()
    {
        var judged = exam.Select(row => request.Data.Groups[row]).ToHashSet();
        var twins = Enumerable.Range(0, train.Length).Where(i => judged.Contains(request.Data.Groups[train[i]])).ToHashSet();
        return twins.Count == 0 || twins.Count == train.Length ? null : (now.Without(twins), twins.Count);
    }

    private (QuickRows, long)? WithoutColumn(string column)
    {
        var touched = Enumerable.Range(0, now.Train.Rows).LongCount(row => !now.Train[column][row].IsMissing);
        return touched == 0 ? null : (now.WithoutColumn(column), touched);
    }

    /// <summary>Names that fewer than <see cref="DataFindings.RareRows"/> kept rows have become one name.</summary>
    private (QuickRows, long)? WithOneRareName(string column)
    {
        const string Rare = "\u0001rare"; // no name of the data
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var all = request.Data.Features[column];
        for (var row = 0; row < all.Rows; row++)
        {
            if (all[row].Text is { } name)
            {
                counts[name] = counts.GetValueOrDefault(name) + 1;
            }
        }

        var touched = 0L;
        FrameColumn Merged(FrameColumn from) => new(column, from.Kind, [.. from.Texts!.Select(name =>
        {
            var isRare = name is not null && counts.GetValueOrDefault(name) < DataFindings.RareRows;
            touched += isRare ? 1 : 0;
            return isRare ? Rare : name;
        })]);
        var copy = now.Replaced(Merged(now.Train[column]), Merged(now.Exam[column]));
        return touched == 0 ? null : (copy, touched);
    }

    private (QuickRows, long)? Clipped(string column, TableProfile details)
    {
        if (FarValues.Fences(details, column) is not { } fences || now.Train[column].Numbers is null)
        {
            return null;
        }

        var touched = 0L;
        FrameColumn Within(FrameColumn from) => new(column, from.Kind, Array.ConvertAll(from.Numbers!, value =>
        {
            var inside = double.IsNaN(value) ? value : Math.Clamp(value, fences.Low, fences.High);
            touched += inside < value || inside > value ? 1 : 0;
            return inside;
        }));
        var copy = now.Replaced(Within(now.Train[column]), Within(now.Exam[column]));
        return touched == 0 ? null : (copy, touched);
    }

    /// <summary>Dropped rows that clean to the same as a training row, with its label: a copy of an exam row must not come into training.</summary>
    private (QuickRows, long)? WithCopies()
    {
        var kept = request.Data.Rows.ToHashSet();
        var quarantined = request.Version.Quarantined == 0 ? [] : BrowseQuarantine.Run(request.Project, request.Version, request.Blobs, new BrowseQuarantine.Request(Take: BrowseQuarantine.RowsMax), cancel).Rows.Select(row => row.Row).ToHashSet();
        if (quarantined.Count < request.Version.Quarantined)
        {
            return null; // too many rows in quarantine to tell which of the rest were dropped
        }

        List<long> dropped = [];
        for (var row = 0L; row < request.Version.Read && dropped.Count < RowsBackMax; row++)
        {
            if (!kept.Contains(row) && !quarantined.Contains(row))
            {
                dropped.Add(row);
            }
        }

        if (dropped.Count == 0)
        {
            return null;
        }

        var trained = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var row = 0; row < now.Train.Rows; row++)
        {
            trained.TryAdd(Text(now.Train.Columns.Select(column => column[row])), row);
        }

        var raw = DatasetReader.RawRows(request.Project, request.Version, dropped, request.Blobs);
        List<(Cell[], int, double)> back = [];
        for (var i = 0; i < dropped.Count; i++)
        {
            var cells = Cleaned(raw.Columns.ToDictionary(column => column.Name, column => column[i].Text, StringComparer.Ordinal));
            if (trained.TryGetValue(Text(cells), out var same))
            {
                back.Add((cells, now.Labels.Length == 0 ? -1 : now.Labels[same], now.Values.Length == 0 ? double.NaN : now.Values[same]));
            }
        }

        return back.Count == 0 ? null : (now.With(back), back.Count);
    }

    private static string Text(IEnumerable<Cell> cells) => string.Join('\u001f', cells.Select(cell => cell.IsMissing ? "\u001e" : cell.ToString()));

    private Cell[] Cleaned(Dictionary<string, string?> values)
    {
        var names = now.Train.Columns.Select(column => column.Name).ToList();
        List<string> all = [.. request.Project.Columns.Concat(request.Project.Derived).Select(column => column.Name)];
        Cell[] cells = [.. all.Select(name => Cell.Of(values.GetValueOrDefault(name)))];
        _pipeline ??= new RowPipeline(all, [.. request.Version.RowSteps.Where(step => step.Reads().Concat(step.Writes()).All(all.Contains))]);
        _pipeline.Apply(cells);
        return [.. names.Select(name => cells[all.IndexOf(name)])];
    }

    /// <summary>Raw texts of the training rows, then of the exam rows.</summary>
    private Frame Raw() => _raw ??= DatasetReader.RawRows(request.Project, request.Version, [.. train.Concat(exam).Select(row => request.Data.Rows[row])], request.Blobs);
}
