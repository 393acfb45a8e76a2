using CsCheck;
using Fairlead.Data;
using Fairlead.Models.Contracts;
using Fairlead.Projects;

namespace Fairlead.Tests.Data;

/// <summary>An exam that stays honest: a row's side never moves.</summary>
public sealed class SplitTests : DataTest
{
    private static readonly string[] Levels = ["a", "b"];

    [Fact]
    public void Adding_reordering_and_correcting_rows_never_moves_one()
    {
        Gen.Select(Gen.Int[0, 1000], Gen.Int[0, 60], Gen.Int[0, 5]).Sample((seed, added, corrected) =>
        {
            var random = new Random(seed);
            var rows = Enumerable.Range(0, 120).Select(i => $"k{i},{random.Next(50)},{Levels[i % 2]}").ToList();
            var before = Sides(rows, []);

            List<string> after = [.. rows, .. Enumerable.Range(0, added).Select(i => $"new{i},{random.Next(50)},{Levels[i % 2]}")];
            random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(after));
            var corrections = Enumerable.Range(0, corrected).Select(i => new Correction($"k{i}", "y", null, Levels[(i + 1) % 2], $"f{i}", Now)).ToList();
            var now = Sides(after, corrections);

            Assert.All(before, pair => Assert.Equal(pair.Value, now[pair.Key]));
        }, iter: 8, seed: "0000KnS0n2Y0", threads: 1);
    }

    [Fact]
    public void Without_a_key_column_a_corrected_label_stays_on_its_side()
    {
        Folder.File("a.csv", "x,z,y\n" + CleanTests.Many(200, i => $"{i % 150},{i % 7},{Levels[i % 2]}"));
        var project = Project("a.csv", "y");
        var before = DatasetReader.Load(project, Run(project), Blobs);
        var exam = Enumerable.Range(0, before.Count).First(i => before.Sides[i] == Side.Exam);
        Folder.File("a.csv", File.ReadAllText(Path.Combine(Folder.Path, "a.csv")).Replace($"\n{before.Features["x"][exam]},{before.Features["z"][exam]},a", $"\n{before.Features["x"][exam]},{before.Features["z"][exam]},b", StringComparison.Ordinal));

        var after = DatasetReader.Load(project, Run(project), Blobs);

        Assert.Equal(before.Keys, after.Keys);
        Assert.Equal(before.Sides, after.Sides);
    }

    [Fact]
    public void Another_seed_deals_another_exam_and_shares_hold()
    {
        Folder.File("a.csv", "id,x,y\n" + CleanTests.Many(5000, i => $"k{i},{i % 77},{Levels[i % 2]}"));
        var project = Project("a.csv", "y", key: "id");

        var (one, two) = (Run(project), Run(project with { Split = project.Split with { Seed = 8 } }));

        // 5,000 rows: a share of 0.2 has a standard error of 0.0057, one of 0.1 of 0.0042.
        Assert.InRange(one.Sides["exam"] / 5000.0, 0.18, 0.22);
        Assert.InRange(one.Sides["sealed"] / 5000.0, 0.085, 0.115);
        var (first, second) = (DatasetReader.Load(project, one, Blobs), DatasetReader.Load(project, two, Blobs));
        Assert.InRange(Enumerable.Range(0, 5000).Count(i => first.Sides[i] == second.Sides[i]) / 5000.0, 0.50, 0.58); // 0.7² + 0.2² + 0.1² = 0.54
    }

    [Fact]
    public void Rows_of_a_group_stay_together_and_time_splits_at_fixed_moments()
    {
        Folder.File("a.csv", "id,shop,at,x,y\n" + CleanTests.Many(600, i => $"k{i},s{i % 60},2026-{(i / 50) + 1:00}-10,{i % 77},{Levels[i % 2]}"));
        var project = Project("a.csv", "y", key: "id", adjust: (name, column) => name == "at" ? column with { Kind = ColumnKind.Date } : column);

        var groups = project with { Split = new SplitRule("group", "shop", 0.2, 0.1, 3) };
        var data = DatasetReader.Load(groups, Run(groups), Blobs);
        foreach (var shop in Enumerable.Range(0, data.Count).GroupBy(i => data.Features["shop"].Texts![i]))
        {
            Assert.Single(shop.Select(i => data.Sides[i]).Distinct());
            Assert.Single(shop.Select(i => data.Folds[i]).Distinct());
        }

        var time = project with { Split = new SplitRule("time", "at", 0.2, 0.1, 3, new DateTimeOffset(2026, 10, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero)) };
        var version = Run(time);
        Assert.Equal(new SortedDictionary<string, long> { ["train"] = 450, ["exam"] = 100, ["sealed"] = 50 }, version.Sides); // 50 rows a month: 9, 2 and 1 months
    }

    [Fact]
    public void Near_duplicates_share_a_group_and_a_fold()
    {
        // Numbers agree to three digits (12345 and 12349 are both 1.23e4), texts in their set of words.
        Folder.File("a.csv", "id,x,note,y\n" + CleanTests.Many(60, i => $"k{i},{i},note {i},{Levels[i % 2]}") + "p,12345,Ring the BELL twice,a\nq,12349,\"ring twice, the bell\",b\nr,12445,ring the bell,a\n");
        var project = Project("a.csv", "y", key: "id", adjust: (name, column) => name == "note" ? column with { Kind = ColumnKind.Text } : column);

        var data = DatasetReader.Load(project, Run(project), Blobs);
        int At(string key) => Array.IndexOf(data.Keys, key);

        Assert.Equal(data.Groups[At("p")], data.Groups[At("q")]);
        Assert.Equal(data.Folds[At("p")], data.Folds[At("q")]);
        Assert.NotEqual(data.Groups[At("p")], data.Groups[At("r")]);
        Assert.Equal(62, data.Groups.Distinct().Count());
        Assert.True(data.Folds.Distinct().Count() == DatasetVersion.Folds);
    }

    [Fact] // DuckDB writes row groups of 122,880 rows; with two threads their order must still be the file's
    public void Many_rows_keep_their_order_and_their_bytes()
    {
        Folder.File("a.csv", "id,x,y\n" + CleanTests.Many(300_000, i => $"k{i},{i % 1013},{Levels[i % 2]}"));
        var project = Project("a.csv", "y", key: "id") with { TableSteps = [new DropDuplicatesStep(["id"])] };
        List<Correction> corrections = [new("k200000", "y", "a", "b", "f", Now), new("k5", "y", "b", "a", "g", Now)];

        var (first, second) = (Run(project, corrections), Run(project, corrections));

        Assert.Equal((first.RawBlob, first.Blob), (second.RawBlob, second.Blob));
        using var engine = new DataEngine(Path.Combine(Folder.Path, "spill"), CancellationToken.None);
        foreach (var blob in new[] { first.RawBlob, first.Blob })
        {
            Assert.Equal(0, engine.Count($"SELECT count(*) FROM (SELECT row_number() OVER () - 1 AS place, __row, __key FROM {engine.Table(blob, Blobs)}) WHERE place <> __row OR __key <> 'k' || __row"));
        }

        Assert.Equal(2, first.Corrected);
    }

    private Dictionary<string, Side> Sides(List<string> rows, List<Correction> corrections)
    {
        Folder.File("a.csv", "id,x,y\n" + string.Join('\n', rows) + "\n");
        var project = Project("a.csv", "y", key: "id");
        var data = DatasetReader.Load(project, Run(project, corrections), Blobs);
        return Enumerable.Range(0, data.Count).ToDictionary(i => data.Keys[i], i => data.Sides[i]);
    }
}
