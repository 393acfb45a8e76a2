using System.Text;
using System.Text.Json;
using Fairlead.Cli;
using Fairlead.Data.Labels;

namespace Fairlead.Tests.Cli;

public sealed class DataLabelsJsonTests
{
    [Fact]
    public void What_is_written_by_hand_is_what_the_serializer_would_write()
    {
        double[] probabilities = [0.9, 0.1, 0.8, 0.2, 0.2, 0.8, 0.1, 0.9, 0.95, 0.05, 0.3, 0.7];
        int[] given = [0, 0, 1, 1, 1, 1];
        var outcome = new FindLabelIssues.Outcome(["no", "yes"], 6, given, ConfidentLearning.Find(given, probabilities, 2));
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text))
        {
            DataLabelsVerb.Write(outcome, writer);
        }

        var written = Encoding.UTF8.GetString(text.ToArray());
        var read = JsonSerializer.Deserialize(written, DataLabelsVerb.DataLabelsJson.Default.View)!;
        Assert.Equal([4], read.Issues);
        Assert.Equal(["no"], read.Suggested);
        Assert.Equal(JsonSerializer.Serialize(read, DataLabelsVerb.DataLabelsJson.Default.View), written);
    }
}
