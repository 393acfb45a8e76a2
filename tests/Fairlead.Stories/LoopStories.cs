using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Fairlead.Stories;

/// <summary>The whole loop on real data, through the built program: new, iterate, image, predict, review, feedback, second iteration.</summary>
public sealed partial class LoopStories
{
    /// <param name="Metric">Main figure of the task.</param>
    /// <param name="Floor">For auc and accuracy the least, for rmse the most that an honest model of a few seconds reaches; far from tight on purpose.</param>
    public sealed record Story(string File, string Target, string Task, string Metric, double Floor)
    {
        public override string ToString() => File;
    }

    public static TheoryData<Story> Stories { get; } =
    [
        new Story("telco_churn.csv", "Churn", "binary", "auc", 0.80),
        new Story("bank_marketing_full.csv", "deposit", "binary", "auc", 0.72),
        new Story("wine_all_header.csv", "quality", "multiclass", "accuracy", 0.50),
        new Story("corefx_issues_train.tsv", "Area", "multiclass", "accuracy", 0.45),
        new Story("california_housing.csv", "median_house_value", "regression", "rmse", 65_000),
        new Story("penguins.csv", "species", "multiclass", "accuracy", 0.85),
    ];

    [Theory]
    [MemberData(nameof(Stories))]
    public async Task The_loop_turns_twice(Story story)
    {
        Assert.SkipWhen(FairleadProgram.SharedData is null, "../shared/data is absent: the sample stories cover the loop instead.");
        using var program = new FairleadProgram();
        var cancel = TestContext.Current.CancellationToken;
        var data = Path.Combine(FairleadProgram.SharedData!, story.File);
        var project = Path.Combine(program.Folder, "project");

        (await program.RunAsync("new", "story", "--data", data, "--target", story.Target, "--folder", project)).Expect(0);
        Assert.True(File.Exists(Path.Combine(project, "fairlead.yaml")));

        var first = (await program.RunAsync("iterate", project, "--seconds", "5", "--json")).Expect(0, 3).Json;
        Assert.Equal(1, first.GetProperty("iteration").GetInt32());
        Assert.Equal(story.Task, first.GetProperty("task").GetString());
        var metric = first.GetProperty("metrics").GetProperty(story.Metric);
        var (value, low, high) = (metric.GetProperty("value").GetDouble(), metric.GetProperty("low").GetDouble(), metric.GetProperty("high").GetDouble());
        Assert.True(low <= value && value <= high, $"{low} <= {value} <= {high}");
        Assert.True(story.Task == "regression" ? value <= story.Floor : value >= story.Floor, $"{story.Metric} {value}");
        Assert.StartsWith("sha256:", first.GetProperty("image").GetString());

        var again = await program.RunAsync("iterate", project, "--seconds", "5", "--json");
        Assert.Equal(1, again.Json.GetProperty("iteration").GetInt32());
        Assert.All(again.Json.GetProperty("steps").EnumerateArray(), step => Assert.True(step.GetProperty("reused").GetBoolean(), step.ToString()));

        string prediction;
        await using (var up = await UpSession.StartAsync(program, project))
        {
            Assert.Equal(first.GetProperty("image").GetString(), up.Image);

            var (row, truth) = FirstRow(data, story.Target);
            using var answer = await up.Http.PostAsJsonAsync("projects/story/predict", row, cancel);
            var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancel))!;
            Assert.True(answer.StatusCode == HttpStatusCode.OK, body.ToJsonString());
            var first1 = body["predictions"]![0]!;
            prediction = first1["id"]!.GetValue<string>();
            if (story.Task == "regression")
            {
                Assert.InRange(first1["prediction"]!.GetValue<double>(), double.Parse(truth, CultureInfo.InvariantCulture) / 5, double.Parse(truth, CultureInfo.InvariantCulture) * 5);
            }
            else
            {
                var probabilities = first1["probabilities"]!.AsObject();
                Assert.Equal(1, probabilities.Sum(p => p.Value!.GetValue<double>()), 1e-6);
                Assert.Contains(first1["prediction"]!.GetValue<string>(), probabilities.Select(p => p.Key));
            }

            await MarkFirstCardsAsync(up, story, 3, cancel);
            Assert.Equal(0, await up.StopAsync());
        }

        var said = (await program.RunAsync("feedback", "list", project, "--json")).Expect(0).Json;
        Assert.Equal(3, said.GetProperty("feedback").GetArrayLength());

        var why = (await program.RunAsync("why", prediction, "--json")).Expect(0).Json;
        Assert.Equal(prediction, why.GetProperty("prediction").GetProperty("id").GetString());

        (await program.RunAsync("feedback", "accept", project, "--all", "--json")).Expect(0);
        var second = (await program.RunAsync("iterate", project, "--seconds", "5", "--json")).Expect(0, 3).Json;
        Assert.Equal(2, second.GetProperty("iteration").GetInt32());
        Assert.Contains("never saw them", second.GetProperty("turn").GetProperty("sentences")[0].GetString());
    }

    /// <summary>Marks the first cards wrong, with the first other answer the page offers, as a person without JavaScript does.</summary>
    private static async Task MarkFirstCardsAsync(UpSession up, Story story, int cards, CancellationToken cancel)
    {
        using var browser = new HttpClient();
        for (var i = 0; i < cards; i++)
        {
            var page = await browser.GetStringAsync(new Uri(up.Review), cancel);
            var action = CardAction().Match(page);
            Assert.True(action.Success, page);
            var answer = new Dictionary<string, string> { ["comment"] = "seen by the story" };
            var choice = OtherClass().Match(page) is { Success: true } button ? button : OtherOption().Match(page);
            if (choice.Success)
            {
                answer[choice.Groups[1].Value] = WebUtility.HtmlDecode(choice.Groups[2].Value);
            }
            else if (story.Task == "regression")
            {
                answer["right"] = "123000.5";
            }

            if (!answer.ContainsKey("is"))
            {
                answer["verdict"] = "wrong"; // of two classes the other one is meant
            }

            using var form = new FormUrlEncodedContent(answer);
            using var reply = await browser.PostAsync(new Uri(new Uri(up.Review), WebUtility.HtmlDecode(action.Groups[1].Value)), form, cancel);
            Assert.True(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync(cancel));
        }
    }

    /// <summary>The first row of a file as JSON without its target, and the target's value.</summary>
    internal static (JsonObject Row, string Truth) FirstRow(string path, string target)
    {
        var separator = path.EndsWith(".tsv", StringComparison.Ordinal) ? '\t' : ',';
        using var reader = new StreamReader(path);
        var header = reader.ReadLine()!.Split(separator);
        var cells = reader.ReadLine()!.Split(separator);
        var row = new JsonObject();
        var truth = "";
        for (var i = 0; i < header.Length; i++)
        {
            if (header[i] == target)
            {
                truth = cells[i];
            }
            else
            {
                row[header[i]] = double.TryParse(cells[i], CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number) : JsonValue.Create(cells[i]);
            }
        }

        return (row, truth);
    }

    [GeneratedRegex("""<form[^>]*method="post"[^>]*action="([^"]+)""")]
    private static partial Regex CardAction();

    /// <summary>Few classes: a button each.</summary>
    [GeneratedRegex("""<button[^>]*name="(is)" value="([^"]+)""")]
    private static partial Regex OtherClass();

    /// <summary>Many classes: a list.</summary>
    [GeneratedRegex("""<select id="(right)"[^>]*>\s*<option value(?:="")?>[^<]*</option>\s*<option value="([^"]+)""")]
    private static partial Regex OtherOption();
}
