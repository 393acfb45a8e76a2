using System.Text;
using System.Text.Json;
using Fairlead.Data.Privacy;
using Fairlead.Workspace;

namespace Fairlead.Tests.Data.Privacy;

public sealed class ScanTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string[] Scan(string content, out ScanTexts.Outcome outcome)
    {
        var path = Path.Combine(_folder.Path, "texts.jsonl");
        File.WriteAllText(path, content);
        using var output = new MemoryStream();
        outcome = ScanTexts.Run(path, output, CancellationToken.None);
        return Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    [Fact]
    public void Each_text_is_answered_in_order_with_its_id_as_given()
    {
        var lines = Scan("\uFEFF{\"id\":\"a\\u00e9\",\"text\":\"write to bob@example.com\"}\r\n\n{\"text\":\"\\ud83d\\ude00 4111111111111111\",\"x\":[1],\"id\":7}\n{\"id\":1.50,\"text\":\"\"}", out var outcome);
        Assert.Equal(
        [
            "{\"id\":\"a\\u00e9\",\"entities\":[{\"entity\":\"EMAIL_ADDRESS\",\"start\":9,\"end\":24,\"score\":1}]}",
            "{\"id\":7,\"entities\":[{\"entity\":\"CREDIT_CARD\",\"start\":3,\"end\":19,\"score\":1}]}",
            "{\"id\":1.50,\"entities\":[]}",
        ], lines);
        Assert.Equal(new ScanTexts.Outcome(3, 2), outcome);
    }

    [Fact]
    public void Every_bad_line_is_told_with_its_number_and_the_others_are_answered()
    {
        var path = Path.Combine(_folder.Path, "texts.jsonl");
        File.WriteAllText(path, "{\"id\":1,\"text\":\"x\"}\n[1]\n{\"id\":2}\n{\"text\":\"x\"}\n{\"id\":3,\"text\":5}\n{\"id\":4,\"text\":\"x\"\n{\"id\":true,\"text\":\"\"}\n{\"id\":5,\"text\":\"\\ud800\"}\n{\"id\":6,\"text\":\"y\"} z\n{\"id\":8,\"text\":\"y\"}\n");
        using var output = new MemoryStream();
        var faults = Assert.Throws<FaultException>(() => ScanTexts.Run(path, output, CancellationToken.None)).Faults;
        Assert.Equal([.. Enumerable.Range(2, 8).Select(line => $"{path}:{line}")], faults.Select(fault => fault.Where));
        Assert.Equal("{\"id\":1,\"entities\":[]}\n{\"id\":8,\"entities\":[]}\n", Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public void Long_lines_pass_the_buffer()
    {
        var lines = Scan($"{{\"id\":1,\"text\":\"{new string('a', 700_000)} bob@example.com\"}}\n{{\"id\":2,\"text\":\"x\"}}\n", out _);
        using var first = JsonDocument.Parse(lines[0]);
        Assert.Equal(700_001, first.RootElement.GetProperty("entities")[0].GetProperty("start").GetInt32());
        Assert.Equal(2, lines.Length);
    }

    [Fact]
    public void Columns_with_personal_data_are_told_by_shape_and_never_by_value()
    {
        var csv = new StringBuilder("id,mail,amount,note,ssn,visits\n");
        for (var i = 0; i < 200; i++)
        {
            csv.Append(System.Globalization.CultureInfo.InvariantCulture, $"{i},someone{i}@example.net,{i * 7 % 50},{(i % 20 == 0 ? $"ring 020 7946 {1000 + i}" : "nothing to say here")},{536900000 + i},{i % 9}\n");
        }

        var path = Path.Combine(_folder.Path, "people.csv");
        File.WriteAllText(path, csv.ToString());
        var outcome = ScanFile.Run(path, CancellationToken.None);
        Assert.Equal(200, outcome.Rows);
        Assert.True(outcome.Personal);
        Assert.Equal(
            ["mail EmailAddress values drop", "note  text mask", "ssn UsSsn values drop"],
            outcome.Columns.Where(column => column.Suggestion != "none").Select(column => $"{column.Column} {column.Entity} {column.By} {column.Suggestion}"));
        Assert.Equal(0.05, outcome.Columns[3].Share);
        var said = JsonSerializer.Serialize(outcome);
        Assert.DoesNotContain("someone", said, StringComparison.Ordinal);
        Assert.DoesNotContain("7946", said, StringComparison.Ordinal);
        Assert.DoesNotContain("5369", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_without_any_says_so()
    {
        var path = Path.Combine(_folder.Path, "plain.csv");
        File.WriteAllText(path, "region,weight,when\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"north,{i}.5,2024-01-{1 + (i % 28):00}\n")));
        Assert.False(ScanFile.Run(path, CancellationToken.None).Personal);
    }
}
