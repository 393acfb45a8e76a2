using Fairlead.Data.Erasure;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Evaluation.Cases;

/// <summary>Cases that came from a person's row, or say something of theirs.</summary>
public sealed class CasesOfSubject : IHoldSubjects
{
    public IEnumerable<SubjectTrace> Erase(Subject subject, ErasureScope scope)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(scope);
        var text = new SubjectText(subject);
        var project = ProjectFileReader.Read(scope.Project, withSource: false);
        foreach (var one in CasesFolder.Read(project))
        {
            var path = CasesFolder.PathOf(one.Id);
            var full = Path.Combine(scope.Project, path);
            if ((one.Key is { } key && subject.Keys.Contains(key)) || subject.Is(one.Row.GetValueOrDefault(subject.Column)) || text.IsIn(File.ReadAllText(full)))
            {
                if (!scope.OnlyLook)
                {
                    ShreddedFile.Delete(full);
                }

                yield return new SubjectTrace("case", text.Clean(path), 1);
            }
        }
    }
}
