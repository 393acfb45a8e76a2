using System.Globalization;
using Fairlead.Data;
using Fairlead.Data.Checks;
using Fairlead.Data.Privacy;
using Fairlead.Data.Selecting;
using Fairlead.Iterations;
using Fairlead.Models.Contracts;
using Fairlead.Projects;
using Fairlead.Workspace;
using Fairlead.Workspace.Keys;

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

        Assert.Equal(one.Moved, Draw(project).Moved);
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

    [Fact] // as after rows were distrusted
    public void Once_drawn_it_says_how_the_rows_fall_by_it_and_draws_nothing_again()
    {
        var lines = Lines(2_000, 4);
        var project = Write(lines);
        var dealt = Draw(project);
        Write(lines.Where((_, i) => i % 3 != 0));
        var drawn = project with { Split = project.Split with { Dealt = dealt } };

        var before = DrawSplit.Run(new DrawSplit.Request(drawn, Run(project), Now), Blobs, TestContext.Current.CancellationToken);
        var after = DrawSplit.Run(new DrawSplit.Request(drawn, Run(drawn), Now), Blobs, TestContext.Current.CancellationToken);

        Assert.Equal(after.Now, after.Drawn);
        Assert.Equal(after.Drawn, before.Drawn);
        Assert.NotEqual(before.Now, before.Drawn); // a version from before it was drawn
        Assert.Same(dealt, after.Split);
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
    public void The_file_names_rows_under_the_project_s_key_reads_back_and_says_what_is_wrong_with_it()
    {
        var project = Write(Lines(2_000, 9));
        var dealt = Draw(project);
        Assert.InRange(dealt.Moved.Count, 1, 200);
        DrawSplit.Write(project, dealt, Blobs);

        var text = File.ReadAllText(Path.Combine(Folder.Path, DealtRows.FileName));
        Assert.All(dealt.Moved.Keys, bits => Assert.DoesNotContain(bits.ToString("x14", CultureInfo.InvariantCulture), text, StringComparison.Ordinal));
        Assert.Equal(dealt.Moved.Count, text.Split('\n').Skip(1).Select(line => line.Length > 50 ? line[9..41] : "").Where(name => name.Length > 0).Order(StringComparer.Ordinal).Distinct().Count());
        var closed = DealtRows.Read(Folder.Path)!;
        Assert.Empty(closed.Moved);
        Assert.Throws<InvalidOperationException>(() => Run(project with { Split = project.Split with { Dealt = closed } })); // never dealt without knowing which rows were moved
        var read = Bound(project, closed).Split.Dealt!;
        Assert.Equal(dealt.Moved.OrderBy(pair => pair.Key), read.Moved.OrderBy(pair => pair.Key));
        Assert.True(read.Fits(project.Split));
        Assert.False(DrawSplit.HasOldNames(Bound(project, closed), Blobs));
        Assert.Equal(Sides(project, dealt), Sides(project, read));
        Assert.Null(DealtRows.Read(Path.Combine(Folder.Path, "nothing")));

        var lines = text.Split('\n')[..2];
        Folder.File(DealtRows.FileName, $"{lines[0]}\n{lines[1]}\n{lines[1]}\n{{\"hash\":\"ff\",\"side\":\"exam\"}}\n{{\"hash\":\"0000000000000000000000000000000a\",\"side\":\"both\"}}\nno\n");
        var faults = Assert.Throws<FaultException>(() => DealtRows.Read(Folder.Path)).Faults;
        Assert.Equal([3, 4, 5, 6], faults.Select(fault => int.Parse(fault.Where.Split(':')[^2], CultureInfo.InvariantCulture)));
        Folder.File(DealtRows.FileName, $"{lines[0]}\n{{\"hash\":\"0000000000000000000000000000000a\",\"side\":\"exam\"}}\n");
        Assert.Contains("was not made with the key", Assert.Throws<FaultException>(() => Bound(project, DealtRows.Read(Folder.Path))).Message, StringComparison.Ordinal);
    }

    [Fact] // as versions before 0096 wrote it: the first 53 bits of the MD5 of "7:key:KEY"
    public void A_file_from_before_deals_as_it_did_and_gets_keyed_names_without_moving_a_row()
    {
        var project = Write(Lines(2_000, 9));
        var dealt = Draw(project);
        var plain = "{\"by\":\"key\",\"exam\":0.2,\"sealed\":0.1,\"seed\":7,\"rows\":2000,\"at\":\"2026-11-24T12:00:00+00:00\"}\n"
            + string.Concat(dealt.Moved.OrderBy(pair => pair.Key).Select(pair => $"{{\"hash\":\"{pair.Key:x14}\",\"side\":\"{pair.Value}\"}}\n"));
        Folder.File(DealtRows.FileName, plain);

        var before = Bound(project, DealtRows.Read(Folder.Path));
        Assert.True(DrawSplit.HasOldNames(before, Blobs));
        Assert.Equal(Sides(project, dealt), Sides(project, before.Split.Dealt));
        DrawSplit.Write(before, before.Split.Dealt!, Blobs);
        var after = Bound(project, DealtRows.Read(Folder.Path));

        Assert.False(DrawSplit.HasOldNames(after, Blobs));
        Assert.Equal(before.Split.Dealt!.At, after.Split.Dealt!.At); // the same exam
        Assert.Equal(Sides(project, dealt), Sides(project, after.Split.Dealt));
        string Step(ProjectFile of) => StepKeys.Clean(of, Ingest.Run(project, Blobs, TestContext.Current.CancellationToken), SaidOfRows.Nothing, new CheckInputs(project.Folder, [], null), Now);
        Assert.Equal(Step(before), Step(after)); // nothing is cleaned or trained anew
    }

    [Fact]
    public void Another_key_gives_other_names_and_a_workspace_without_the_key_stops()
    {
        using var other = WorkspaceFolder.Open(Path.Combine(Folder.Path, "other"), null, () => new KeySettings(null, Path.Combine(Folder.Path, "other.key"), null));
        var project = Write(Lines(2_000, 9));
        var dealt = Draw(project);
        DrawSplit.Write(project, dealt, Blobs);
        var mine = File.ReadAllLines(Path.Combine(Folder.Path, DealtRows.FileName));

        // A clone of the folder on another machine.
        var fault = Assert.Throws<FaultException>(() => PseudonymKeys.Bind(project with { Split = project.Split with { Dealt = DealtRows.Read(Folder.Path) } }, other)).Faults.Single();
        Assert.Contains("there is none here", fault.What, StringComparison.Ordinal);
        Assert.Contains("pseudonym-key", fault.Fix, StringComparison.Ordinal);

        DrawSplit.Write(project, dealt, other.Blobs);
        var theirs = File.ReadAllLines(Path.Combine(Folder.Path, DealtRows.FileName));
        Assert.Equal(mine.Length, theirs.Length);
        Assert.Empty(mine.Intersect(theirs));
        Assert.Contains("the one here is", Assert.Throws<FaultException>(() => Bound(project, DealtRows.Read(Folder.Path))).Message, StringComparison.Ordinal);

        RotateKeys.Run(other, forgetOld: true, TestContext.Current.CancellationToken); // another master key, the same names
        var read = PseudonymKeys.Bind(project with { Split = project.Split with { Dealt = DealtRows.Read(Folder.Path) } }, other);
        Assert.Equal(dealt.Moved.OrderBy(pair => pair.Key), read.Split.Dealt!.Moved.OrderBy(pair => pair.Key));
    }

    private ProjectFile Bound(ProjectFile project, DealtRows? dealt) => PseudonymKeys.Bind(project with { Split = project.Split with { Dealt = dealt } }, Workspace);

    [Fact]
    public void A_split_by_time_can_t_be_stratified()
    {
        var project = Write(Lines(1_000, 1));
        var version = Run(project);

        Assert.Throws<FaultException>(() => DrawSplit.Run(new DrawSplit.Request(project with { Split = new SplitRule("time", "x", 0.2, 0.1, 7, Now) }, version, Now), Blobs, TestContext.Current.CancellationToken));
    }
}
