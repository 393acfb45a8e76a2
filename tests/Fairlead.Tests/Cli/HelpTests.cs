using System.CommandLine;
using Fairlead.Cli;

namespace Fairlead.Tests.Cli;

/// <summary>What the command line says about itself: golden files, so that a change of a verb or an option is seen in review.</summary>
public sealed class HelpTests
{
    public static TheoryData<string> Verbs => [.. Tree(VerbTree.Build()).Select(HelpText.FullName)];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void The_help_of_a_verb_is_the_golden_one(string verb)
    {
        var command = Tree(VerbTree.Build()).Single(c => HelpText.FullName(c) == verb);

        GoldenFile.Check($"help/{verb.Replace(' ', '-')}.txt", HelpText.Of(command));
    }

    [Fact]
    public void Every_verb_option_and_argument_says_what_it_is()
    {
        var silent =
            from command in Tree(VerbTree.Build())
            from symbol in command.Options.Cast<Symbol>().Concat(command.Arguments).Append(command)
            where string.IsNullOrWhiteSpace(symbol.Description) || !symbol.Description.TrimEnd().EndsWith('.')
            select $"{HelpText.FullName(command)}: {symbol.Name}";
        Assert.Empty(silent);
    }

    [Fact]
    public void No_default_is_the_name_of_a_type() =>
        Assert.All(Tree(VerbTree.Build()), command => Assert.DoesNotContain("Default: System.", HelpText.Of(command), StringComparison.Ordinal));

    [Fact]
    public void Verbs_are_listed_one_a_line()
    {
        var lines = HelpText.Of(VerbTree.Build()).Split('\n');
        Assert.All(VerbTree.Build().Subcommands, verb => Assert.Single(lines, line => line.StartsWith($"  {verb.Name} ", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void The_tree_of_a_line_has_the_verb_that_it_names(string verb)
    {
        var tree = VerbTree.Build(verb.Split(' ')[1..]);

        Assert.Equal(HelpText.Of(Tree(VerbTree.Build()).Single(c => HelpText.FullName(c) == verb)), HelpText.Of(Tree(tree).Single(c => HelpText.FullName(c) == verb)));
        Assert.True(verb == "fairlead" || Tree(tree).Count() < Tree(VerbTree.Build()).Count());
    }

    [Theory]
    [InlineData("updata")]
    [InlineData("--json", "data", "check")]
    [InlineData("-h")]
    public void The_tree_of_a_line_that_begins_with_no_verb_is_whole(params string[] line) =>
        Assert.Equal(Tree(VerbTree.Build()).Select(HelpText.FullName), Tree(VerbTree.Build(line)).Select(HelpText.FullName));

    internal static IEnumerable<Command> Tree(Command command) => command.Subcommands.SelectMany(Tree).Prepend(command);
}
