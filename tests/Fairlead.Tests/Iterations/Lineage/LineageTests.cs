using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Fairlead.Iterations.Erasure;
using Fairlead.Iterations.Lineage;
using Fairlead.Releases;
using Fairlead.Tests.Iterations.Erasure;
using Fairlead.Workspace;

namespace Fairlead.Tests.Iterations.Lineage;

/// <summary>What was made from what, forward and back, and as OpenLineage and Croissant.</summary>
public sealed class LineageTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task An_iteration_is_traced_back_to_its_source_and_on_to_its_release()
    {
        using var people = new PeopleProject();
        var iteration = await people.IterateAsync(1);
        await ReleaseRecords.AddAsync(people.Workspace.Records, people.Project.Id, new Release(1, "staging", 1, iteration.Image, DateTimeOffset.UnixEpoch, null, 0, 0));

        var made = TraceLineage.Run(people.Workspace, new TraceLineage.Request(people.Folder, Iteration: 1), None);

        Assert.Equal(["source", "raw_version", "dataset_version", "model", "package", "iteration", "release"], made.Nodes.Select(node => node.Kind));
        Assert.Equal(["ingest", "clean", "search", "package", "iterate", "iterate", "release"], made.Links.Select(link => link.Step));
        Assert.Equal(63, made.Nodes.Single(node => node.Kind == "raw_version").Rows);

        var forward = TraceLineage.Run(people.Workspace, new TraceLineage.Request(people.Folder, Source: people.Source), None);
        Assert.Contains(forward.Nodes, node => node.Kind == "release");
        var back = TraceLineage.Run(people.Workspace, new TraceLineage.Request(people.Folder, Version: iteration.Data.Id[..10]), None);
        Assert.Equal(["source", "raw_version", "dataset_version", "model", "package", "iteration", "release"], back.Nodes.Select(node => node.Kind));
        Assert.Throws<FaultException>(() => TraceLineage.Run(people.Workspace, new TraceLineage.Request(people.Folder, Iteration: 9), None));
    }

    [Fact]
    public async Task A_row_is_known_by_which_models_saw_it()
    {
        using var people = new PeopleProject();
        var iteration = await people.IterateAsync();

        var seen = Enumerable.Range(0, 60).Select(i => Assert.Single(TraceLineage.Run(people.Workspace, new TraceLineage.Request(people.Folder, Row: $"p{i}@example.com"), None).Rows!)).ToList();

        Assert.All(seen, row => Assert.Equal(row.Trained, row.Found.Side == "train"));
        Assert.All(seen, row => Assert.NotEqual(row.Trained, row.Judged));

        // Of the person one row is in quarantine: no model saw it.
        var theirs = TraceLineage.Run(people.Workspace, new TraceLineage.Request(people.Folder, Row: PeopleProject.Person), None).Rows!;
        Assert.Contains(theirs, row => row.Found.Outcome == "quarantined" && row is { Trained: false, Judged: false } && row.Found.Reason!.Contains("between", StringComparison.Ordinal));

        EraseSubject.Run(people.Workspace, new EraseSubject.Request(people.Folder, PeopleProject.Person), None);
        Assert.Empty(TraceLineage.Run(people.Workspace, new TraceLineage.Request(people.Folder, Row: PeopleProject.Person), None).Rows!);
        Assert.Equal("differs: 1 subject erased", TraceLineage.Run(people.Workspace, new TraceLineage.Request(people.Folder, Iteration: 1), None).Differs.Single().Says);
    }

    [Fact]
    public async Task OpenLineage_events_have_every_field_that_version_2_0_2_requires()
    {
        using var people = new PeopleProject();
        var iteration = await people.IterateAsync();

        var events = OpenLineageEvents.Of(people.Project, [iteration], [new Release(1, "staging", 1, null, DateTimeOffset.UnixEpoch, null, 0, 0)]).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();

        Assert.Equal(12, events.Count); // START and COMPLETE of ingest, clean, search, package, iterate, release
        foreach (var one in events)
        {
            OpenLineageRules.Check(one);
        }

        foreach (var run in events.GroupBy(one => one["run"]!["runId"]!.GetValue<string>()))
        {
            Assert.Equal(["START", "COMPLETE"], run.Select(one => one["eventType"]!.GetValue<string>()));
        }

        var clean = events.Single(one => one["job"]!["name"]!.GetValue<string>() == "people.clean" && one["eventType"]!.GetValue<string>() == "COMPLETE");
        Assert.Equal(62, clean["outputs"]![0]!["outputFacets"]!["outputStatistics"]!["rowCount"]!.GetValue<long>());
        Assert.Contains(clean["inputs"]![0]!["inputFacets"]!["dataQualityAssertions"]!["assertions"]!.AsArray(), one => one!["assertion"]!.GetValue<string>().Length > 0);
        var search = events.First(one => one["job"]!["name"]!.GetValue<string>() == "people.search");
        Assert.Equal(62, search["inputs"]![0]!["inputFacets"]!["dataQualityMetrics"]!["rowCount"]!.GetValue<long>());
        Assert.Equal(events.Select(one => one.ToJsonString()), OpenLineageEvents.Of(people.Project, [iteration], [new Release(1, "staging", 1, null, DateTimeOffset.UnixEpoch, null, 0, 0)]).Select(line => JsonNode.Parse(line)!.ToJsonString()));
    }

    [Fact]
    public async Task Croissant_names_the_rows_by_their_checksum_and_every_column_as_a_field()
    {
        using var people = new PeopleProject();
        var iteration = await people.IterateAsync();
        var path = Path.Combine(people.Root, "people.json");

        var written = CroissantFile.Write(people.Project, iteration, new CroissantFile.Request(path, "CC0-1.0", "the test"), people.Workspace.Blobs, None);

        var croissant = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        CroissantRules.Check(croissant);
        var rows = File.ReadAllLines(written[1]);
        Assert.Equal(63, rows.Length); // the header and 62 kept rows
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(written[1]))), croissant["distribution"]![0]!["sha256"]!.GetValue<string>());
        Assert.Equal(rows[0].Split(','), croissant["recordSet"]![0]!["field"]!.AsArray().Select(field => field!["source"]!["extract"]!["column"]!.GetValue<string>()));
        Assert.Equal(new FileInfo(written[1]).Length.ToString(CultureInfo.InvariantCulture) + " B", croissant["distribution"]![0]!["contentSize"]!.GetValue<string>());
    }
}
