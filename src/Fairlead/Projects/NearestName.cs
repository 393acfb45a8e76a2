namespace Fairlead.Projects;

/// <summary>Finds the name a person probably meant.</summary>
public static class NearestName
{
    /// <summary>The nearest of <paramref name="names"/>, or null when none is near: more than a third of its letters (at least 2) would have to change.</summary>
    public static string? Of(string name, IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(names);
        string? best = null;
        var bestDistance = int.MaxValue;
        foreach (var candidate in names)
        {
            var distance = Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (distance < bestDistance && distance <= Math.Max(2, candidate.Length / 3) && distance < candidate.Length)
            {
                (best, bestDistance) = (candidate, distance);
            }
        }

        return best;
    }

    /// <summary>" Did you mean X?", or "" when nothing is near.</summary>
    public static string Hint(string name, IEnumerable<string> names) => Of(name, names) is { } near ? $" Did you mean \"{near}\"?" : "";

    /// <summary>Edits (insert, delete, replace, swap of neighbours) that turn one text into the other: optimal string alignment distance. O(n m) time.</summary>
    public static int Distance(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        var rows = new int[3][];
        for (var r = 0; r < 3; r++)
        {
            rows[r] = new int[b.Length + 1];
        }

        for (var j = 0; j <= b.Length; j++)
        {
            rows[0][j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            var (now, before, earlier) = (rows[i % 3], rows[(i + 2) % 3], rows[(i + 1) % 3]);
            now[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var best = Math.Min(Math.Min(before[j] + 1, now[j - 1] + 1), before[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    best = Math.Min(best, earlier[j - 2] + 1);
                }

                now[j] = best;
            }
        }

        return rows[a.Length % 3][b.Length];
    }
}
