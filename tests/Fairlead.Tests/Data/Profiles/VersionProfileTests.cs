using System.Text.Json;
using Fairlead.Data.Profiles;
using Fairlead.Models.Contracts;
using Fairlead.Web.Data.Profiles;

namespace Fairlead.Tests.Data.Profiles;

/// <summary>The profile as a page, and as it is kept with a version.</summary>
public sealed class ProfilePageTests
{
    private static double Share(int seed, int i) => (Hashes.Mix(((ulong)(uint)seed << 32) + (uint)i + 0x9E37_79B9_7F4A_7C15) >> 11) * (1.0 / (1UL << 53));

    private static TableProfile Wide()
    {
        var scan = new ArrayScan();
        for (var i = 0; i < 10; i++)
        {
            scan.Numbers($"number {i}", [.. Enumerable.Range(0, 2_000).Select(row => Share(i, row) * 1_000)]);
            scan.Text($"level {i}", [.. Enumerable.Range(0, 2_000).Select(row => $"name <{(int)(Share(i + 20, row) * 30)}>")], coded: true);
        }

        return ProfileTable.Of(scan, "level 0", CancellationToken.None);
    }

    [Fact]
    public async Task The_page_of_twenty_columns_is_small_and_stands_by_itself()
    {
        var page = await ProfileFile.HtmlAsync(Wide(), "customers <1>.csv");
        Assert.InRange(page.Length, 20_000, 300_000);
        Assert.StartsWith("<!DOCTYPE html>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<link", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("name <1>", page, StringComparison.Ordinal); // values are escaped
        Assert.Contains("name &lt;1&gt;", page, StringComparison.Ordinal);
        Assert.Contains("number 9", page, StringComparison.Ordinal);
    }
}

public sealed class VersionProfileTests : DataTest
{
    [Fact]
    public void A_version_keeps_the_whole_profile_and_no_value_of_a_personal_column()
    {
        Folder.File("people.csv", "id,age,mail,paid\n" + string.Concat(Enumerable.Range(0, 300).Select(i => $"{i},{20 + (i % 40)},secret{i % 7}@example.org,{(i % 3 == 0 ? "yes" : "no")}\n")));
        var project = Project("people.csv", "paid", key: "id", adjust: (name, column) => name == "mail" ? column with { Protection = Protection.Mask } : column);
        var version = Run(project);
        var details = version.Details!;
        Assert.Equal(300, details.Rows);
        Assert.Equal(38, details.Columns.Single(c => c.Name == "age").Numbers!.Quantiles[4].Value, 0.5); // eight each of 20 to 39, seven of 40 to 59: the 150th is 38
        Assert.Equal(version.Profile.Select(c => c.Name), details.Columns.Select(c => c.Name));
        Assert.Equal(200, details.Target!.Classes[0].Count);
        var mail = details.Columns.Single(c => c.Name == "mail");
        Assert.True(mail.Distinct.Count > 0);
        Assert.Empty(mail.Top.Values);
        Assert.DoesNotContain("example.org", JsonSerializer.Serialize(details), StringComparison.Ordinal);
    }
}
