using Fairlead.Data;
using Fairlead.Data.Selecting;
using Fairlead.Models.Contracts;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Tests.Data.Selecting;

/// <summary>A stratified split: exact to one row a class where it is drawn, and no row ever moves.</summary>
public sealed class DrawSplitTests : DataTest
{
    // Classes of 1, 2, 3, 4, 5, 40, 700 and the rest of the rows.
    private static readonly int[] Sizes = [1, 2, 3, 4, 5, 40, 700];

    private static List<string> Lines(int rows, int seed)
    {
        var random = new Random(seed);
        var classes = Sizes.SelectMany((size, i) => Enumerable.Repeat($"c{i}", size)).ToList();
        classes.AddRange(Enumerable.Repeat("most", rows - classes.Count));
        return [.. classes.Select((name, i) => $"k{seed}-{i},{random.Next(1_000)},{name}").OrderBy(_ => random.Next())];
    }

    private ProjectFile Write(IEnumerable<string> lines)
    {
        Folder.File("a.csv", "id,x,y\n" + string.Join('\n', lines) + "\n");
        return Project("a.csv", "y", ModelTask.Multiclass, key: "id");
    }

    private DealtRows Draw(ProjectFile project) => DrawSplit.Run(new DrawSplit.Request(project, Run(project), Now), Blobs, TestContext.Current.CancellationToken).Split;

    private Dictionary<string, (Side Side, string Class)> Sides(ProjectFile project, DealtRows? dealt, IReadOnlyList<Correction>? corrections = null)
    {
        var data = DatasetReader.Load(project, Run(project with { Split = project.Split with { Dealt = dealt } }, corrections), Blobs);
        return Enumerable.Range(0, data.Count).ToDictionary(row => data.Keys[row], row => (data.Sides[row], data.Classes[data.Labels[row]]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_class_has_its_shares_to_one_row_and_trains(int seed)
    {
        var project = Write(Lines(3_000, seed));

        var sides = Sides(project, Draw(project));

        foreach (var one in sides.Values.GroupBy(row => row.Class))
        {
            var rows = one.Count();
            Assert.True(Math.Abs(one.Count(row => row.Side == Side.Exam) - (0.2 * rows)) < 1, one.Key);
            Assert.True(Math.Abs(one.Count(row => row.Side == Side.Sealed) - (0.1 * rows)) < 1, one.Key);
            Assert.True(Math.Abs(one.Count(row => row.Side == Side.Train) - (0.7 * rows)) < 1, one.Key);
            Assert.Contains(one, row => row.Side == Side.Train);
        }
    }

    [Fact]
    public void No_row_moves_when_rows_come_go_change_places_or_labels_and_new_ones_fall_by_the_hash()
    {
        var lines = Lines(3_000, 5);
        var project = Write(lines);
        var dealt = Draw(project);
        var before = Sides(project, dealt);
        void Same(Dictionary<string, (Side Side, string Class)> now) => Assert.All(now.Where(row => before.ContainsKey(row.Key)), row => Assert.Equal(before[row.Key].Side, row.Value.Side));

        // 4,000 more of the classes that are there and of one that is not: in the wanted shares, by the hash alone.
        var more = Enumerable.Range(0, 4_000).Select(i => $"n{i},{i},{(i % 2 == 0 ? "most" : "new")}").ToList();
        Write([.. more, .. lines]);
        var grown = Sides(project, dealt);
        Same(grown);
        var alone = Sides(project, null);
        Assert.All(grown.Where(row => row.Key[0] == 'n'), row => Assert.Equal(alone[row.Key], row.Value));
        Assert.InRange(grown.Values.Count(row => row is { Class: "new", Side: Side.Exam }), 340, 460); // 400, standard error 18

        Write(lines.Order(StringComparer.Ordinal));
        Same(Sides(project, dealt));
        Write(lines.Where((_, i) => i % 3 != 0));
        Same(Sides(project, dealt));
        Write(lines.Select((line, i) => i % 4 == 0 ? line[..line.LastIndexOf(',')] + ",c6" : line)); // in the source itself
        Same(Sides(project, dealt));
        Write(lines);
        Same(Sides(project, dealt, [.. before.Keys.Take(200).Select((key, i) => new Correction(key, "y", null, "c5", $"f{i}", Now))]));
    }

    [Fact]
    public void It_is_keyed_by_the_seed_and_does_not_depend_on_the_order_of_rows()
    {
        var lines = Lines(2_000, 6);
        var project = Write(lines);
        var one = Draw(project);
        Write(lines.Order(StringComparer.Ordinal));

        Assert.Equal(one.Text(), Draw(project).Text());
        var other = project with { Split = project.Split with { Seed = 8 } };
        Assert.False(one.Fits(other.Split));
        var (first, second) = (Sides(project, one), Sides(other, Draw(other)));
        Assert.InRange(first.Count(row => row.Value.Side == Side.Exam && second[row.Key].Side == Side.Exam), 40, 130); // 400 x 0.2 by chance
    }

    [Fact]
    public void Groups_stay_whole_and_are_as_even_as_they_allow()
    {
        Folder.File("a.csv", "id,shop,x,y\n" + CleanTests.Many(2_000, i => $"k{i},s{i % 400},{i % 7},{i * 31 % 1009}"));
        var project = Project("a.csv", "y", ModelTask.Regression, key: "id") with { Split = new SplitRule("group", "shop", 0.2, 0.1, 7) { Stratified = true } };

        var outcome = DrawSplit.Run(new DrawSplit.Request(project, Run(project), Now), Blobs, TestContext.Current.CancellationToken);

        Assert.Equal(["fifth 1", "fifth 2", "fifth 3", "fifth 4", "fifth 5"], outcome.Drawn.Select(one => one.Class));
        var dealt = DatasetReader.Load(project, Run(project with { Split = project.Split with { Dealt = outcome.Split } }), Blobs);
        Assert.Equal(outcome.Drawn.Sum(one => one.Exam), dealt.Sides.Count(side => side == Side.Exam));
        Assert.InRange(dealt.Sides.Count(side => side == Side.Exam), 0.2 * 2_000 - 15, 0.2 * 2_000 + 15); // half a group of five a stratum
        Assert.All(Enumerable.Range(0, dealt.Count).GroupBy(row => dealt.Features["shop"].Texts![row]), shop => Assert.Single(shop.Select(row => dealt.Sides[row]).Distinct()));
    }

    [Fact]
    public void Rows_of_one_key_are_one_unit()
    {
        // Rows without a key column share a key when they are alike but for the label.
        Folder.File("a.csv", "x,y\n" + CleanTests.Many(900, i => $"{i / 3},{(i % 3 == 0 ? "a" : "b")}"));
        var project = Project("a.csv", "y");

        var dealt = DatasetReader.Load(project, Run(project with { Split = project.Split with { Dealt = Draw(project) } }), Blobs);

        Assert.All(Enumerable.Range(0, dealt.Count).GroupBy(row => dealt.Keys[row]), key => Assert.Single(key.Select(row => dealt.Sides[row]).Distinct()));
        Assert.InRange(dealt.Sides.Count(side => side == Side.Exam), 177, 183);
    }

    [Theory]
    [InlineData(1, 1, 0, 0, 0)] // the only row trains, wherever the hash put it
    [InlineData(4, 1, 1, 1, 1)] // 0.8, 0.4 and 2.8 rows: 2 may train, so what is there stays
    [InlineData(4, 0, 0, 1, 0)] // not all 4 may train: one goes to the exam, whose share is nearer to a row
    [InlineData(10, 5, 0, 2, 1)] // exact shares leave no choice
    [InlineData(15, 3, 1, 3, 1)] // 1.5: down or up, so what is there stays
    [InlineData(15, 3, 2, 3, 2)]
    public void Shares_are_rounded_where_the_fewest_rows_move(long rows, long examNow, long sealedNow, long exam, long @sealed)
    {
        Assert.Equal((exam, @sealed), DrawSplit.Wanted(rows, 0.2, 0.1, examNow, sealedNow));
    }

    [Fact]
    public void The_file_reads_back_and_says_what_is_wrong_with_it()
    {
        var project = Write(Lines(2_000, 9));
        var dealt = Draw(project);
        Assert.InRange(dealt.Moved.Count, 1, 200);
        dealt.Write(Folder.Path);

        var read = DealtRows.Read(Folder.Path)!;
        Assert.Equal(dealt.Text(), read.Text());
        Assert.True(read.Fits(project.Split));
        Assert.Null(DealtRows.Read(Path.Combine(Folder.Path, "nothing")));

        var lines = dealt.Text().Split('\n')[..2];
        Folder.File(DealtRows.FileName, $"{lines[0]}\n{lines[1]}\n{lines[1]}\n{{\"hash\":\"ff\",\"side\":\"exam\"}}\n{{\"hash\":\"0000000000000a\",\"side\":\"both\"}}\nno\n");
        var faults = Assert.Throws<FaultException>(() => DealtRows.Read(Folder.Path)).Faults;
        Assert.Equal([3, 4, 5, 6], faults.Select(fault => int.Parse(fault.Where.Split(':')[^2], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void A_split_by_time_can_t_be_stratified()
    {
        var project = Write(Lines(1_000, 1));
        var version = Run(project);

        Assert.Throws<FaultException>(() => DrawSplit.Run(new DrawSplit.Request(project with { Split = new SplitRule("time", "x", 0.2, 0.1, 7, Now) }, version, Now), Blobs, TestContext.Current.CancellationToken));
    }
}
