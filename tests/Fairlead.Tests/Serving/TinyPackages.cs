using Fairlead.Models.Contracts;
using Fairlead.Models.Features;
using Fairlead.Models.Packages;
using Fairlead.Models.Personal;
using Fairlead.Models.RowSteps;
using Fairlead.Models.Scoring;
using Fairlead.Tests.Models;

namespace Fairlead.Tests.Serving;

/// <summary>Packages small enough to answer by hand.</summary>
internal static class TinyPackages
{
    /// <summary>
    /// Late or not. Log-odds of "yes": (weight - 10) / 4, plus 0.5 where the region is north; nothing else counts.
    /// Weight 14 in the north: 1 + 0.5 = 1.5, so p(yes) = 1 / (1 + e^-1.5) = 0.8175744761936437.
    /// </summary>
    public static SortedDictionary<string, byte[]> Orders()
    {
        FeatureSet features = new([new NumberFeature("weight", 10, 4), new CategoryFeature("region", ["north", "south", "1"]), new NumberFeature("distance", 100, 30)]);
        // Inputs: weight, weight is missing; region other, north, south, "1", missing; distance, distance is missing
        var linear = new LinearModel(1, [0], [1, 0, 0, 0.5, 0, 0, 0, 0, 0], new double[9]);
        var contract = new ModelContract(
            "orders", "Will the order be late?", ModelTask.Binary, "late", null, ["no", "yes"], "yes", 0.5,
            [
                new("order_id", "Order", ColumnKind.Id, false, false),
                new("weight", "Weight", ColumnKind.Number, true, true, Unit: "kg", Min: 0.5, Max: 31),
                new("region", "Region", ColumnKind.Category, true, true, Levels: ["north", "south", "1", "True"]),
                new("ordered", "Ordered", ColumnKind.Date, false, false),
                new("note", "Note", ColumnKind.Text, false, false, Protection.Mask),
                new("email", "E-mail", ColumnKind.Text, false, false, Protection.Drop),
                new("distance", "Distance", ColumnKind.Number, true, true, Unit: "km", Min: 1, Max: 900),
            ],
            [
                new TrimStep("weight"), new MissingStep("weight", ["N/A", "-999"]), new CastStep("weight", ColumnKind.Number),
                new NormaliseStep("region", new Dictionary<string, string> { ["nord"] = "north" }), new CastStep("ordered", ColumnKind.Date, "dmy"),
                new MaskStep("note"), new CastStep("distance", ColumnKind.Number),
            ],
            [new BetweenCheck("weight", 0, null)],
            new Wording("Order", "order_id", new Dictionary<string, string> { ["yes"] = "will probably be late", ["no"] = "will be on time" }));
        return ModelPackage.Files(contract, new FittedModel(features, ModelTask.Binary, 2, [new BlendPart(linear, 1)]));
    }

    /// <summary>Comes again or not, of customers who are known by pseudonyms under a key only. Log-odds of "yes": 1.5 for "ann", -0.5 for "bob", 0 for anybody else.</summary>
    public static SortedDictionary<string, byte[]> Customers(PersonalKey key)
    {
        FeatureSet features = new([new CategoryFeature("customer", [key.Pseudonym("ann"), key.Pseudonym("bob")])]);
        var contract = new ModelContract(
            "customers", "Will they come again?", ModelTask.Binary, "again", null, ["no", "yes"], "yes", 0.5,
            [new("customer", "Customer", ColumnKind.Category, true, true, Protection.Pseudonym, Levels: [key.Pseudonym("ann"), key.Pseudonym("bob")])],
            [new TrimStep("customer"), new PseudonymStep("customer", key.Id)], [], new Wording("Customer", null, new Dictionary<string, string>()));
        return ModelPackage.Files(contract, new FittedModel(features, ModelTask.Binary, 2, [new BlendPart(new LinearModel(1, [0], [0, 1.5, -0.5, 0], new double[4]), 1)])); // inputs: other, ann, bob, missing
    }

    /// <summary>A price: 100 + 20 x (rooms - 3); rooms 4 give 120. Exact for whole numbers up to 10,000: the scale is a power of two.</summary>
    public static SortedDictionary<string, byte[]> Houses()
    {
        FeatureSet features = new([new NumberFeature("rooms", 3, 1024)]);
        var contract = new ModelContract(
            "houses", "What does it cost?", ModelTask.Regression, "price", "EUR", [], null, 0.5, [new("rooms", "Rooms", ColumnKind.Number, true, true)],
            [new CastStep("rooms", ColumnKind.Number)], [], new Wording("House", null, new Dictionary<string, string>()));
        return ModelPackage.Files(contract, new FittedModel(features, ModelTask.Regression, 1, [new BlendPart(new LinearModel(1, [100], [20 * 1024, 0], [0, 0]), 1)]));
    }

    /// <summary>Made-up features of all kinds, and trees of three classes over them.</summary>
    public static SortedDictionary<string, byte[]> Wide()
    {
        var features = MadeUp.Features();
        var contract = new ModelContract(
            "wide", "Which?", ModelTask.Multiclass, "class", null, ["ä", "b\"b", "c"], null, 0.5,
            [
                new("weight", "Weight", ColumnKind.Number, false, true), new("region", "Region", ColumnKind.Category, false, true, Levels: ["north", "south", "east"]),
                new("ordered", "Ordered", ColumnKind.Date, false, true), new("note \"x\"", "Note", ColumnKind.Text, false, false), new("note", "Note", ColumnKind.Text, false, true),
                new("distance", "Distance", ColumnKind.Number, false, true),
            ],
            [new CastStep("weight", ColumnKind.Number), new CastStep("ordered", ColumnKind.Date), new CastStep("distance", ColumnKind.Number)],
            [], new Wording("Thing", null, new Dictionary<string, string>()));
        return ModelPackage.Files(contract, new FittedModel(features, ModelTask.Multiclass, 3, [new BlendPart(MadeUp.Trees(features, 3, 20, 8, 7), 1)]));
    }

    public static ModelPackage Open(SortedDictionary<string, byte[]> files) => ModelPackage.Open(name => files[name]);

    /// <summary>Lays the files into a folder.</summary>
    public static string Lay(SortedDictionary<string, byte[]> files, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, content) in files)
        {
            File.WriteAllBytes(Path.Combine(folder, name), content);
        }

        return folder;
    }
}
