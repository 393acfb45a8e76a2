using Fairlead.Models.Contracts;
using Fairlead.Models.Features;
using Fairlead.Models.Scoring;
using Fairlead.Tests.Models;
using Fairlead.Training;
using Fairlead.Training.Onnx;
using Fairlead.Workspace;
using Microsoft.ML.OnnxRuntime;

namespace Fairlead.Tests.Training;

public sealed class OnnxExportTests
{
    private static readonly FeatureSet WithText = MadeUp.Features();
    private static readonly FeatureSet WithoutText = new([.. MadeUp.Features().Features.Where(feature => feature is not TextFeature)]);

    private static string[] Classes(ModelTask task, int outputs) => task == ModelTask.Regression ? [] : [.. Enumerable.Range(0, outputs).Select(k => $"class {k}")];

    [Theory, MemberData(nameof(FittedModelTests.Kinds), MemberType = typeof(FittedModelTests))]
    public void Onnx_runtime_gives_the_same_answers_from_raw_columns(ModelTask task, int outputs, TargetTransform transform)
    {
        foreach (var (features, startsFrom) in ((FeatureSet, string)[])[(WithoutText, "raw columns"), (WithText, "features")])
        {
            var raw = task == ModelTask.Multiclass ? outputs : 1;
            Predictor[] parts = [MadeUp.Trees(features, raw, 30, 20, 21), MadeUp.Linear(features, raw, 22)];
            foreach (var blend in (BlendPart[][])[[new(parts[0], 1)], [new(parts[1], 1)], [new(parts[0], 0.6), new(parts[1], 0.4)]])
            {
                var model = new FittedModel(features, task, outputs, blend, transform);
                var onnx = OnnxExport.Write(model, Classes(task, outputs), "made up");
                var result = OnnxCheck.Run(onnx, model, MadeUp.Rows(400, 23));
                Assert.Equal(400, result.Rows);
                Assert.True(result.Passed, $"{task}, {startsFrom}, {blend.Length} parts: {result.MaxDifference}");
                Assert.InRange(result.MaxDifference, 0, 1e-9); // doubles throughout
                Assert.Equal(startsFrom, onnx.StartsFrom);
                Assert.Equal(onnx.Bytes, OnnxExport.Write(model, Classes(task, outputs), "made up").Bytes);
            }
        }
    }

    [Theory] // models as a search finds them on real tables
    [InlineData("telco_churn.csv", "Churn", ModelTask.Binary, null, "raw columns")]
    [InlineData("wine_all_header.csv", "quality", ModelTask.Multiclass, null, "raw columns")]
    [InlineData("california_housing.csv", "median_house_value", ModelTask.Regression, null, "raw columns")]
    [InlineData("corefx_issues_train.tsv", "Area", ModelTask.Multiclass, "Title", "features")]
    public void Real_models_answer_the_same_on_rows_they_never_saw(string file, string target, ModelTask task, string? text, string startsFrom)
    {
        var (input, exam, _) = RealTable.Read(file, target, text is null ? null : [text], "customerID", "ID", "Description").Split(task, 5, trials: 3, rowsMax: 1_500);
        using var folder = new TemporaryFolder();
        using var workspace = WorkspaceFolder.Open(folder.Path);
        var found = Search.Run(input, workspace.Blobs, null, TestContext.Current.CancellationToken);
        using var bytes = workspace.Blobs.OpenRead(found.Model);
        var model = FittedModel.Load(bytes);
        var onnx = OnnxExport.Write(model, input.Classes, file);
        var result = OnnxCheck.Run(onnx, model, exam);
        Assert.Equal(startsFrom, onnx.StartsFrom);
        Assert.Equal(exam.Rows, result.Rows);
        Assert.InRange(result.MaxDifference, 0, 1e-9);
    }

    [Fact]
    public void Inputs_are_the_columns_and_the_file_says_what_it_is()
    {
        var model = new FittedModel(WithText, ModelTask.Binary, 2, [new BlendPart(MadeUp.Linear(WithText, 1, 3), 1)]);
        var onnx = OnnxExport.Write(model, ["no", "yes"], "late orders");
        Assert.Equal(
            [("weight", "double", 1), ("region", "string", 1), ("ordered", "double", 1), ("note.terms", "double", 4), ("distance", "double", 1)],
            onnx.Inputs.Select(input => (input.Name, input.Type, input.Width)));
        using var session = new InferenceSession(onnx.Bytes);
        Assert.Equal(onnx.Inputs.Select(input => input.Name).Order(), session.InputMetadata.Keys.Order());
        Assert.Equal([onnx.Output], session.OutputMetadata.Keys);
        Assert.Equal("""["no","yes"]""", session.ModelMetadata.CustomMetadataMap["classes"]);
        Assert.Equal("features", session.ModelMetadata.CustomMetadataMap["starts_from"]);
        Assert.Contains("row steps", session.ModelMetadata.Description, StringComparison.Ordinal);
        Assert.Equal("late orders", session.ModelMetadata.GraphName);
    }

    [Fact] // a threshold between two floats, and rows on both its sides
    public void Thresholds_are_not_rounded()
    {
        var threshold = 0.1;
        var tree = new Tree
        {
            Features = [0],
            Thresholds = [threshold],
            Left = [~0],
            Right = [~1],
            DefaultLeft = [true],
            Categories = [null],
            LeafValues = [1, 2],
            NodeCover = [2],
            LeafCover = [1, 1],
        };
        var model = new FittedModel(
            new FeatureSet([new NumberFeature("x", 0, 1)]), ModelTask.Regression, 1, [new BlendPart(new TreeEnsemble(1, [0], [tree]), 1)]);
        var rows = new Frame([new FrameColumn("x", ColumnKind.Number, [Math.BitDecrement(threshold), threshold, Math.BitIncrement(threshold), double.NaN])]);
        Assert.Equal([1, 1, 2, 1], model.Score(rows));
        Assert.Equal(0, OnnxCheck.Run(OnnxExport.Write(model, [], "x"), model, rows).MaxDifference);
    }

    [Fact] // days from 1896 to 2104, each hour of eight days, and both ends of the calendar and beyond
    public void Dates_have_the_parts_of_the_calendar_in_the_graph_too()
    {
        double[] days =
        [
            .. Enumerable.Range(0, 500).Select(i => -27_000 + (i * 152.37)), // two or three in a year, at any hour
            .. Enumerable.Range(0, 200).Select(i => 20_454 + (i / 24.0)), double.NaN, 1e9, -1e9, -719_162, 2_932_896.999999,
        ];
        for (var part = 0; part < 5; part++)
        {
            // A linear model that looks at one part only: the answer is the part (held within 10 by the encoder, so divided by 4).
            var weights = new double[6];
            weights[part] = 1;
            weights[5] = -5;
            var scaled = new FeatureSet([new DateFeature("d", DateParts.Names, [0, 0, 0, 0, 0], [1e7, 4, 4, 4, 4])]);
            var model = new FittedModel(scaled, ModelTask.Regression, 1, [new BlendPart(new LinearModel(1, [0], weights, new double[6]), 1)]);
            var onnx = OnnxExport.Write(model, [], "dates");
            for (var from = 0; from < days.Length; from += 400)
            {
                var rows = new Frame([new FrameColumn("d", ColumnKind.Date, days[from..Math.Min(days.Length, from + 400)])]);
                Assert.Equal(0, OnnxCheck.Run(onnx, model, rows).MaxDifference, 1e-12);
            }
        }
    }

    [Fact]
    public void A_category_of_many_levels_goes_to_the_same_leaves()
    {
        string[] levels = [.. Enumerable.Range(0, 180).Select(i => $"level {i}")];
        var random = new Random(5);
        var features = new FeatureSet([new CategoryFeature("c", levels), new NumberFeature("x", 0, 1)]);
        Tree[] trees = [.. Enumerable.Range(0, 12).Select(_ => new Tree
        {
            Features = [0, 1, 0], Thresholds = [0, 0.5, 0], Left = [1, ~0, ~2], Right = [2, ~1, ~3], DefaultLeft = [false, true, true],
            Categories = [[.. Enumerable.Range(0, 6).Select(_ => (uint)random.Next())], null, [0, (uint)random.Next(), (uint)random.Next()]],
            LeafValues = [random.NextDouble(), random.NextDouble(), random.NextDouble(), random.NextDouble()],
            NodeCover = [4, 2, 2], LeafCover = [1, 1, 1, 1],
        })];
        var model = new FittedModel(features, ModelTask.Regression, 1, [new BlendPart(new TreeEnsemble(1, [0.5], trees), 1)]);
        var rows = new Frame(
        [
            new FrameColumn("c", ColumnKind.Category, [.. levels, "never seen", null, ""]),
            new FrameColumn("x", ColumnKind.Number, [.. Enumerable.Range(0, 183).Select(i => i % 7 == 0 ? double.NaN : i % 2)]),
        ]);
        Assert.InRange(OnnxCheck.Run(OnnxExport.Write(model, [], "x"), model, rows).MaxDifference, 0, 1e-12);
    }

    [Fact]
    public void A_model_without_any_column_still_answers_each_row()
    {
        var model = new FittedModel(
            new FeatureSet([]), ModelTask.Multiclass, 3, [new BlendPart(new TreeEnsemble(3, [0, 1, 2], []), 1)]);
        var onnx = OnnxExport.Write(model, ["a", "b", "c"], "nothing");
        Assert.True(OnnxCheck.Run(onnx, model, new Frame([new FrameColumn("unused", ColumnKind.Number, [1.0, 2, 3])])).Passed);
    }

    [Fact]
    public void A_column_may_be_named_like_the_output()
    {
        var model = new FittedModel(
            new FeatureSet([new NumberFeature("value", 0, 1)]), ModelTask.Regression, 1,
            [new BlendPart(new LinearModel(1, [1], [2, 0], [0, 0]), 1)]);
        var onnx = OnnxExport.Write(model, [], "x");
        Assert.Equal("value_", onnx.Output);
        Assert.True(OnnxCheck.Run(onnx, model, new Frame([new FrameColumn("value", ColumnKind.Number, [1.0, 2, 3])])).Passed);
    }

    [Fact]
    public void An_export_that_gives_other_answers_does_not_pass()
    {
        var (one, other) = (
            new FittedModel(WithoutText, ModelTask.Binary, 2, [new BlendPart(MadeUp.Trees(WithoutText, 1, 5, 8, 1), 1)]),
            new FittedModel(WithoutText, ModelTask.Binary, 2, [new BlendPart(MadeUp.Trees(WithoutText, 1, 5, 8, 2), 1)]));
        Assert.False(OnnxCheck.Run(OnnxExport.Write(one, ["no", "yes"], "x"), other, MadeUp.Rows(50, 1)).Passed);
    }

    [Fact]
    public void The_number_of_class_names_must_be_right() => Assert.Throws<ArgumentException>(
        () => OnnxExport.Write(new FittedModel(WithoutText, ModelTask.Binary, 2, [new BlendPart(MadeUp.Linear(WithoutText, 1, 1), 1)]), ["one"], "x"));
}
