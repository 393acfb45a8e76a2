using System.Net;
using System.Text.RegularExpressions;
using Fairlead.Data;
using Fairlead.Iterations;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Tests.Data;
using Fairlead.Web;
using Fairlead.Web.Projects;

namespace Fairlead.Tests.Web;

/// <summary>The quarantine in a browser without script: look, change, see what it comes to, write exactly what was shown.</summary>
public sealed partial class QuarantinePagesTests : DataTest
{
    [Fact]
    public async Task A_row_is_put_right_and_the_file_is_written_by_the_second_press_only()
    {
        var cancel = TestContext.Current.CancellationToken;
        Folder.File("a.csv", "id,weight,y\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"r{i},{i % 9},{(i % 2 == 0 ? "a" : "b")}\n")) + "x1,-3,a\nx2,-4,b\n");
        var project = Project("a.csv", "y", key: "id") with { Checks = [Check("between:weight", new BetweenCheck("weight", 0, 100))] };
        var raw = Ingest.Run(project, Blobs, cancel);
        var version = Run(project);
        await IterationRecords.AddAsync(Workspace.Records, project.Id, ExampleData.Iteration(ExampleData.Project(ModelTask.Binary, Folder.Path), 1, Now, version.Quarantine) with { Raw = raw, Data = version });
        var (app, client) = await ExampleProject.StartAsync(Workbench.Build(new WorkbenchOptions([new ProjectView(() => project, Workspace, new ProjectParts())], Port: 0)));
        await using var _ = app;
        using var __ = client;
        var file = Path.Combine(Folder.Path, "corrections", "rows.jsonl");

        var shown = await PostAsync(client, 40, cancel, ("action", "set"), ("c0", "x1"), ("c1", "3"), ("c2", "a"));
        Assert.Contains("The row passes and is kept. 42 read = 41 kept + 1 in quarantine + 0 dropped.", shown, StringComparison.Ordinal);
        Assert.False(File.Exists(file));

        var fields = Hidden().Matches(shown).Select(m => (m.Groups[1].Value, WebUtility.HtmlDecode(m.Groups[2].Value))).ToArray();
        var response = await client.PostAsync("/projects/test/quarantine/40", Form(fields), cancel);
        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        var repair = Assert.Single(CorrectionsFolder.ReadRows(Folder.Path));
        Assert.Equal(("x1", "set", "3"), (repair.Key, repair.Action, repair.Values!["weight"]));
        Assert.Single(repair.Values);

        // One that still fails says so, and a decision without a reason or a change is refused.
        Assert.Contains("still does not pass: between:weight", await PostAsync(client, 41, cancel, ("action", "set"), ("c1", "-9")), StringComparison.Ordinal);
        Assert.Contains("needs its reason", await PostAsync(client, 41, cancel, ("action", "release")), StringComparison.Ordinal);
        Assert.Contains("No value was changed", await PostAsync(client, 41, cancel, ("action", "set"), ("c1", "-4")), StringComparison.Ordinal);
        Assert.Contains("is not in quarantine", await PostAsync(client, 7, cancel, ("action", "set"), ("c1", "-4")), StringComparison.Ordinal);
        Assert.Contains("41 kept", await PostAsync(client, 41, cancel, ("action", "drop"), ("because", "a test")), StringComparison.Ordinal);
    }

    private static async Task<string> PostAsync(HttpClient client, int row, CancellationToken cancel, params (string, string)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/projects/test/quarantine/{row}") { Content = Form(fields) };
        request.Headers.Accept.ParseAdd("text/html");
        var response = await client.SendAsync(request, cancel);
        return WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync(cancel));
    }

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) => new(fields.Select(f => new KeyValuePair<string, string>(f.Name, f.Value)));

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\"")]
    private static partial Regex Hidden();
}
