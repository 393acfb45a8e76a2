using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Fairlead.Data;
using Fairlead.Data.Checks;
using Fairlead.Data.Versions;
using Fairlead.Iterations;
using Fairlead.Iterations.Lineage;
using Fairlead.Projects;
using Fairlead.Tests.Iterations.Lineage;
using Fairlead.Training;
using Fairlead.Web.Design.Charts;
using Fairlead.Workspace;

namespace Fairlead.Tests.Iterations;

/// <summary>What checks look at beside a project's data: part of the key of cleaning, and the version before is the one before.</summary>
public sealed class BesideDataTests : IDisposable
{
    private const string Declared = """
        project: orders
        id: 0a1b2c3d
        question: Which orders will be late?
        data:
          source: orders.csv
          key: id
        target:
          column: late
          task: binary
          positive: "yes"
        columns:
          id: id
          customer: category
          weight: number
        checks:
          - references: {column: customer, other: customers.csv}
          - row_count_change_between: {min: -0.2, max: 0.2, action: fail}
          - null_proportion_change_between: {column: weight, max: 0.1, severity: warn}
        gates:
          - checks pass
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly WorkspaceFolder _workspace;

    public BesideDataTests()
    {
        _workspace = WorkspaceFolder.Open(Path.Combine(_folder.Path, "workspace"));
        _folder.File("fairlead.yaml", Declared);
        Orders(400, 0);
        Customers(9);
    }

    public void Dispose()
    {
        _workspace.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_turn_compares_with_the_data_before_and_cleans_again_when_another_table_changes()
    {
        var first = await IterateAsync();
        Assert.Equal((1, true), (first.Number, first.Passed));
        Assert.Equal(["all 400 values meet it", CheckInputs.NothingBefore, CheckInputs.NothingBefore], first.Data.Checks.Select(check => check.Observed));
        Assert.Equal("customers.csv", Assert.Single(first.Data.CheckedAgainst!).Name);
        Assert.Null(first.Data.ComparedWith);
        Assert.All((await IterateAsync()).Steps, step => Assert.True(step.Reused, step.Step)); // an iteration is not the version before its own data

        Customers(8); // c8 is gone: its rows go to quarantine, no source was read again
        var second = await IterateAsync();
        Assert.Equal((2, true, false), (second.Number, second.Steps.Single(step => step.Step == "ingest").Reused, second.Steps.Single(step => step.Step == "clean").Reused));
        Assert.Equal(("references:customer", 44), Assert.Single(second.Data.QuarantineReasons) is var (reason, rows) ? (reason, rows) : default); // 400 / 9
        Assert.Null(second.Data.ComparedWith);
        Assert.True(second.Passed);

        Customers(9);
        Orders(270, 90);
        var third = await IterateAsync();
        Assert.Equal((3, false), (third.Number, third.Passed));
        Assert.Equal(2, third.Data.ComparedWith);
        Assert.Equal("24.16 % fewer rows than before", third.Data.Checks[1].Observed); // 270 kept after 356
        Assert.Equal((false, false, "missing in 33.33 of 100 rows more than before"), (third.Data.Checks[2].Error, third.Data.Checks[2].Passed, third.Data.Checks[2].Observed));
        Assert.All((await IterateAsync()).Steps, step => Assert.True(step.Reused, step.Step));
    }

    [Fact]
    public async Task Another_table_is_in_the_lineage_by_what_it_held_when_it_was_looked_at()
    {
        var customers = Path.Combine(_folder.Path, "customers.csv");
        var held = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(customers)));
        var iteration = await IterateAsync();
        Customers(3); // later, and no longer what was looked at

        var graph = TraceLineage.Run(_workspace, new TraceLineage.Request(_folder.Path, Source: customers), TestContext.Current.CancellationToken);
        Assert.Contains(graph.Nodes, node => node == new LineageNode("other_table", held, "customers.csv"));
        Assert.Contains(graph.Links, link => link == new LineageLink($"other_table:{held}", $"iteration:{iteration.Number}", "check"));
        Assert.Contains(graph.Nodes, node => node.Kind == "iteration");
        Assert.DoesNotContain(graph.Nodes, node => node.Kind == "source"); // what was checked against it, not what else that was made from

        var project = ProjectFileReader.Read(_folder.Path);
        var events = OpenLineageEvents.Of(project, [iteration], []).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        events.ForEach(OpenLineageRules.Check);
        var inputs = events.Where(one => one["inputs"]!.AsArray().Any(input => input!["name"]!.GetValue<string>() == customers)).ToList();
        Assert.Equal(["orders.clean", "orders.clean"], inputs.Select(one => one["job"]!["name"]!.GetValue<string>())); // START and COMPLETE
        var other = inputs[1]["inputs"]!.AsArray().Single(input => input!["name"]!.GetValue<string>() == customers)!;
        Assert.Equal(("file", held), (other["namespace"]!.GetValue<string>(), other["facets"]!["version"]!["datasetVersion"]!.GetValue<string>()));

        var croissant = CroissantFile.Text(project, iteration, new CroissantFile.Request("orders.json", "CC0-1.0", "the test"), "orders.csv", new string('0', 64), 1);
        Assert.Contains($"checked against customers.csv (SHA-256 {held})", JsonNode.Parse(croissant)!["description"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains("Checked against", LineagePicture.Draw(graph.Nodes, graph.Links, "orders").Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_table_is_of_the_iterations_that_looked_at_it_and_not_of_others_with_the_same_version()
    {
        _folder.File("fairlead.yaml", Declared.Replace("  - references: {column: customer, other: customers.csv}\n", "", StringComparison.Ordinal));
        var before = await IterateAsync();
        _folder.File("fairlead.yaml", Declared);
        var after = await IterateAsync();
        Assert.Equal((1, 2, before.Data.Id), (before.Number, after.Number, after.Data.Id)); // all rows meet the check

        LineageLink[] Looked(TraceLineage.Request request) =>
            [.. TraceLineage.Run(_workspace, request, TestContext.Current.CancellationToken).Links.Where(link => link.From.StartsWith("other_table:", StringComparison.Ordinal))];
        var asked = new TraceLineage.Request(_folder.Path);
        Assert.Empty(Looked(asked with { Iteration = 1 }));
        Assert.Equal("iteration:2", Assert.Single(Looked(asked with { Iteration = 2 })).To);
        Assert.Equal("iteration:2", Assert.Single(Looked(asked with { Row = "3" })).To);
        var source = TraceLineage.Run(_workspace, asked with { Source = "customers.csv" }, TestContext.Current.CancellationToken);
        Assert.Equal("2", Assert.Single(source.Nodes, node => node.Kind == "iteration").Id);

        var project = ProjectFileReader.Read(_folder.Path);
        bool Names(Iteration iteration) => OpenLineageEvents.Of(project, [iteration], []).Any(line => line.Contains("customers.csv", StringComparison.Ordinal));
        Assert.Equal((false, true), (Names(before), Names(after)));
    }

    [Fact]
    public async Task The_key_of_cleaning_holds_the_other_table_and_the_version_before()
    {
        var project = ProjectFileReader.Read(_folder.Path);
        var raw = await IngestStep.RunAsync(new StepRunner(_workspace, null), _workspace, project, TestContext.Current.CancellationToken);
        var beside = await BesideData.OfAsync(_workspace, project, raw);
        string Key(CheckInputs inputs) => StepKeys.Clean(project, raw, SaidOfRows.Nothing, inputs, DateTimeOffset.UnixEpoch);
        Customers(8);
        var changed = await BesideData.OfAsync(_workspace, project, raw);
        string[] keys = [Key(beside), Key(changed), Key(beside with { Before = new EarlierVersion(1, "r", "d") }), Key(beside with { Before = new EarlierVersion(1, "r", "e") }), Key(beside with { Files = [] })];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Customers(9);
        Assert.Equal(keys[0], Key(await BesideData.OfAsync(_workspace, project, raw)));

        File.Delete(Path.Combine(_folder.Path, "customers.csv"));
        var fault = Assert.Single((await Assert.ThrowsAsync<FaultException>(() => BesideData.OfAsync(_workspace, project, raw))).Faults);
        Assert.EndsWith("fairlead.yaml:16:5", fault.Where, StringComparison.Ordinal);
        Assert.Contains("customers.csv", fault.What, StringComparison.Ordinal);
    }

    private Task<Iteration> IterateAsync() =>
        new Iterate.Handler(_workspace, (input, blobs, progress, stop) => Task.Run(() => Search.Run(input, blobs, progress, stop), stop))
            .HandleAsync(new Iterate.Request(_folder.Path, Trials: 1), null, null, TestContext.Current.CancellationToken);

    private void Orders(int rows, int missing) =>
        _folder.File("orders.csv", "id,customer,weight,late\n" + string.Concat(Enumerable.Range(0, rows).Select(i => $"{i},c{i % 9},{(i < missing ? "" : $"{i * 7 % 50}")},{(i * 7 % 50 > 30 ? "yes" : "no")}\n")));

    private void Customers(int count) => _folder.File("customers.csv", "customer,name\n" + string.Concat(Enumerable.Range(0, count).Select(i => $"c{i},n{i}\n")));
}
