using System.Globalization;
using System.Text;
using Fairlead.Data.Profiles;
using Fairlead.Data.Scanning;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Drift;

/// <summary>Estimates how good a model still is on rows without labels, from answers with labels and answers without: by the probabilities of classes, or by predicted numbers.</summary>
public static class EstimatePerformance
{
    public const string ProbabilityPrefix = "probability:";
    private const int RowsMin = 50;

    /// <param name="Reference">Answers whose truth is known: the label and the probabilities.</param>
    /// <param name="Current">Answers whose truth is not known: the probabilities.</param>
    /// <param name="Label">Column of the truth in the reference.</param>
    /// <param name="Probability">Column of the probability of <paramref name="Positive"/>; null for columns named <c>probability:CLASS</c>.</param>
    /// <param name="Positive">The class the probability is of; null for the second of two <c>probability:</c> columns in order of their names.</param>
    /// <param name="Threshold">Probability from which on the answer is the positive class.</param>
    /// <param name="Reading">What is declared about how both files are written.</param>
    /// <param name="Prediction">Column of the predicted number: the label is a number then, and no probabilities are read.</param>
    public sealed record Request(
        string Reference, string Current, string Label, string? Probability = null, string? Positive = null, double Threshold = 0.5, SourceOptions? Reading = null, string? Prediction = null);

    /// <param name="Rows">Rows without labels.</param>
    /// <param name="ReferenceRows">Rows with labels.</param>
    /// <param name="Worse">The whole interval of a metric lies on the worse side of the interval that the reference has by the same draws.</param>
    /// <param name="Outside">Of numbers: share of the predictions that lie beyond all of the rows with labels, in [0, 1]; null for classes.</param>
    public sealed record Outcome(long ReferenceRows, long Rows, IReadOnlyList<Estimated> Metrics, bool Worse, double? Outside = null)
    {
        /// <summary>Rows with labels that are left out: the prediction, a probability or the label can't be read or is missing.</summary>
        public long ReferenceUnreadable { get; init; }

        /// <summary>Rows without labels that are left out: the prediction or a probability can't be read or is missing.</summary>
        public long Unreadable { get; init; }

        /// <summary>What limits the figures, in sentences; empty when nothing does.</summary>
        public IReadOnlyList<string> Notes { get; init; } = [];
    }

    /// <param name="Metric">accuracy, auc, f1 (two classes); accuracy (more); mae, rmse (numbers: smaller is better).</param>
    /// <param name="Reference">On the rows with labels.</param>
    /// <param name="Estimate">Expected on the rows without.</param>
    /// <param name="Interval">95 %: where the metric would come out on these rows.</param>
    public sealed record Estimated(string Metric, double Reference, IReadOnlyList<double> ReferenceInterval, double Estimate, IReadOnlyList<double> Interval, bool Worse);

    public static Outcome Run(Request request, CancellationToken cancel)
    {
        if (request.Prediction is { } prediction)
        {
            return RunNumbers(request, prediction, cancel);
        }

        var (reference, current) = (Read(request.Reference, request, request.Label, cancel), Read(request.Current, request, null, cancel));
        Enough(reference.Probabilities.Length, reference.Unreadable, request.Reference);
        Enough(current.Probabilities.Length, current.Unreadable, request.Current);
        return Told(Of(reference.Probabilities, reference.Came, current.Probabilities, request.Threshold, reference.TwoClasses), reference.Unreadable, current.Unreadable, "probability between 0 and 1");
    }

    internal static Outcome Of(double[] reference, bool[] came, double[] current, double threshold, bool twoClasses)
    {
        (string Name, Func<double[], double[], double, double> Metric)[] metrics = twoClasses
            ? [("accuracy", ConfidenceBasedEstimate.Accuracy), ("auc", ConfidenceBasedEstimate.Auc), ("f1", ConfidenceBasedEstimate.F1)]
            : [("accuracy", ConfidenceBasedEstimate.Mean)];
        var functions = metrics.Select(m => m.Metric).ToList();
        var estimated = new ConfidenceBasedEstimate(reference, came, current, threshold).Run(functions);

        // The same estimate of the reference itself says how far the metric of so many rows goes up and down by chance.
        var itself = new ConfidenceBasedEstimate(reference, came, reference, threshold).Run(functions);
        var outcome = metrics.Select((metric, i) =>
        {
            var (known, estimate, low, high) = estimated[i];
            var worse = double.IsFinite(high) && high < itself[i].Low;
            return new Estimated(metric.Name, known, [itself[i].Low, itself[i].High], estimate, [low, high], worse);
        }).Where(metric => double.IsFinite(metric.Estimate) && metric.Interval.Concat(metric.ReferenceInterval).All(double.IsFinite)).ToList();
        return new Outcome(reference.Length, current.Length, outcome, outcome.Any(metric => metric.Worse));
    }

    /// <summary>Errors of predicted numbers.</summary>
    internal static Outcome OfNumbers(double[] predicted, double[] truth, double[] current)
    {
        var (estimated, itself) = (new DirectLossEstimate(predicted, truth, current).Run(), new DirectLossEstimate(predicted, truth, predicted).Run());
        List<Estimated> metrics = [Metric("mae", estimated.Mae, itself.Mae), Metric("rmse", estimated.Rmse, itself.Rmse)];
        var (least, most) = (predicted.Min(), predicted.Max());
        var outside = current.LongCount(value => value < least || value > most);
        return new Outcome(predicted.Length, current.Length, metrics, metrics.Any(metric => metric.Worse), (double)outside / current.Length)
        {
            Notes = outside == 0 ? [] : [string.Create(CultureInfo.InvariantCulture, $"{outside:N0} of {current.Length:N0} predictions ({100.0 * outside / current.Length:0.##} %) {(outside == 1 ? "lies" : "lie")} outside of those with labels ({least:0.####} to {most:0.####}). Errors there are not known and are taken as those of the outermost known: do not rely on the figures there.")],
        };

        static Estimated Metric(string name, (double Reference, double Estimate, double Low, double High) now, (double Reference, double Estimate, double Low, double High) known) =>
            new(name, known.Reference, [known.Low, known.High], now.Estimate, [now.Low, now.High], now.Low > known.High);
    }

    private static Outcome RunNumbers(Request request, string prediction, CancellationToken cancel)
    {
        var (reference, current) = (Numbers(request.Reference, request, [prediction, request.Label], cancel), Numbers(request.Current, request, [prediction], cancel));
        Enough(reference.Numbers[0].Count, reference.Unreadable, request.Reference);
        Enough(current.Numbers[0].Count, current.Unreadable, request.Current);
        return Told(OfNumbers([.. reference.Numbers[0]], [.. reference.Numbers[1]], [.. current.Numbers[0]]), reference.Unreadable, current.Unreadable, "number as their prediction");
    }

    /// <summary>The outcome with what was left out.</summary>
    private static Outcome Told(Outcome outcome, long reference, long current, string what)
    {
        List<string> notes = [.. outcome.Notes];
        if (current > 0)
        {
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"{current:N0} of {outcome.Rows + current:N0} rows without labels {(current == 1 ? "has" : "have")} no {what} and {(current == 1 ? "is" : "are")} left out: the figures say nothing of {(current == 1 ? "it" : "them")}."));
        }

        if (reference > 0)
        {
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"{reference:N0} of {outcome.ReferenceRows + reference:N0} rows with labels {(reference == 1 ? "has" : "have")} no {what}, or no label that can be read, and {(reference == 1 ? "is" : "are")} left out."));
        }

        return outcome with { ReferenceUnreadable = reference, Unreadable = current, Notes = notes };
    }

    private static void Enough(int rows, long unreadable, string path)
    {
        if (rows < RowsMin)
        {
            var left = unreadable == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({unreadable:N0} can't be read)");
            throw new FaultException(path, $"It has {rows} rows that can be used{left}; an estimate needs {RowsMin}.", "Give more rows.");
        }
    }

    /// <summary>Columns as numbers: the rows in which all of them are, and how many others there are.</summary>
    private static (List<double>[] Numbers, long Unreadable) Numbers(string path, Request request, string[] columns, CancellationToken cancel)
    {
        using var scan = TableScan.Open(path, reading: request.Reading);
        var names = scan.Columns.Select(column => column.Name).ToList();
        int[] places = [.. columns.Select(name => names.IndexOf(name) is >= 0 and var at ? at : throw new FaultException(path, $"There is no column \"{name}\".{NearestName.Hint(name, names)}", "Name a column of the file.", wrongUse: true))];
        List<double>[] numbers = [.. columns.Select(_ => new List<double>())];
        var unreadable = 0L;
        while (scan.Next(cancel) is { } batch)
        {
            for (var row = 0; row < batch.Rows; row++)
            {
                var cells = Array.ConvertAll(places, at => Number(batch.Columns[at], row));
                if (cells.All(double.IsFinite))
                {
                    for (var i = 0; i < cells.Length; i++)
                    {
                        numbers[i].Add(cells[i]);
                    }
                }
                else
                {
                    unreadable++;
                }
            }
        }

        return (numbers, unreadable);
    }

    private static (double[] Probabilities, bool[] Came, bool TwoClasses, long Unreadable) Read(string path, Request request, string? label, CancellationToken cancel)
    {
        using var scan = TableScan.Open(path, reading: request.Reading);
        var names = scan.Columns.Select(column => column.Name).ToList();
        int At(string name) => names.IndexOf(name) is >= 0 and var at ? at : throw new FaultException(path, $"There is no column \"{name}\".{NearestName.Hint(name, names)}", "Name a column of the file.", wrongUse: true);

        var classes = names.Where(name => name.StartsWith(ProbabilityPrefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        var single = request.Probability ?? (classes.Count == 2 ? request.Positive is { } named ? ProbabilityPrefix + named : classes[1] : null);
        var positive = request.Positive ?? (single is not null && single.StartsWith(ProbabilityPrefix, StringComparison.Ordinal) ? single[ProbabilityPrefix.Length..] : "1");
        if (single is null && classes.Count < 2)
        {
            throw new FaultException(path, $"It has no columns named {ProbabilityPrefix}CLASS.", "Name the column of the probability with --probability, or that of predicted numbers with --prediction.", wrongUse: true);
        }

        int[] columns = single is null ? [.. classes.Select(At)] : [At(single)];
        var labelAt = label is null ? -1 : At(label);
        var (probabilities, came, unreadable) = (new List<double>(), new List<bool>(), 0L);
        while (scan.Next(cancel) is { } batch)
        {
            for (var row = 0; row < batch.Rows; row++)
            {
                var truth = labelAt < 0 ? "" : batch.Columns[labelAt].Text(row);
                var (best, most) = (0, double.NegativeInfinity);
                for (var i = 0; i < columns.Length; i++)
                {
                    var p = Number(batch.Columns[columns[i]], row);
                    (best, most) = p > most || double.IsNaN(p) ? (i, p) : (best, most);
                }

                if (truth is not null && most is >= 0 and <= 1)
                {
                    probabilities.Add(most);
                    came.Add(truth == (single is null ? classes[best][ProbabilityPrefix.Length..] : positive));
                }
                else
                {
                    unreadable++;
                }
            }
        }

        if (label is not null && single is not null && !came.Contains(true))
        {
            throw new FaultException(path, $"No row of {label} is \"{positive}\".", "Name the class that the probability is of with --positive.", wrongUse: true);
        }

        return ([.. probabilities], [.. came], single is not null, unreadable);
    }

    private static double Number(ColumnVector vector, int row)
    {
        var text = vector.Text(row);
        var cell = text is null ? default : CellReader.Read(Encoding.UTF8.GetBytes(text));
        return cell.IsNumber ? cell.Number : double.NaN;
    }
}
