using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Labels;

/// <summary>Finds suspected label errors of a table by probabilities that a model gave its rows without having seen them.</summary>
public static class FindLabelIssues
{
    /// <param name="Path">The labelled table.</param>
    /// <param name="Label">Its column of labels.</param>
    /// <param name="Probabilities">One row for each of the table's rows, one column for each class.</param>
    /// <param name="Reading">What is declared about how the table is written.</param>
    public sealed record Request(string Path, string Label, string Probabilities, SourceOptions? Reading = null);

    /// <param name="Classes">In the order of the probabilities file: the order of both matrices.</param>
    /// <param name="Rows">Rows of the table.</param>
    /// <param name="Given">Label of each row, as an index of <paramref name="Classes"/>.</param>
    public sealed record Outcome(IReadOnlyList<string> Classes, int Rows, int[] Given, LabelNoise Noise);

    /// <exception cref="FaultException">The files can't be read or do not fit together: every fault of both.</exception>
    public static Outcome Run(Request request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        List<Fault> faults = [];
        var table = ProbabilityTable.Read(request.Probabilities, faults, cancel);
        var given = GivenLabels.Read(request.Path, request.Label, table?.Classes, faults, cancel, request.Reading);
        if (table is not null && given is not null && table.Rows != given.Length)
        {
            faults.Add(new Fault(request.Probabilities, $"It has {table.Rows:N0} rows and {request.Path} has {given.Length:N0}.", "Give one row of probabilities for each labelled row, in the same order."));
        }

        return faults.Count > 0 ? throw new FaultException(faults) : new Outcome(table!.Classes, given!.Length, given, ConfidentLearning.Find(given, table.Values, table.Classes.Count));
    }
}
