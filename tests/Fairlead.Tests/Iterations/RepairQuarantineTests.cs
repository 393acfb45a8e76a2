using System.Globalization;
using Fairlead.Data.Quarantine;
using Fairlead.Iterations;
using Fairlead.Models.Contracts;
using Fairlead.Projects;
using Fairlead.Tests.Iterations.Erasure;

namespace Fairlead.Tests.Iterations;

/// <summary>A repair is tried as the next iteration would run it, in a project whose steps need its pseudonym key too.</summary>
public sealed class RepairQuarantineTests
{
    [Fact]
    public async Task Rows_of_a_project_with_pseudonyms_and_made_up_values_are_tried()
    {
        var cancel = TestContext.Current.CancellationToken;
        var rows = Enumerable.Range(0, 40).Select(i => string.Create(CultureInfo.InvariantCulture, $"p{i}@example.com,Anna Berg {i},{(i == 7 ? -5 : 100 + i)},+49 30 12345{i:00},{(i % 3 == 0 ? "yes" : "no")}\n"));
        var table = new PeopleTable("p7@example.com", "p7@example.com", "Anna Berg 7", "email", "  email: {kind: id, personal: pseudonym}\n  name: {kind: text, personal: pseudonym}\n  income: number\n  phone: {kind: text, personal: synthetic}\n", ["email,name,income,phone,gone\n" + string.Concat(rows)], [], Protection.Pseudonym);
        using var people = new PeopleProject(made: table);
        var iteration = await people.IterateAsync();
        var declared = ProjectFileReader.Read(people.Folder); // as a verb reads it: without the key's id
        var row = Assert.Single(BrowseQuarantine.Run(declared, iteration.Data, people.Workspace.Blobs, new BrowseQuarantine.Request(), cancel).Rows);

        var tried = await RepairQuarantine.TryAsync(people.Workspace, new RepairQuarantine.Request(declared, [Set("5")]), cancel);

        Assert.Empty(tried.Unread);
        Assert.Equal((39, 1), (tried.Before.Kept, tried.Before.Quarantined));
        Assert.Equal((40, 0), (tried.After.Kept, tried.After.Quarantined));
        Assert.Equal("kept", Assert.Single(tried.Rows).State);

        // What can't be read is missing and passes; it is said.
        var unread = await RepairQuarantine.TryAsync(people.Workspace, new RepairQuarantine.Request(declared, [Set("5 or so")]), cancel);
        Assert.Equal("kept", Assert.Single(unread.Rows).State);
        Assert.Equal(["income"], unread.Unread);

        RowRepair Set(string income) => new(row.Key, row.Content, RowRepair.Set, new Dictionary<string, string?> { ["income"] = income }, null, null, DateTimeOffset.UnixEpoch);
    }
}
