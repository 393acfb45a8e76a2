using CsCheck;
using Fairlead.Models.Contracts;
using Fairlead.Models.Features;
using Fairlead.Models.Scoring;

namespace Fairlead.Tests.Models;

public sealed class FeatureSetTests
{
    private static string[] Terms(string text)
    {
        var terms = new TextTerms();
        terms.Read(text);
        return [.. Enumerable.Range(0, terms.Count).Select(i => terms[i].ToString())];
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("  ...  ", "")]
    [InlineData("Late", "late")]
    [InlineData("Don't park-here", "dont|park|here|dont park|park here")]
    [InlineData("3 Äpfel, 5€", "3|äpfel|5|3 äpfel|äpfel 5")]
    [InlineData("rock 'n' roll's", "rock|n|rolls|rock n|n rolls")]
    [InlineData("遅れ ok", "遅|れ|ok|遅 れ|れ ok")]
    [InlineData("a0123456789012345678901234567890123456789 key", "key")]
    [InlineData("हिन्दी", "हिन्दी")]
    public void Text_is_cut_into_lower_cased_words_and_pairs(string text, string expected) =>
        Assert.Equal(expected.Length == 0 ? [] : expected.Split('|'), Terms(text));

    [Fact]
    public void Any_text_gives_terms_without_a_fault_and_only_so_many_of_its_characters_are_read()
    {
        Gen.String.Sample(text => Terms(text), seed: "0000KnS0n2Y0", iter: 2_000);
        Assert.Equal(TextTerms.MaxLength, Terms(new string('日', TextTerms.MaxLength + 5)).Count(term => term.Length == 1));
    }

    [Theory] // 2026-11-24 is a Tuesday; 20,781 days after 1970-01-01 (56 years x 365 + 14 leap days + 327 days into the year)
    [InlineData(20_781.0, 11, 24, 1, 0)]
    [InlineData(20_781 + (7.0 / 24), 11, 24, 1, 7)]
    [InlineData(20_781 + (23.0 / 24), 11, 24, 1, 23)]
    [InlineData(-0.5, 12, 31, 2, 12)] // Wednesday noon, the day before 1970
    public void Date_parts_are_those_of_the_calendar(double days, double month, double day, double weekday, double hour)
    {
        Assert.Equal(
            [days, month, day, weekday, hour],
            DateParts.Names.Select(part => DateParts.Of(part, days)));
    }

    [Fact]
    public void A_date_that_no_calendar_has_is_missing()
    {
        Assert.True(double.IsNaN(DateParts.Of("month", 1e12)));
        Assert.True(double.IsNaN(DateParts.Of("hour", double.NaN)));
    }

    [Fact]
    public void Dense_inputs_are_as_the_features_say()
    {
        var features = MadeUp.Features();
        Assert.Equal(
            ["weight", "region", "ordered.days", "ordered.month", "ordered.weekday", "ordered.hour", "note: rain late", "note: late", "distance"],
            features.DenseNames);
        Assert.Equal([0, 1, 2, 2, 2, 2, 3, 3, 4], features.DenseColumns);
        Assert.Equal([1], features.CategoricalInputs);

        // "late rain late": late twice, (1 + ln 2) x 1.2; rain once, 1.5; "rain late" once, 2.5. "late rain" is not in the vocabulary.
        var late = (1 + Math.Log(2)) * 1.2;
        var length = Math.Sqrt((late * late) + (1.5 * 1.5) + (2.5 * 2.5));
        var row = features.Transform(
            [Cell.Of(3.5), Cell.Of("south"), Cell.Of(20_781.25), Cell.Of("Late: rain, LATE!"), Cell.Missing], new ModelScratch());
        Assert.Equal([3.5, 2, 20_781.25, 11, 1, 6], row.Dense[..6].ToArray());
        Assert.Equal(2.5 / length, row.Dense[6], 1e-15);
        Assert.Equal(late / length, row.Dense[7], 1e-15);
        Assert.True(double.IsNaN(row.Dense[8]));
        Assert.Equal([0, 1, 2], row.TermIndices.ToArray());
        Assert.Equal(1.5 / length, row.TermValues[1], 1e-15);
    }

    [Fact]
    public void Missing_is_missing_and_an_unknown_level_is_other()
    {
        var features = MadeUp.Features();
        var row = features.Transform([Cell.Missing, Cell.Missing, Cell.Missing, Cell.Missing, Cell.Of("not a number")], new ModelScratch());
        Assert.All(row.Dense.ToArray(), value => Assert.True(double.IsNaN(value)));
        Assert.True(row.TermIndices.IsEmpty);
        row = features.Transform([Cell.Of(0), Cell.Of("west"), Cell.Of(0), Cell.Of("sunshine"), Cell.Of(0)], new ModelScratch());
        Assert.Equal(0, row.Dense[1]);
        Assert.Equal(0, row.Dense[6]);
        Assert.True(row.TermIndices.IsEmpty);
    }

    [Fact]
    public void Linear_inputs_are_as_documented()
    {
        var features = MadeUp.Features();
        var encoder = new LinearEncoder(features);
        Assert.Equal(2 + 5 + 5 + 4 + 2, encoder.Inputs);
        Assert.Equal([0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4], encoder.InputColumns);
        var (indices, values) = (new int[encoder.Inputs], new double[encoder.Inputs]);

        // weight (12 - 10) / 4 at 0; region missing at 2 + 4; date missing at 7 + 4; "truck" alone at 12 + 3; distance far off is held at 10 deviations.
        var row = features.Transform([Cell.Of(12), Cell.Missing, Cell.Missing, Cell.Of("truck"), Cell.Of(1e6)], new ModelScratch());
        var count = encoder.Encode(row, indices, values);
        Assert.Equal([0, 6, 11, 15, 16], indices[..count]);
        Assert.Equal([0.5, 1, 1, 1, 10], values[..count]);

        // weight missing at 1; region other at 2; noon of 2026-01-01, a Thursday: (20,454.5 - 20,000) / 100, (1 - 6.5) / 3.4, (3 - 3) / 2, (12 - 12) / 6.
        row = features.Transform([Cell.Missing, Cell.Of("west"), Cell.Of(20_454.5), Cell.Missing, Cell.Of(100)], new ModelScratch());
        count = encoder.Encode(row, indices, values);
        Assert.Equal([1, 2, 7, 8, 9, 10, 16], indices[..count]);
        Assert.Equal([1, 1, 4.545, -5.5 / 3.4, 0, 0, 0], values[..count]);
    }

    [Fact]
    public void A_table_is_transformed_and_encoded_by_the_code_of_one_row()
    {
        var (features, rows, scratch) = (MadeUp.Features(), MadeUp.Rows(150, 8), new ModelScratch());
        var encoder = new LinearEncoder(features);
        var matrix = features.Transform(rows);
        var encoded = encoder.Encode(matrix);
        var (indices, values) = (new int[encoder.Inputs], new double[encoder.Inputs]);
        for (var i = 0; i < rows.Rows; i++)
        {
            var row = features.Transform([.. features.Columns.Select(name => rows[name][i])], scratch);
            Assert.Equal(row.Dense.ToArray(), matrix[i].Dense.ToArray());
            Assert.Equal(row.TermIndices.ToArray(), matrix[i].TermIndices.ToArray());
            Assert.Equal(row.TermValues.ToArray(), matrix[i].TermValues.ToArray());
            var count = encoder.Encode(row, indices, values);
            Assert.Equal(indices[..count], encoded.RowIndices(i).ToArray());
            Assert.Equal(values[..count], encoded.RowValues(i).ToArray());
        }

        var means = encoded.ColumnMeans();
        Assert.Equal(rows["weight"].Numbers!.Count(double.IsNaN) / 150.0, means[1], 1e-12);
    }
}
