using Fairlead.Data;
using Fairlead.Evaluation;
using Fairlead.Models.Contracts;
using Fairlead.Tests.Evaluation;

namespace Fairlead.Tests.Iterations.Labels;

/// <summary>Parcels whose weight is known: by volume and kind, from depots, in five files. Numbers can be made wrong.</summary>
internal sealed record MadeNumbers(Dataset Data, double[] Truth)
{
    public static readonly string[] Kinds = ["books", "glass", "wool", "tools"];

    /// <param name="noise">Draws the noise of a row, whose usual size is 1.</param>
    /// <param name="varies">How much more the weights of tools vary than the others.</param>
    public static MadeNumbers Make(int rows, int seed, Func<Random, double>? noise = null, double varies = 1)
    {
        var random = new Random(seed);
        noise ??= MadeOrders.Normal;
        var (volume, at, truth) = (new double[rows], new double[rows], new double[rows]);
        var (kind, depot) = (new string?[rows], new string?[rows]);
        for (var i = 0; i < rows; i++)
        {
            volume[i] = 10 + (90 * random.NextDouble());
            at[i] = 20_000 + random.Next(365);
            var k = random.Next(4);
            (kind[i], depot[i]) = (Kinds[k], MadeOrders.Depots[random.Next(6)]);
            truth[i] = 100 + (2 * volume[i]) + (20 * k) + (5 * (k == 3 ? varies : 1) * noise(random));
        }

        var data = new Dataset(
            new Frame(
            [
                new FrameColumn("volume", ColumnKind.Number, volume), new FrameColumn("kind", ColumnKind.Category, kind), new FrameColumn("depot", ColumnKind.Category, depot),
                new FrameColumn("sent", ColumnKind.Date, at),
            ]),
            [.. Enumerable.Range(0, rows).Select(i => (long)i)], [.. Enumerable.Range(0, rows).Select(i => $"k{i}")],
            [.. Enumerable.Range(0, rows).Select(_ => random.NextDouble() < 0.2 ? Side.Exam : Side.Train)], [.. Enumerable.Range(0, rows).Select(_ => random.Next(5))],
            [.. Enumerable.Range(0, rows).Select(i => (long)i)], new bool[rows], new string?[rows], [], [], truth)
        {
            File = new FrameColumn(FileOfRow.Column, ColumnKind.Category, [.. Enumerable.Range(0, rows).Select(i => $"part-{i % 5}.csv")]),
        };
        return new MadeNumbers(data, truth);
    }

    /// <summary>The same with other recorded numbers in the rows chosen.</summary>
    public Dataset With(Func<int, bool> where, Func<double, double> recorded) => Data with { Values = [.. Truth.Select((value, row) => where(row) ? recorded(value) : value)] };

    public static UnseenJudge Judge(Dataset data) => new(data, MadeOrders.Fit(data), MadeOrders.FitFolds(data));
}
