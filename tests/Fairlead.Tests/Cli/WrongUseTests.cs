using Fairlead.Cli;

namespace Fairlead.Tests.Cli;

/// <summary>A slip on the command line is named, with the nearest thing that exists.</summary>
public sealed class WrongUseTests
{
    [Theory]
    [InlineData("itterate churn", "There is no verb itterate. Did you mean \"iterate\"?")]
    [InlineData("iterate churn --trails 3", "There is no option --trails. Did you mean \"--trials\"?")]
    [InlineData("status a b", "\"b\" is one argument too many.")]
    [InlineData("review opne churn", "There is no verb opne. Did you mean \"open\"?")]
    [InlineData("new churn", "Option '--data' is required.")]
    public void Wrong_use_says_what_was_probably_meant(string line, string says) =>
        Assert.Contains(Edge.Misuse(VerbTree.Build().Parse(line)), fault => fault.What == says);

    [Theory]
    [InlineData("")]
    [InlineData("review")]
    public void A_missing_verb_is_no_slip_but_a_question(string line) =>
        Assert.Empty(Edge.Misuse(VerbTree.Build().Parse(line)));
}
