using System.Globalization;
using System.Text;
using Fairlead.Data;
using Fairlead.Models.Contracts;
using Fairlead.Models.Packages;
using Fairlead.Models.Scoring;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Iterations;

/// <summary>Answers every row of a file with the newest iteration: what <c>score</c> does.</summary>
public static class ScoreFile
{
    /// <param name="File">Rows to answer; the target column may stand in it and is not looked at.</param>
    /// <param name="Output">CSV to write: <c>prediction</c>, then for classes <c>probability:CLASS</c> in the contract's order; row order kept.</param>
    public sealed record Request(ProjectFile Project, string File, string Output);

    /// <param name="Rows">Rows answered.</param>
    /// <param name="Warned">Rows with something unreadable or a failed check.</param>
    /// <param name="Warnings">Up to ten of what was said, with how often.</param>
    public sealed record Outcome(int Iteration, int Rows, int Warned, IReadOnlyList<KeyValuePair<string, int>> Warnings, string Output);

    /// <exception cref="FaultException">There is no iteration, or the file does not fit the contract: every fault with its place.</exception>
    public static Outcome Run(WorkspaceFolder workspace, Request request, CancellationToken cancel)
    {
        WrittenFiles.Check([("--output", request.Output)], [request.File], request.Project);
        var folder = Path.GetDirectoryName(Path.GetFullPath(request.Output));
        if (folder is null || !Directory.Exists(folder) || Directory.Exists(request.Output))
        {
            throw new FaultException("--output", $"{request.Output} can't be written: {(Directory.Exists(request.Output) ? "it is a folder" : $"there is no folder {folder}")}.", "Name a file in a folder that exists.", wrongUse: true);
        }

        var iteration = AnsweringIteration.ForScore(workspace, request.Project);
        var package = ModelPackage.Load(AnsweringIteration.PackageFolderOf(workspace, iteration));
        var rows = DatasetReader.RawFile(request.File, package.Contract);
        var temporary = $"{Path.GetFullPath(request.Output)}.{Environment.ProcessId}.tmp";
        try
        {
            int warned;
            var said = new Dictionary<string, int>(StringComparer.Ordinal);
            using (var writer = new StreamWriter(new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16), new UTF8Encoding(false)) { NewLine = "\n" })
            {
                warned = Write(package, rows, writer, said, cancel);
            }

            DurableFile.Move(temporary, Path.GetFullPath(request.Output));
            return new Outcome(iteration.Number, rows.Rows, warned, [.. said.OrderByDescending(s => s.Value).ThenBy(s => s.Key, StringComparer.Ordinal).Take(10)], request.Output);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static int Write(ModelPackage package, Frame rows, StreamWriter writer, Dictionary<string, int> said, CancellationToken cancel)
    {
        var contract = package.Contract;
        writer.WriteLine(string.Join(',', contract.Classes.Select(c => CsvText.Field($"probability:{c}")).Prepend("prediction")));
        var cells = new Cell[contract.Columns.Count];
        var outputs = new double[contract.Outputs];
        var scratch = new ModelScratch();
        var warnings = new List<string>();
        var warned = 0;
        var line = new StringBuilder();
        for (var row = 0; row < rows.Rows; row++)
        {
            if (row % 1_000 == 0)
            {
                cancel.ThrowIfCancellationRequested();
            }

            for (var c = 0; c < cells.Length; c++)
            {
                cells[c] = rows.Columns[c][row];
            }

            warnings.Clear();
            package.Answer(cells, outputs, scratch, warnings);
            if (warnings.Count > 0)
            {
                warned++;
                foreach (var warning in warnings)
                {
                    // The column names the kind of warning; the value would make every row its own.
                    var kind = warning.Split(':')[0];
                    said[kind] = said.GetValueOrDefault(kind) + 1;
                }
            }

            line.Clear();
            if (contract.Task == ModelTask.Regression)
            {
                line.Append(Number(outputs[0]));
            }
            else
            {
                line.Append(CsvText.Field(contract.Classes[package.Decide(outputs)]));
                foreach (var probability in outputs)
                {
                    line.Append(',').Append(Number(probability));
                }
            }

            writer.WriteLine(line);
        }

        return warned;
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
