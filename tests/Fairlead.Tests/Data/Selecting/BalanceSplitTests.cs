using Fairlead.Data;
using Fairlead.Data.Selecting;
using Fairlead.Models.Contracts;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Tests.Data.Selecting;

/// <summary>A stratified split by the choice of the seed: even within the tolerance, and no row moves.</summary>
public sealed class BalanceSplitTests : DataTest
{
    private static string Line(int i) => $"k{i},{i * 31 % 1009},{(i % 9 == 0 ? "rare" : i % 2 == 0 ? "a" : "b")}";

    [Fact]
    public void A_seed_is_found_that_deals_every_class_evenly_and_its_sides_are_what_cleaning_deals()
    {
        Folder.File("a.csv", "id,x,y\n" + CleanTests.Many(3_000, Line));
        var project = Project("a.csv", "y", ModelTask.Multiclass, key: "id");
        var version = Run(project);

        var outcome = BalanceSplit.Run(new BalanceSplit.Request(project, version), Blobs, TestContext.Current.CancellationToken);

        Assert.True(outcome.Within);
        Assert.Equal([1_333, 1_333, 334], outcome.Best.Strata.Select(one => one.Rows)); // 334 multiples of 9 below 3,000; of the others half are even
        Assert.All(outcome.Best.Strata, one =>
        {
            Assert.InRange(one.Exam, 0.19 - (0.5 / one.Rows), 0.21 + (0.5 / one.Rows));
            Assert.InRange(one.Sealed, 0.09 - (0.5 / one.Rows), 0.11 + (0.5 / one.Rows));
        });
        var dealt = DatasetReader.Load(project, Run(project with { Split = project.Split with { Seed = outcome.Best.Seed } }), Blobs);
        foreach (var one in outcome.Best.Strata)
        {
            var rows = Enumerable.Range(0, dealt.Count).Where(row => dealt.Classes[dealt.Labels[row]] == one.Class).ToList();
            Assert.Equal(one.Exam, rows.Count(row => dealt.Sides[row] == Side.Exam) / (double)one.Rows, 12);
        }

        // More rows and corrected labels: nobody moves.
        Folder.File("a.csv", "id,x,y\n" + CleanTests.Many(3_600, i => i < 40 ? Line(i).Replace(",a", ",b", StringComparison.Ordinal) : Line(i)));
        var later = DatasetReader.Load(project, Run(project with { Split = project.Split with { Seed = outcome.Best.Seed } }), Blobs);
        var sides = Enumerable.Range(0, later.Count).ToDictionary(row => later.Keys[row], row => later.Sides[row]);
        Assert.All(Enumerable.Range(0, dealt.Count), row => Assert.Equal(dealt.Sides[row], sides[dealt.Keys[row]]));
    }

    [Fact]
    public void Numbers_are_dealt_by_fifths_and_groups_stay_whole()
    {
        Folder.File("a.csv", "id,shop,x,y\n" + CleanTests.Many(2_000, i => $"k{i},s{i % 400},{i % 7},{i * 31 % 1009}"));
        var project = Project("a.csv", "y", ModelTask.Regression, key: "id") with { Split = new SplitRule("group", "shop", 0.2, 0.1, 7) };
        var version = Run(project);

        var outcome = BalanceSplit.Run(new BalanceSplit.Request(project, version, 0.02), Blobs, TestContext.Current.CancellationToken);

        Assert.Equal(["fifth 1", "fifth 2", "fifth 3", "fifth 4", "fifth 5"], outcome.Best.Strata.Select(one => one.Class));
        Assert.True(outcome.Best.Deviation <= outcome.Now.Deviation);
        var dealt = DatasetReader.Load(project, Run(project with { Split = project.Split with { Seed = outcome.Best.Seed } }), Blobs);
        Assert.Equal(outcome.Best.Strata.Sum(one => one.Exam * one.Rows), dealt.Sides.Count(side => side == Side.Exam), 6);
        Assert.All(Enumerable.Range(0, dealt.Count).GroupBy(row => dealt.Features["shop"].Texts![row]), shop => Assert.Single(shop.Select(row => dealt.Sides[row]).Distinct()));
    }

    [Fact]
    public void A_split_by_time_can_t_be_stratified()
    {
        Folder.File("a.csv", "id,x,y\n" + CleanTests.Many(100, Line));
        var project = Project("a.csv", "y", ModelTask.Multiclass, key: "id");
        var version = Run(project);

        Assert.Throws<FaultException>(() => BalanceSplit.Run(new BalanceSplit.Request(project with { Split = new SplitRule("time", "x", 0.2, 0.1, 7, Now) }, version), Blobs, TestContext.Current.CancellationToken));
        Assert.Throws<FaultException>(() => BalanceSplit.Run(new BalanceSplit.Request(project, version, 0), Blobs, TestContext.Current.CancellationToken));
    }
}
