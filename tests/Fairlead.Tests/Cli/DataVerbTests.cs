using Fairlead.Cli;

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
