using System.Text.Json.Nodes;
using Fairlead.Data.Labels;
using Fairlead.Workspace;

namespace Fairlead.Data.Erasure;

/// <summary>What the folder <c>corrections/</c> keeps about a person: lines about their rows, of corrected values, of labels found right and of rows in quarantine.</summary>
public sealed class CorrectionsOfSubject : IHoldSubjects
{
    public IEnumerable<SubjectTrace> Erase(Subject subject, ErasureScope scope)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(scope);
        var text = new SubjectText(subject);
        foreach (var name in new[] { CorrectionsFolder.ValuesFile, CorrectionsFolder.RowsFile, KeptLabels.FileName })
        {
            var path = Path.Combine(scope.Project, CorrectionsFolder.Name, name);
            var lines = File.Exists(path) ? File.ReadAllLines(path) : [];
            var left = lines.Where(line => !IsTheirs(line, subject, text)).ToList();
            if (left.Count == lines.Length)
            {
                continue;
            }

            if (!scope.OnlyLook)
            {
                ShreddedFile.Replace(path, string.Concat(left.Select(line => line + "\n")));
            }

            yield return new SubjectTrace("correction", $"{CorrectionsFolder.Name}/{name}", lines.Length - left.Count);
        }
    }

    /// <summary>The line has a key of theirs, or says something of theirs.</summary>
    private static bool IsTheirs(string line, Subject subject, SubjectText text)
    {
        if (text.IsIn(line))
        {
            return true;
        }

        try
        {
            return line.Trim().Length > 0 && JsonNode.Parse(line) is JsonObject fields && fields["key"] is JsonValue key && key.TryGetValue<string>(out var name) && subject.Keys.Contains(name);
        }
        catch (System.Text.Json.JsonException)
        {
            return false; // iterate names it as a fault; here only what is theirs is looked for
        }
    }
}
