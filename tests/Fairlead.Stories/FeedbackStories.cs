using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Fairlead.Stories;

/// <summary>What people said is kept: <c>kill -9</c> right after the acknowledgement loses nothing.</summary>
public sealed class FeedbackStories : IDisposable
{
    private readonly FairleadProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task What_was_acknowledged_is_there_after_a_kill()
    {
        var cancel = TestContext.Current.CancellationToken;
        var project = await SmallProject.MakeAsync(_program);
        string prediction;
        string review;
        await using (var up = await UpSession.StartAsync(_program, project))
        {
            review = up.Review;
            using var browser = new HttpClient();
            for (var card = 1; card <= 5; card++)
            {
                using var form = new FormUrlEncodedContent([new("verdict", card % 2 == 0 ? "right" : "wrong"), new("comment", $"said of card {card}")]);
                using var reply = await browser.PostAsync(new Uri($"{review}/{card}"), form, cancel);
                Assert.True(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync(cancel));
            }

            using var answer = await up.Http.PostAsJsonAsync($"projects/{SmallProject.Name}/predict", SmallProject.Row(), cancel);
            prediction = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancel))!["predictions"]![0]!["id"]!.GetValue<string>();
            await EventuallyAsync(async () =>
            {
                using var said = await up.Http.PostAsJsonAsync($"projects/{SmallProject.Name}/feedback", new { prediction_id = prediction, verdict = "wrong", comment = "through the API", by = "ops" }, cancel);
                return said.StatusCode == HttpStatusCode.OK;
            });
            await up.KillAsync();
        }

        var list = (await _program.RunAsync("feedback", "list", project, "--json")).Expect(0).Json.GetProperty("feedback").EnumerateArray().ToList();
        Assert.Equal(6, list.Count);
        for (var card = 1; card <= 5; card++)
        {
            Assert.Contains(list, f => f.GetProperty("comment").GetString() == $"said of card {card}" && f.GetProperty("verdict").GetString() == (card % 2 == 0 ? "right" : "wrong"));
        }

        Assert.Contains(list, f => f.GetProperty("prediction").GetString() == prediction && f.GetProperty("by").GetString() == "ops");
        var why = (await _program.RunAsync("why", prediction, "--json")).Expect(0).Json; // the answer itself too, and what was said of it
        Assert.Equal(1, why.GetProperty("said").GetArrayLength());

        // The next start goes on: the same iteration, and the link that people have still opens.
        await using (var up = await UpSession.StartAsync(_program, project))
        {
            using var browser = new HttpClient();
            using var page = await browser.GetAsync(new Uri(new Uri(up.Review), new Uri(review).AbsolutePath), cancel);
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            Assert.Equal(0, await up.StopAsync());
        }
    }

    private static async Task EventuallyAsync(Func<Task<bool>> holds)
    {
        for (var attempt = 0; !await holds(); attempt++)
        {
            Assert.True(attempt < 50, "not within 5 seconds");
            await Task.Delay(100);
        }
    }
}
