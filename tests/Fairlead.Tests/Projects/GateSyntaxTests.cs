using Fairlead.Models.Contracts;
using Fairlead.Projects;

namespace Fairlead.Tests.Projects;

public sealed class GateSyntaxTests
{
    [Theory]
    [InlineData("auc >= 0.80", ModelTask.Binary, "auc", GateOperator.AtLeast, 0.8)]
    [InlineData("AUC>.8", ModelTask.Binary, "auc", GateOperator.Above, 0.8)]
    [InlineData("log_loss <= 0.5", ModelTask.Multiclass, "log_loss", GateOperator.AtMost, 0.5)]
    [InlineData("rmse < 1e4", ModelTask.Regression, "rmse", GateOperator.Below, 10_000)]
    [InlineData("r2 >= -0.5", ModelTask.Regression, "r2", GateOperator.AtLeast, -0.5)]
    public void A_metric_with_a_bound_is_read(string text, ModelTask task, string metric, GateOperator op, double number)
    {
        Assert.True(GateSyntax.TryParse(text, task, out var gate, out _, out _));
        Assert.Equal(new GateExpression(GateKind.Metric, metric, op, number), gate);
    }

    [Theory]
    [InlineData("auc low >= 0.80", GateFigure.Low)]
    [InlineData("Auc  HIGH >= 0.80", GateFigure.High)]
    public void A_gate_may_look_at_an_end_of_the_interval(string text, GateFigure figure)
    {
        Assert.True(GateSyntax.TryParse(text, ModelTask.Binary, out var gate, out _, out _));
        Assert.Equal(new GateExpression(GateKind.Metric, "auc", GateOperator.AtLeast, 0.8, figure), gate);
    }

    [Theory]
    [InlineData("not worse than champion", GateKind.NotWorseThanChampion)]
    [InlineData("Not  worse than champion ", GateKind.NotWorseThanChampion)]
    [InlineData("cases pass", GateKind.CasesPass)]
    [InlineData("checks pass", GateKind.ChecksPass)]
    public void A_phrase_is_read(string text, GateKind kind)
    {
        Assert.True(GateSyntax.TryParse(text, ModelTask.Binary, out var gate, out _, out _));
        Assert.Equal(kind, gate.Kind);
    }

    [Theory]
    [InlineData("auk >= 0.8", ModelTask.Binary, "Did you mean \"auc\"?")]
    [InlineData("rmse <= 3", ModelTask.Binary, "Use one of: auc, log_loss")]
    [InlineData("auc >= high", ModelTask.Binary, "Write the bound as a number")]
    [InlineData("auc = 0.8", ModelTask.Binary, "not worse than champion, cases pass, checks pass")]
    [InlineData("", ModelTask.Regression, "rmse <= 10")]
    public void What_is_no_gate_says_what_to_write(string text, ModelTask task, string expected)
    {
        Assert.False(GateSyntax.TryParse(text, task, out _, out var what, out var fix));
        Assert.NotEqual("", what);
        Assert.Contains(expected, fix);
    }

    [Theory]
    [InlineData(">=", 0.8, true)]
    [InlineData(">", 0.8, false)]
    [InlineData("<=", 0.8, true)]
    [InlineData("<", 0.8, false)]
    [InlineData(">=", double.NaN, false)]
    [InlineData("<", double.NaN, false)]
    public void Bounds_are_inclusive_with_an_equals_sign_and_nothing_unknown_passes(string op, double value, bool holds)
    {
        Assert.True(GateSyntax.TryParse($"auc {op} 0.8", ModelTask.Binary, out var gate, out _, out _));
        Assert.Equal(holds, gate.Holds(value));
    }

    [Theory]
    [InlineData("kitten", "sitting", 3)] // k->s, e->i, +g
    [InlineData("carreir", "carrier", 1)] // a swap of neighbours is one edit
    [InlineData("", "abc", 3)]
    public void Edits_are_counted(string a, string b, int edits) => Assert.Equal(edits, NearestName.Distance(a, b));

    [Fact]
    public void A_far_name_is_not_offered() => Assert.Null(NearestName.Of("target", ["depot", "weather", "x"]));
}
