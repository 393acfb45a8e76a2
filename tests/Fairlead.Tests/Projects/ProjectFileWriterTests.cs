using CsCheck;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;

namespace Fairlead.Tests.Projects;

public sealed class ProjectFileWriterTests
{
    [Fact]
    public void What_is_written_reads_back_as_the_same_project()
    {
        var project = ProjectFileReader.Parse(ProjectFileReaderTests.Good, "/somewhere");
        var again = ProjectFileReader.Parse(ProjectFileWriter.Text(project), "/somewhere");
        AssertSame(project, again);
        Assert.Equal(ProjectFileWriter.Text(project), ProjectFileWriter.Text(again));
    }

    [Fact]
    public void Remarks_are_comments_and_change_nothing()
    {
        var project = ProjectFileReader.Parse(ProjectFileReaderTests.Good, "/somewhere");
        var remark = new Dictionary<string, string> { ["weight_kg"] = "a: {b\nproject: evil", [""] = "x", ["between:weight_kg"] = "y" };
        var text = ProjectFileWriter.Text(project, new ProjectNotes(["one\ntwo"], remark, remark, remark, ["three"]));
        AssertSame(project, ProjectFileReader.Parse(text, "/somewhere"));
        Assert.Contains("# a: {b project: evil", text);
    }

    [Fact]
    public void Any_text_survives_as_a_value_a_column_name_and_a_class() =>
        Gen.Char.Array[1, 12].Select(c => new string(c)).Where(s => s.EnumerateRunes().All(r => r.Value != 0xfffd) && s is not ("late" or "order_id" or "email" or "paid") && !s.Any(char.IsSurrogate))
            .Sample(
                text =>
                {
                    var project = ProjectFileReader.Parse(ProjectFileReaderTests.Good, "/somewhere");
                    project = project with
                    {
                        Question = text,
                        Positive = text,
                        Columns = [.. project.Columns.Select(c => c.Name == "carrier" ? c with { Name = text, Label = text, Ignore = text } : c)],
                        RowSteps = [.. project.RowSteps.Where(s => s.Column != "carrier"), new NormaliseStep(text, new Dictionary<string, string> { [text] = text })],
                        Checks = [.. project.Checks.Where(c => c.Row?.Column != "carrier"), new CheckRule("in_set:" + text, new InSetCheck(text, [text, "other"]), null, true, false, 1, "")],
                    };
                    var again = ProjectFileReader.Parse(ProjectFileWriter.Text(project), "/somewhere");
                    Assert.Equal((text, text), (again.Question, again.Positive));
                    Assert.Contains(again.Columns, c => c.Name == text && c.Label == text && c.Ignore == text);
                    Assert.Equal(text, again.RowSteps.OfType<NormaliseStep>().Single().Map[text]);
                    Assert.Equal([text, "other"], again.Checks.Select(c => c.Row).OfType<InSetCheck>().Single().Values);
                },
                print: t => string.Join(" ", t.Select(c => ((int)c).ToString("x4"))), iter: 2_000, seed: "9ZjJp1pNCYN1", threads: 1);

    internal static void AssertSame(ProjectFile expected, ProjectFile actual)
    {
        Assert.Equal(Lines(expected), Lines(actual));

        static string[] Lines(ProjectFile p) =>
        [
            $"{p.Project} {p.Id} {p.Question} {string.Join('|', p.Sources)} {p.Key} {p.Time} {p.Target} {p.Task} {p.Positive} {p.Unit}",
            $"{p.Wording.Thing} {p.Wording.Name} {string.Join('|', p.Wording.Answers)}",
            .. p.Columns.Select(c => c.ToString()),
            .. p.RowSteps.Select(s => s switch
            {
                MissingStep m => $"missing {m.Column} {string.Join('|', m.Values)}",
                NormaliseStep n => $"normalise {n.Column} {string.Join('|', n.Map)} {n.IgnoreCase}",
                _ => s.ToString(),
            }),
            .. p.TableSteps.Select(s => s is DropDuplicatesStep d ? string.Join('|', d.Columns) : s.ToString()),
            .. p.Checks.Select(c => $"{c.Id} {c.Error} {c.BeforeCleaning} {c.Mostly} " + ((object?)c.Row ?? c.Table) switch
            {
                InSetCheck s => string.Join('|', s.Values),
                UniqueCheck u => string.Join('|', u.Columns),
                var other => other!.ToString(),
            }),
            p.Split.ToString(), p.Training.ToString(), string.Join('|', p.Gates.Select(g => g.Text)),
        ];
    }
}
