using Fairlead.Data;
using Fairlead.Evaluation;
using Fairlead.Evaluation.Cases;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Customers;

/// <summary>Turns what people said into files of the project folder: corrected labels for rows of the data, cases for rows that only serving saw.</summary>
public static class AcceptCorrections
{
    /// <summary>The files that accepting would write, each with what stands there now. Nothing is written.</summary>
    /// <param name="feedback">Of it, what was called wrong and says what is right.</param>
    public static IReadOnlyList<ProposedFile> Propose(ProjectFile project, IReadOnlyList<Feedback> feedback, Records records)
    {
        var accepted = Accepted(project);
        var useful = feedback.Where(f => f is { Verdict: Verdicts.Wrong, Right.Length: > 0 } && !accepted.Contains(f.Id)).ToList();
        var files = new List<ProposedFile>();
        var values = useful.Where(f => f.Key is not null).Select(f => new Correction(f.Key!, project.Target, CardOf(records, project, f)?.Recorded, f.Right!, f.Id, f.At)).ToList();
        if (values.Count > 0)
        {
            var path = $"{CorrectionsFolder.Name}/{CorrectionsFolder.ValuesFile}";
            var before = ProposedFile.In(project.Folder, path, "").Before ?? "";
            files.Add(ProposedFile.In(project.Folder, path, before + (before.Length > 0 && !before.EndsWith('\n') ? "\n" : "") + string.Concat(values.Select(v => CorrectionsFolder.Line(v) + "\n"))));
        }

        foreach (var one in useful.Where(f => f.Key is null))
        {
            if (CardOf(records, project, one) is { } card)
            {
                var id = CasesFolder.IdOf(one.Id);
                files.Add(ProposedFile.In(project.Folder, CasesFolder.PathOf(id), CasesFolder.Text(new CaseRecord(id, card.Raw, one.Right!, null, null, one.Id, Must: false))));
            }
        }

        return files;
    }

    /// <summary>Ids of feedback whose correction, repair or case stands in the project folder.</summary>
    public static IReadOnlySet<string> Accepted(ProjectFile project)
    {
        var (corrections, repairs) = CorrectionsFolder.Read(project.Folder);
        return corrections.Select(c => c.Feedback).Concat(repairs.SelectMany(r => r.Feedback)).Concat(CasesFolder.Read(project).Select(c => c.From)).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The card that was judged, or null.</summary>
    internal static ReviewCard? CardOf(Records records, ProjectFile project, Feedback feedback) =>
        feedback is { Review: { } id, Card: { } card } && ReviewRecords.Find(records, project.Id, id) is { } review
            ? ReviewRecords.Cards(records, review).FirstOrDefault(c => c.Id.ToString(System.Globalization.CultureInfo.InvariantCulture) == card)
            : null;
}
