using System.CommandLine;
using System.Globalization;
using Fairlead.Iterations.Labels;
using Fairlead.Projects;
using Fairlead.Web.Design.Charts;
using Fairlead.Workspace;
using Spectre.Console;

namespace Fairlead.Cli;

/// <summary><c>fairlead data labels FOLDER</c>: suspected labels of a project, first by cause, then by row; accepting and refusing them.</summary>
internal static class DataLabelsQueue
{
    private const int Shown = 20;

    public static int Run(ParseResult parsed, string folder, IReadOnlyList<string> accept, IReadOnlyList<string> refuse, string? cause, string? distrust)
    {
        using var workspace = WorkspaceFolder.Open();
        var project = ProjectFileReader.Read(folder, withSource: false);
        var queue = LabelQueue.List(workspace, project) ?? throw new FaultException(
            project.Folder, "No iteration has looked at the labels: none has run yet, or there are too few rows.", $"Run: fairlead iterate {Edge.Quoted(project.Folder)}");
        workspace.Audit.Read("data labels", string.Create(CultureInfo.InvariantCulture, $"{project.Project}, iteration {queue.Iteration}, {queue.Rows.Count} rows"));
        var right = accept.Select(LabelQueue.Named(queue)).ToList();
        if (cause is not null)
        {
            var rows = queue.Rows.Where(row => row.Cause == cause && row.Value is not { Corrected: null }).ToList();
            if (rows.Count == 0)
            {
                throw new FaultException(cause, queue.Report.Classes.Count > 0 ? "There is no cause of this id with open rows." : "There is no cause of this id with open rows whose slip is known.", $"Causes: {string.Join(", ", queue.Causes.Select(pair => pair.Cause.Id).DefaultIfEmpty("none"))}.", wrongUse: true);
            }

            right.AddRange(rows.Where(row => right.All(one => one.Key != row.Key) && !refuse.Contains(row.Key)).Select(row => (row.Key, (string?)null)));
        }

        var both = right.Select(one => one.Key).Intersect(refuse, StringComparer.Ordinal).ToList();
        if (both.Count > 0)
        {
            throw new FaultException("data labels", $"{string.Join(", ", both)}: accepted and refused at once.", "Do one of both.", wrongUse: true);
        }

        var at = workspace.Time.GetUtcNow();
        IReadOnlyList<ProposedFile> files = [.. LabelQueue.Propose(project, queue, right, refuse, at), .. distrust is null ? [] : LabelQueue.ProposeDistrust(project, queue, distrust, at)];
        if (files.Count > 0)
        {
            workspace.Audit.Changed("data labels", AcceptedFiles.Of(project, files));
        }

        ProposedFile.Write(project.Folder, files);
        var now = files.Count > 0 ? LabelQueue.List(workspace, project)! : queue;
        if (parsed.WantsJson())
        {
            var report = now.Report;
            Edge.Write(
                new DataLabelsVerb.QueueView(
                    now.Iteration, report.Judged, report.Suspects, now.Rows.Count, now.Corrected, now.Kept, report.Classes, report.ConfidentJoint, report.NoiseMatrix,
                    [.. now.Causes.Select(pair => pair.Cause)], now.Rows, [.. files.Select(file => file.Path)]),
                DataLabelsVerb.DataLabelsJson.Default.QueueView);
        }
        else if (files.Count > 0)
        {
            Print(files);
            Console.WriteLine("Written. The next iteration takes it up and says what it did:");
            Console.WriteLine($"  fairlead iterate {Edge.Quoted(project.Folder)}");
        }
        else
        {
            Print(now, project);
        }

        return Edge.Done;
    }

    private static void Print(IReadOnlyList<ProposedFile> files)
    {
        foreach (var file in files)
        {
            AnsiConsole.MarkupLineInterpolated($"[bold]{file.Path}[/]");
            foreach (var (sign, line) in file.Diff().Where(line => line.Sign != ' '))
            {
                AnsiConsole.MarkupLineInterpolated($"[{(sign == '+' ? "green" : "red")}]{sign} {line}[/]");
            }
        }
    }

    private static void Print(LabelQueue.Listing queue, ProjectFile project)
    {
        var (report, folder) = (queue.Report, Edge.Quoted(project.Folder));
        AnsiConsole.MarkupLineInterpolated($"[bold]{Count(report.Suspects)} of {Count(report.Judged)} {(report.Classes.Count > 0 ? "labels" : "numbers")} are suspect[/] (iteration {queue.Iteration}); {Count(queue.Rows.Count)} are listed and open, {Count(queue.Corrected)} corrected, {Count(queue.Kept)} found right.");
        if (report.Classes.Count > 0)
        {
            DataLabelsVerb.PrintNoise(report.Classes, report.ConfidentJoint, report.NoiseMatrix);
        }

        foreach (var (cause, open) in queue.Causes)
        {
            AnsiConsole.MarkupLineInterpolated($"[bold]{cause.Title}[/]  {open} open");
            AnsiConsole.MarkupLineInterpolated($"    {cause.Says}");
            Console.WriteLine($"    Believe none of its {(report.Classes.Count > 0 ? "labels" : "numbers")} until the source is repaired: fairlead data labels {folder} --distrust {cause.Id}");
            if (cause.FlipRate is not null)
            {
                Console.WriteLine($"    Or correct the open rows to {cause.To}: fairlead data labels {folder} --cause {cause.Id}");
            }
            else if (queue.Rows.Any(row => row.Cause == cause.Id && row.Value?.Corrected is not null))
            {
                Console.WriteLine($"    Or take the slip out of the rows that name one: fairlead data labels {folder} --cause {cause.Id}");
            }
        }

        if (queue.Rows.Count > 0 && report.Classes.Count == 0)
        {
            var table = new Table().Border(TableBorder.Rounded).Title("most suspect first").AddColumns("key", "recorded", "expected", "usual", "slip", "side", "cause");
            foreach (var row in queue.Rows.Take(Shown))
            {
                table.AddRow(Markup.Escape(row.Key), row.Given, row.Likelier, $"{Figures.Of(row.Value!.Low)} to {Figures.Of(row.Value.High)}", row.Value.Slip is { } slip ? $"{slip}: {row.Value.Corrected}?" : "", row.Side, Markup.Escape(row.Cause ?? ""));
            }

            AnsiConsole.Write(table);
            Console.WriteLine($"Correct one: fairlead data labels {folder} --accept KEY=NUMBER (KEY alone takes its slip out). It is right: --refuse KEY.");
        }
        else if (queue.Rows.Count > 0)
        {
            var table = new Table().Border(TableBorder.Rounded).Title("most suspect first").AddColumns("key", "recorded", "chance", "likelier", "chance", "side", "cause");
            foreach (var row in queue.Rows.Take(Shown))
            {
                table.AddRow(Markup.Escape(row.Key), Markup.Escape(row.Given), Chance(row.GivenChance), Markup.Escape(row.Likelier), Chance(row.LikelierChance), row.Side, Markup.Escape(row.Cause ?? ""));
            }

            AnsiConsole.Write(table);
            Console.WriteLine($"Correct one: fairlead data labels {folder} --accept KEY=LABEL. It is right: --refuse KEY.");
        }
    }

    private static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Chance(double? share) => share?.ToString("0.000", CultureInfo.InvariantCulture) ?? "";
}
