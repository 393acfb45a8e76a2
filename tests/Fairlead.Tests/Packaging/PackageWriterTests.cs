using System.Text;
using Fairlead.Models.Contracts;
using Fairlead.Models.Packages;
using Fairlead.Models.Scoring;
using Fairlead.Packaging;
using Fairlead.Training;
using Fairlead.Workspace;

namespace Fairlead.Tests.Packaging;

public sealed class PackageWriterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fairlead-package-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_package_answers_raw_rows_as_the_model_answers_cleaned_ones()
    {
        using var workspace = Open("a");
        var (package, search) = Write(workspace.Blobs);
        var loaded = ModelPackage.Load(PackageFolder.Materialise(package, workspace.Blobs, Path.Combine(_folder, "packages")));
        Assert.Equal(package[ModelPackage.ManifestFile], loaded.Digest);

        using var stream = workspace.Blobs.OpenRead(search.Model);
        var model = FittedModel.Load(stream);
        var expected = model.Score(PackageFixture.Data().Features.Take([7]));
        var outputs = new double[2];
        var warnings = new List<string>();
        loaded.Answer([Cell.Of("o-7"), Cell.Of(" Blue "), Cell.Of("7"), Cell.Missing, Cell.Missing], outputs, new ModelScratch(), warnings);
        Assert.Equal(expected, outputs);
        Assert.Empty(warnings);
    }

    [Fact]
    public void A_row_that_would_have_been_quarantined_is_answered_with_a_warning()
    {
        using var workspace = Open("a");
        var (package, _) = Write(workspace.Blobs);
        var loaded = ModelPackage.Load(PackageFolder.Materialise(package, workspace.Blobs, Path.Combine(_folder, "packages")));
        var warnings = new List<string>();
        loaded.Answer([Cell.Of("o-7"), Cell.Of("Blue"), Cell.Of("-3"), Cell.Missing, Cell.Missing], new double[2], new ModelScratch(), warnings);
        Assert.Contains("weight", Assert.Single(warnings));
    }

    [Fact]
    public void The_same_input_in_another_workspace_gives_the_same_bytes()
    {
        using var first = Open("a");
        using var second = Open("b");
        Assert.Equal(Write(first.Blobs).Package, Write(second.Blobs).Package);
    }

    [Fact]
    public void Every_file_is_there_and_the_export_holds_on_the_exam_rows()
    {
        using var workspace = Open("a");
        var (package, _) = Write(workspace.Blobs);
        Assert.Equal(
            ["card.md", "contract.json", "drift.json", "manifest.json", "model.bin", "model.onnx", "onnx.json"],
            package.Keys.Order(StringComparer.Ordinal));
        Assert.Contains("\"rows\": 10", Encoding.UTF8.GetString(workspace.Blobs.Read(package[OnnxComparison.FileName])));
    }

    [Fact]
    public void No_file_carries_what_one_person_is_called()
    {
        using var workspace = Open("a");
        var (package, _) = Write(workspace.Blobs);
        foreach (var (name, id) in package)
        {
            var text = Encoding.Latin1.GetString(workspace.Blobs.Read(id));
            Assert.False(text.Contains("Jo Smith", StringComparison.Ordinal), name);
            Assert.False(text.Contains("joe@x.org", StringComparison.Ordinal), name);
        }
    }

    [Fact]
    public void A_missing_file_of_a_package_is_a_fault_that_names_it()
    {
        using var workspace = Open("a");
        var (package, _) = Write(workspace.Blobs);
        Assert.True(workspace.Blobs.Remove(package[ModelPackage.ModelFile]));
        var fault = Assert.Throws<FaultException>(() => PackageFolder.Materialise(package, workspace.Blobs, Path.Combine(_folder, "packages")));
        Assert.Contains("model.bin", fault.Message);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3e-16, 1e-15)]
    [InlineData(1e-7, 1e-7)]
    public void A_difference_is_given_as_the_power_of_ten_above_it(double difference, double expected) =>
        Assert.Equal(expected, OnnxPart.PowerOfTen(difference));

    private WorkspaceFolder Open(string name) => WorkspaceFolder.Open(Path.Combine(_folder, name));

    internal static (IReadOnlyDictionary<string, string> Package, SearchResult Search) Write(BlobStore blobs)
    {
        var data = PackageFixture.Data();
        var training = ContractBuilder.TrainingRows(data);
        var input = new TrainingInput(
            data.Features.Take(training), [.. training.Select(row => data.Folds[row])], ModelTask.Binary, data.Classes, [.. training.Select(row => data.Labels[row])], [],
            Seconds: null, Trials: 1, Seed: 1);
        var search = Search.Run(input, blobs, null, TestContext.Current.CancellationToken);
        return (PackageWriter.Write(PackageFixture.Project(), PackageFixture.Version(), data, search, PackageFixture.Evaluation(), blobs), search);
    }
}
