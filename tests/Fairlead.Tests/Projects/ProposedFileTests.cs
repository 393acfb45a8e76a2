using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Tests.Projects;

public sealed class ProposedFileTests
{
    [Theory]
    [InlineData(null, "a\nb\n", "+a +b")]
    [InlineData("a\nb\n", "a\nb\n", " a  b")]
    [InlineData("a\nb\nc\n", "a\nc\n", " a -b  c")]
    [InlineData("a\nb\nc\nd\n", "a\nx\nc\ny\nd\n", " a -b +x  c +y  d")]
    public void A_diff_shows_what_goes_comes_and_stays(string? before, string after, string diff) =>
        Assert.Equal(diff, string.Join(' ', new ProposedFile("f", before, after).Diff().Select(line => $"{line.Sign}{line.Line}")));

    [Fact]
    public void A_file_that_changed_since_it_was_shown_is_not_written_nor_is_any_other()
    {
        using var folder = new TemporaryFolder();
        folder.File("one.txt", "old\n");
        var shown = new[] { ProposedFile.In(folder.Path, "two.txt", "two\n"), ProposedFile.In(folder.Path, "one.txt", "new\n") };
        folder.File("one.txt", "edited meanwhile\n");

        var refused = Assert.Throws<FaultException>(() => ProposedFile.Write(folder.Path, shown));

        Assert.Equal("one.txt", Assert.Single(refused.Faults).Where);
        Assert.False(File.Exists(Path.Combine(folder.Path, "two.txt")));
        Assert.Equal("edited meanwhile\n", File.ReadAllText(Path.Combine(folder.Path, "one.txt")));
    }

    [Fact]
    public void Nothing_is_written_outside_the_project_folder()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<ArgumentException>(() => ProposedFile.In(folder.Path, "../elsewhere.txt", "x"));
    }
}
