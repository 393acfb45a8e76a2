using Fairlead.Data.Profiles;

namespace Fairlead.Data.Drift;

/// <summary>How good a model still is, on rows whose truth is not known: expected from its own calibrated probabilities.</summary>
/// <remarks>
/// Each row is right with its calibrated probability; the expected confusion gives the metrics (confidence-based performance estimation, CBPE). It sees changes in what is asked (more hard rows), and is blind to a changed meaning of the rows: a probability that no longer comes true.
/// The interval holds the metric as it would come out on these very rows. Its variance has two parts, both drawn <see cref="Draws"/> times with a fixed seed: the calibration is fitted anew on reference rows drawn with replacement, and the truth of each row is drawn from its probability (a Poisson-binomial count where the metric is a count). The 2.5 and 97.5 % points of the draws are the interval.
/// </remarks>
internal sealed class ConfidenceBasedEstimate
{
    public const int Draws = 200;

    private readonly double[] _reference;
    private readonly byte[] _came;
    private readonly double[] _current;
    private readonly double _threshold;
    private readonly int _together;
    private ulong _state;

    /// <param name="reference">Probabilities of the positive class (or of the answer given) on rows whose truth is known. Shape [n].</param>
    /// <param name="came">Whether it came true. Shape [n].</param>
    /// <param name="current">Probabilities on rows whose truth is not known. Shape [m].</param>
    /// <param name="threshold">From which on the answer is positive.</param>
    public ConfidenceBasedEstimate(double[] reference, bool[] came, double[] current, double threshold)
    {
        var order = Enumerable.Range(0, reference.Length).OrderBy(i => reference[i]).ToArray();
        (_reference, _came, _threshold) = ([.. order.Select(i => reference[i])], [.. order.Select(i => came[i] ? (byte)1 : (byte)0)], threshold);
        _current = [.. current.Order()];
        _together = (int)Math.Ceiling(Math.Pow(reference.Length, 2.0 / 3)); // the cube root of the rows is the usual number of bins
    }

    /// <summary>Metrics on the reference, as they were; estimated on the current rows; and the draws of the latter.</summary>
    /// <param name="metrics">Of: calibrated or drawn truth, probabilities (ascending), threshold. Shape [metrics].</param>
    public IReadOnlyList<(double Reference, double Estimate, double Low, double High)> Run(IReadOnlyList<Func<double[], double[], double, double>> metrics)
    {
        var once = new int[_reference.Length];
        Array.Fill(once, 1);
        var truth = new double[_current.Length];
        new Calibrator(_reference, _came, once, _together).Apply(_current, truth);
        var estimates = metrics.Select(metric => metric(truth, _current, _threshold)).ToArray();
        double[] came = [.. _came.Select(c => (double)c)];
        var known = metrics.Select(metric => metric(came, _reference, _threshold)).ToArray();
        var draws = metrics.Select(_ => new double[Draws]).ToArray();
        var weights = new int[_reference.Length];
        _state = 0x9E37_79B9_7F4A_7C15;
        for (var draw = 0; draw < Draws; draw++)
        {
            Array.Clear(weights);
            for (var i = 0; i < weights.Length; i++)
            {
                weights[(int)Math.BigMul(Next(), (ulong)weights.Length, out _)]++;
            }

            new Calibrator(_reference, _came, weights, _together).Apply(_current, truth);
            for (var i = 0; i < truth.Length; i++)
            {
                truth[i] = (Next() >> 11) * (1.0 / (1UL << 53)) < truth[i] ? 1 : 0;
            }

            for (var i = 0; i < draws.Length; i++)
            {
                draws[i][draw] = metrics[i](truth, _current, _threshold);
            }
        }

        return [.. draws.Select((d, i) =>
        {
            var ranked = RankedValues.Of(d.Where(double.IsFinite).Select(v => (v, 1L)), 0);
            return (known[i], estimates[i], ranked.Count == 0 ? double.NaN : ranked.Quantile(0.025), ranked.Count == 0 ? double.NaN : ranked.Quantile(0.975));
        })];
    }

    /// <summary>Share of right answers; truth may be a probability, and then it is the expected share.</summary>
    public static double Accuracy(double[] truth, double[] probabilities, double threshold)
    {
        var right = 0.0;
        for (var i = 0; i < truth.Length; i++)
        {
            right += probabilities[i] >= threshold ? truth[i] : 1 - truth[i];
        }

        return right / truth.Length;
    }

    /// <summary>Mean of the truth: share of right answers where the probability is that of the answer given.</summary>
    public static double Mean(double[] truth, double[] probabilities, double threshold) => truth.Sum() / truth.Length;

    /// <summary>F1 of the positive class, of expected counts; 0 when nothing is positive.</summary>
    public static double F1(double[] truth, double[] probabilities, double threshold)
    {
        double both = 0, answered = 0, positive = 0;
        for (var i = 0; i < truth.Length; i++)
        {
            positive += truth[i];
            if (probabilities[i] >= threshold)
            {
                answered++;
                both += truth[i];
            }
        }

        return answered + positive == 0 ? 0 : 2 * both / (answered + positive);
    }

    /// <summary>Area under the ROC curve, of expected pairs; rows of equal probability count half. NaN when one class is empty.</summary>
    public static double Auc(double[] truth, double[] probabilities, double threshold)
    {
        double negatives = 0, wins = 0, positives = 0, own = 0;
        for (var i = 0; i < truth.Length;)
        {
            double up = 0, down = 0;
            var from = i;
            for (; i < truth.Length && probabilities[i] == probabilities[from]; i++)
            {
                up += truth[i];
                down += 1 - truth[i];
                own += truth[i] * (1 - truth[i]); // no row is paired with itself
            }

            wins += up * (negatives + (down / 2));
            negatives += down;
            positives += up;
        }

        var pairs = (positives * negatives) - own;
        return pairs > 0 ? (wins - (own / 2)) / pairs : double.NaN;
    }

    private ulong Next() => Hashes.Mix(_state += 0x9E37_79B9_7F4A_7C15);
}
