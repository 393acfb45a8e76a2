using Fairlead.Data.Scanning;
using Fairlead.Data.Storage;
using Fairlead.Models.RowSteps;
using Fairlead.Workspace;

namespace Fairlead.Data.Cleaning;

/// <summary>A table of texts that row steps run over.</summary>
/// <param name="Columns">Its columns, in order; those that are no texts only pass through.</param>
/// <param name="Rows">How many it has; null where it was not read yet.</param>
/// <param name="Open">Opens it at its first row with some of its columns, in the order given.</param>
internal sealed record StepSource(IReadOnlyList<ScannedColumn> Columns, long? Rows, Func<IReadOnlyList<string>, ITableScan> Open)
{
    /// <summary>A raw version of the workspace.</summary>
    /// <exception cref="FaultException">It is not there, or was changed.</exception>
    public static StepSource Of(string blob, BlobStore blobs)
    {
        using var stored = new StoredScan(blob, blobs);
        return new StepSource(stored.Columns, stored.Rows, columns => new StoredScan(blob, blobs, columns));
    }

    /// <summary>Its rows with steps done. Only what the outputs need is read.</summary>
    /// <param name="steps">In order, fitted.</param>
    /// <param name="outputs">As <see cref="StepScan"/> has them.</param>
    public StepScan Scan(IReadOnlyList<RowStep> steps, IReadOnlyList<string> outputs, StepTally? tally = null)
    {
        var looked = steps.SelectMany(step => step.Reads().Concat(step.Writes())).Concat(outputs).ToHashSet(StringComparer.Ordinal);
        return new StepScan(Open([.. Columns.Select(column => column.Name).Where(looked.Contains)]), steps, outputs, tally);
    }

    /// <summary>The same as a table expression, whose columns are worked out when a query asks for them.</summary>
    /// <param name="steps">In order, fitted.</param>
    /// <param name="outputs">What stands in the table, and how SQL names it.</param>
    /// <param name="tally">Counts what the steps do, each time the table is read; null: nobody asks.</param>
    public string Relation(IReadOnlyList<RowStep> steps, IReadOnlyList<(string Name, string As)> outputs, DataEngine engine, StepTally? tally = null)
    {
        var chain = new StepChain(steps);
        var numbers = chain.NumbersBefore(steps.Count);
        var written = steps.SelectMany(step => step.Writes()).ToHashSet(StringComparer.Ordinal);
        var forms = Columns.ToDictionary(column => column.Name, column => column.Form, StringComparer.Ordinal);
        var flags = Enumerable.Range(0, steps.Count).SelectMany(i => new[] { StepScan.ChangedBy(i), StepScan.UnreadBy(i) }).ToHashSet(StringComparer.Ordinal);
        VectorForm FormOf(string name) => flags.Contains(name) ? VectorForm.Boolean : !written.Contains(name) && forms.TryGetValue(name, out var form) ? form : numbers.Contains(name) ? VectorForm.Double : VectorForm.Text;
        var names = outputs.ToDictionary(output => output.As, output => output.Name, StringComparer.Ordinal);
        return engine.Relation([.. outputs.Select(output => new ScannedColumn(output.As, FormOf(output.Name)))], Rows, asked =>
        {
            List<string> wanted = [.. asked.Select(name => names[name])];
            var all = tally is not null || wanted.Exists(flags.Contains);
            return Scan(all ? steps : [.. chain.Making(wanted, steps.Count).Select(i => steps[i])], wanted, tally);
        });
    }
}
