using System.Text.Json;
using Fairlead.Data;
using Fairlead.Iterations;
using Fairlead.Models.Contracts;
using Fairlead.Models.Packages;
using Fairlead.Practice;
using Fairlead.Projects;
using Fairlead.Projects.Sample;
using Fairlead.Releases;
using Fairlead.Serving;
using Fairlead.Serving.Log;
using Fairlead.Serving.Predict;
using Fairlead.Training;
using Fairlead.Workspace;

namespace Fairlead.Tests.Practice;

/// <summary>What the status says of the served model, from the log that a predictor writes.</summary>
public sealed class ReadServedTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fairlead-served-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_log_of_the_served_model_tells_about_how_good_it_is_and_what_it_is_asked()
    {
        var cancel = TestContext.Current.CancellationToken;
        var folder = Path.Combine(_folder, "orders");
        SampleProject.Make(folder, rows: 4_000, cancel: cancel);
        using var workspace = WorkspaceFolder.Open(Path.Combine(_folder, "ws"));
        var iteration = await new Iterate.Handler(workspace, (input, blobs, progress, stop) => Task.Run(() => Search.Run(input, blobs, progress, stop), stop)).HandleAsync(new Iterate.Request(folder, Trials: 1), null, null, cancel);
        var project = ProjectFileReader.Read(folder, withSource: false);
        var (store, served) = (new PredictionStore(workspace), new ReadServed());
        Assert.Null(served.Run(workspace, project, store));
        await ReleaseRecords.AddAsync(workspace.Records, project.Id, new Release(1, "staging", iteration.Number, iteration.Image, workspace.Time.GetUtcNow(), null, 0, 0));
        Assert.Contains("0 answers so far", served.Run(workspace, project, store)!.Why, StringComparison.Ordinal);

        // Sealed rows: the model never saw them, and their truth is known here.
        var package = ModelPackage.Load(AnsweringIteration.PackageFolderOf(workspace, iteration));
        var data = DatasetReader.Load(project, iteration.Data, workspace.Blobs);
        int[] rows = [.. Enumerable.Range(0, data.Count).Where(row => data.Sides[row] == Side.Sealed)];
        var raw = DatasetReader.RawRows(project, iteration.Data, [.. rows.Select(row => data.Rows[row])], workspace.Blobs);
        Answer(package, store.FolderOf(project.Id), raw, package.Contract.Columns.Select(column => column.Name), (_, text) => text);
        var right = store.Recent(project.Id, rows.Length).Reverse().Select((answer, i) => answer.Answer == data.Labels[rows[i]]).Count(one => one);

        var now = served.Run(workspace, project, store)!;

        Assert.Null(now.Why);
        Assert.Equal((rows.Length, iteration.Number), (now.Answers, now.Iteration));
        Assert.InRange((double)right / rows.Length, now.Metrics[0].Interval[0], now.Metrics[0].Interval[1]);
        Assert.False(now.Worse);
        Assert.True(now.Columns >= 5);
        Assert.Empty(now.Drifted);
        Assert.Same(now, served.Run(workspace, project, store)); // until there are new answers

        // Now it is asked about orders from ten times as far, and about so many that all answers looked at are of them.
        var others = DatasetReader.RawRows(project, iteration.Data, [.. data.Rows.Where((_, i) => i % 20 < 12)], workspace.Blobs);
        Answer(package, store.FolderOf(project.Id), others, package.Contract.Columns.Select(column => column.Name), (column, text) => column == "distance_km" && text is not null ? text + "0" : text);

        var moved = served.Run(workspace, project, store)!;

        Assert.Equal(ReadServed.Window, moved.Answers);
        Assert.Equal(["distance_km"], moved.Drifted.Select(column => column.Column));
        var said = RiskReader.Read(ReadPractice.Run(workspace, project, store, served), folder).Single(risk => risk.Name == "deployment").Evidence;
        Assert.Contains(said, line => line.StartsWith("Of its newest 2,000 answers, without labels, about ", StringComparison.Ordinal));
        Assert.Contains(said, line => line.Contains("1 of ", StringComparison.Ordinal) && line.Contains("distance_km (", StringComparison.Ordinal));
    }

    /// <summary>Has the rows answered by what a model server answers with: it writes the log.</summary>
    private static void Answer(ModelPackage package, string folder, Frame raw, IEnumerable<string> columns, Func<string, string?, string?> value)
    {
        using var log = new PredictionLog(package, new PredictionLogOptions { Folder = folder });
        var predictor = new Predictor(package, log, new ServingLimits(), TimeProvider.System);
        var scratch = new PredictScratch();
        var names = columns.Where(raw.Has).ToList();
        for (var row = 0; row < raw.Rows; row++)
        {
            var body = JsonSerializer.SerializeToUtf8Bytes(names.ToDictionary(name => name, name => value(name, raw[name][row].IsMissing ? null : raw[name][row].ToString())));
            Assert.True(predictor.Run(body, scratch, out _, out var problem) == Outcome.Answered, problem);
        }
    }
}
