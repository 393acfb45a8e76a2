using System.Globalization;
using System.Text;
using CsCheck;
using Fairlead.Data.Labels;
using Fairlead.Workspace;

namespace Fairlead.Tests.Data.Labels;

public sealed class FindLabelIssuesTests
{
    private const string Labelled = "text,kind\na,cat\nb,dog\nc,cat\nd,dog\ne,dog\nf,cat\n";
    private const string Probabilities = "dog,cat\n0.1,0.9\n0.9,0.1\n0.95,0.05\n0.8,0.2\n0.7,0.3\n0.2,0.8\n";

    [Fact]
    public void The_header_of_the_probabilities_is_the_order_of_classes()
    {
        using var folder = new TemporaryFolder();

        var found = Find(folder, Labelled, Probabilities);

        // dog: (0.9 + 0.8 + 0.7) / 3 = 0.8, cat: (0.9 + 0.05 + 0.8) / 3 = 0.58. Rows 1, 2 and 3 are truly dogs, 0 and 5 truly cats, row 4 reaches neither: [2 0], [1 2], scaled to 3 and 3.
        Assert.Equal(["dog", "cat"], found.Classes);
        Assert.Equal([2], found.Noise.Issues);
        Assert.Equal([[3, 0], [1, 2]], found.Noise.ConfidentJoint);
        Assert.Equal(0.25, found.Noise.NoiseMatrix[1][0]); // of 4 that are truly dogs, 1 is called cat
    }

    [Fact]
    public void Numbers_in_full_precision_and_labels_as_numbers_are_read()
    {
        using var folder = new TemporaryFolder();
        var (labels, probabilities, _) = ConfidentLearningTests.Planted(600);
        var table = new StringBuilder("a,b,c,d,label\n");
        var classes = new StringBuilder("0,1,2,3\n");
        for (var row = 0; row < labels.Length; row++)
        {
            table.Append(CultureInfo.InvariantCulture, $"1,2,3,4,{labels[row]}.0\n"); // as pandas writes a column that once held a gap
            classes.AppendJoin(',', probabilities.Skip(row * 4).Take(4).Select(p => p.ToString("R", CultureInfo.InvariantCulture))).Append('\n');
        }

        var found = FindLabelIssues.Run(new FindLabelIssues.Request(folder.File("t.csv", table.ToString()), "label", folder.File("p.csv", classes.ToString())), CancellationToken.None);

        Assert.Equal(ConfidentLearning.Find(labels, probabilities, 4).Issues, found.Noise.Issues);
    }

    [Fact]
    public void Answers_of_a_model_as_score_writes_them_are_read()
    {
        using var folder = new TemporaryFolder();
        var scored = "id,prediction,probability:dog,probability:cat\n" + string.Join('\n', Probabilities.Split('\n').Skip(1).Where(line => line.Length > 0).Select((line, i) => $"{i},x,{line}")) + "\n";

        Assert.Equal([2], Find(folder, Labelled, scored).Noise.Issues);
    }

    [Fact]
    public void All_faults_of_both_files_are_told_at_once()
    {
        using var folder = new TemporaryFolder();

        var fault = Assert.Throws<FaultException>(() => Find(folder, "text,kind\na,cat\nb,\nc,bird\n", "dog,cat\n0.1,0.9\nnan,0.1\n0.3,0.3\n1.5,0.1\n"));

        Assert.Contains(fault.Faults, f => f.Where.EndsWith("row 1, column dog", StringComparison.Ordinal) && f.What.Contains("nan", StringComparison.Ordinal));
        Assert.Contains(fault.Faults, f => f.Where.EndsWith("row 3, column dog", StringComparison.Ordinal) && f.What.Contains("1.5", StringComparison.Ordinal));
        Assert.Contains(fault.Faults, f => f.Where.EndsWith("row 2", StringComparison.Ordinal) && f.What.Contains("0.6", StringComparison.Ordinal));
        Assert.Contains(fault.Faults, f => f.What.StartsWith("1 row has no label: 1", StringComparison.Ordinal));
    }

    [Fact]
    public void A_label_without_a_column_and_other_numbers_of_rows_are_faults()
    {
        using var folder = new TemporaryFolder();

        var fault = Assert.Throws<FaultException>(() => Find(folder, "text,kind\na,cat\nb,Dog\n", "dog,cat\n0.1,0.9\n"));
        Assert.Contains(fault.Faults, f => f.What.Contains("\"Dog\" (1 row)", StringComparison.Ordinal) && f.What.Contains("Did you mean \"dog\"?", StringComparison.Ordinal));

        fault = Assert.Throws<FaultException>(() => Find(folder, "text,kind\na,cat\nb,dog\n", "dog,cat\n0.1,0.9\n"));
        Assert.Contains(fault.Faults, f => f.What.Contains("1 rows", StringComparison.Ordinal) && f.What.Contains("has 2", StringComparison.Ordinal));

        fault = Assert.Throws<FaultException>(() => Find(folder, "text,kinds\na,cat\n", "dog,cat\n0.1,0.9\n"));
        Assert.Contains(fault.Faults, f => f.What.Contains("There is no column \"kind\". Did you mean \"kinds\"?", StringComparison.Ordinal));

        fault = Assert.Throws<FaultException>(() => Find(folder, "text,kind\na,cat\n", "cat\n1\n"));
        Assert.Contains(fault.Faults, f => f.What.Contains("1 column of probabilities", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("0.1", 0.1)]
    [InlineData("1", 1)]
    [InlineData("0", 0)]
    [InlineData("1e-5", 1e-5)]
    [InlineData(".25", 0.25)]
    [InlineData("0.000000000000000000000001", 1e-24)]
    [InlineData("0.12345678901234567", 0.12345678901234567)]
    [InlineData("0.30000000000000004", 0.30000000000000004)]
    public void A_probability_is_read_to_the_last_bit(string text, double value) => Assert.Equal(value, ProbabilityTable.Parse(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Numbers_of_any_length_are_read_as_the_framework_reads_them() =>
        Gen.Select(Gen.Double[0, 1], Gen.Int[0, 1_000_000_000], Gen.Int[0, 1_000_000_000], Gen.Int[0, 22]).Sample((share, high, low, zeros) =>
        {
            string[] texts =
            [
                share.ToString("R", CultureInfo.InvariantCulture), (share / 1e6).ToString("F20", CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"0.{high}{low}"),
                string.Create(CultureInfo.InvariantCulture, $"0.{new string('0', zeros)}{high}"), string.Create(CultureInfo.InvariantCulture, $"{high}{low}.5"),
            ];
            Assert.All(texts, text => Assert.Equal(double.Parse(text, CultureInfo.InvariantCulture), ProbabilityTable.Parse(Encoding.UTF8.GetBytes(text))));
        }, iter: 20_000, seed: "0000KYPqzdi1");

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("0.1.2")]
    [InlineData("high")]
    [InlineData("0,5")]
    [InlineData("0.5x")]
    public void What_is_no_number_is_none(string text) => Assert.True(double.IsNaN(ProbabilityTable.Parse(Encoding.UTF8.GetBytes(text))));

    private static FindLabelIssues.Outcome Find(TemporaryFolder folder, string table, string probabilities) =>
        FindLabelIssues.Run(new FindLabelIssues.Request(folder.File("t.csv", table), "kind", folder.File("p.csv", probabilities)), CancellationToken.None);
}
