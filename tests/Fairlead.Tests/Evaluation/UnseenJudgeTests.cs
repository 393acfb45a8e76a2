using Fairlead.Data;
using Fairlead.Evaluation;
using Fairlead.Models.Contracts;
using Fairlead.Models.Features;
using Fairlead.Models.Scoring;

namespace Fairlead.Tests.Evaluation;

public sealed class UnseenJudgeTests
{
    // Rows:      0 train f0, 1 train f1, 2 exam alone, 3 exam near row 1, 4 train but judge-only (alone), 5 sealed near row 0
    private static readonly Side[] Sides = [Side.Train, Side.Train, Side.Exam, Side.Exam, Side.Train, Side.Sealed];
    private static readonly long[] Groups = [10, 11, 12, 11, 13, 10];
    private static readonly int[] Folds = [0, 1, 3, 1, 2, 0];

    private static Dataset Data(string prefix = "k", long[]? groups = null, Side[]? sides = null) => new(
        new Frame([new FrameColumn("x", ColumnKind.Number, [0.0, 1, 2, 3, 4, 5])]),
        [0, 1, 2, 3, 4, 5], [.. Enumerable.Range(0, 6).Select(i => prefix + i)], sides ?? Sides, Folds, groups ?? Groups,
        [false, false, false, false, true, false], new string?[6], ["no", "yes"], [0, 1, 0, 1, 0, 1], []);

    /// <summary>A model that answers its own number: p(yes) = share.</summary>
    private static FittedModel Fixed(double share) => new(
        new FeatureSet([new NumberFeature("x", 0, 1)]), ModelTask.Binary, 2, [new BlendPart(new LinearModel(1, [Math.Log(share / (1 - share))], [0, 0], [0, 0]), 1)]);

    private static readonly FittedModel Final = Fixed(0.9);
    private static readonly FittedModel[] FoldModels = [Fixed(0.1), Fixed(0.2), Fixed(0.3), Fixed(0.4), Fixed(0.5)];

    [Fact]
    public void Every_row_is_answered_by_a_model_that_never_saw_it_or_a_near_duplicate()
    {
        var judge = new UnseenJudge(Data(), Final, FoldModels);
        var answers = judge.Answer([0, 1, 2, 3, 4, 5]);
        double[] expected = [0.1, 0.2, 0.9, 0.2, 0.9, 0.1];
        Assert.All(expected.Zip(answers), pair => Assert.Equal(pair.First, pair.Second![1], 9));
        Assert.True(judge.FinalNeverSaw(2));
        Assert.False(judge.FinalNeverSaw(3));
        Assert.Same(FoldModels[1], judge.ModelFor(3));
    }

    [Fact]
    public void A_row_without_a_model_that_never_saw_it_has_no_answer()
    {
        var judge = new UnseenJudge(Data(), Final, FoldModels[..1]);
        var answers = judge.Answer([0, 1, 2]);
        Assert.NotNull(answers[0]);
        Assert.Null(answers[1]);
        Assert.NotNull(answers[2]);
    }

    [Fact]
    public void Rows_of_another_version_are_known_by_key_and_by_their_near_duplicates_there()
    {
        var judge = new UnseenJudge(Data(), Final, FoldModels);

        // Other keys: nobody saw them. Row 2 of the other version is k-new but near a row whose key is k1, which trained in fold 1.
        var other = Data() with { Keys = ["n0", "k1", "n2", "n3", "n4", "k0"], Groups = [1, 2, 2, 3, 4, 5] };
        var answers = judge.Answer(other, [0, 1, 2, 3, 5]);
        double[] expected = [0.9, 0.2, 0.2, 0.9, 0.1];
        Assert.All(expected.Zip(answers), pair => Assert.Equal(pair.First, pair.Second![1], 9));
    }

    [Fact]
    public void A_row_near_rows_of_two_folds_has_no_judge()
    {
        var judge = new UnseenJudge(Data(), Final, FoldModels);
        var other = Data() with { Keys = ["k0", "k1", "n2", "n3", "n4", "n5"], Groups = [1, 1, 1, 3, 4, 5] };
        Assert.Null(judge.Answer(other, [2])[0]);
        Assert.NotNull(judge.Answer(other, [3])[0]);
    }

    [Fact]
    public void A_version_that_lacks_a_column_the_model_reads_has_no_answer_but_for_rows_the_model_s_version_knows()
    {
        var judge = new UnseenJudge(Data(), Final, FoldModels);
        var other = Data() with { Features = new Frame([new FrameColumn("y", ColumnKind.Number, new double[6])]), Keys = ["n0", "k2", "n2", "n3", "n4", "n5"], Groups = [1, 2, 3, 4, 5, 6] };
        var answers = judge.Answer(other, [0, 1]);
        Assert.Null(answers[0]);
        Assert.Equal(0.9, answers[1]![1], 9);
    }
}
