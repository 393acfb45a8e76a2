using CsCheck;
using Fairlead.Evaluation.Metrics;
using Fairlead.Models.Contracts;

namespace Fairlead.Tests.Evaluation;

/// <summary>Metrics against numbers worked out by hand from their published definitions.</summary>
public sealed class MetricTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly AnswerRule Binary = new(ModelTask.Binary, 1, 0.5);

    // p(yes) and truth: .9 yes, .8 no, .7 yes, .7 no, .3 yes, .1 no
    private static JudgedAnswers Six() => Two([0.9, 0.8, 0.7, 0.7, 0.3, 0.1], [1, 0, 1, 0, 1, 0]);

    private static JudgedAnswers Two(double[] positive, int[] labels, AnswerRule? rule = null) =>
        new(rule ?? Binary, 2, [.. positive.SelectMany(p => new[] { 1 - p, p })], labels, []);

    [Theory]
    // Pairs (yes, no): .9 beats 3; .7 beats .1, ties .7, loses to .8; .3 beats .1. (3 + 1.5 + 1) / 9
    [InlineData("auc", 5.5 / 9)]
    // Falling scores: .9 recall 1/3 at precision 1; .7 (both) to 2/3 at 2/4; .3 to 1 at 3/5. (1 + .5 + .6) / 3
    [InlineData("average_precision", 0.7)]
    // Answers yes yes yes yes no no: rows 1, 3, 6 are right.
    [InlineData("accuracy", 0.5)]
    // Recall of yes 2/3, of no 1/3.
    [InlineData("balanced_accuracy", 0.5)]
    // tp 2, fp 2, fn 1: 4 / 7
    [InlineData("f1", 4.0 / 7)]
    // .01 + .64 + .09 + .49 + .49 + .01 = 1.73
    [InlineData("brier", 1.73 / 6)]
    // -(ln .9 + ln .2 + ln .7 + ln .3 + ln .3 + ln .9) / 6 = (.105361 + 1.609438 + .356675 + 1.203973 + 1.203973 + .105361) / 6
    [InlineData("log_loss", 4.584781 / 6)]
    public void Two_classes_by_hand(string metric, double expected) => Assert.Equal(expected, Measure.Plain(Six())[metric], 6);

    // Three classes: (.6 .3 .1) is 0; (.2 .5 .3) is 1; (.4 .4 .2) is 2 and answered 0, the first of equals; (.1 .2 .7) is 2.
    [Theory]
    [InlineData("accuracy", 0.75)]
    // Recalls 1, 1, 1/2.
    [InlineData("balanced_accuracy", 5.0 / 6)]
    // 2/(1+2), 2/(1+1), 2/(2+1)
    [InlineData("f1", 7.0 / 9)]
    // Class 0: .6 beats .2 .4 .1; class 1: .5 beats .3 .4 .2; class 2: .2 beats .1 not .3, .7 beats both: 3/4
    [InlineData("auc", (1 + 1 + 0.75) / 3)]
    // (.16+.09+.01) + (.04+.25+.09) + (.16+.16+.64) + (.01+.04+.09) = 1.74
    [InlineData("brier", 1.74 / 4)]
    // Class 2 falling: .7 (yes), .3 (no), .2 (yes), .1: (1 + 2/3) / 2; the others 1.
    [InlineData("average_precision", (1 + 1 + (5.0 / 6)) / 3)]
    // -(ln .6 + ln .5 + ln .2 + ln .7) / 4
    [InlineData("log_loss", (0.5108256 + 0.6931472 + 1.6094379 + 0.3566749) / 4)]
    public void Three_classes_by_hand(string metric, double expected)
    {
        var answers = new JudgedAnswers(
            new AnswerRule(ModelTask.Multiclass, 0, 0.5), 3, [0.6, 0.3, 0.1, 0.2, 0.5, 0.3, 0.4, 0.4, 0.2, 0.1, 0.2, 0.7], [0, 1, 2, 2], []);
        Assert.Equal(expected, Measure.Plain(answers)[metric], 6);
    }

    [Theory]
    // Truth 1 2 3 6, answers 2 2 2 4: errors 1 0 -1 -2; squares sum to 6; around the mean 3: 4 + 1 + 0 + 9 = 14
    [InlineData("rmse", 1.224745)]
    [InlineData("mae", 1)]
    [InlineData("r2", 4.0 / 7)]
    public void Numbers_by_hand(string metric, double expected)
    {
        var answers = new JudgedAnswers(new AnswerRule(ModelTask.Regression, 0, 0.5), 1, [2, 2, 2, 4], [], [1, 2, 3, 6]);
        Assert.Equal(expected, Measure.Plain(answers)[metric], 6);
    }

    [Fact]
    public void The_class_of_interest_may_be_the_first()
    {
        var first = new JudgedAnswers(new AnswerRule(ModelTask.Binary, 0, 0.5), 2, [.. new[] { 0.9, 0.8, 0.7, 0.7, 0.3, 0.1 }.SelectMany(p => new[] { p, 1 - p })], [0, 1, 0, 1, 0, 1], []);
        Assert.Equal(Measure.Plain(Six()), Measure.Plain(first));
    }

    [Fact]
    public void What_rows_of_one_class_can_t_give_is_not_there()
    {
        var metrics = Measure.Of(Two([0.9, 0.2], [1, 1]), 1, Cancel);
        Assert.False(metrics.ContainsKey("auc"));
        Assert.False(metrics.ContainsKey("average_precision"));
        Assert.Equal(0.5, metrics["accuracy"].Value);
        var constant = new JudgedAnswers(new AnswerRule(ModelTask.Regression, 0, 0.5), 1, [2, 4], [], [3, 3]);
        Assert.False(Measure.Plain(constant).ContainsKey("r2"));
    }

    [Fact]
    public void A_weight_counts_as_that_many_equal_rows() =>
        Gen.Select(Gen.Int[0, 4].Array[3, 40], Gen.Int[0, 9].Array[40], Gen.Int[0, 2].Array[40]).Sample(
            (weights, scores, labels) =>
            {
                var rows = weights.Length;
                if (weights.Sum() == 0)
                {
                    return;
                }

                double[] Outputs(int i) => [scores[i] / 20.0, (10 - scores[i]) / 20.0, 0.5];
                var rule = new AnswerRule(ModelTask.Multiclass, 0, 0.5);
                var weighted = new MetricTable(new JudgedAnswers(rule, 3, [.. Enumerable.Range(0, rows).SelectMany(Outputs)], labels[..rows], []));
                var repeated = Enumerable.Range(0, rows).SelectMany(i => Enumerable.Repeat(i, weights[i])).ToArray();
                var plain = new MetricTable(new JudgedAnswers(rule, 3, [.. repeated.SelectMany(Outputs)], [.. repeated.Select(i => labels[i])], []));
                var (a, b) = (new double[7], new double[7]);
                weighted.Compute(weights, a);
                plain.Compute([.. repeated.Select(_ => 1)], b);
                Assert.All(a.Zip(b), pair => Assert.Equal(pair.Second, pair.First, 10));
            },
            seed: "0000KnS0n2Y0", iter: 200);

    [Fact]
    public void Auc_is_the_share_of_pairs_in_order() =>
        Gen.Select(Gen.Int[0, 9].Array[2, 30], Gen.Int[0, 1].Array[30]).Sample(
            (scores, labels) =>
            {
                var (pairs, points) = (0, 0.0);
                for (var i = 0; i < scores.Length; i++)
                {
                    for (var j = 0; j < scores.Length; j++)
                    {
                        if (labels[i] == 1 && labels[j] == 0)
                        {
                            pairs++;
                            points += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
                        }
                    }
                }

                var measured = Measure.Plain(Two([.. scores.Select(s => s / 10.0)], labels[..scores.Length]));
                Assert.Equal(pairs > 0, measured.ContainsKey("auc"));
                if (pairs > 0)
                {
                    Assert.Equal(points / pairs, measured["auc"], 12);
                }
            },
            seed: "0000KnS0n2Y0", iter: 300);
}
