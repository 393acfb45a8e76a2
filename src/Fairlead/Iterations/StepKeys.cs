using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fairlead.Data;
using Fairlead.Data.Checks;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Projects.Sources;

namespace Fairlead.Iterations;

/// <summary>Keys of the steps: exactly what each step's result depends on, nothing else. A label in a page must not train a model again; a changed check must clean again.</summary>
public static partial class StepKeys
{
    /// <param name="rowKeys">Which key row keys are made with; null where none.</param>
    public static string Ingest(ProjectFile project, IReadOnlyList<SourceFile> files, string? rowKeys) =>
        StepRunner.Key("ingest", Data.Ingest.Version,
            [project.Key, project.Target, .. files.Select(f => f.Sha256), .. files.Select(f => SourceBytes.Ending(f.Name)), project.Reading.ToString(),
                rowKeys, .. files.Count > 1 ? ["first rows"] : Array.Empty<string>()]);

    /// <param name="beside">What checks look at beside the data.</param>
    /// <param name="today">The day, which only a freshness check looks at, or one in SQL that asks for the time.</param>
    public static string Clean(ProjectFile project, RawVersion raw, SaidOfRows said, CheckInputs beside, DateTimeOffset today)
    {
        project.Split.Dealt?.ThrowUnlessOpen();
        var declared = new DeclaredCleaning(
            project.Target, project.Task, project.Positive, project.Key, project.Time,
            [.. project.Columns.Concat(project.Derived).Select(c => new DeclaredColumn(c.Name, c.Kind, c.Ignore, c.Protection, c.To))],
            project.RowSteps, project.TableSteps,
            [.. project.Checks.Select(c => c with { Where = "" })], project.Split);
        return StepRunner.Key("clean", Data.Cleaning.Clean.Version,
            [
                raw.Blob,
                JsonSerializer.Serialize(declared, KeyJson.Default.DeclaredCleaning),
                JsonSerializer.Serialize(said.Corrections, IterationJson.Default.IReadOnlyListCorrection),
                JsonSerializer.Serialize(said.Repairs, IterationJson.Default.IReadOnlyListRepair),
                JsonSerializer.Serialize(said.Rows, IterationJson.Default.IReadOnlyListRowRepair),
                project.Checks.Any(c => c.Table is FreshnessCheck or SqlCheck { AsksForTime: true }) ? today.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : null,
                .. raw.Files.Count > 1 || said.Repairs.Any(repair => repair.Where.Any(condition => condition.Column == FileOfRow.Column)) ? raw.Files.Select(file => string.Create(CultureInfo.InvariantCulture, $"{file.Name}\t{file.First}")) : [],
                .. beside.KeyParts,
            ]);
    }

    /// <param name="rule">Budget and seed.</param>
    public static string Search(ProjectFile project, DatasetVersion data, TrainingRule rule) =>
        StepRunner.Key("search", Training.Search.Version,
            data.Blob,
            project.Target, project.Task.ToString(), project.Positive,
            string.Join('\n', project.Features.Select(c => $"{c.Name}:{c.Kind}")),
            rule.Seconds?.ToString("R", CultureInfo.InvariantCulture), rule.Trials?.ToString(CultureInfo.InvariantCulture), rule.Seed.ToString(CultureInfo.InvariantCulture),
            Training.FeatureFitter.Version.ToString(CultureInfo.InvariantCulture), rule.LeastRows.ToString(CultureInfo.InvariantCulture));

    internal sealed record DeclaredColumn(string Name, ColumnKind Kind, string? Ignore, Protection Protection, string? To);

    internal sealed record DeclaredCleaning(
        string Target, ModelTask Task, string? Positive, string? Key, string? Time, IReadOnlyList<DeclaredColumn> Columns,
        IReadOnlyList<RowStep> RowSteps, IReadOnlyList<TableStep> TableSteps, IReadOnlyList<CheckRule> Checks, SplitRule Split);

    [JsonSerializable(typeof(DeclaredCleaning))]
    internal sealed partial class KeyJson : JsonSerializerContext;
}
