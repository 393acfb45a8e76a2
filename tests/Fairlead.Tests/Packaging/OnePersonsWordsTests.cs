using System.Text;
using Fairlead.Models.Contracts;
using Fairlead.Packaging;
using Fairlead.Projects;
using Fairlead.Training;
using Fairlead.Workspace;

namespace Fairlead.Tests.Packaging;

/// <summary>No package carries a level or a word of fewer rows than the project says, held against its bytes.</summary>
public sealed class OnePersonsWordsTests
{
    private static readonly string[] Rare = ["Jo Smith", "quixotic"];
    private static readonly string[] Common = ["Blue", "parcel"];

    [Fact]
    public void A_level_and_a_word_of_four_rows_are_in_no_byte_of_the_package_unless_four_are_enough()
    {
        using var folder = new TemporaryFolder();
        using var workspace = WorkspaceFolder.Open(folder.Path);

        var five = Bytes(workspace.Blobs, TrainingRule.DefaultLeastRows);
        Assert.All(Common, word => Assert.Contains(word, five, StringComparison.Ordinal));
        Assert.All(Rare, word => Assert.DoesNotContain(word, five, StringComparison.Ordinal));
        Assert.All(Rare, word => Assert.Contains(word, Bytes(workspace.Blobs, 4), StringComparison.Ordinal));
    }

    /// <summary>Every file of the package, one after another.</summary>
    private static string Bytes(BlobStore blobs, int leastRows)
    {
        var data = PackageFixture.Data();
        var carriers = Enumerable.Range(0, PackageFixture.Rows).Select(i => i % 10 == 3 && i < 40 ? "Jo Smith" : i % 2 == 0 ? "Blue" : "Red").ToArray();
        var notes = Enumerable.Range(0, PackageFixture.Rows).Select(i => $"{(i % 10 == 7 && i < 40 ? "quixotic" : "")} {(i % 3 == 0 ? "parcel" : "letter")}").ToArray();
        data = data with { Features = new Frame([new FrameColumn("carrier", ColumnKind.Category, carriers), new FrameColumn("note", ColumnKind.Text, notes)]) };
        var project = PackageFixture.Project();
        project = project with { Columns = [.. project.Columns, new ProjectColumn("note", ColumnKind.Text, "Note")], Training = project.Training with { LeastRows = leastRows } };
        var training = ContractBuilder.TrainingRows(data);
        var search = Search.Run(
            new TrainingInput(data.Features.Take(training), [.. training.Select(row => data.Folds[row])], ModelTask.Binary, data.Classes, [.. training.Select(row => data.Labels[row])], [], null, 1, 1, leastRows),
            blobs, null, TestContext.Current.CancellationToken);
        var package = PackageWriter.Write(project, PackageFixture.Version(), data, search, PackageFixture.Evaluation(), blobs);
        return string.Concat(package.Values.Select(id => Encoding.UTF8.GetString(blobs.Read(id))));
    }
}
