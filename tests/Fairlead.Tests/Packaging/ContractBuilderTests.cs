using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Packaging;

namespace Fairlead.Tests.Packaging;

public sealed class ContractBuilderTests
{
    private readonly ModelContract _contract = ContractBuilder.Build(PackageFixture.Project(), PackageFixture.Version(), PackageFixture.Data(), 0.4);

    [Fact]
    public void Columns_stand_in_the_order_of_the_source_and_say_what_the_model_looks_at()
    {
        Assert.Equal(["order", "carrier", "weight", "email", "delivered"], _contract.Columns.Select(column => column.Name));
        Assert.Equal(["carrier", "weight"], _contract.Columns.Where(column => column.Feature).Select(column => column.Name));
        Assert.Equal(["carrier", "weight"], _contract.Columns.Where(column => column.Required).Select(column => column.Name));
    }

    [Fact]
    public void Ranges_and_names_are_those_of_training_rows_and_rare_names_are_left_out()
    {
        // Training rows hold 0 to 39 without row 5; exam rows hold numbers over 10,000. "Jo Smith 37" to "39" stand once each.
        var weight = _contract.Columns.Single(column => column.Name == "weight");
        Assert.Equal((4, 35), (weight.Min!.Value, weight.Max!.Value)); // five rows lie at or beyond each
        Assert.Equal(["Blue", "Red"], _contract.Columns.Single(column => column.Name == "carrier").Levels);
    }

    [Fact]
    public void Steps_of_the_target_and_of_dropped_personal_columns_stay_behind() =>
        Assert.Equal([new TrimStep("carrier"), new CastStep("weight", ColumnKind.Number)], _contract.RowSteps);

    [Fact]
    public void Only_checks_that_would_have_quarantined_the_row_and_can_be_asked_of_it_go_along() =>
        // not: a warning, a personal column, a raw value that a step has trimmed since, the target, the row count
        Assert.Equal([new BetweenCheck("weight", 0, null)], _contract.RowChecks);

    [Fact]
    public void A_check_of_raw_values_goes_along_where_no_step_touches_its_column()
    {
        var version = PackageFixture.Version() with { RowSteps = [] };
        var contract = ContractBuilder.Build(PackageFixture.Project(), version, PackageFixture.Data(), 0.4);
        Assert.Contains(new MatchesCheck("carrier", "^[A-Z]"), contract.RowChecks);
    }
}

public sealed class DriftReferenceTests
{
    [Fact]
    public void Every_training_row_is_counted_once_in_each_column()
    {
        var reference = DriftReferenceBuilder.Build(PackageFixture.Project(), PackageFixture.Data());
        Assert.Equal(40, reference.Rows);
        Assert.All(reference.Columns, column => Assert.Equal(40, column.Missing + column.Counts.Sum()));
    }

    [Fact]
    public void Numbers_fall_into_tenths_and_rare_names_into_the_rest()
    {
        var reference = DriftReferenceBuilder.Build(PackageFixture.Project(), PackageFixture.Data());
        var weight = reference.Columns.Single(column => column.Name == "weight");
        // 39 values 0-4, 6-39; edges at sorted[39 i / 10]: indexes 3 7 11 15 19 23 27 31 35, from index 5 on the value is index + 1
        Assert.Equal([3, 8, 12, 16, 20, 24, 28, 32, 36], weight.Edges!);
        Assert.Equal([3, 4, 4, 4, 4, 4, 4, 4, 4, 4], weight.Counts);
        Assert.Equal(1, weight.Missing);
        var carrier = reference.Columns.Single(column => column.Name == "carrier");
        Assert.Equal(["Blue", "Red"], carrier.Levels!);
        Assert.Equal([24, 13, 3], carrier.Counts);
    }
}

public sealed class ModelCardTests
{
    [Fact]
    public void It_says_what_a_person_needs_and_no_value_of_a_row()
    {
        var contract = ContractBuilder.Build(PackageFixture.Project(), PackageFixture.Version(), PackageFixture.Data(), 0.4);
        var card = ModelCard.Write(PackageFixture.Project(), PackageFixture.Version(), contract, PackageFixture.Search("m"), PackageFixture.Evaluation(), onnx: null, "none");
        Assert.StartsWith("# Will the order be late?\n", card);
        Assert.Contains("| auc (main) | 0.8432 | 0.8 to 0.88 | 0.5 |", card);
        Assert.Contains("- Rows read 60 = kept 50 + quarantined 7 + dropped 3.", card);
        Assert.Contains("- `email`: personal data", card);
        Assert.Contains("- `delivered`: known only after the answer", card);
        Assert.DoesNotContain("Jo Smith", card);
        Assert.DoesNotContain("guessing", card);
    }

    [Fact]
    public void A_model_no_better_than_guessing_is_called_that_first()
    {
        var contract = ContractBuilder.Build(PackageFixture.Project(), PackageFixture.Version(), PackageFixture.Data(), 0.4);
        var card = ModelCard.Write(PackageFixture.Project(), PackageFixture.Version(), contract, PackageFixture.Search("m"), PackageFixture.Evaluation(beatsGuessing: false), onnx: null, "none");
        Assert.Contains("**It can't be told better than guessing.**", card);
    }
}
