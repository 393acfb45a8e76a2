using System.Globalization;
using System.Text;

namespace Fairlead.Projects;

/// <summary>The difference of two texts as git shows it.</summary>
public static class TextDiff
{
    private const int Context = 3;

    /// <summary>Unified diff with one hunk: all lines between the first and the last that differ, with 3 lines around. "" when the texts are equal.</summary>
    /// <param name="name">File name in the head; a text that was or becomes empty is /dev/null there.</param>
    public static string Unified(string name, string before, string after)
    {
        if (before == after)
        {
            return "";
        }

        string[] a = Lines(before), b = Lines(after);
        var start = 0;
        while (start < a.Length && start < b.Length && a[start] == b[start])
        {
            start++;
        }

        var end = 0;
        while (end < a.Length - start && end < b.Length - start && a[^(end + 1)] == b[^(end + 1)])
        {
            end++;
        }

        var from = Math.Max(0, start - Context);
        var tail = Math.Min(Context, end);
        int oldLines = a.Length - end + tail - from, newLines = b.Length - end + tail - from;
        var diff = new StringBuilder();
        diff.Append(CultureInfo.InvariantCulture, $"--- {(a.Length == 0 ? "/dev/null" : "a/" + name)}\n+++ {(b.Length == 0 ? "/dev/null" : "b/" + name)}\n");
        diff.Append(CultureInfo.InvariantCulture, $"@@ -{(oldLines == 0 ? 0 : from + 1)},{oldLines} +{(newLines == 0 ? 0 : from + 1)},{newLines} @@\n");
        Append(' ', a, from, start);
        Append('-', a, start, a.Length - end);
        Append('+', b, start, b.Length - end);
        Append(' ', a, a.Length - end, a.Length - end + tail);
        return diff.ToString();

        void Append(char sign, string[] lines, int first, int after)
        {
            for (var i = first; i < after; i++)
            {
                diff.Append(sign).Append(lines[i]).Append('\n');
            }
        }
    }

    private static string[] Lines(string text) => text.Length == 0 ? [] : (text.EndsWith('\n') ? text[..^1] : text).Split('\n');
}
