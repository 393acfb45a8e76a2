using Fairlead.Data.Storage;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Projects.Inference;
using Fairlead.Projects.Sources;
using Fairlead.Projects.Writing;

namespace Fairlead.Data.Cleaning;

/// <summary>Finds categories that are other spellings of one name, in the columns of a file, and the step that would put them together. Nothing is changed: a person confirms.</summary>
public static class ProposeSpellings
{
    /// <summary>Most distinct values of a column that is looked at.</summary>
    public const int LevelsMax = 500;

    /// <param name="Column">The column.</param>
    /// <param name="Step">The step, as an item of a recipe's steps or of <c>clean:</c>.</param>
    /// <param name="Clusters">What it puts together, most frequent first.</param>
    public sealed record Proposal(string Column, string Step, IReadOnlyList<Cluster> Clusters);

    /// <param name="Name">The spelling that stays: the most frequent.</param>
    /// <param name="Count">Rows that have it.</param>
    /// <param name="Spellings">The others, with their rows.</param>
    public sealed record Cluster(string Name, long Count, IReadOnlyList<ValueCount> Spellings);

    /// <param name="columns">Columns to look at; null: all.</param>
    /// <exception cref="Workspace.FaultException">The file can't be read.</exception>
    public static IReadOnlyList<Proposal> Run(string path, IReadOnlyCollection<string>? columns, CancellationToken cancel, SourceOptions? reading = null)
    {
        return Run(SourceReader.Open(path, reading), columns, cancel);
    }

    /// <summary>The same over the rows of all sources of a project.</summary>
    /// <exception cref="Workspace.FaultException">A source can't be read.</exception>
    public static IReadOnlyList<Proposal> Run(ProjectFile project, IReadOnlyCollection<string> columns, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(project);
        return Run(SourceSet.Open(project.Sources[0], SourcePlaces.Of(project, cancel: cancel), project.Reading), columns, cancel);
    }

    private static IReadOnlyList<Proposal> Run(ISource source, IReadOnlyCollection<string>? columns, CancellationToken cancel)
    {
        using var spill = new SpillFolder();
        using var engine = new DataEngine(spill.Path, cancel, source.Columns.Count);
        var looked = source.Columns.Where(name => columns is null || columns.Contains(name)).ToList();
        if (looked.Count == 0)
        {
            return [];
        }

        var relation = engine.Relation(source);
        var distinct = engine.Aggregates([.. looked.Select(name => $"approx_count_distinct({SqlText.Name(name)})")], relation);
        var few = looked.Where((_, i) => distinct[i] <= 2 * LevelsMax).ToList();
        if (few.Count == 0)
        {
            return [];
        }

        engine.Execute($"CREATE TABLE few AS SELECT {string.Join(", ", few.Select(SqlText.Name))} FROM {relation}");
        return [.. few.Select(name => Of(name, "few", declared: columns is not null, engine)).OfType<Proposal>()];
    }

    /// <param name="declared">Somebody said what the column is; of others none is proposed among whose values is personal data.</param>
    private static Proposal? Of(string name, string table, bool declared, DataEngine engine)
    {
        var levels = engine.List($"SELECT v, count(*) FROM (SELECT {SqlText.Trim(SqlText.Name(name))} AS v FROM {table}) WHERE v <> '' GROUP BY v ORDER BY count(*) DESC, v LIMIT {LevelsMax + 1}", reader => (Value: reader.GetString(0), Count: reader.GetInt64(1)));
        if (levels.Count > LevelsMax || levels.All(level => NumberText.TryParse(level.Value, out _) || DateText.TryParse(level.Value, null, out _)))
        {
            return null;
        }

        var map = SpellingClusters.Of([.. levels.Select(level => (level.Value, (int)Math.Min(level.Count, int.MaxValue)))], typing: true);
        if (map.Count == 0 || (!declared && ListedValues.Personal(name, levels.Select(level => (level.Value, level.Count))) is not null))
        {
            return null;
        }

        var count = levels.ToDictionary(level => level.Value, level => level.Count, StringComparer.Ordinal);
        var clusters = levels.Where(level => map.TryGetValue(PlainText.LowerAscii(level.Value), out var to) && to != level.Value)
            .GroupBy(level => map[PlainText.LowerAscii(level.Value)], StringComparer.Ordinal)
            .Select(cluster => new Cluster(cluster.Key, count.GetValueOrDefault(cluster.Key), [.. cluster.Select(level => new ValueCount(level.Value, level.Count))]))
            .OrderByDescending(cluster => cluster.Spellings.Sum(spelling => spelling.Count)).ThenBy(cluster => cluster.Name, StringComparer.Ordinal).ToList();
        return clusters.Count == 0 ? null : new Proposal(name, $"normalise: {{column: {Yaml.Scalar(name)}, map: {YamlFlow.Map(map)}}}", clusters);
    }
}
