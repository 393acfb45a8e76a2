using Fairlead.Cli;
using Fairlead.Data.Drift;
using Fairlead.Evaluation;
using Fairlead.Iterations.Prices;
using Fairlead.Workspace;
using Spectre.Console;

namespace Fairlead.Tests.Cli;

/// <summary>Exit codes and files of <c>data profile</c>, <c>data drift</c> and <c>data estimate</c>.</summary>
public sealed class DataVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Drift_is_exit_code_3_and_none_is_0()
    {
        var (reference, same, other) = (Rows("a.csv", 0.3), Rows("b.csv", 0.3), Rows("c.csv", 0.6));
        Assert.Equal(Edge.Done, await RunAsync("data", "drift", reference, same));
        Assert.Equal(Edge.No, await RunAsync("data", "drift", reference, other));
        Assert.Equal(Edge.No, await RunAsync("data", "drift", reference, other, "--method", "psi", "--json"));
        Assert.Equal(Edge.Misused, await RunAsync("data", "drift", reference, other, "--method", "kz"));
        Assert.Equal(Edge.Failed, await RunAsync("data", "drift", reference, Path.Combine(_folder.Path, "none.csv")));
    }

    [Fact]
    public async Task A_profile_is_written_as_a_page()
    {
        var page = Path.Combine(_folder.Path, "page.html");
        Assert.Equal(Edge.Done, await RunAsync("data", "profile", Rows("a.csv", 0.3), "--target", "left", "--html", page));
        Assert.Contains("Target left", await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(Edge.Misused, await RunAsync("data", "profile", Rows("a.csv", 0.3), "--target", "lost"));
    }

    [Fact]
    public async Task An_estimate_reads_what_score_writes()
    {
        string Answers(string name, bool labels) => _folder.File(name, (labels ? "left," : "") + "prediction,probability:no,probability:yes\n" + string.Concat(Enumerable.Range(0, 400).Select(i =>
            $"{(labels ? i % 10 < 2 == i % 2 < 1 ? "yes," : "no," : "")}{(i % 2 < 1 ? "yes,0.2,0.8" : "no,0.8,0.2")}\n")));
        Assert.Equal(Edge.Done, await RunAsync("data", "estimate", Answers("june.csv", true), Answers("july.csv", false), "--label", "left"));
        Assert.Equal(Edge.Misused, await RunAsync("data", "estimate", Answers("june.csv", true), Answers("july.csv", false), "--label", "lef"));
    }

    [Fact]
    public async Task An_estimate_says_what_lies_beyond_the_reference_and_what_it_could_not_read()
    {
        var reference = _folder.File("exam.csv", "weight,prediction\n" + string.Concat(Enumerable.Range(0, 910).Select(i => $"{10 + (i / 10) + (i % 3)},{10 + (i / 10)}\n")));
        var current = _folder.File("july.csv", "prediction\n" + string.Concat(Enumerable.Range(0, 1_000).Select(i => i % 5 == 0 ? "abc\n" : $"{(i % 5 == 1 ? 90 : 150)}\n")));
        var outcome = EstimatePerformance.Run(new EstimatePerformance.Request(reference, current, "weight", Prediction: "prediction"), TestContext.Current.CancellationToken);

        Assert.Equal((800, 200, 0, 0.75), (outcome.Rows, outcome.Unreadable, outcome.ReferenceUnreadable, outcome.Outside));
        Assert.Equal(
            [
                "600 of 800 predictions (75 %) lie outside of those with labels (10 to 100). Errors there are not known and are taken as those of the outermost known: do not rely on the figures there.",
                "200 of 1,000 rows without labels have no number as their prediction and are left out: the figures say nothing of them.",
            ],
            outcome.Notes);
        var itself = EstimatePerformance.Run(new EstimatePerformance.Request(reference, reference, "weight", Prediction: "prediction"), TestContext.Current.CancellationToken);
        Assert.Equal(0, itself.Outside);
        Assert.Empty(itself.Notes);
        Assert.Equal(Edge.Done, await RunAsync("data", "estimate", reference, current, "--label", "weight", "--prediction", "prediction"));

        var fault = Assert.Throws<FaultException>(() => EstimatePerformance.Run(new EstimatePerformance.Request(reference, current, "weight"), TestContext.Current.CancellationToken)).Faults[0];
        Assert.Contains("--probability", fault.Fix, StringComparison.Ordinal);
        Assert.Contains("--prediction", fault.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Labels_of_a_place_that_is_not_there_are_a_fault_of_the_place()
    {
        Assert.Equal(Edge.Failed, await RunAsync("data", "labels", Path.Combine(_folder.Path, "nofolder")));
        Assert.Equal(Edge.Misused, await RunAsync("data", "labels", Rows("a.csv", 0.3))); // there, and not said how to read it
    }

    [Theory]
    [InlineData(0.001)]
    [InlineData(0.5)]
    public void What_a_problem_costs_is_printed_without_its_markup(double high)
    {
        var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = 400;
        var price = new FindingPrice("far", "size[1]", "37 of 1,804 numbers of size[1] are far off.", null, 37, 100, 1, new Estimate(0, 0, high), "with and without");
        console.MarkupLineInterpolated(IterateVerb.PriceLine(price));
        Assert.StartsWith("· 37 of 1,804 numbers of size[1] are far off. Price of it: ", text.ToString(), StringComparison.Ordinal);
    }

    [Fact] // as in a project file: without --header a file of words has one by its looks, without --encoding the byte 0xE4 is a guess
    public async Task How_a_file_is_written_can_be_said()
    {
        var file = Path.Combine(_folder.Path, "a.txt");
        await File.WriteAllBytesAsync(file, [.. "red|k"u8, 0xE4, .. "se\nblue|brot\n"u8], TestContext.Current.CancellationToken);
        var checks = _folder.File("checks.yaml", "checks:\n  - {check: in_set, column: column1, values: [brot]}\n");
        string[] said = ["--delimiter", "bar", "--header", "no", "--encoding"];
        Assert.Equal(Edge.No, await RunAsync(["data", "check", file, "--checks", checks, .. said, "latin-1"]));
        _folder.File("checks.yaml", "checks:\n  - {check: in_set, column: column1, values: [\"käse\", brot]}\n  - {check: row_count_equals, value: 2}\n");
        Assert.Equal(Edge.Done, await RunAsync(["data", "check", file, "--checks", checks, .. said, "latin-1"]));
        Assert.Equal(Edge.Failed, await RunAsync(["data", "check", file, "--checks", checks, "--delimiter", "|", "--encoding", "latin-1"]));
        Assert.Equal(Edge.Failed, await RunAsync(["data", "check", file, "--checks", checks, .. said, "utf-8"]));
        Assert.Equal(Edge.Misused, await RunAsync(["data", "profile", file, .. said, "utf8"]));
    }

    private static Task<int> RunAsync(params string[] arguments) => VerbTree.Build().Parse(arguments).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);

    private string Rows(string name, double rate) =>
        _folder.File(name, "left,age\n" + string.Concat(Enumerable.Range(0, 1_000).Select(i => $"{(i * 7_919 % 1_000 < rate * 1_000 ? "yes" : "no")},{20 + (i % 50)}\n")));
}
