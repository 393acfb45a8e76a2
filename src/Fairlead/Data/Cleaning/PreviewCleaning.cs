using Fairlead.Data.Scanning;
using Fairlead.Data.Storage;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Cleaning;

/// <summary>What the steps of a project would do to the rows of all its sources as they are now; nothing is written.</summary>
/// <remarks>
/// What steps learn is learnt from the training rows, as in an iteration. Checks, corrections and repairs are not looked at, and <c>fill</c> takes from all rows.
/// Columns that are protected as personal, and steps that look at them, are left out.
/// </remarks>
public static class PreviewCleaning
{
    /// <param name="Files">Files that were read.</param>
    /// <param name="Cleaning">What the steps did.</param>
    /// <param name="Left">Columns that are left out as personal.</param>
    public sealed record Outcome(int Files, CleanFile.Outcome Cleaning, IReadOnlyList<string> Left);

    /// <param name="blobs">Of the workspace, for its keys.</param>
    /// <exception cref="FaultException">A source can't be read, or has no such columns.</exception>
    public static Outcome Run(ProjectFile project, BlobStore blobs, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(blobs);
        var places = SourcePlaces.Of(project, cancel: cancel);
        var source = SourceSet.Open(project.Sources[0], places, project.Reading);
        if (!source.Columns.Contains(project.Target, StringComparer.Ordinal))
        {
            throw new FaultException(project.Sources[0], $"The target column \"{project.Target}\" is not in the data, whose columns are {string.Join(", ", source.Columns)}.{NearestName.Hint(project.Target, source.Columns)}", $"Name another \"target\" in {ProjectFile.FileName}.");
        }

        var rows = Rows(source, Ingest.KeyOf(project, false, blobs));
        var left = project.Columns.Where(column => column.Protection is not (Protection.None or Protection.Keep)).Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        List<string> columns = [.. source.Columns.Where(name => !left.Contains(name) && (name == project.Target || project.Columns.Any(column => column.Name == name)))];
        var known = columns.Concat(project.Derived.Select(column => column.Name)).ToHashSet(StringComparer.Ordinal);
        List<RowStep> steps = [.. Fitted(project, source, rows, cancel).Where(step => step.Reads().Concat(step.Writes()).All(known.Contains))];
        using var run = new CleanRun(rows with { Columns = [.. columns.Select(name => new ScannedColumn(name, VectorForm.Text))] }, project.Sources[0], new Recipe(steps, [.. project.TableSteps.Where(step => Fits(step, known))], project.Derived), cancel);
        return new Outcome(places.Count, run.Run(null, null), [.. left.Where(source.Columns.Contains).Order(StringComparer.Ordinal)]);
    }

    private static IReadOnlyList<RowStep> Fitted(ProjectFile project, SourceSet source, StepSource rows, CancellationToken cancel)
    {
        using var spill = new SpillFolder();
        using var engine = new DataEngine(spill.Path, cancel, source.Columns.Count);
        var plan = new CleanPlan(project, source.Columns, rows, null, engine);
        plan.Fit(engine);
        return plan.Steps;
    }

    /// <summary>The rows with their keys, by which they are dealt to training and exam.</summary>
    private static StepSource Rows(SourceSet source, RowKey key)
    {
        int[] all = [.. Enumerable.Range(0, source.Columns.Count)];
        var places = all.ToDictionary(place => source.Columns[place], StringComparer.Ordinal);
        List<ScannedColumn> columns = [new("__row", VectorForm.Integer), new("__key", VectorForm.Text), .. source.Columns.Select(name => new ScannedColumn(name, VectorForm.Text))];
        return new StepSource(columns, source.Rows, names => names.All(places.ContainsKey)
            ? new TextScan(source, [.. names.Select(name => places[name])])
            : new ChosenColumns(new KeyedScan(new TextScan(source, all), key), names));
    }

    private static bool Fits(TableStep step, HashSet<string> known) => step switch
    {
        DropDuplicatesStep exact => exact.Columns.All(known.Contains),
        FuzzyDuplicatesStep fuzzy => fuzzy.Columns.Concat(fuzzy.Reads.Keys).All(known.Contains),
        QuarantineStep quarantine => quarantine.Reads.Keys.All(known.Contains),
        FillStep fill => known.Contains(fill.Column) && known.Contains(fill.Order) && (fill.By is null || known.Contains(fill.By)),
        _ => false,
    };

    private sealed class ChosenColumns(ITableScan scan, IReadOnlyList<string> names) : ITableScan
    {
        private readonly int[] _places = [.. names.Select(name => scan.Columns.ToList().FindIndex(column => column.Name == name))];
        private readonly TableBatch _batch = new();

        public IReadOnlyList<ScannedColumn> Columns => [.. _places.Select(place => scan.Columns[place])];

        public TableBatch? Next(CancellationToken cancel)
        {
            if (scan.Next(cancel) is not { } read)
            {
                return null;
            }

            (_batch.FirstRow, _batch.Rows, _batch.Columns) = (read.FirstRow, read.Rows, [.. _places.Select(place => read.Columns[place])]);
            return _batch;
        }

        public void Dispose() => scan.Dispose();
    }
}
