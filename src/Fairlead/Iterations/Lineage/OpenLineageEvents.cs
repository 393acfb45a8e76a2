using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fairlead.Data;
using Fairlead.Data.Versions;
using Fairlead.Projects;
using Fairlead.Releases;

namespace Fairlead.Iterations.Lineage;

/// <summary>Iterations as OpenLineage run events: a START and a COMPLETE event for each step, JSON lines.</summary>
/// <remarks>
/// The form is that of OpenLineage 2-0-2 (https://openlineage.io/spec/2-0-2/OpenLineage.json) with the facets schema, version, dataQualityAssertions, dataQualityMetrics and outputStatistics.
/// Run ids follow from project, iteration and step (UUID of version 8, RFC 9562, from their SHA-256): the same iteration gives the same events.
/// Steps of an iteration are recorded with their duration, not their start: events carry the iteration's moment, less the durations of the steps after.
/// </remarks>
public static class OpenLineageEvents
{
    private const string Producer = "urn:fairlead";
    private const string Schema = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";
    private static readonly JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One JSON object each, in the order of time.</summary>
    public static IEnumerable<string> Of(ProjectFile project, IReadOnlyList<Iteration> iterations, IReadOnlyList<Release> releases)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(iterations);
        foreach (var iteration in iterations)
        {
            var tables = new Tables(project, iteration);
            var made = IterationLineage.Stages(iteration, releases).SelectMany(stage => stage.Made()).Where(one => one.Step != "release").ToList();
            var seconds = made.Select(one => iteration.Steps.FirstOrDefault(step => step.Step == one.Step)?.Seconds ?? 0).ToList();
            for (var i = 0; i < made.Count; i++)
            {
                var end = iteration.At.AddSeconds(-seconds.Skip(i + 1).Sum());
                yield return Event("START", end.AddSeconds(-seconds[i]), project, iteration.Number, made[i], tables);
                yield return Event("COMPLETE", end, project, iteration.Number, made[i], tables);
            }
        }

        foreach (var release in releases.Where(release => iterations.Any(iteration => iteration.Number == release.Iteration)))
        {
            var made = new ReleaseLineage(IterationLineage.NodeOf(release.Iteration), [release]).Made().Single();
            var tables = new Tables(project, iterations.First(iteration => iteration.Number == release.Iteration));
            yield return Event("START", release.At, project, release.Number, made, tables);
            yield return Event("COMPLETE", release.At, project, release.Number, made, tables);
        }
    }

    private static string Event(string type, DateTimeOffset at, ProjectFile project, int number, Made made, Tables tables) => new JsonObject
    {
        ["eventType"] = type,
        ["eventTime"] = at.ToString("yyyy-MM-dd'T'HH:mm:ss.fffK", CultureInfo.InvariantCulture),
        ["run"] = new JsonObject { ["runId"] = RunId($"{project.Id}\n{number.ToString(CultureInfo.InvariantCulture)}\n{made.Step}").ToString("D", CultureInfo.InvariantCulture) },
        ["job"] = new JsonObject { ["namespace"] = $"fairlead/{project.Id}", ["name"] = $"{project.Project}.{made.Step}" },
        ["inputs"] = new JsonArray([.. made.From.Concat(made.Beside ?? []).Select(node => (JsonNode)tables.Dataset(node, input: true, complete: type == "COMPLETE"))]),
        ["outputs"] = new JsonArray([.. made.To.Select(node => (JsonNode)tables.Dataset(node, input: false, complete: type == "COMPLETE"))]),
        ["producer"] = Producer,
        ["schemaURL"] = Schema,
    }.ToJsonString(Readable);

    private static Guid RunId(string of)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(of))[..16];
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>Datasets of one iteration with their facets.</summary>
    private sealed class Tables(ProjectFile project, Iteration iteration)
    {
        public JsonObject Dataset(LineageNode node, bool input, bool complete)
        {
            var isFile = node.Kind is "source" or "other_table";
            var facets = new JsonObject { ["version"] = Facet("1-0-1/DatasetVersionDatasetFacet", ("datasetVersion", node.Id)) };
            if (Fields(node) is { } fields)
            {
                facets["schema"] = Facet("1-1-1/SchemaDatasetFacet", ("fields", fields));
            }

            var dataset = new JsonObject
            {
                ["namespace"] = isFile ? "file" : $"fairlead/{project.Id}",
                ["name"] = isFile ? Path.GetFullPath(Path.Combine(project.Folder, node.Name)) : $"{project.Project}.{node.Kind}",
                ["facets"] = facets,
            };
            if (input && node.Kind == "dataset_version")
            {
                dataset["inputFacets"] = new JsonObject
                {
                    ["dataQualityMetrics"] = Facet("1-0-2/DataQualityMetricsInputDatasetFacet", ("rowCount", iteration.Data.Kept), ("columnMetrics", Metrics(iteration.Data))),
                };
            }

            if (input && node.Kind == "raw_version" && iteration.Data.Checks.Count > 0)
            {
                dataset["inputFacets"] = new JsonObject { ["dataQualityAssertions"] = Facet("1-0-1/DataQualityAssertionsDatasetFacet", ("assertions", Assertions(iteration.Data))) };
            }

            if (!input && complete && node.Rows is { } rows)
            {
                dataset["outputFacets"] = new JsonObject { ["outputStatistics"] = Facet("1-0-2/OutputStatisticsOutputDatasetFacet", ("rowCount", rows)) };
            }

            return dataset;
        }

        private JsonArray? Fields(LineageNode node) => node.Kind switch
        {
            "source" or "raw_version" => new JsonArray([.. iteration.Raw.Columns.Select(name => (JsonNode)new JsonObject { ["name"] = name, ["type"] = "VARCHAR" })]),
            "dataset_version" => new JsonArray([.. iteration.Data.Profile.Select(column => (JsonNode)new JsonObject { ["name"] = column.Name, ["type"] = column.Min is null ? "VARCHAR" : "DOUBLE" })]),
            _ => null,
        };

        private static JsonObject Metrics(DatasetVersion data)
        {
            var metrics = new JsonObject();
            foreach (var column in data.Profile)
            {
                var figures = new JsonObject { ["nullCount"] = column.Missing, ["distinctCount"] = column.Distinct, ["count"] = column.Rows - column.Missing };
                foreach (var (name, value) in new[] { ("min", column.Min), ("max", column.Max) })
                {
                    if (value is { } number && double.IsFinite(number))
                    {
                        figures[name] = number;
                    }
                }

                metrics[column.Name] = figures;
            }

            return metrics;
        }

        private static JsonArray Assertions(DatasetVersion data) => new([.. data.Checks.Select(check =>
        {
            var assertion = new JsonObject { ["assertion"] = check.Check, ["success"] = check.Passed };
            if (check.Column is { } column)
            {
                assertion["column"] = column;
            }

            return (JsonNode)assertion;
        })]);

        private static JsonObject Facet(string schema, params (string Name, JsonNode Value)[] fields)
        {
            var facet = new JsonObject { ["_producer"] = Producer, ["_schemaURL"] = $"https://openlineage.io/spec/facets/{schema}.json#/$defs/{schema.Split('/')[1]}" };
            foreach (var (name, value) in fields)
            {
                facet[name] = value;
            }

            return facet;
        }
    }
}
