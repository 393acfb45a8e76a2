using CsCheck;
using Fairlead.Data.Labels;

namespace Fairlead.Tests.Data.Labels;

/// <summary>Confident learning against a case worked out by hand, and against the same rules written down in numpy.</summary>
public sealed class ConfidentLearningTests
{
    [Fact]
    public void A_small_case_comes_out_as_by_hand()
    {
        // Thresholds: (0.9+0.8+0.1+0.7)/4 = 0.625, (0.8+0.7+0.1+0.3)/4 = 0.475, (0.8+0.7+0.4+0.05)/4 = 0.4875.
        // Rows that reach one: 0, 1, 3 are truly 0; 2 is truly 1 (0.8); 4, 5 truly 1; 6 truly 0 (0.85); 7 truly 2 (0.6); 8, 9 truly 2; 10 reaches none (0.4); 11 truly 1 (0.9).
        // Counts by given label: [3 1 0], [1 2 1], [0 1 2]. Each class has 4 rows; the last is scaled by 4/3: [0 4/3 8/3], rounded to [0 1 3].
        int[] labels = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2];
        double[] probabilities =
        [
            .9, .05, .05, .8, .1, .1, .1, .8, .1, .7, .2, .1,
            .1, .8, .1, .2, .7, .1, .85, .1, .05, .1, .3, .6,
            .1, .1, .8, .1, .2, .7, .3, .3, .4, .05, .9, .05,
        ];

        var found = ConfidentLearning.Find(labels, probabilities, 3);

        Assert.Equal([0.625, 0.475, 0.4875], found.Thresholds.Select(t => Math.Round(t, 12)));
        Assert.Equal([[3, 1, 0], [1, 2, 1], [0, 1, 3]], found.ConfidentJoint);
        Assert.Equal([[0.75, 0.25, 0], [0.25, 0.5, 0.25], [0, 0.25, 0.75]], found.NoiseMatrix);
        Assert.Equal([11, 6, 2, 7], found.Issues); // by the probability of the given label: 0.05, 0.1 (0.75 behind), 0.1 (0.7 behind), 0.3
        Assert.Equal([1, 0, 1, 2], found.Suggested);
    }

    [Fact]
    public void A_class_of_one_row_and_a_class_of_none_are_no_trouble()
    {
        // Same rules in numpy: thresholds 0.32, 0.5, 0.8, none. Rows 0 to 3 reach 0.5 for class 1; row 5 reaches both 0.32 and 0.5, and the first of equals is 0: but every class keeps one row.
        int[] labels = [0, 0, 0, 0, 0, 1, 2];
        double[] probabilities = [.1, .9, 0, 0, .2, .8, 0, 0, .3, .7, 0, 0, .4, .6, 0, 0, .6, .4, 0, 0, .5, .5, 0, 0, .1, .1, .8, 0];

        var found = ConfidentLearning.Find(labels, probabilities, 4);

        Assert.Equal([[1, 4, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]], found.ConfidentJoint);
        Assert.Equal([0, 1, 2, 3], found.Issues);
        Assert.Equal([1, 0.8, 0, 0], found.NoiseMatrix[0].Select(share => Math.Round(share, 12)));
        Assert.Equal(1, found.NoiseMatrix[3][3]); // nothing says anything about it
        Assert.True(double.IsNaN(found.Thresholds[3]));
    }

    [Fact]
    public void Six_hundred_rows_give_what_numpy_gives()
    {
        // The rules of cleanlab 2.9 (compute_confident_joint with calibration, find_label_issues by noise rate, ranked by self-confidence), written down in numpy
        // and run on the same rows: 103 issues, the first twelve and the sum of row x rank below. All 103 are among the 109 planted errors.
        var (labels, probabilities, planted) = Planted(600);

        var found = ConfidentLearning.Find(labels, probabilities, 4);

        Assert.Equal([27, 171, 423, 567, 28, 280, 424, 137, 281, 533, 138, 390], found.Issues.Take(12));
        Assert.Equal(103, found.Issues.Length);
        Assert.Equal(1_641_593, found.Issues.Select((row, i) => (long)row * (i + 1)).Sum());
        Assert.Equal([[126, 0, 0, 24], [24, 125, 0, 0], [0, 28, 123, 0], [0, 0, 34, 116]], found.ConfidentJoint);
        Assert.Equal(0.17142857142857143, found.NoiseMatrix[0][3], 12);
        Assert.Subset(planted, found.Issues.ToHashSet());
    }

    [Fact]
    public void What_holds_for_every_input_holds() =>
        Gen.Select(Gen.Int[1, 60], Gen.Int[2, 6], Gen.Int[0, 1_000_000]).Sample((rows, classes, seed) =>
        {
            var random = new Random(seed);
            var labels = Enumerable.Range(0, rows).Select(_ => random.Next(classes)).ToArray();
            var probabilities = Enumerable.Range(0, rows).SelectMany(_ =>
            {
                var weights = Enumerable.Range(0, classes).Select(_ => (double)random.Next(0, 4)).ToArray(); // many ties
                weights[random.Next(classes)] += 1;
                return weights.Select(weight => weight / weights.Sum());
            }).ToArray();

            var found = ConfidentLearning.Find(labels, probabilities, classes);

            for (var given = 0; given < classes; given++)
            {
                Assert.Equal(labels.Count(label => label == given), found.ConfidentJoint[given].Sum());
                Assert.All(found.ConfidentJoint[given], count => Assert.True(count >= 0));
                Assert.Equal(1, found.NoiseMatrix.Sum(row => row[given]), 12);
            }

            Assert.Equal(found.Issues.Length, found.Issues.Distinct().Count());
            var self = found.Issues.Select(row => probabilities[(row * classes) + labels[row]]).ToArray();
            Assert.Equal(self.Order(), self);
            for (var i = 0; i < self.Length; i++)
            {
                Assert.NotEqual(labels[found.Issues[i]], found.Suggested[i]);
                Assert.True(probabilities[(found.Issues[i] * classes) + found.Suggested[i]] >= self[i]);
            }
        }, iter: 300, seed: "0000KYPqzdi1");

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ConfidentLearning.Find([0, 1], [0.5, 0.5, 0.5], 2));
        Assert.Throws<ArgumentException>(() => ConfidentLearning.Find([0, 2], [0.5, 0.5, 0.5, 0.5], 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConfidentLearning.Find([0], [1], 1));
    }

    [Fact]
    public void The_nth_largest_is_that_of_a_sorted_list() =>
        Gen.Select(Gen.Int[1, 50].Array[1, 80], Gen.Int[0, 79]).Sample((numbers, at) =>
        {
            var values = Array.ConvertAll(numbers, number => (double)number);
            var rank = 1 + (at % values.Length);
            Assert.Equal(values.OrderDescending().ElementAt(rank - 1), Selection.Largest([.. values], rank));
        }, iter: 500, seed: "0000KYPqzdi1");

    /// <summary>Rows of four classes where 109 of 600 labels are moved to the next class, and probabilities that mostly know the true one; all in whole numbers, so that numpy has the same.</summary>
    internal static (int[] Labels, double[] Probabilities, HashSet<int> Planted) Planted(int rows)
    {
        var (labels, probabilities, planted) = (new int[rows], new double[rows * 4], new HashSet<int>());
        for (var row = 0; row < rows; row++)
        {
            var truth = row % 4;
            labels[row] = truth;
            if (row * row % 11 == 3)
            {
                labels[row] = (truth + 1) % 4;
                planted.Add(row);
            }

            var weights = Enumerable.Range(0, 4).Select(k => 1.0 + (((row * 37) + (k * 17)) % 9) + (k == truth ? 12 : 0)).ToArray();
            for (var k = 0; k < 4; k++)
            {
                probabilities[(row * 4) + k] = weights[k] / weights.Sum();
            }
        }

        return (labels, probabilities, planted);
    }
}
