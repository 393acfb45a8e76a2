using Fairlead.Data.Scanning;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Cleaning;

/// <summary>Runs a recipe over a file: row steps, then table steps; what is kept goes to one file, what is set aside to another.</summary>
/// <remarks>There is no exam to keep apart here: what steps learn, they learn from all rows. A file is written beside its place and renamed when it is whole, so that a stop at any moment leaves the old one or the new one.</remarks>
public static class CleanFile
{
    /// <param name="File">CSV, TSV, JSON lines, a JSON array or Parquet.</param>
    /// <param name="Recipe">The recipe's file.</param>
    /// <param name="Output">CSV, TSV or Parquet, by its extension; null: nothing is written (a preview).</param>
    /// <param name="Quarantine">CSV of the rows that were set aside, as they were read, with their reason; null: they are only counted.</param>
    /// <param name="Reading">What is declared about how the file is written.</param>
    public sealed record Request(string File, string Recipe, string? Output, string? Quarantine, SourceOptions? Reading = null);

    /// <param name="Read">Rows read = written + quarantined + dropped, always.</param>
    /// <param name="Written">Rows that are kept; in a preview those that would be.</param>
    public sealed record Outcome(
        long Read, long Written, long Quarantined, long Dropped, IReadOnlyDictionary<string, long> DropReasons, IReadOnlyDictionary<string, long> QuarantineReasons,
        IReadOnlyList<StepOutcome> Steps, IReadOnlyList<string> Columns, string? Output, string? Quarantine);

    /// <exception cref="FaultException">The file or the recipe can't be read, or the output can't be written or is one of the files that are read.</exception>
    public static Outcome Run(Request request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        WrittenFiles.Check([("--output", request.Output), ("--quarantine", request.Quarantine)], [request.File, request.Recipe]);
        List<Fault> faults = [.. request.Output is { } output && CleanedFile.Unwritable(output, parquet: true) is { } fault ? [fault] : Array.Empty<Fault>(), .. request.Quarantine is { } aside && CleanedFile.Unwritable(aside, parquet: false) is { } other ? [other] : Array.Empty<Fault>()];
        var source = SourceReader.Open(request.File, request.Reading);
        var recipe = Recipe.Read(request.Recipe, source.Columns);
        if (faults.Count > 0)
        {
            throw new FaultException(faults);
        }

        var places = source.Columns.Index().ToDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);
        var rows = new StepSource([.. source.Columns.Select(name => new ScannedColumn(name, VectorForm.Text))], source.Rows, names => new TextScan(source, [.. names.Select(name => places[name])]));
        using var run = new CleanRun(rows, source.Path, recipe, cancel);
        return run.Run(request.Output, request.Quarantine);
    }
}
