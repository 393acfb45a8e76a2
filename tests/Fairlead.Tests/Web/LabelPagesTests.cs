using System.Net;
using System.Text.RegularExpressions;
using Fairlead.Data;
using Fairlead.Data.Labels;
using Fairlead.Models.Contracts;
using Fairlead.Tests.Iterations.Labels;

namespace Fairlead.Tests.Web;

/// <summary>The queue of suspected labels: causes first, then rows; a decision shows its files before it writes them.</summary>
public sealed partial class LabelPagesTests
{
    [Fact]
    public async Task A_cause_and_a_row_are_decided_in_two_presses_each()
    {
        using var example = new ExampleProject(ModelTask.Binary);
        await LabelQueueTests.RecordAsync(example);
        var (app, client) = await example.WorkbenchAsync();
        await using var _ = app;
        using var __ = client;
        var cancel = TestContext.Current.CancellationToken;
        const string At = "/projects/orders/labels";

        var page = WebUtility.HtmlDecode(await client.GetStringAsync(At, cancel));
        Assert.True(page.IndexOf("Depot Leeds", StringComparison.Ordinal) < page.IndexOf("Row by row", StringComparison.Ordinal)); // first by cause
        Assert.Contains("4 of 1,000 labels", page, StringComparison.Ordinal);
        Assert.DoesNotContain("style=\"", page, StringComparison.Ordinal); // the policy would drop it

        await TwicePressed(("cause", "depot-leeds-1"));
        Assert.Equal(["a", "b=c"], CorrectionsFolder.Read(example.Project.Folder).Corrections.Select(c => c.Key));
        await TwicePressed(("refuse", "d"));
        Assert.Equal("d", Assert.Single(KeptLabels.Read(example.Project.Folder)).Key);
        page = WebUtility.HtmlDecode(await client.GetStringAsync(At, cancel));
        Assert.Contains("1 row open, 2 corrected, 1 found right", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Depot Leeds", page, StringComparison.Ordinal);

        async Task TwicePressed((string Name, string Value) pressed)
        {
            var diff = await client.PostAsync(At, new FormUrlEncodedContent([KeyValuePair.Create(pressed.Name, pressed.Value)]), cancel);
            var shown = WebUtility.HtmlDecode(await diff.Content.ReadAsStringAsync(cancel));
            Assert.Contains("What will be written", shown, StringComparison.Ordinal);
            var fields = Hidden().Matches(shown).Select(match => KeyValuePair.Create(match.Groups[1].Value, match.Groups[2].Value));
            Assert.Equal(HttpStatusCode.SeeOther, (await client.PostAsync(At, new FormUrlEncodedContent(fields), cancel)).StatusCode);
        }
    }

    [Fact]
    public async Task A_number_is_corrected_to_what_is_typed()
    {
        using var example = new ExampleProject(ModelTask.Regression);
        await LabelQueueTests.RecordAsync(example, numbers: true);
        var (app, client) = await example.WorkbenchAsync();
        await using var _ = app;
        using var __ = client;
        var cancel = TestContext.Current.CancellationToken;
        var at = $"/projects/{example.Project.Project}/labels";

        var page = WebUtility.HtmlDecode(await client.GetStringAsync(at, cancel));
        Assert.Contains("2 of 1,000 numbers are further than usual from what is expected", page, StringComparison.Ordinal);
        Assert.Contains("It may be 10 times too large: 451 would fit.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("How noisy the labels are", page, StringComparison.Ordinal);

        var diff = WebUtility.HtmlDecode(await (await client.PostAsync(at, new FormUrlEncodedContent([new("key", "b=c"), new("value", " 455.5 ")]), cancel)).Content.ReadAsStringAsync(cancel));
        Assert.Contains("What will be written", diff, StringComparison.Ordinal);
        var fields = Hidden().Matches(diff).Select(match => KeyValuePair.Create(match.Groups[1].Value, match.Groups[2].Value));
        Assert.Equal(HttpStatusCode.SeeOther, (await client.PostAsync(at, new FormUrlEncodedContent(fields), cancel)).StatusCode);
        Assert.Equal(("b=c", "455.5"), CorrectionsFolder.Read(example.Project.Folder).Corrections.Select(c => (c.Key, c.Now)).Single());

        // The button of a refusal stands in the same form as the number: only the refusal counts.
        diff = WebUtility.HtmlDecode(await (await client.PostAsync(at, new FormUrlEncodedContent([new("key", "a"), new("value", "451"), new("refuse", "a")]), cancel)).Content.ReadAsStringAsync(cancel));
        Assert.Contains(KeptLabels.File, diff, StringComparison.Ordinal);
        Assert.DoesNotContain("values.jsonl", diff, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_look_at_the_labels_the_page_says_so()
    {
        using var example = new ExampleProject(ModelTask.Regression);
        var (app, client) = await example.WorkbenchAsync();
        await using var _ = app;
        using var __ = client;

        Assert.Contains("No iteration has looked at the labels", await client.GetStringAsync($"/projects/{example.Project.Project}/labels", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\"")]
    private static partial Regex Hidden();
}
