using Fairlead.Models.Contracts;
using Fairlead.Models.Features;
using Fairlead.Models.Scoring;
using Fairlead.Training;

namespace Fairlead.Tests.Training;

public sealed class FeatureFitterTests
{
    private static IReadOnlyList<Feature> Fit(params FrameColumn[] columns) =>
        FeatureFitter.Fit(new Frame(columns), ModelTask.Binary, [.. Enumerable.Range(0, columns[0].Rows).Select(row => row % 2)], []);

    /// <summary>Of however few rows.</summary>
    private static IReadOnlyList<Feature> FitFew(FrameColumn column) => FeatureFitter.Fit(new Frame([column]), ModelTask.Binary, new int[column.Rows], [], leastRows: 1);

    private static FrameColumn Texts(string name, ColumnKind kind, params string?[] texts) => new(name, kind, texts);

    [Fact]
    public void A_number_is_centred_over_the_rows_that_have_one()
    {
        // 2, 4, 9 without the missing one: mean 5, variance (9 + 1 + 16) / 3.
        var number = Assert.IsType<NumberFeature>(Assert.Single(FitFew(new FrameColumn("x", ColumnKind.Number, [2, double.NaN, 4, 9]))));
        Assert.Equal(5, number.Mean, 1e-15);
        Assert.Equal(Math.Sqrt(26.0 / 3), number.Scale, 1e-15);
    }

    [Fact]
    public void Columns_that_say_nothing_give_no_feature_and_one_that_is_sometimes_missing_does()
    {
        var nothing = Enumerable.Repeat(double.NaN, 12).ToArray();
        double[] sometimes = [7, 7, double.NaN, .. Enumerable.Repeat(7.0, 9)];
        var features = Fit(
            new FrameColumn("all missing", ColumnKind.Number, nothing),
            new FrameColumn("constant", ColumnKind.Number, Enumerable.Repeat(3.0, 12).ToArray()),
            new FrameColumn("sometimes", ColumnKind.Number, sometimes),
            new FrameColumn("no date", ColumnKind.Date, nothing),
            Texts("one level", ColumnKind.Category, [.. Enumerable.Repeat("a", 12)]),
            Texts("no level", ColumnKind.Category, new string?[12]),
            Texts("all different", ColumnKind.Category, [.. Enumerable.Range(0, 12).Select(i => $"n{i}")]),
            Texts("no text", ColumnKind.Text, new string?[12]),
            Texts("id", ColumnKind.Id, [.. Enumerable.Range(0, 12).Select(i => $"k{i}")]));
        var number = Assert.IsType<NumberFeature>(Assert.Single(features));
        Assert.Equal(("sometimes", 7.0, 1.0), (number.Column, number.Mean, number.Scale));
    }

    [Fact] // the mean of one value is that value
    public void Numbers_and_dates_of_four_rows_give_no_feature_and_of_five_do()
    {
        double[] four = [1, 2, 3, 4, .. Enumerable.Repeat(double.NaN, 20)];
        double[] five = [1, 2, 3, 4, 5, .. Enumerable.Repeat(double.NaN, 19)];
        Assert.Empty(Fit(new FrameColumn("x", ColumnKind.Number, four), new FrameColumn("d", ColumnKind.Date, four)));
        Assert.Equal(2, Fit(new FrameColumn("x", ColumnKind.Number, five), new FrameColumn("d", ColumnKind.Date, five)).Count);
    }

    [Fact]
    public void Numbers_too_large_to_square_do_not_end_as_not_a_number()
    {
        var number = Assert.IsType<NumberFeature>(Assert.Single(FitFew(new FrameColumn("x", ColumnKind.Number, [1e300, -1e300, 1e308, 5]))));
        Assert.True(double.IsFinite(number.Mean) && double.IsFinite(number.Scale) && number.Scale > 0);
    }

    [Fact]
    public void Levels_come_most_frequent_first_and_rare_ones_do_not_come()
    {
        string[] texts = [.. Enumerable.Repeat("b", 5), .. Enumerable.Repeat("a", 5), .. Enumerable.Repeat("c", 7), .. Enumerable.Repeat("rare", 4)];
        var category = Assert.IsType<CategoryFeature>(Assert.Single(Fit(Texts("x", ColumnKind.Category, texts))));
        Assert.Equal(["c", "a", "b"], category.Levels);
    }

    [Fact]
    public void A_category_of_very_many_levels_keeps_the_most_frequent()
    {
        var texts = Enumerable.Range(0, 30_000).Select(i => $"level {i % 1_000:D3}").Concat(Enumerable.Repeat("most", 40)).ToArray();
        var category = Assert.IsType<CategoryFeature>(Assert.Single(Fit(Texts("x", ColumnKind.Category, texts))));
        Assert.Equal(FeatureFitter.MaxLevels, category.Levels.Count);
        Assert.Equal(["most", "level 000", "level 001"], category.Levels.Take(3));
    }

    [Fact]
    public void A_date_gives_the_parts_that_vary()
    {
        // Whole days of one month: no hour, no month.
        var date = Assert.IsType<DateFeature>(Assert.Single(FitFew(new FrameColumn("d", ColumnKind.Date, [20_781, 20_782, double.NaN, 20_786]))));
        Assert.Equal(["days", "day", "weekday"], date.Parts);
        Assert.Equal(20_783, date.Means[0], 1e-9);
        Assert.Equal(26, date.Means[1], 1e-9); // 24, 25, 29
    }

    [Fact]
    public void Text_keeps_common_terms_most_common_first_and_gives_trees_the_telling_ones()
    {
        // A term needs 5 rows. "late" in the 20 rows of class 1; "the" in 36 of 40, not more than 0.9; "order" in all; "once" in 2.
        var texts = Enumerable.Range(0, 40)
            .Select(row => $"order {(row < 36 ? "the" : "")} {(row % 2 == 1 ? "late" : "")} {(row < 2 ? "once" : "")}").ToArray();
        var text = Assert.IsType<TextFeature>(Assert.Single(Fit(Texts("t", ColumnKind.Text, texts!))));
        Assert.Equal(["order the", "the", "late", "the late"], text.Terms);
        Assert.Equal(Math.Log(41.0 / 21) + 1, text.Idf[2], 1e-15);
        Assert.Equal(2, text.DenseTerms[0]);
    }

    [Fact]
    public void Trees_get_the_terms_that_go_with_the_number()
    {
        var texts = Enumerable.Range(0, 60).Select(row => (row % 3 == 0 ? "big" : "small") + (row % 2 == 0 ? " red" : " blue")).ToArray();
        var values = Enumerable.Range(0, 60).Select(row => row % 3 == 0 ? 100.0 + row : 1.0).ToArray();
        var text = Assert.IsType<TextFeature>(Assert.Single(
            FeatureFitter.Fit(new Frame([Texts("t", ColumnKind.Text, texts!)]), ModelTask.Regression, [], values)));
        Assert.Contains(text.Terms[text.DenseTerms[0]], (string[])["big", "small"]);
        Assert.Contains(text.Terms[text.DenseTerms[1]], (string[])["big", "small"]);
    }

    [Fact]
    public void No_rows_give_no_features() => Assert.Empty(Fit(new FrameColumn("x", ColumnKind.Number, Array.Empty<double>()), Texts("t", ColumnKind.Text)));

    [Fact]
    public void A_target_of_another_length_is_refused() => Assert.Throws<ArgumentException>(
        () => FeatureFitter.Fit(new Frame([new FrameColumn("x", ColumnKind.Number, [1.0, 2])]), ModelTask.Binary, [0], []));

    [Fact]
    public void Real_issues_give_a_bounded_vocabulary_that_is_the_same_each_time()
    {
        var lines = File.ReadLines(RealData.File("corefx_issues_train.tsv")).Skip(1).Take(3_000).Select(line => line.Split('\t')).ToArray();
        var classes = lines.Select(line => line[1]).Distinct().ToArray();
        var frame = new Frame(
        [
            Texts("Title", ColumnKind.Text, [.. lines.Select(line => line[2])]),
            Texts("Description", ColumnKind.Text, [.. lines.Select(line => line[3])]),
        ]);
        int[] labels = [.. lines.Select(line => Array.IndexOf(classes, line[1]))];
        var features = FeatureFitter.Fit(frame, ModelTask.Multiclass, labels, []);
        var description = (TextFeature)features[1];
        Assert.InRange(description.Terms.Count, 2_000, 20_000);
        Assert.Equal(100, description.DenseTerms.Count);
        Assert.Equal(description.Terms, ((TextFeature)FeatureFitter.Fit(frame, ModelTask.Multiclass, labels, [])[1]).Terms);
        var matrix = new FeatureSet(features).Transform(frame);
        for (var row = 0; row < 100; row++)
        {
            var squares = matrix.Terms.RowValues(row).ToArray().Sum(value => value * value); // two texts of unit length, or without any known term
            Assert.True(Math.Min(Math.Abs(squares - 2), Math.Min(Math.Abs(squares - 1), squares)) < 1e-9);
        }

        Assert.Equal(matrix.Terms.Columns, new LinearEncoder(features).Inputs);
    }
}
