using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Tests.Projects;

public sealed class ProjectFileEditTests
{
    [Fact]
    public void A_gate_goes_in_as_one_line_and_comments_stay()
    {
        using var folder = Project(ProjectFileReaderTests.Good + "\n  # the end\n");
        var change = ProjectFileEdit.AddGate(folder.Path, "not worse than champion");

        Assert.Equal(
            """
            --- a/fairlead.yaml
            +++ b/fairlead.yaml
            @@ -38,4 +38,5 @@
             gates:
               - auc >= 0.80
               - checks pass
            +  - not worse than champion
               # the end

            """, change.Diff);
        Assert.Equal(3, ProjectFileReader.Read(folder.Path, withSource: false).Gates.Count);
        Assert.Equal("", ProjectFileEdit.AddGate(folder.Path, "not worse than champion").Diff);
    }

    [Theory]
    [InlineData("gates: []", "gates:\n  - cases pass")]
    [InlineData("gates:", "gates:\n  - cases pass")]
    [InlineData("gates: [checks pass]", "gates: [checks pass, cases pass]")]
    [InlineData("gates:  # none yet", "gates:  # none yet\n  - cases pass")]
    [InlineData("gates:\n- checks pass  # all\n\n\n# end", "gates:\n- checks pass  # all\n- cases pass\n\n\n# end")]
    [InlineData("", "gates:\n  - cases pass")]
    public void Every_way_to_write_a_list_takes_an_item(string gates, string expected)
    {
        using var folder = Project(Good(gates));
        Assert.EndsWith(expected, ProjectFileEdit.AddGate(folder.Path, "cases pass").After.TrimEnd());
        Assert.Contains(ProjectFileReader.Read(folder.Path, withSource: false).Gates, g => g.Text == "cases pass");
    }

    [Theory]
    [InlineData("carrier: category", "carrier: {kind: category, ignore: \"no, not used\"}")]
    [InlineData("paid: {kind: number, ignore: known only afterwards}", "paid: {kind: number, ignore: \"no, not used\"}")]
    [InlineData("weight_kg: {kind: number, unit: kg, label: Weight}", "weight_kg: {kind: number, unit: kg, label: Weight, ignore: \"no, not used\"}")]
    public void A_column_is_ignored_in_its_own_line(string before, string after)
    {
        using var folder = Project(ProjectFileReaderTests.Good);
        var change = ProjectFileEdit.Ignore(folder.Path, before[..before.IndexOf(':')], "no, not used");
        Assert.Equal(ProjectFileReaderTests.Good.Replace(before, after, StringComparison.Ordinal), change.After);
    }

    [Fact]
    public void A_column_written_over_several_lines_gets_another_line()
    {
        using var folder = Project(ProjectFileReaderTests.Good.Replace("carrier: category\n", "carrier:\n    kind: category  # who drives\n", StringComparison.Ordinal));
        var change = ProjectFileEdit.Ignore(folder.Path, "carrier", "why");
        Assert.Contains("  carrier:\n    kind: category  # who drives\n    ignore: why\n  note:", change.After);
    }

    [Fact]
    public void Steps_and_checks_go_to_the_end_of_their_lists()
    {
        using var folder = Project(ProjectFileReaderTests.Good);
        Assert.Contains("- drop duplicates\n  - impute: {column: carrier, value: none}\nchecks:", ProjectFileEdit.AddCleanStep(folder.Path, "impute: {column: carrier, value: none}").After);
        Assert.Contains("min: 1970-01-02}\n  - not_null: note\nsplit:", ProjectFileEdit.AddCheck(folder.Path, "not_null: note").After);
    }

    [Fact]
    public void Windows_line_ends_stay()
    {
        using var folder = Project(ProjectFileReaderTests.Good.Replace("\n", "\r\n", StringComparison.Ordinal) + "\r\n");
        var after = ProjectFileEdit.AddGate(folder.Path, "cases pass").After;
        Assert.EndsWith("  - checks pass\r\n  - cases pass\r\n", after);
        Assert.DoesNotContain("\n", after.Replace("\r\n", "", StringComparison.Ordinal));
    }

    [Fact]
    public void An_edit_that_would_break_the_file_is_refused_and_nothing_is_written()
    {
        using var folder = Project(ProjectFileReaderTests.Good);
        Assert.Contains("Did you mean \"auc\"", Assert.Throws<FaultException>(() => ProjectFileEdit.AddGate(folder.Path, "auk >= 0.8")).Message);
        Assert.Contains("Did you mean \"carrier\"", Assert.Throws<FaultException>(() => ProjectFileEdit.Ignore(folder.Path, "carier", "x")).Message);
        Assert.Throws<FaultException>(() => ProjectFileEdit.AddCheck(folder.Path, "not_null: nowhere"));
        Assert.Equal(ProjectFileReaderTests.Good, File.ReadAllText(Path.Combine(folder.Path, ProjectFile.FileName)));
    }

    [Fact]
    public void A_new_file_is_shown_whole()
    {
        Assert.Equal("--- /dev/null\n+++ b/cases/1.yaml\n@@ -0,0 +1,2 @@\n+a\n+b\n", TextDiff.Unified("cases/1.yaml", "", "a\nb\n"));
        Assert.Equal("", TextDiff.Unified("x", "a\n", "a\n"));
    }

    private static string Good(string gates) => ProjectFileReaderTests.Good[..ProjectFileReaderTests.Good.IndexOf("gates:", StringComparison.Ordinal)] + gates;

    private static TemporaryFolder Project(string text)
    {
        var folder = new TemporaryFolder();
        folder.File(ProjectFile.FileName, text);
        return folder;
    }
}
