using Fairlead.Data.Profiles;

namespace Fairlead.Data.Drift;

/// <summary>How large the errors of a model that predicts numbers still are, on rows whose truth is not known: expected from what it predicts (direct loss estimation).</summary>
/// <remarks>
/// Errors are seldom equally large everywhere. Rows whose truth is known are dealt by their prediction to stretches of equal numbers; a new row is expected to err as the rows of its stretch did. It sees that more rows
/// are asked about where errors are large, and is blind to errors that grow while the predictions stay as they were, and to predictions beyond all known ones, which count as the outermost known.
/// The interval holds the metric as it would come out on these very rows: <see cref="Draws"/> times with a fixed seed the known rows are drawn with replacement and dealt anew, and each new row takes the error of one
/// row of its stretch; the 2.5 and 97.5 % points of the draws.
/// </remarks>
internal sealed class DirectLossEstimate
{
    public const int Draws = 200;

    private const int StretchRows = 50;

    private const int StretchesMax = 20;

    private readonly double[] _predicted;
    private readonly double[] _errors;
    private readonly double[] _current;
    private ulong _state = 0x9E37_79B9_7F4A_7C15;

    /// <param name="predicted">On rows whose truth is known, at least 1. Shape [n].</param>
    /// <param name="truth">Shape [n].</param>
    /// <param name="current">Predicted on rows whose truth is not known, at least 1. Shape [m].</param>
    public DirectLossEstimate(double[] predicted, double[] truth, double[] current)
    {
        int[] order = [.. Enumerable.Range(0, predicted.Length).OrderBy(i => predicted[i]).ThenBy(i => truth[i])];
        (_predicted, _errors) = (Array.ConvertAll(order, i => predicted[i]), Array.ConvertAll(order, i => Math.Abs(truth[i] - predicted[i])));
        _current = [.. current.Order()];
    }

    /// <summary>Mean absolute error and root of the mean squared error: on the known rows, expected on the others, and the interval of the latter.</summary>
    public ((double Reference, double Estimate, double Low, double High) Mae, (double Reference, double Estimate, double Low, double High) Rmse) Run()
    {
        var places = PlacesOf(_predicted, out var stretches);
        var known = Sums(_errors);
        var expected = Expected(stretches, places);
        var (maes, rmses) = (new double[Draws], new double[Draws]);
        var (drawn, errors) = (new int[_predicted.Length], new double[_predicted.Length]);
        var taken = new double[_current.Length];
        for (var draw = 0; draw < Draws; draw++)
        {
            for (var i = 0; i < drawn.Length; i++)
            {
                drawn[i] = Below(drawn.Length);
            }

            Array.Sort(drawn);
            for (var i = 0; i < drawn.Length; i++)
            {
                errors[i] = _errors[drawn[i]];
            }

            var at = PlacesOf(Array.ConvertAll(drawn, i => _predicted[i]), out var parts);
            for (var i = 0; i < taken.Length; i++)
            {
                var (from, to) = parts[at[i]];
                taken[i] = errors[from + Below(to - from)];
            }

            (maes[draw], rmses[draw]) = Sums(taken);
        }

        static (double Low, double High) Interval(double[] draws)
        {
            var ranked = RankedValues.Of(draws.Select(value => (value, 1L)), 0);
            return (ranked.Quantile(0.025), ranked.Quantile(0.975));
        }

        var (mae, rmse) = (Interval(maes), Interval(rmses));
        return ((known.Mae, expected.Mae, mae.Low, mae.High), (known.Rmse, expected.Rmse, rmse.Low, rmse.High));
    }

    /// <summary>The stretch of each current row, and where each stretch begins and ends among the known rows.</summary>
    private int[] PlacesOf(double[] predicted, out (int From, int To)[] stretches)
    {
        var wanted = Math.Clamp(predicted.Length / StretchRows, 1, StretchesMax);
        List<(int From, int To)> found = [];
        List<double> firsts = [];
        for (var i = 0; i < wanted; i++)
        {
            var from = (int)((long)predicted.Length * i / wanted);
            if (found.Count > 0 && predicted[from] <= firsts[^1])
            {
                continue; // equal predictions stay together
            }

            if (found.Count > 0)
            {
                found[^1] = (found[^1].From, from);
            }

            found.Add((from, predicted.Length));
            firsts.Add(predicted[from]);
        }

        stretches = [.. found];
        var places = new int[_current.Length];
        for (int i = 0, at = 0; i < places.Length; i++)
        {
            while (at + 1 < firsts.Count && firsts[at + 1] <= _current[i])
            {
                at++;
            }

            places[i] = at;
        }

        return places;
    }

    private (double Mae, double Rmse) Expected((int From, int To)[] stretches, int[] places)
    {
        var means = Array.ConvertAll(stretches, part => Sums(_errors.AsSpan(part.From, part.To - part.From)));
        return (places.Sum(at => means[at].Mae) / places.Length, Math.Sqrt(places.Sum(at => means[at].Rmse * means[at].Rmse) / places.Length));
    }

    private static (double Mae, double Rmse) Sums(ReadOnlySpan<double> errors)
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (var error in errors)
        {
            sum += error;
            squares += error * error;
        }

        return (sum / errors.Length, Math.Sqrt(squares / errors.Length));
    }

    private int Below(int count) => (int)Math.BigMul(Hashes.Mix(_state += 0x9E37_79B9_7F4A_7C15), (ulong)count, out _);
}
