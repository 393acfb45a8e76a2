using System.Globalization;
using System.Text.Json;
using Fairlead.Data;
using Fairlead.Data.Selecting;
using Fairlead.Iterations;
using Fairlead.Iterations.Labels;
using Fairlead.Models.Contracts;
using Fairlead.Models.Packages;
using Fairlead.Practice;
using Fairlead.Projects;
using Fairlead.Releases;
using Fairlead.Serving;
using Fairlead.Serving.Log;
using Fairlead.Serving.Predict;
using Fairlead.Tests.Evaluation;
using Fairlead.Training;
using Fairlead.Workspace;

namespace Fairlead.Tests.Iterations;

/// <summary>A regression over two files with a stratified split, through whole iterations: the split is drawn once, wrong numbers are found and corrected, and the served model's errors are estimated.</summary>
public sealed class NumbersTurnTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fairlead-numbers-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Wrong_numbers_are_found_by_file_and_by_row_and_corrections_enter_the_next_version()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (folder, random) = (Path.Combine(_folder, "parcels"), new Random(3));
        var data = Directory.CreateDirectory(Path.Combine(folder, "data")).FullName;
        var truth = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (file, rows) in new[] { ("early.csv", 900), ("late.csv", 600) })
        {
            await File.WriteAllLinesAsync(Path.Combine(data, file), Enumerable.Range(0, rows).Select(i =>
            {
                var (key, volume, kind) = ($"{file[0]}{i}", Math.Round(10 + (90 * random.NextDouble()), 1), random.Next(3));
                var weight = truth[key] = Math.Round(100 + (2 * volume) + (20 * kind) + (5 * MadeOrders.Normal(random)), 1);
                var recorded = key is "e7" or "e300" or "e555" ? weight * 10 : file == "late.csv" ? weight + 10 : weight;
                return string.Create(CultureInfo.InvariantCulture, $"{key},{volume},{(kind == 0 ? "books" : kind == 1 ? "glass" : "wool")},{recorded}");
            }).Prepend("parcel,volume,kind,weight"), cancel);
        }

        NewProject.Run(new NewProject.Request("parcels", data, "weight", folder, Task: ModelTask.Regression), cancel);
        ProjectFileEdit.Stratify(folder);
        using var workspace = WorkspaceFolder.Open(Path.Combine(_folder, "ws"));
        var turn = new Iterate.Handler(workspace, (input, blobs, progress, stop) => Task.Run(() => Search.Run(input, blobs, progress, stop), stop));
        Task<Iteration> Iterate() => turn.HandleAsync(new Iterate.Request(folder, Trials: 1), null, null, cancel);

        var first = await Iterate();

        var project = Fairlead.Data.Privacy.PseudonymKeys.Bind(ProjectFileReader.Read(folder, withSource: false), workspace);
        Assert.Equal(1_500, project.Split.Dealt!.Rows);
        var drawn = DrawSplit.Run(new DrawSplit.Request(project, first.Data, project.Split.Dealt.At), workspace.Blobs, cancel);
        Assert.Equal(drawn.Drawn, drawn.Now); // the version is dealt as it was drawn
        Assert.All(drawn.Now, one => Assert.InRange(one.Exam, (one.Rows / 5.0) - 1, (one.Rows / 5.0) + 1));
        Assert.Equal(1, (await Iterate()).Number); // nothing changed: drawing was no step

        var queue = LabelQueue.List(workspace, project)!;
        var cause = queue.Causes[0].Cause;
        Assert.Equal(("__file", true, "too high"), (cause.Where[0].Column, cause.Shift!.Whole, cause.From));
        Assert.EndsWith("late.csv", cause.Where[0].Level, StringComparison.Ordinal);
        Assert.InRange(cause.Shift.Size.Value, 4, 11);
        var judged = queue.Rows.Select(row => row.Key).ToHashSet();
        var sealedKeys = SidesOf(project, first, workspace).Where(pair => pair.Value == Side.Sealed).Select(pair => pair.Key).ToHashSet();
        Assert.Superset(new[] { "e7", "e300", "e555" }.Where(key => !sealedKeys.Contains(key)).ToHashSet(), judged);

        // They are corrected to the numbers typed, the file is not believed any more.
        List<(string Key, string? Right)> typed = [.. judged.Where(key => key is "e7" or "e300" or "e555").Select(key => (key, truth[key].ToString(CultureInfo.InvariantCulture)))];
        ProposedFile.Write(folder, [.. LabelQueue.Propose(project, queue, typed, [], workspace.Time.GetUtcNow()), .. LabelQueue.ProposeDistrust(project, queue, cause.Id, workspace.Time.GetUtcNow())]);
        var second = await Iterate();

        Assert.Equal(2, second.Number);
        Assert.Equal(600, second.Data.QuarantineReasons[$"label distrusted: {cause.Id}"]);
        var after = DatasetReader.Load(project, second.Data, workspace.Blobs);
        Assert.All(typed, one => Assert.Equal(truth[one.Key], after.Values[Array.IndexOf(after.Keys, one.Key)]));
        var (before, now) = (SidesOf(project, first, workspace), SidesOf(project, second, workspace));
        Assert.All(now, pair => Assert.Equal(before[pair.Key], pair.Value));

        // What is served: errors by what it predicts, for a version of any size.
        await ReleaseRecords.AddAsync(workspace.Records, project.Id, new Release(1, "staging", second.Number, second.Image, workspace.Time.GetUtcNow(), null, 0, 0));
        var package = ModelPackage.Load(AnsweringIteration.PackageFolderOf(workspace, second));
        var store = new PredictionStore(workspace);
        using (var log = new PredictionLog(package, new PredictionLogOptions { Folder = store.FolderOf(project.Id) }))
        {
            var (predictor, scratch) = (new Predictor(package, log, new ServingLimits(), TimeProvider.System), new PredictScratch());
            for (var i = 0; i < 200; i++)
            {
                var body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { ["parcel"] = $"n{i}", ["volume"] = i % 10 == 3 ? 400 : 10 + (i % 90), ["kind"] = "glass" });
                Assert.True(predictor.Run(body, scratch, out _, out var problem) == Outcome.Answered, problem);
            }
        }

        var served = new ReadServed().Run(workspace, project, store)!;
        Assert.Null(served.Why);
        Assert.Equal(["mae", "rmse"], served.Metrics.Select(metric => metric.Metric));
        Assert.InRange(served.Metrics[0].Estimate, 2.5, 8); // the noise has a mean size of 4
        Assert.Equal(served.ReferenceOf, served.ReferenceRows);
        Assert.Contains(RiskReader.Read(ReadPractice.Run(workspace, project, store), folder).SelectMany(risk => risk.Evidence), line => line.StartsWith("Its newest 200 answers, without labels, are wrong by about ", StringComparison.Ordinal));

        // Every tenth is asked about a volume that no training row had.
        Assert.InRange(served.Outside!.Value, 0.1, 0.12);
        Assert.Contains(RiskReader.Read(ReadPractice.Run(workspace, project, store), folder).SelectMany(risk => risk.Evidence), line => line.Contains(" of 200 predictions (1", StringComparison.Ordinal) && line.Contains("outside of those with labels", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_a_large_exam_a_sample_is_read_always_the_same_and_none_that_training_saw()
    {
        var cancel = TestContext.Current.CancellationToken;
        var folder = Path.Combine(_folder, "small");
        Directory.CreateDirectory(folder);
        await File.WriteAllLinesAsync(Path.Combine(folder, "a.csv"), Enumerable.Range(0, 1_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"k{i},{i % 400},{(i * 31 % 7) + i}")).Prepend("id,x,y"), cancel);
        NewProject.Run(new NewProject.Request("small", Path.Combine(folder, "a.csv"), "y", folder, Task: ModelTask.Regression), cancel);
        using var workspace = WorkspaceFolder.Open(Path.Combine(_folder, "ws2"));
        var iteration = await new Iterate.Handler(workspace, (input, blobs, progress, stop) => Task.Run(() => Search.Run(input, blobs, progress, stop), stop)).HandleAsync(new Iterate.Request(folder, Trials: 1), null, null, cancel);
        var project = ProjectFileReader.Read(folder, withSource: false);
        var all = DatasetReader.Load(project, iteration.Data, workspace.Blobs);
        var trained = Enumerable.Range(0, all.Count).Where(row => all.Sides[row] == Side.Train).Select(row => all.Groups[row]).ToHashSet();
        var unseen = Enumerable.Range(0, all.Count).Where(row => all.Sides[row] == Side.Exam && !trained.Contains(all.Groups[row])).Select(row => all.Keys[row]).ToList();

        var (whole, of) = DatasetReader.LoadUnseenExam(project, iteration.Data, [], 10_000, workspace.Blobs);
        var (sample, ofSample) = DatasetReader.LoadUnseenExam(project, iteration.Data, [], 20, workspace.Blobs);

        Assert.Equal(unseen, whole.Keys);
        Assert.Equal((unseen.Count, unseen.Count, 20), ((int)of, (int)ofSample, sample.Count));
        Assert.Subset(unseen.ToHashSet(), sample.Keys.ToHashSet());
        Assert.Equal(sample.Keys, DatasetReader.LoadUnseenExam(project, iteration.Data, [], 20, workspace.Blobs).Rows.Keys);
        Assert.Equal(sample.Keys.Select(key => all.Values[Array.IndexOf(all.Keys, key)]), sample.Values);
    }

    private static Dictionary<string, Side> SidesOf(ProjectFile project, Iteration iteration, WorkspaceFolder workspace)
    {
        var data = DatasetReader.Load(project, iteration.Data, workspace.Blobs);
        return Enumerable.Range(0, data.Count).ToDictionary(row => data.Keys[row], row => data.Sides[row]);
    }
}
