using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Tests.Data;
using Fairlead.Web;
using Fairlead.Web.Projects;
using Microsoft.AspNetCore.Builder;

namespace Fairlead.Tests.Web;

/// <summary>The spellings and the preview of the cleaning in a browser without script.</summary>
public sealed partial class CleaningPagesTests : DataTest
{
    private const string Yaml = """
        project: parcels
        id: 0a1b2c3d
        question: Late?
        data: {sources: [a.csv, b.csv], key: id}
        target: {column: late, task: binary, positive: "yes"}
        columns:
          id: id
          carrier: category
          weight: {kind: number, unit: kg}
          name: {kind: category, personal: drop}
        clean:
          - parse number: {column: weight, unit: kg}
          - impute: {column: weight, with: mean}
          - quarantine: {where: "weight > 50", reason: too heavy}
        split: {by: key, exam: 0.5, sealed: 0.1, seed: 7}
        training: {trials: 1, seed: 1}
        """;

    [Fact]
    public async Task Spellings_of_all_sources_are_shown_and_their_step_is_written_by_the_second_press_only()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (app, client) = await StartAsync();
        await using var _ = app;
        using var __ = client;

        var page = await GetAsync(client, "spellings", cancel);
        // 60 rows of a.csv say Grünbote; b.csv alone has the other spellings.
        Assert.Matches(@"<th scope=""row"">Grünbote</th><td class=""num""><span class=""rows"">60</span></td>", page);
        Assert.Matches(@"gruenbote[^0-9]*2\b", page);
        Assert.Contains("GRÜNBOTE", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Anna", page, StringComparison.Ordinal);

        var file = Path.Combine(Folder.Path, ProjectFile.FileName);
        var before = await File.ReadAllTextAsync(file, cancel);
        var shown = await PostAsync(client, cancel, ("column", "carrier"));
        Assert.Contains("normalise: {column: carrier", Regex.Replace(shown, "<[^>]*>", ""), StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(file, cancel));

        var fields = Hidden().Matches(shown).Select(match => (match.Groups[1].Value, WebUtility.HtmlDecode(match.Groups[2].Value))).ToArray();
        using var response = await client.PostAsync("/projects/parcels/data/spellings", Form(fields), cancel);
        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        Assert.Contains(ProjectFileReader.Read(Folder.Path).RowSteps, step => step is NormaliseStep { Column: "carrier" } normalise && normalise.Map["gruenbote"] == "Grünbote");
        Assert.Contains("Every name has one spelling", await GetAsync(client, "spellings", cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_preview_reads_all_sources_learns_from_training_rows_and_shows_each_step()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (app, client) = await StartAsync();
        await using var _ = app;
        using var __ = client;

        var page = await GetAsync(client, "preview", cancel);
        Assert.Contains("all rows of the 2 files", page, StringComparison.Ordinal);
        Assert.Contains("are not shown: name", page, StringComparison.Ordinal);
        Assert.Contains("100 rows read = 99 kept + 1 in quarantine + 0 dropped", page, StringComparison.Ordinal);
        Assert.Contains("too heavy", page, StringComparison.Ordinal);
        Assert.Contains("1 unreadable", page, StringComparison.Ordinal);
        Assert.Contains("<del>500 g</del> → <ins>0.5</ins>", page, StringComparison.Ordinal);
        Assert.Contains("<del>heavy</del> → <ins>missing</ins>", page, StringComparison.Ordinal);

        // What fills the gaps is the mean of the training rows, as the iteration's own cleaning finds it.
        var mean = double.Parse(Run(ProjectFileReader.Read(Folder.Path)).RowSteps.OfType<ImputeStep>().Single().Value, CultureInfo.InvariantCulture);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"<ins>{mean:G6}</ins>"), page, StringComparison.Ordinal);
    }

    private async Task<(WebApplication App, HttpClient Client)> StartAsync()
    {
        // Row 7 of a.csv is heavy, row 8 can't be read, every tenth weight is missing; b.csv spells the carrier in other ways.
        Folder.File("a.csv", "id,carrier,weight,name,late\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"r{i},Grünbote,{(i == 7 ? "900 kg" : i == 8 ? "heavy" : i % 10 == 3 ? "" : $"{i % 9 * 500} g")},Anna,{(i % 2 == 0 ? "yes" : "no")}\n")));
        Folder.File("b.csv", "id,carrier,weight,name,late\n" + string.Concat(Enumerable.Range(60, 40).Select(i => $"r{i},{(i < 62 ? "gruenbote" : i == 62 ? "GRÜNBOTE" : "Nordpost")},{i % 7} kg,Anna,{(i % 2 == 0 ? "yes" : "no")}\n")));
        await File.WriteAllTextAsync(Path.Combine(Folder.Path, ProjectFile.FileName), Yaml, TestContext.Current.CancellationToken);
        return await ExampleProject.StartAsync(Workbench.Build(new WorkbenchOptions([new ProjectView(() => ProjectFileReader.Read(Folder.Path), Workspace, new ProjectParts())], Port: 0)));
    }

    private static async Task<string> GetAsync(HttpClient client, string page, CancellationToken cancel)
    {
        using var response = await client.GetAsync($"/projects/parcels/data/{page}", cancel);
        var text = WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync(cancel));
        Assert.True(response.IsSuccessStatusCode, text);
        return text;
    }

    private static async Task<string> PostAsync(HttpClient client, CancellationToken cancel, params (string, string)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/projects/parcels/data/spellings") { Content = Form(fields) };
        request.Headers.Accept.ParseAdd("text/html");
        using var response = await client.SendAsync(request, cancel);
        return WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync(cancel));
    }

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) => new(fields.Select(field => new KeyValuePair<string, string>(field.Name, field.Value)));

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\"")]
    private static partial Regex Hidden();
}
