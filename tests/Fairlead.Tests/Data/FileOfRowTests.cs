using Fairlead.Customers.Causes;
using Fairlead.Data;
using Fairlead.Evaluation;
using Fairlead.Iterations.Labels;
using Fairlead.Models.Contracts;
using Fairlead.Projects;
using Fairlead.Tests.Evaluation;

namespace Fairlead.Tests.Data;

/// <summary>The file of a row is known to slices, and to no model.</summary>
public sealed class FileOfRowTests : DataTest
{
    private ProjectFile Files(params string[] names)
    {
        foreach (var (name, i) in names.Select((name, i) => (name, i)))
        {
            Folder.File(name, "id,km,late\n" + CleanTests.Many(40 + i, row => $"{name}{row},{row},{(row % 3 == 0 ? "yes" : "no")}"));
        }

        return Project(names[0], "late", key: "id") with { Sources = names };
    }

    [Fact]
    public void Every_row_knows_its_file_and_no_feature_does()
    {
        var project = Files("a.csv", "b.csv", "c.csv");

        var version = Run(project);
        var data = DatasetReader.Load(project, version, Blobs);

        Assert.Equal([("a.csv", 0L), ("b.csv", 40), ("c.csv", 81)], version.Files!.Select(file => (file.Name, file.First!.Value)));
        Assert.Equal(data.Keys.Select(key => key[..5]), data.File!.Texts!);
        Assert.Equal(["km"], data.Features.Columns.Select(column => column.Name));
        Assert.Contains(CandidateSlices.Of(data, [], new CauseWords("order", "late", new Dictionary<string, string>())), slice => slice.Words == "file b.csv" && slice.Condition == new Condition("__file", "b.csv"));
    }

    [Fact]
    public void A_single_file_makes_no_slice()
    {
        var project = Files("a.csv");

        var version = Run(project);

        Assert.Null(version.Files);
        Assert.Null(DatasetReader.Load(project, version, Blobs).File);
    }

    [Fact]
    public void The_labels_of_a_file_can_be_distrusted_and_one_that_is_gone_waits()
    {
        var project = Files("a.csv", "b.csv");
        Repair Of(string id, string file) => new(id, "distrust", [new Condition("__file", file)], null, null, "they are wrong", [], Now);

        var version = Run(project, [new Correction("b.csv3", "late", "yes", "no", "f1", Now)], [Of("file-b", "b.csv"), Of("file-c", "c.csv")]);

        var kept = DatasetReader.Load(project, version, Blobs);
        Assert.Equal(40, version.QuarantineReasons["label distrusted: file-b"]); // 41 rows, of which a person corrected one
        Assert.All(kept.Keys.Where(key => key != "b.csv3"), key => Assert.StartsWith("a.csv", key, StringComparison.Ordinal));
        Assert.Contains(version.Findings, finding => finding.Title == "Repair file-c is of the file \"c.csv\", which the source no longer has.");
    }

    [Fact]
    public void A_file_that_records_wrongly_is_the_cause_though_no_column_names_it()
    {
        var made = MadeOrders.Make(4_000, 21, slope: 9);
        var random = new Random(5);
        var file = Array.ConvertAll(made.Data.Rows, row => $"orders/part-{row % 5}.csv");
        var data = made.Data with
        {
            File = new FrameColumn(FileOfRow.Column, ColumnKind.Category, [.. file]),
            Labels = [.. made.Data.Labels.Select((label, row) => label == 1 && file[row] == "orders/part-3.csv" && random.NextDouble() < 0.4 ? 0 : label)],
        };

        var report = SuspectLabels.Find(
            new SuspectLabels.Request(data, new UnseenJudge(data, MadeOrders.Fit(data), MadeOrders.FitFolds(data)), [], new CauseWords("order", "late", new Dictionary<string, string>())), TestContext.Current.CancellationToken)!;

        var cause = Assert.Single(report.Causes);
        Assert.Equal([new Condition("__file", "orders/part-3.csv")], cause.Where);
        Assert.Equal("File part-3.csv", cause.Title);
        Assert.True(cause.FlipRate is { Low: > 0.1, Low: <= 0.4, High: >= 0.4 }, cause.Says);
    }
}
