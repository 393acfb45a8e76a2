using Fairlead.Data;
using Fairlead.Iterations.Selecting;
using Fairlead.Models.Contracts;
using Fairlead.Projects;
using Fairlead.Tests.Data;
using Fairlead.Tests.Evaluation;

namespace Fairlead.Tests.Iterations.Selecting;

public sealed class PickingTests : DataTest
{
    private static readonly Dataset Data = MadeOrders.Make(1_000, 1).Data;

    [Fact]
    public void The_least_sure_row_comes_first_and_rows_like_it_wait()
    {
        // Rows 0 to 2 are the same row, of uncertainty 0.9, 0.95 and 0.92; row 3 is unlike them, of 0.5. After row 1, its copies have no novelty left.
        var pool = Data.Features.Take([5, 5, 5, 6]);

        var picks = Picking.Choose(Data, pool, [0.9, 0.95, 0.92, 0.5], 4, Project(), TestContext.Current.CancellationToken);

        Assert.Equal([1, 3, 0, 2], picks.Select(pick => pick.At)); // of rows that are worth nothing any more the earlier first
        Assert.Equal(1, picks[0].Novelty);
        Assert.Equal(0, picks[2].Novelty);
        Assert.Contains("unsure (0.95 of 1)", picks[0].Why, StringComparison.Ordinal);
        Assert.Contains("no row named before is like it", picks[1].Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slice_without_training_rows_is_asked_about_before_an_equal_row_that_has_many()
    {
        var known = Data.Features.Take([5, 6]);
        string?[] depots = ["Leeds", "Nowhere"];
        var pool = new Frame([.. known.Columns.Select(column => column.Name == "depot" ? new FrameColumn("depot", ColumnKind.Category, depots) : column)]);

        var picks = Picking.Choose(Data, pool, [0.8, 0.8], 1, Project(), TestContext.Current.CancellationToken);

        Assert.Equal((1, "depot Nowhere"), (picks[0].At, picks[0].ThinSlice));
        Assert.EndsWith("depot Nowhere has only 0 training rows", picks[0].Why, StringComparison.Ordinal);
    }

    [Fact]
    public void No_row_is_named_twice_and_the_same_input_gives_the_same_order()
    {
        var random = new Random(4);
        int[] rows = [.. Enumerable.Range(0, 300)];
        var unsure = Array.ConvertAll(rows, _ => random.NextDouble());

        var picks = Picking.Choose(Data, Data.Features.Take(rows), unsure, 60, Project(), TestContext.Current.CancellationToken);

        Assert.Equal(60, picks.Select(pick => pick.At).Distinct().Count());
        Assert.Equal(picks, Picking.Choose(Data, Data.Features.Take(rows), unsure, 60, Project(), TestContext.Current.CancellationToken));
        Assert.True(picks.Average(pick => unsure[pick.At]) > unsure.Average() + 0.1); // better than at random
    }

    private ProjectFile Project()
    {
        Folder.File("a.csv", "distance,depot,y\n1,a,x\n2,b,z\n");
        return Project("a.csv", "y");
    }
}
