// Makes a package and a body to measure serving with: the shape of a customer table (3 numbers, 16 categories) and 200 trees of 31 leaves.
// dotnet run bench/serving/make-package.cs FOLDER
#:project ../../src/Fairlead.Models
#:property PublishAot=false
#:property RestorePackagesWithLockFile=false
using Fairlead.Models.Contracts;
using Fairlead.Models.Features;
using Fairlead.Models.Packages;
using Fairlead.Models.RowSteps;
using Fairlead.Models.Scoring;

var folder = args[0];
var random = new Random(5);
string[] numbers = ["tenure", "monthly_charges", "total_charges"];
string[] categories = [.. Enumerable.Range(1, 16).Select(i => $"service_option_{i}")];
string[] levels = ["Yes", "No", "No internet service", "Month-to-month"];
FeatureSet features = new([.. numbers.Select(name => (Feature)new NumberFeature(name, 35, 20)), .. categories.Select(name => new CategoryFeature(name, levels))]);
var trees = Enumerable.Range(0, 200).Select(_ => MakeTree(31)).ToArray();
var contract = new ModelContract(
    "bench", "Will the customer leave?", ModelTask.Binary, "churned", null, ["No", "Yes"], "Yes", 0.5,
    [
        .. numbers.Select(name => new ContractColumn(name, name, ColumnKind.Number, true, true, Min: 0, Max: 72)),
        .. categories.Select(name => new ContractColumn(name, name, ColumnKind.Category, true, true, Levels: levels)),
    ],
    [.. numbers.SelectMany(name => (RowStep[])[new TrimStep(name), new CastStep(name, ColumnKind.Number)]), .. categories.Select(name => new TrimStep(name))],
    [.. numbers.Select(name => new BetweenCheck(name, 0, 10_000)), .. categories.Select(name => new InSetCheck(name, levels))],
    new Wording("Customer", null, new Dictionary<string, string>()));
var model = new FittedModel(features, ModelTask.Binary, 2, [new BlendPart(new TreeEnsemble(1, [-1], trees), 1)]);
Directory.CreateDirectory(Path.Combine(folder, "model"));
foreach (var (name, content) in ModelPackage.Files(contract, model))
{
    File.WriteAllBytes(Path.Combine(folder, "model", name), content);
}

var row = numbers.Select((name, i) => $"\"{name}\":{29.85 + i}").Concat(categories.Select((name, i) => $"\"{name}\":\"{levels[i % levels.Length]}\""));
File.WriteAllText(Path.Combine(folder, "body.json"), $"{{{string.Join(',', row)}}}");
File.WriteAllText(Path.Combine(folder, "reply.json"), """{"predictions":[{"id":"h8sd7wq2p0000010000k","prediction":"No","probabilities":{"No":0.7310585786300049,"Yes":0.2689414213699951},"warnings":[]}]}""");

Tree MakeTree(int leaves)
{
    // As boosting grows them: leaf-wise, so of uneven depth.
    var (left, right) = (new int[leaves - 1], new int[leaves - 1]);
    var open = new List<(int Node, bool Left)>();
    for (var node = 0; node < leaves - 1; node++)
    {
        if (node > 0)
        {
            var pick = random.Next(open.Count);
            (open[pick].Left ? left : right)[open[pick].Node] = node;
            open.RemoveAt(pick);
        }

        open.Add((node, true));
        open.Add((node, false));
    }

    for (var leaf = 0; leaf < open.Count; leaf++)
    {
        (open[leaf].Left ? left : right)[open[leaf].Node] = ~leaf;
    }

    var inputs = Enumerable.Range(0, leaves - 1).Select(_ => random.Next(19)).ToArray();
    return new Tree
    {
        Features = inputs,
        Thresholds = [.. inputs.Select(_ => random.NextDouble() * 72)],
        Left = left,
        Right = right,
        DefaultLeft = new bool[leaves - 1],
        Categories = [.. inputs.Select(input => input >= 3 ? (uint[]?)[(uint)random.Next(2, 30)] : null)],
        LeafValues = [.. Enumerable.Range(0, leaves).Select(_ => (random.NextDouble() - 0.5) / 50)],
        NodeCover = [.. Enumerable.Repeat(1.0, leaves - 1)],
        LeafCover = [.. Enumerable.Repeat(1.0, leaves)],
    };
}
