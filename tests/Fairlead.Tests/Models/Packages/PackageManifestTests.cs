using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Fairlead.Models.Contracts;
using Fairlead.Models.Expressions;
using Fairlead.Models.Packages;
using Fairlead.Models.RowSteps;

namespace Fairlead.Tests.Models.Packages;

public sealed class PackageManifestTests
{
    [Fact]
    public void The_managed_hash_gives_the_published_value()
    {
        // FIPS 180-4 example: SHA-256("abc")
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", Sha256.Hex("abc"u8));
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Sha256.Hex([]));
    }

    [Fact]
    public void The_managed_hash_is_the_hash_of_the_platform_at_every_length() =>
        Gen.Byte.Array[0, 300].Sample(bytes => Sha256.Hex(bytes) == Convert.ToHexStringLower(SHA256.HashData(bytes)), iter: 600, seed: "0000KnS0n2Y0");

    [Fact]
    public void A_contract_survives_its_file_and_gives_the_same_bytes_again()
    {
        var contract = new ModelContract(
            "orders", "Will the order be late?", ModelTask.Binary, "late", null, ["no", "yes"], "yes", 0.4,
            [
                new("weight", "Weight", ColumnKind.Number, true, true, Unit: "kg", Min: 0.5, Max: 31),
                new("carrier", "Carrier", ColumnKind.Category, true, true, Levels: ["DHL", "Ünal"]),
                new("email", "E-mail", ColumnKind.Text, false, false, Protection.Drop),
            ],
            [
                new TrimStep("weight"), new MissingStep("weight", ["N/A"]), new CastStep("weight", ColumnKind.Number), new ImputeStep("weight", "2"),
                new NormaliseStep("carrier", new Dictionary<string, string> { ["dhl"] = "DHL" }), new MaskStep("email"),
            ],
            [
                new NotNullCheck("carrier"), new BetweenCheck("weight", 0, null, StrictMin: true), new MatchesCheck("email", "@"),
                new InSetCheck("carrier", ["DHL"]), new LengthCheck("carrier", 1, 9), new TypeCheck("weight", "number"), new CompareCheck("weight", "weight", true),
            ],
            new Wording("Order", "id", new Dictionary<string, string> { ["yes"] = "will be late" }));

        var bytes = PackageJson.Write(contract);
        var read = PackageJson.ReadContract(bytes);

        Assert.Equal(bytes, PackageJson.Write(read));
        Assert.Equal(contract.Columns[0], read.Columns[0]);
        Assert.Equal(contract.RowSteps[2], read.RowSteps[2]);
        Assert.Equal(contract.RowChecks[1], read.RowChecks[1]);
        Assert.Equal(0.4, read.Threshold);
    }

    [Fact]
    public void The_steps_of_a_recipe_and_the_columns_they_make_survive_the_file()
    {
        RowStep[] steps =
        [
            new CaseStep("c", "title"), new MapStep("c", new Dictionary<string, string> { ["a"] = "b" }, "z"), new ParseNumberStep("n", true, "kg", "g"), new ParseDateStep("d", ["dmy", "%d %b %y"], 30), new ClipStep("n", 0, 9, 0.05, 0.95),
            new GroupImputeStep("n", "c", "median", new Dictionary<string, string> { ["b"] = "1.5" }, "2"), new ClassImputeStep("c", ["d"], [new LinearClass("b", 0.5, [0.25])], [10]), new ModelImputeStep("n", ["d"], 0.5, [0.25], [100]),
            new ModelImputeStep("n", ["c", "d"], 0.5, [0, 1, 0.5, 0.25], [0, 100]) { Levels = [["b", "z"], null] }, new ClassImputeStep("c", ["d", "j"], [new LinearClass("b", 0.5, [0.25, 1])], [10, 0]) { Levels = [null, []] },
            new SplitStep("c", ["p", "q"], "x"), new SplitStep("c", ["r"], null, "([0-9]+)"), new JoinStep("j", ["c", "n"], "/"), new DeriveStep("e", "n * 2", new Dictionary<string, ExpressionType> { ["n"] = ExpressionType.Number }),
        ];
        var contract = new ModelContract("orders", "?", ModelTask.Regression, "y", null, [], null, 0.5, [new("c", "C", ColumnKind.Category, true, true), new("n", "N", ColumnKind.Number, true, true), new("d", "D", ColumnKind.Date, true, true)], steps, [], new Wording("Order", null, new Dictionary<string, string>()))
        {
            Derived = [.. new[] { "p", "q", "r", "j" }.Select(name => new ContractColumn(name, name, ColumnKind.Category, false, true)), new("e", "E", ColumnKind.Number, false, true)],
        };
        var read = PackageJson.ReadContract(PackageJson.Write(contract));
        Assert.Equal(PackageJson.Write(contract), PackageJson.Write(read));
        Assert.Equal(["c", "n", "d", "p", "q", "r", "j", "e"], read.Cleaned.Select(column => column.Name));

        // "a" is "z" after the map (only "A" became "a"-less: title makes it "A", which the map does not know), 2 kg are 2, and e is twice n.
        var cells = new Cell[8];
        (cells[0], cells[1]) = (Cell.Of("a"), Cell.Of("2 kg"));
        new RowPipeline([.. read.Cleaned.Select(column => column.Name)], read.RowSteps).Apply(cells);
        Assert.Equal(["z", "2", "", "z", "", "", "z/2", "4"], cells.Select(cell => cell.ToString()));
    }

    [Fact]
    public void A_contract_written_before_there_were_derived_columns_is_read()
    {
        var contract = new ModelContract("orders", "?", ModelTask.Regression, "y", null, [], null, 0.5, [new("c", "C", ColumnKind.Category, true, true)], [new TrimStep("c")], [], new Wording("Order", null, new Dictionary<string, string>()));
        var text = Encoding.UTF8.GetString(PackageJson.Write(contract));
        var old = System.Text.RegularExpressions.Regex.Replace(text, ",?\\s*\"derived\":\\s*null", "");
        Assert.DoesNotContain("derived", old, StringComparison.Ordinal);
        Assert.Equal(["c"], PackageJson.ReadContract(Encoding.UTF8.GetBytes(old)).Cleaned.Select(column => column.Name));
    }

    [Fact]
    public void A_manifest_lists_its_files_in_order_and_the_same_files_give_the_same_bytes()
    {
        var one = PackageManifest.Of(new Dictionary<string, byte[]> { ["b"] = [2], ["a"] = [1] }).ToBytes();
        var other = PackageManifest.Of(new Dictionary<string, byte[]> { ["a"] = [1], ["b"] = [2] }).ToBytes();
        Assert.Equal(one, other);
        Assert.Equal(["a", "b"], PackageManifest.Parse(one).Files.Keys);
    }

    [Theory]
    [InlineData("{\"format\":2,\"files\":{}}", "format 2 is not known")]
    [InlineData("{\"format\":1}", "manifest.json: ")]
    [InlineData("no json", "manifest.json: ")]
    public void A_manifest_that_is_none_is_refused_with_the_reason(string json, string reason) =>
        Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => PackageManifest.Parse(Encoding.UTF8.GetBytes(json))).Message, StringComparison.Ordinal);
}
