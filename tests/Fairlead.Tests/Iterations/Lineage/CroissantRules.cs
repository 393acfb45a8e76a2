using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Fairlead.Tests.Iterations.Lineage;

/// <summary>What Croissant 1.0 requires of a dataset with one file and one record set. From http://mlcommons.org/croissant/1.0, "Dataset-level information", "Resources" and "RecordSets".</summary>
internal static partial class CroissantRules
{
    public static void Check(JsonObject dataset)
    {
        var context = dataset["@context"]!.AsObject();
        Assert.Equal("https://schema.org/", Text(context, "@vocab"));
        Assert.Equal("http://mlcommons.org/croissant/", Text(context, "cr"));
        Assert.Equal("http://purl.org/dc/terms/", Text(context, "dct"));
        Assert.Equal("sc:Dataset", Text(dataset, "@type"));
        Assert.Equal("http://mlcommons.org/croissant/1.0", Text(dataset, "conformsTo"));
        foreach (var required in new[] { "name", "description", "license", "url" })
        {
            Text(dataset, required);
        }

        Text(dataset["creator"]!.AsObject(), "name");
        Assert.True(DateOnly.TryParseExact(Text(dataset, "datePublished"), "yyyy-MM-dd", out _));

        // Every key that is not JSON-LD's own or schema.org's is explained by the context.
        var known = context.Select(field => field.Key).ToHashSet();
        Assert.Contains("recordSet", known);
        var files = new HashSet<string>();
        foreach (var file in dataset["distribution"]!.AsArray().Select(file => file!.AsObject()))
        {
            Assert.Equal("cr:FileObject", Text(file, "@type"));
            foreach (var required in new[] { "@id", "name", "contentUrl", "encodingFormat" })
            {
                Text(file, required);
            }

            Assert.Matches(Sha256(), Text(file, "sha256"));
            Assert.True(files.Add(Text(file, "@id")));
        }

        foreach (var records in dataset["recordSet"]!.AsArray().Select(records => records!.AsObject()))
        {
            Assert.Equal("cr:RecordSet", Text(records, "@type"));
            var ids = new HashSet<string>();
            foreach (var field in records["field"]!.AsArray().Select(field => field!.AsObject()))
            {
                Assert.Equal("cr:Field", Text(field, "@type"));
                Assert.StartsWith(Text(records, "@id") + "/", Text(field, "@id"), StringComparison.Ordinal);
                Assert.True(ids.Add(Text(field, "@id")));
                Text(field, "name");
                Assert.Contains(Text(field, "dataType"), (string[])["sc:Text", "sc:Integer", "sc:Float", "sc:DateTime", "sc:Boolean"]);
                Assert.Contains(Text(field["source"]!["fileObject"]!.AsObject(), "@id"), files);
                Text(field["source"]!["extract"]!.AsObject(), "column");
            }

            Assert.Contains(Text(records["key"]!.AsObject(), "@id"), ids);
        }
    }

    private static string Text(JsonObject of, string name)
    {
        var text = of[name]!.GetValue<string>();
        Assert.NotEqual("", text);
        return text;
    }

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex Sha256();
}
