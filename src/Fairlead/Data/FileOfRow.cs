using System.Globalization;
using Fairlead.Models.Contracts;

namespace Fairlead.Data;

/// <summary>The file that each row of a version came from: a column that slices may be cut by, so that a bad file can be a cause. Never a feature: a row to answer comes from no file.</summary>
public static class FileOfRow
{
    /// <summary>How conditions name it. No source column may.</summary>
    public const string Column = "__file";

    /// <summary>What it is called in sentences.</summary>
    public const string Label = "file";

    /// <param name="files">The files of the version in reading order; null: not kept.</param>
    /// <param name="rows">Raw row numbers, shape [rows].</param>
    /// <returns>A category of file names, shape [rows]; null where there is but one file, or where its first row is not known.</returns>
    public static FrameColumn? Of(IReadOnlyList<SourceFile>? files, long[] rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (files is not { Count: > 1 } || files.Any(file => file.First is null))
        {
            return null;
        }

        long[] starts = [.. files.Select(file => file.First!.Value)];
        return new FrameColumn(Column, ColumnKind.Category, Array.ConvertAll(rows, row => (string?)files[At(starts, row)].Name));
    }

    /// <summary>SQL condition over <c>__row</c>: the row came from the file of this name.</summary>
    /// <returns>Null where no file of the version has the name, or where its first row is not known.</returns>
    internal static string? Sql(IReadOnlyList<SourceFile> files, string name)
    {
        List<string> ranges = [];
        for (var i = 0; i < files.Count; i++)
        {
            if (files[i].Name == name && (files[i].First ?? (files.Count == 1 ? 0 : null)) is { } first)
            {
                var end = i + 1 < files.Count ? string.Create(CultureInfo.InvariantCulture, $" AND __row < {files[i + 1].First}") : "";
                ranges.Add(string.Create(CultureInfo.InvariantCulture, $"(__row >= {first}{end})"));
            }
        }

        return ranges.Count == 0 ? null : $"({string.Join(" OR ", ranges)})";
    }

    /// <summary>The last file that starts at or before the row.</summary>
    private static int At(long[] starts, long row)
    {
        var (low, high) = (0, starts.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = starts[middle] <= row ? (middle, high) : (low, middle - 1);
        }

        return low;
    }
}
