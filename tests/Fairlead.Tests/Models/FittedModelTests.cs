using Fairlead.Models.Contracts;
using Fairlead.Models.Features;
using Fairlead.Models.Scoring;

namespace Fairlead.Tests.Models;

public sealed class FittedModelTests
{
    private static readonly FeatureSet Features = MadeUp.Features();

    public static TheoryData<ModelTask, int, TargetTransform> Kinds => new()
    {
        { ModelTask.Binary, 2, TargetTransform.None },
        { ModelTask.Multiclass, 3, TargetTransform.None },
        { ModelTask.Regression, 1, TargetTransform.None },
        { ModelTask.Regression, 1, TargetTransform.Log1p },
    };

    internal static FittedModel Blend(ModelTask task, int outputs, TargetTransform transform)
    {
        var raw = task == ModelTask.Multiclass ? outputs : 1;
        return new FittedModel(
            Features,
            task,
            outputs,
            [new BlendPart(MadeUp.Trees(Features, raw, 20, 15, 1), 0.75), new BlendPart(MadeUp.Linear(Features, raw, 2), 0.25)],
            transform);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void One_row_gives_the_same_bits_as_the_whole_table_and_as_features_made_before(ModelTask task, int outputs, TargetTransform transform)
    {
        var (model, rows) = (Blend(task, outputs, transform), MadeUp.Rows(200, 3));
        var table = model.Score(rows);
        Assert.Equal(table, model.Score(Features.Transform(rows)));
        var (one, scratch) = (new double[outputs], new ModelScratch());
        for (var row = rows.Rows - 1; row >= 0; row--)
        {
            model.Score([.. model.Columns.Select(name => rows[name][row])], one, scratch);
            Assert.Equal(table[(row * outputs)..((row + 1) * outputs)], one);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_saved_model_gives_the_same_answers_and_saves_to_the_same_bytes(ModelTask task, int outputs, TargetTransform transform)
    {
        var (model, rows) = (Blend(task, outputs, transform), MadeUp.Rows(100, 4));
        var bytes = Bytes(model);
        var read = FittedModel.Load(new MemoryStream(bytes));
        Assert.Equal(model.Score(rows), read.Score(rows));
        Assert.Equal(bytes, Bytes(read));
        Assert.Equal(model.Columns, read.Columns);
    }

    [Fact]
    public void Probabilities_of_a_blend_are_the_weighted_mean_of_its_parts()
    {
        // Raw scores ln 3 and 0: probabilities 3/4 and 1/2; weights 0.75 and 0.25: 0.5625 + 0.125 = 0.6875.
        var model = new FittedModel(
            new FeatureSet([]),
            ModelTask.Binary,
            2,
            [new BlendPart(new TreeEnsemble(1, [Math.Log(3)], []), 0.75), new BlendPart(new LinearModel(1, [0], [], []), 0.25)]);
        var outputs = new double[2];
        model.Score([], outputs, new ModelScratch());
        Assert.Equal(0.3125, outputs[0], 1e-15);
        Assert.Equal(0.6875, outputs[1], 1e-15);
    }

    [Fact]
    public void Classes_get_their_softmax_and_a_log_target_comes_back_in_its_unit()
    {
        // exp(0), exp(ln 2), exp(ln 5): 1, 2, 5 of 8.
        var classes = new FittedModel(
            new FeatureSet([]), ModelTask.Multiclass, 3, [new BlendPart(new TreeEnsemble(3, [0, Math.Log(2), Math.Log(5)], []), 1)]);
        var outputs = new double[3];
        classes.Score([], outputs, new ModelScratch());
        Assert.Equal([0.125, 0.25, 0.625], outputs.Select(p => Math.Round(p, 12)));

        var value = new FittedModel(
            new FeatureSet([]), ModelTask.Regression, 1, [new BlendPart(new TreeEnsemble(1, [Math.Log(100)], []), 1)], TargetTransform.Log1p);
        value.Score([], outputs.AsSpan(0, 1), new ModelScratch());
        Assert.Equal(99, outputs[0], 1e-10);
    }

    [Fact]
    public void Scoring_allocates_nothing_once_the_scratch_has_grown()
    {
        var (model, rows) = (Blend(ModelTask.Multiclass, 3, TargetTransform.None), MadeUp.Rows(50, 5));
        var cells = Enumerable.Range(0, rows.Rows).Select(row => model.Columns.Select(name => rows[name][row]).ToArray()).ToArray();
        var (outputs, scratch) = (new double[3], new ModelScratch());
        Score();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Score();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Score()
        {
            foreach (var row in cells)
            {
                model.Score(row, outputs, scratch);
            }
        }
    }

    [Fact]
    public void Parts_that_do_not_fit_are_refused()
    {
        var trees = MadeUp.Trees(Features, 1, 2, 4, 1);
        Assert.Throws<ArgumentException>(() => new FittedModel(Features, ModelTask.Binary, 2, []));
        Assert.Throws<ArgumentException>(() => new FittedModel(Features, ModelTask.Binary, 2, [new BlendPart(trees, 0.5)]));
        Assert.Throws<ArgumentException>(() => new FittedModel(Features, ModelTask.Binary, 3, [new BlendPart(trees, 1)]));
        Assert.Throws<ArgumentException>(() => new FittedModel(Features, ModelTask.Multiclass, 3, [new BlendPart(trees, 1)]));
        Assert.Throws<ArgumentException>(() => new FittedModel(new FeatureSet([]), ModelTask.Binary, 2, [new BlendPart(trees, 1)]));
        Assert.Throws<ArgumentException>(() => new FittedModel(Features, ModelTask.Binary, 2, [new BlendPart(trees, 1)], TargetTransform.Log1p));
        Assert.Throws<ArgumentException>(
            () => new FittedModel(Features, ModelTask.Binary, 2, [new BlendPart(new LinearModel(1, [0], [1], [0]), 1)]));
    }

    internal static byte[] Bytes(FittedModel model)
    {
        using var stream = new MemoryStream();
        model.Save(stream);
        return stream.ToArray();
    }
}
