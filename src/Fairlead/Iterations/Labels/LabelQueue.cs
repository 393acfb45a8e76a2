using Fairlead.Data;
using Fairlead.Data.Labels;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Iterations.Labels;

/// <summary>Suspected labels of the newest iteration that nobody has decided on, and the files that a decision writes.</summary>
public static class LabelQueue
{
    /// <param name="Iteration">The iteration they were found in.</param>
    /// <param name="Report">All that was found.</param>
    /// <param name="Causes">Causes with undecided rows, each with how many.</param>
    /// <param name="Rows">Undecided rows, most suspect first.</param>
    /// <param name="Corrected">Rows of the report that a correction stands for since.</param>
    /// <param name="Kept">Rows of the report whose label people said is right.</param>
    public sealed record Listing(int Iteration, LabelReport Report, IReadOnlyList<(LabelCause Cause, int Open)> Causes, IReadOnlyList<SuspectLabel> Rows, int Corrected, int Kept);

    /// <summary>Null where no iteration has looked for them, or there were too few rows.</summary>
    public static Listing? List(WorkspaceFolder workspace, ProjectFile project)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentNullException.ThrowIfNull(project);
        if (IterationRecords.Newest(workspace.Records, project.Id) is not { } newest || ReportOf(workspace, newest) is not { } report)
        {
            return null;
        }

        var (corrections, repairs) = CorrectionsFolder.Read(project.Folder);
        var corrected = corrections.Where(c => c.Column == project.Target).Select(c => c.Key).ToHashSet(StringComparer.Ordinal);
        var kept = KeptLabels.Read(project.Folder).Where(k => k.Column == project.Target).Select(k => (k.Key, k.Label)).ToHashSet();
        List<SuspectLabel> open = [.. report.Rows.Where(row => !corrected.Contains(row.Key) && !kept.Contains((row.Key, row.Given)))];
        return new Listing(
            newest.Number, report, [.. report.Causes.Where(cause => repairs.All(repair => repair.Id != cause.Id)).Select(cause => (cause, open.Count(row => row.Cause == cause.Id))).Where(pair => pair.Item2 > 0 || pair.cause.Shift is { Whole: true })], open,
            report.Rows.Count(row => corrected.Contains(row.Key)), report.Rows.Count(row => !corrected.Contains(row.Key) && kept.Contains((row.Key, row.Given))));
    }

    /// <summary>What the newest look at the labels of an iteration found; null where there was none.</summary>
    public static LabelReport? ReportOf(WorkspaceFolder workspace, Iteration iteration)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentNullException.ThrowIfNull(iteration);
        return iteration.Steps.LastOrDefault(step => step.Step == "labels") is { } step ? StepRunner.Known(workspace, step.Key, IterationJson.Default.LabelReport) : null;
    }

    /// <summary>Reads KEY or KEY=LABEL. The longest key of the queue that fits is taken: keys may hold "=" themselves.</summary>
    public static Func<string, (string Key, string? Right)> Named(Listing queue)
    {
        var keys = queue.Rows.Select(row => row.Key).ToHashSet(StringComparer.Ordinal);
        return text =>
        {
            for (var at = text.Length; at > 0; at = text.LastIndexOf('=', at - 1))
            {
                if (keys.Contains(text[..at]))
                {
                    return (text[..at], at == text.Length ? null : text[(at + 1)..]);
                }
            }

            return (text, null);
        };
    }

    /// <summary>The files that a decision writes: a correction for each accepted row, to the given value or else to the likelier class (numbers need the value); a line for each refused one, so that nobody is asked again.</summary>
    /// <param name="accept">Key of each row with the right value; null means the likelier class, of a number the one without its slip. The recorded label itself means that it is right.</param>
    /// <param name="refuse">Keys of rows whose label is right.</param>
    /// <exception cref="FaultException">A row is not in the queue, or a value is no class or number, or is missing: every fault at once.</exception>
    public static IReadOnlyList<ProposedFile> Propose(ProjectFile project, Listing queue, IReadOnlyList<(string Key, string? Right)> accept, IReadOnlyList<string> refuse, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(queue);
        var byKey = queue.Rows.DistinctBy(row => row.Key).ToDictionary(row => row.Key, StringComparer.Ordinal);
        var numbers = queue.Report.Classes.Count == 0;
        List<Fault> faults =
        [
            .. accept.Select(one => one.Key).Concat(refuse).Where(key => !byKey.ContainsKey(key)).Select(key => new Fault(key, "The queue has no undecided row of this key.", "Look at `fairlead data labels FOLDER`.")),
            .. numbers ? accept.Where(one => byKey.ContainsKey(one.Key)).Select(one => NumberFault(byKey[one.Key], one.Right)).OfType<Fault>() : accept.Where(one => one.Right is { } value && !queue.Report.Classes.Contains(value, StringComparer.Ordinal)).Select(one => new Fault(
                one.Key, $"\"{one.Right}\" is not one of the classes {string.Join(", ", queue.Report.Classes)}.{NearestName.Hint(one.Right!, queue.Report.Classes)}", "Name the right class.")),
        ];
        if (faults.Count > 0)
        {
            throw new FaultException(faults, wrongUse: true);
        }

        var right = accept.DistinctBy(one => one.Key).Select(one => (Row: byKey[one.Key], Right: RightOf(byKey[one.Key], one.Right))).ToList();
        var corrections = right.Where(pair => pair.Right != pair.Row.Given).Select(pair => new Correction(pair.Row.Key, project.Target, pair.Row.Given, pair.Right, $"labels-{queue.Iteration}", at)).ToList();
        var keep = right.Where(pair => pair.Right == pair.Row.Given).Select(pair => pair.Row).Concat(refuse.Distinct(StringComparer.Ordinal).Select(key => byKey[key])).ToList();
        List<ProposedFile> files = [];
        if (corrections.Count > 0)
        {
            var path = $"{CorrectionsFolder.Name}/{CorrectionsFolder.ValuesFile}";
            var before = ProposedFile.In(project.Folder, path, "").Before ?? "";
            files.Add(ProposedFile.In(project.Folder, path, before + (before.Length > 0 && !before.EndsWith('\n') ? "\n" : "") + string.Concat(corrections.Select(c => CorrectionsFolder.Line(c) + "\n"))));
        }

        return keep.Count > 0 ? [.. files, Kept(project, keep, at)] : files;
    }

    /// <summary>The file that distrusting the slice of a cause writes: its labels are not believed, so its rows go to quarantine until the source is repaired; labels that people corrected stay to judge.</summary>
    /// <exception cref="FaultException">There is no such cause.</exception>
    public static IReadOnlyList<ProposedFile> ProposeDistrust(ProjectFile project, Listing queue, string cause, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(queue);
        var found = queue.Causes.Select(pair => pair.Cause).FirstOrDefault(one => one.Id == cause)
            ?? throw new FaultException(cause, "There is no cause of this id with open rows.", $"Causes: {string.Join(", ", queue.Causes.Select(pair => pair.Cause.Id).DefaultIfEmpty("none"))}.", wrongUse: true);
        var repair = new Repair(found.Id, "distrust", found.Where, found.FlipRate is null ? null : found.From, found.FlipRate is null ? null : found.To, found.Says, [], at);
        return [ProposedFile.In(project.Folder, CorrectionsFolder.PathOf(repair), CorrectionsFolder.Text(repair))];
    }

    private static Fault? NumberFault(SuspectLabel row, string? right) =>
        right is null
            ? row.Value?.Corrected is null ? new Fault(row.Key, "A number is corrected to the right one, which nobody can tell but you.", "Write KEY=NUMBER.") : null
            : NumberText.TryParse(right, out _) ? null : new Fault(row.Key, $"\"{right}\" is not a number.", "Write the right number, with a point before its decimals.");

    private static string RightOf(SuspectLabel row, string? said) => row.Value is not { } value
        ? said ?? row.Likelier
        : said is null ? value.Corrected! : NumberText.TryParse(said, out var number) && number == value.Recorded ? row.Given : said;

    private static ProposedFile Kept(ProjectFile project, IReadOnlyList<SuspectLabel> rows, DateTimeOffset at)
    {
        var before = ProposedFile.In(project.Folder, KeptLabels.File, "").Before;
        return ProposedFile.In(project.Folder, KeptLabels.File, KeptLabels.With(before, [.. rows.DistinctBy(row => row.Key).Select(row => new KeptLabel(row.Key, project.Target, row.Given, row.Likelier, at))]));
    }
}
