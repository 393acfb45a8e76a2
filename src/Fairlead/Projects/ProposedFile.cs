using Fairlead.Workspace;

namespace Fairlead.Projects;

/// <summary>A file of the project folder that a person is about to accept: shown as a diff before it is written, fit for git after.</summary>
/// <param name="Path">Relative to the project folder, with forward slashes.</param>
/// <param name="Before">What stands there now; null when there is no such file.</param>
/// <param name="After">What will stand there.</param>
public sealed record ProposedFile(string Path, string? Before, string After)
{
    /// <summary>A proposal against what stands in the folder now.</summary>
    public static ProposedFile In(string folder, string path, string after) => new(path, Read(folder, path), after);

    /// <summary>Line by line: what goes ('-'), what comes ('+'), what stays (' ').</summary>
    /// <remarks>Longest common subsequence after equal ends are cut off. O(lines before x lines after) in the middle part.</remarks>
    public IReadOnlyList<(char Sign, string Line)> Diff()
    {
        var (old, now) = (Lines(Before), Lines(After));
        var head = 0;
        while (head < old.Length && head < now.Length && old[head] == now[head])
        {
            head++;
        }

        var tail = 0;
        while (tail < old.Length - head && tail < now.Length - head && old[^(tail + 1)] == now[^(tail + 1)])
        {
            tail++;
        }

        var (from, to) = (old.Length - tail, now.Length - tail);
        var longest = new int[from - head + 1, to - head + 1];
        for (var i = from - 1; i >= head; i--)
        {
            for (var j = to - 1; j >= head; j--)
            {
                longest[i - head, j - head] = old[i] == now[j]
                    ? longest[i - head + 1, j - head + 1] + 1
                    : Math.Max(longest[i - head + 1, j - head], longest[i - head, j - head + 1]);
            }
        }

        var diff = new List<(char, string)>();
        diff.AddRange(old.Take(head).Select(line => (' ', line)));
        var (x, y) = (head, head);
        while (x < from || y < to)
        {
            if (x < from && y < to && old[x] == now[y])
            {
                diff.Add((' ', old[x]));
                (x, y) = (x + 1, y + 1);
            }
            else if (x < from && (y == to || longest[x - head + 1, y - head] >= longest[x - head, y - head + 1]))
            {
                diff.Add(('-', old[x++]));
            }
            else
            {
                diff.Add(('+', now[y++]));
            }
        }

        diff.AddRange(old.Skip(from).Select(line => (' ', line)));
        return diff;
    }

    /// <summary>Writes the files, each whole or not at all.</summary>
    /// <exception cref="FaultException">A file changed since it was shown: nothing is written.</exception>
    public static void Write(string folder, IReadOnlyList<ProposedFile> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var changed = files.Where(file => Read(folder, file.Path) != file.Before).ToArray();
        if (changed.Length > 0)
        {
            throw new FaultException([.. changed.Select(file => new Fault(file.Path, "The file changed since the proposal was shown.", "Look at it again and accept it again."))]);
        }

        foreach (var file in files)
        {
            DurableFile.Write(Place(folder, file.Path), file.After);
        }
    }

    private static string? Read(string folder, string path) => Place(folder, path) is var place && File.Exists(place) ? File.ReadAllText(place) : null;

    private static string Place(string folder, string path)
    {
        var root = System.IO.Path.GetFullPath(folder);
        var place = System.IO.Path.GetFullPath(System.IO.Path.Combine(root, path));
        return place.StartsWith(root + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? place
            : throw new ArgumentException($"{path} leads out of the project folder.", nameof(path));
    }

    private static string[] Lines(string? text) => string.IsNullOrEmpty(text) ? [] : text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
}
