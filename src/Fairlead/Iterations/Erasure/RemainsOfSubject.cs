using System.Text;
using Fairlead.Data.Erasure;
using Fairlead.Projects;

namespace Fairlead.Iterations.Erasure;

/// <summary>What is the owner's in a project folder and still says something of a person: named, not touched.</summary>
internal static class RemainsOfSubject
{
    private const int Most = 20;

    /// <summary>Files that hold the person's value, and the history of git.</summary>
    public static IEnumerable<string> Find(ProjectFile project, Subject subject, CancellationToken cancel)
    {
        var git = Path.Combine(project.Folder, ".git");
        if (Directory.Exists(git) || File.Exists(git))
        {
            yield return "the history of git in the project folder: what was committed stays there";
        }

        if (subject.Value.Length < SubjectText.ValueMin)
        {
            yield break;
        }

        var bytes = Encoding.UTF8.GetBytes(subject.Value);
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (var file in Directory.EnumerateFiles(project.Folder, "*", options)
            .Where(path => !Path.GetRelativePath(project.Folder, path).Split(Path.DirectorySeparatorChar).Contains(".git"))
            .Order(StringComparer.Ordinal).Where(path => Holds(path, bytes, cancel)).Take(Most))
        {
            yield return $"{Path.GetRelativePath(project.Folder, file)}: the value stands in this file";
        }
    }

    private static bool Holds(string path, byte[] value, CancellationToken cancel)
    {
        using var stream = File.OpenRead(path);
        var buffer = new byte[(1 << 20) + value.Length];
        for (int kept = 0, read; (read = stream.Read(buffer, kept, 1 << 20)) > 0;)
        {
            cancel.ThrowIfCancellationRequested();
            if (buffer.AsSpan(0, kept + read).IndexOf(value) >= 0)
            {
                return true;
            }

            var overlap = Math.Min(value.Length - 1, kept + read);
            buffer.AsSpan(kept + read - overlap, overlap).CopyTo(buffer);
            kept = overlap;
        }

        return false;
    }
}
