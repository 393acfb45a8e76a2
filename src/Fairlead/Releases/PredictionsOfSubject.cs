using System.Text;
using Fairlead.Data.Erasure;
using Fairlead.Models.Predictions;
using Fairlead.Workspace;

namespace Fairlead.Releases;

/// <summary>Answers that a person was given in service: in the workspace's predictions, and in what servers on this machine have not shipped yet.</summary>
public sealed class PredictionsOfSubject : IHoldSubjects
{
    private static readonly string[] Folders = ["predictions", "logs"];

    /// <summary>Every different value of a column in the answers that are kept, without white space around.</summary>
    public static IReadOnlyList<string> Values(WorkspaceFolder workspace, string projectId, string column) =>
    [
        .. Segments(workspace, projectId).SelectMany(path => PredictionSegment.OpenReader(path, workspace.Keys)?.Read() ?? [])
            .Select(prediction => prediction.Row.GetValueOrDefault(column)).Where(cell => !cell.IsMissing).Select(cell => new Subject(projectId, column, cell.ToString()).Value).Distinct(StringComparer.Ordinal),
    ];

    public IEnumerable<SubjectTrace> Erase(Subject subject, ErasureScope scope)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(scope);
        var text = SubjectText.OfValue(subject);
        var bytes = subject.Value.Length >= SubjectText.ValueMin ? Encoding.UTF8.GetBytes(subject.Value) : [];
        foreach (var path in Segments(scope.Workspace, subject.ProjectId))
        {
            var erased = Erase(path, bytes);
            foreach (var id in erased)
            {
                subject.AddPrediction(id.ToString());
            }

            if (erased.Count > 0)
            {
                yield return new SubjectTrace("prediction", Path.GetRelativePath(scope.Workspace.Folder, path), erased.Count);
            }
        }

        IReadOnlyList<PredictionId> Erase(string path, byte[] known)
        {
            if (!PredictionSegment.IsSealed(path))
            {
                return SegmentEraser.Erase(path, IsTheirs, known, scope.OnlyLook);
            }

            var plain = PredictionSegment.Read(path, scope.Workspace.Keys);
            var erased = SegmentEraser.Erase(plain, IsTheirs, known, out var changed);
            if (changed && !scope.OnlyLook)
            {
                PredictionSegment.Replace(path, plain, scope.Workspace.Keys);
            }

            return erased;
        }

        bool IsTheirs(LoggedPrediction prediction) =>
            prediction.Row.Any(cell => !cell.Value.IsMissing && ((cell.Key == subject.Column && subject.Is(cell.Value.ToString())) || (cell.Value.Text is { } said && text.IsIn(said))));
    }

    private static IEnumerable<string> Segments(WorkspaceFolder workspace, string projectId) =>
        Folders.Select(name => Path.Combine(workspace.Folder, name, projectId)).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.log", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
}
