// Makes what is measured beside tables: short texts with and without personal data, and probabilities with labels of which some are wrong. The same numbers give the same bytes.
// dotnet run bench/data/make-texts.cs texts OUT.jsonl [COUNT]
// dotnet run bench/data/make-texts.cs labels OUT.csv PROBABILITIES.csv [ROWS] [CLASSES]
#:property PublishAot=false
#:property RestorePackagesWithLockFile=false
using System.Globalization;
using System.Text;

var random = new Random(7); // fixed: the same texts every run
var culture = CultureInfo.InvariantCulture;
if (args[0] == "texts")
{
    string[] words = ["please", "send", "the", "parcel", "to", "my", "new", "place", "since", "order", "was", "late", "again", "and", "nobody", "called", "me", "back", "about", "it"];
    using var texts = new StreamWriter(args[1], false, new UTF8Encoding(false));
    for (var i = 0; i < int.Parse(args[2], culture); i++)
    {
        var text = string.Join(' ', Enumerable.Range(0, 12).Select(_ => words[random.Next(words.Length)]));
        text += random.Next(8) switch
        {
            0 => string.Create(culture, $", mail {words[random.Next(words.Length)]}{random.Next(1000)}@mail.example"),
            1 => string.Create(culture, $", phone +44 20 {random.Next(7000, 8000)} {random.Next(1000, 10000)}"),
            2 => string.Create(culture, $", see https://shop.example/orders/{random.Next(100000)}"),
            3 => string.Create(culture, $", from 10.{random.Next(256)}.{random.Next(256)}.{random.Next(256)}"),
            4 => string.Create(culture, $", order {random.Next(1_000_000)} of 2026-0{random.Next(1, 10)}-1{random.Next(10)} for {random.Next(1000)}.95"),
            _ => "",
        };
        texts.Write(string.Create(culture, $"{{\"id\":{i},\"text\":\"{text}\"}}\n"));
    }

    return;
}

var rows = int.Parse(args[3], culture);
var classes = int.Parse(args[4], culture);
using var labels = new StreamWriter(args[1], false, new UTF8Encoding(false));
using var probabilities = new StreamWriter(args[2], false, new UTF8Encoding(false));
labels.Write("label\n");
probabilities.Write(string.Join(',', Enumerable.Range(0, classes).Select(c => $"c{c}")) + "\n");
for (var row = 0; row < rows; row++)
{
    var truth = random.Next(classes);
    var scores = Enumerable.Range(0, classes).Select(c => Math.Exp((c == truth ? 3 : 0) + random.NextDouble())).ToArray();
    var sum = scores.Sum();
    labels.Write(string.Create(culture, $"c{(random.NextDouble() < 0.08 ? random.Next(classes) : truth)}\n"));
    probabilities.Write(string.Join(',', scores.Select(s => (s / sum).ToString("0.000000", culture))) + "\n");
}
