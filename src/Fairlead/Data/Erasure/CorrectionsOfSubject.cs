using System.Text.Json;

namespace Fairlead.Data.Erasure;

/// <summary>What the folder <c>corrections/</c> keeps about a person: corrections of their rows.</summary>
public sealed class CorrectionsOfSubject : IHoldSubjects
{
    public IEnumerable<SubjectTrace> Erase(Subject subject, ErasureScope scope)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(scope);
        var path = Path.Combine(scope.Project, CorrectionsFolder.Name, CorrectionsFolder.ValuesFile);
        if (!File.Exists(path))
        {
            yield break;
        }

        var text = new SubjectText(subject);
        var lines = File.ReadAllLines(path);
        var left = lines.Where(line => !IsTheirs(line, subject, text)).ToList();
        if (left.Count == lines.Length)
        {
            yield break;
        }

        if (!scope.OnlyLook)
        {
            ShreddedFile.Replace(path, string.Concat(left.Select(line => line + "\n")));
        }

        yield return new SubjectTrace("correction", $"{CorrectionsFolder.Name}/{CorrectionsFolder.ValuesFile}", lines.Length - left.Count);
    }

    private static bool IsTheirs(string line, Subject subject, SubjectText text)
    {
        if (text.IsIn(line))
        {
            return true;
        }

        try
        {
            return line.Trim().Length > 0 && JsonSerializer.Deserialize(line, CorrectionsJson.Default.Correction) is { } correction
                && (subject.Keys.Contains(correction.Key) || (correction.Column == subject.Column && (subject.Is(correction.Was) || subject.Is(correction.Now))));
        }
        catch (JsonException)
        {
            return false; // iterate names it as a fault; here only what is theirs is looked for
        }
    }
}
