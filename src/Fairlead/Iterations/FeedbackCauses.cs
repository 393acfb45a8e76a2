using System.Globalization;
using Fairlead.Customers;
using Fairlead.Customers.Causes;
using Fairlead.Data;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Iterations;

/// <summary>A common cause behind corrections, with its price and a repair to accept.</summary>
/// <param name="Id">Id of the cause and of its repair.</param>
/// <param name="Title">The slice in words, such as "Depot Leeds".</param>
/// <param name="Evidence">What it rests on, one sentence each.</param>
/// <param name="Flagged">Answers in it that people called wrong.</param>
/// <param name="Judged">Answers in it that people judged.</param>
/// <param name="Rows">Rows of the data in it.</param>
/// <param name="Says">The repair in one sentence, or why none is proposed.</param>
/// <param name="Repair">Null when the records speak against repairing the slice.</param>
/// <param name="Accepted">The repair stands in the project folder.</param>
public sealed record FeedbackCause(string Id, string Title, IReadOnlyList<string> Evidence, int Flagged, int Judged, long Rows, string Says, Repair? Repair, bool Accepted);

/// <summary>The causes behind what people said, searched once for each state of data and feedback.</summary>
public static class FeedbackCauses
{
    private const int Version = 1;

    /// <summary>Accepted repairs first, then what was found in the newest data and is not decided.</summary>
    public static IReadOnlyList<FeedbackCause> List(WorkspaceFolder workspace, ProjectFile project)
    {
        var repairs = CorrectionsFolder.Read(project.Folder).Repairs;
        var found = Find(workspace, project);
        var setAside = IterationRecords.Newest(workspace.Records, project.Id)?.Data.QuarantineReasons ?? new Dictionary<string, long>();
        return
        [
            .. repairs.Select(repair => found.FirstOrDefault(c => c.Id == repair.Id) is { } cause
                ? Of(cause, accepted: true)
                : new FeedbackCause(repair.Id, TitleOf(repair.Where, project), [repair.Because], repair.Feedback.Count, repair.Feedback.Count,
                    setAside.GetValueOrDefault($"label distrusted: {repair.Id}"), Says(repair), repair, true)),
            .. found.Where(c => repairs.All(r => r.Id != c.Id)).Select(c => Of(c, accepted: false)),
        ];
    }

    /// <summary>The file that accepting a cause's repair writes.</summary>
    /// <exception cref="FaultException">There is no such cause, or no repair is proposed for it.</exception>
    public static IReadOnlyList<ProposedFile> Propose(WorkspaceFolder workspace, ProjectFile project, string cause)
    {
        var found = List(workspace, project).FirstOrDefault(c => c.Id == cause)
            ?? throw new FaultException(cause, "There is no such cause.", "Look at `fairlead feedback causes`.", wrongUse: true);
        if (found.Repair is not { } repair)
        {
            throw new FaultException(cause, "The records speak against repairing this slice as a whole.", "Accept the single corrections instead: `fairlead feedback accept --all`.", wrongUse: true);
        }

        return found.Accepted ? [] : [ProposedFile.In(project.Folder, CorrectionsFolder.PathOf(repair), CorrectionsFolder.Text(repair))];
    }

    private static IReadOnlyList<Cause> Find(WorkspaceFolder workspace, ProjectFile project)
    {
        var said = ListFeedback.Run(workspace.Records, project.Id).Where(f => f.Key is not null && f.Verdict is Verdicts.Right or Verdicts.Wrong).ToList();
        if (!said.Any(f => f.Verdict == Verdicts.Wrong) || IterationRecords.Newest(workspace.Records, project.Id) is not { } newest)
        {
            return [];
        }

        var reviews = ReviewRecords.List(workspace.Records, project.Id);
        var key = StepRunner.Key(
            "causes", Version,
            [newest.Data.Blob, .. newest.Data.Files?.Select(f => f.Name) ?? [], project.Target, .. reviews.Select(r => r.Id), .. said.Select(f => $"{f.Id}\t{f.Verdict}\t{f.Right}\t{f.At.UtcTicks.ToString(CultureInfo.InvariantCulture)}")]);
        return new StepRunner(workspace, null).RunAsync(
            "causes", key, "looking for a common cause", IterationJson.Default.IReadOnlyListCause,
            () =>
            {
                var data = DatasetReader.Load(project, newest.Data, workspace.Blobs);
                var shown = reviews.SelectMany(r => ReviewRecords.Cards(workspace.Records, r)).Select(c => c.Key).OfType<string>().ToHashSet(StringComparer.Ordinal);
                var words = new CauseWords(
                    project.Wording.Thing.ToLowerInvariant(), project.Target.Replace('_', ' '), project.Columns.ToDictionary(c => c.Name, c => c.Label, StringComparer.Ordinal));
                return Task.FromResult(CauseSearch.Find(
                    new CauseSearch.Request(data, said, shown, words, workspace.Time.GetUtcNow(), project.Training.Seed), CancellationToken.None));
            },
            _ => [], causes => $"{causes.Count} found").GetAwaiter().GetResult();
    }

    private static FeedbackCause Of(Cause cause, bool accepted) => new(
        cause.Id, Capital(cause.Slice), cause.Evidence, cause.Flagged, cause.Judged, cause.Rows.Values.Sum(),
        cause.Repair is { } repair ? Says(repair) : "None for the slice: the records speak against it. Single labels can be corrected.", cause.Repair, accepted);

    private static string Says(Repair repair) => repair.Action == "relabel"
        ? $"Relabel: rows of the slice recorded as {repair.From} become {repair.To}."
        : "Distrust: labels of the slice are not believed. Its rows neither train nor judge until the source is repaired; labels that people corrected judge.";

    private static string TitleOf(IReadOnlyList<Condition> where, ProjectFile project) => Capital(string.Join(" and ", where.Select(condition =>
    {
        var label = project.Columns.FirstOrDefault(c => c.Name == condition.Column)?.Label ?? (condition.Column == FileOfRow.Column ? FileOfRow.Label : condition.Column);
        return condition.Level is { } level ? $"{label} {level}" : string.Create(CultureInfo.InvariantCulture, $"{label} {condition.Min} to {condition.Max}");
    })));

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
