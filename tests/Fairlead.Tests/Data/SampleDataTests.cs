using Fairlead.Data;
using Fairlead.Models.Contracts;
using Fairlead.Projects;
using Fairlead.Projects.Sample;

namespace Fairlead.Tests.Data;

/// <summary>What the sample of orders plants is found, by the project file that <c>new</c> writes for it.</summary>
public sealed class SampleDataTests : DataTest
{
    [Fact]
    public void Everything_planted_in_the_sample_is_found_and_no_personal_value_is_shown()
    {
        var orders = SampleOrders.Write(Folder.Path, 4_000);
        var project = NewProject.Infer(new NewProject.Request("orders", orders, "late", Path.Combine(Folder.Path, "project")), TestContext.Current.CancellationToken).Project;

        var version = Run(project);
        var data = DatasetReader.Load(project, version, Blobs);

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join("\n", version.Findings));
        Assert.Equal(version.Read, version.Kept + version.Quarantined + version.Dropped);
        Assert.Equal(4_000, version.Read);
        foreach (var kind in new[] { "duplicate", "missing", "impossible", "spelling", "leak", "personal", "shift" })
        {
            Assert.Contains(version.Findings, finding => finding.Kind == kind);
        }

        Assert.Contains(version.Findings, finding => finding is { Kind: "shift", Column: "carrier" });
        Assert.True(version.Checks.Single(check => check.Id == "unique:order_id").Passed); // the copies are gone
        var planted = SampleOrders.Make(4_000);
        var impossible = planted.Where(order => order.Planted.Any(what => what.StartsWith("impossible", StringComparison.Ordinal))).Select(order => order.OrderId).ToList();
        Assert.Equal(impossible.Count, version.Quarantined);
        Assert.Equal(80 - (impossible.Count - impossible.Distinct().Count()), version.Dropped); // 2 in 100 rows are copies; those of quarantined rows are in quarantine too
        var said = System.Text.Json.JsonSerializer.Serialize(version);
        Assert.All(planted.Take(500).Where(order => order.CustomerEmail.Length > 0), order => Assert.DoesNotContain(order.CustomerEmail, said, StringComparison.Ordinal));
        Assert.DoesNotContain("@", said, StringComparison.Ordinal);
        Assert.DoesNotContain(project.Columns.Where(column => column.Protection == Protection.Drop).Select(column => column.Name), data.Features.Has);
    }
}
