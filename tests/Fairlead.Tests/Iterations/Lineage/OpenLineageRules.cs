using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fairlead.Tests.Iterations.Lineage;

/// <summary>What OpenLineage 2-0-2 requires of a run event and of the facets that are written: required fields, their types, their formats. From https://openlineage.io/spec/2-0-2/OpenLineage.json and the facets' schemas.</summary>
internal static class OpenLineageRules
{
    private static readonly string[] Types = ["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"];

    private static readonly Dictionary<string, Action<JsonObject>> Facets = new()
    {
        ["schema"] = facet => Each(facet["fields"]!, field => Text(field, "name")),
        ["version"] = facet => Text(facet, "datasetVersion"),
        ["outputStatistics"] = facet => Integer(facet, "rowCount"),
        ["dataQualityAssertions"] = facet => Each(facet["assertions"]!, assertion =>
        {
            Text(assertion, "assertion");
            Assert.True(assertion["success"]!.GetValueKind() is JsonValueKind.True or JsonValueKind.False);
        }),
        ["dataQualityMetrics"] = facet =>
        {
            foreach (var (_, column) in facet["columnMetrics"]!.AsObject())
            {
                foreach (var (name, value) in column!.AsObject())
                {
                    Assert.Contains(name, (string[])["nullCount", "distinctCount", "sum", "count", "min", "max", "quantiles"]);
                    Assert.Equal(JsonValueKind.Number, value!.GetValueKind());
                }
            }
        },
    };

    public static void Check(JsonObject one)
    {
        Assert.Contains(Text(one, "eventType"), Types);
        Assert.True(DateTimeOffset.TryParseExact(Text(one, "eventTime"), "yyyy-MM-dd'T'HH:mm:ss.fffK", CultureInfo.InvariantCulture, DateTimeStyles.None, out _));
        Uri(one, "producer");
        Assert.Equal("https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent", Text(one, "schemaURL"));
        Assert.True(Guid.TryParseExact(Text(one["run"]!.AsObject(), "runId"), "D", out _));
        Text(one["job"]!.AsObject(), "namespace");
        Text(one["job"]!.AsObject(), "name");
        Each(one["inputs"]!, dataset => Dataset(dataset, "inputFacets"));
        Each(one["outputs"]!, dataset => Dataset(dataset, "outputFacets"));
        Assert.Equal(["eventType", "eventTime", "run", "job", "inputs", "outputs", "producer", "schemaURL"], one.Select(field => field.Key));
    }

    private static void Dataset(JsonObject dataset, string own)
    {
        Text(dataset, "namespace");
        Text(dataset, "name");
        Assert.All(dataset, field => Assert.Contains(field.Key, (string[])["namespace", "name", "facets", own]));
        foreach (var (name, facet) in dataset["facets"]!.AsObject().Concat(dataset[own]?.AsObject() ?? []))
        {
            Uri(facet!.AsObject(), "_producer");
            Assert.EndsWith("Facet", Uri(facet.AsObject(), "_schemaURL"), StringComparison.Ordinal);
            Facets[name](facet.AsObject());
        }
    }

    private static void Each(JsonNode list, Action<JsonObject> check)
    {
        foreach (var item in list.AsArray())
        {
            check(item!.AsObject());
        }
    }

    private static string Text(JsonObject of, string name)
    {
        var text = of[name]!.GetValue<string>();
        Assert.NotEqual("", text);
        return text;
    }

    private static string Uri(JsonObject of, string name)
    {
        Assert.True(System.Uri.TryCreate(Text(of, name), UriKind.Absolute, out _));
        return Text(of, name);
    }

    private static void Integer(JsonObject of, string name) => Assert.True(of[name]!.GetValue<long>() >= 0);
}
