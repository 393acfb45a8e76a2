using Fairlead.Models.Personal;

namespace Fairlead.Tests.Models.Personal;

public sealed class ColumnDetectorTests
{
    private static ColumnDetector Of(string[] words, IEnumerable<string> values)
    {
        var detector = new ColumnDetector(words);
        foreach (var value in values)
        {
            detector.Add(value);
        }

        return detector;
    }

    [Fact]
    public void A_column_of_addresses_is_found_by_its_values()
    {
        var found = Of(["contact"], Enumerable.Range(0, 50).Select(i => $"user{i}@example.org"));
        Assert.Equal(PersonalEntity.EmailAddress, found.Holds);
        Assert.True(found.IsByValue);
        Assert.Equal("aaaa9@aaaaaaa.aaa", found.Entities[0].Example);
        Assert.Equal(50, found.Entities[0].Whole);
    }

    [Fact]
    public void A_name_alone_proves_nothing_where_the_values_are_few()
    {
        Assert.Null(Of(["phone", "service"], Enumerable.Range(0, 500).Select(i => i % 2 == 0 ? "yes" : "no")).Holds);
        Assert.Equal(PersonalEntity.Person, Of(["customer", "name"], Enumerable.Range(0, 500).Select(i => $"Zq{(char)('a' + (i % 26))}{(char)('a' + (i / 26))}o")).Holds);
        Assert.Null(Of(["product", "name"], Enumerable.Range(0, 500).Select(i => $"Zq{(char)('a' + (i % 26))}{(char)('a' + (i / 26))}o")).Holds);
    }

    [Fact]
    public void Dates_are_personal_where_the_name_says_birth()
    {
        var dates = Enumerable.Range(0, 400).Select(i => new DateOnly(1950, 1, 1).AddDays(37 * i).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(PersonalEntity.DateTime, Of(["date", "of", "birth"], dates).Holds);
        Assert.Null(Of(["order", "date"], dates).Holds);
    }

    [Fact]
    public void Text_with_some_inside_is_no_column_of_them()
    {
        var found = Of(["note"], Enumerable.Range(0, 100).Select(i => i < 10 ? $"please call 020 7946 {i:0000} about the late box" : $"box {i} came late and wet"));
        Assert.Null(found.Holds);
        Assert.Equal(10, found.Inside);
        Assert.Equal("phone numbers", found.InsideWords);
    }

    [Fact]
    public void A_level_that_names_somebody_counts_however_few_the_levels_are()
    {
        Assert.Equal(10, Of(["reason"], Enumerable.Range(0, 100).Select(i => i % 10 == 0 ? "call 020 7946 0958" : "all is well")).Mixed);
        Assert.Equal(0, Of(["code"], Enumerable.Range(0, 3_000).Select(i => $"{(i * 48_271L) + 10_000_000_000}")).Mixed);
        Assert.False(Of(["code"], Enumerable.Range(0, 3_000).Select(i => $"{(i * 48_271L) + 10_000_000_000}")).HasInside);
    }

    [Fact]
    public void A_column_that_mixes_entities_is_named_by_the_most_frequent()
    {
        var found = Of(["contact"], Enumerable.Range(0, 90).Select(i => i % 3 == 0 ? $"user{i}@example.org" : $"+44 20 7946 {1000 + i}"));
        Assert.Equal(PersonalEntity.PhoneNumber, found.Holds);
    }
}
