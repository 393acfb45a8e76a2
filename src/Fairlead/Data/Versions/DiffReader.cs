using System.Globalization;
using System.Text.Json;
using Fairlead.Workspace;

namespace Fairlead.Data.Versions;

/// <summary>A difference read into memory.</summary>
internal sealed class DiffReader
{
    private DiffReader(DatasetDiff.Head head) => Head = head;

    public DatasetDiff.Head Head { get; }

    public HashSet<int> Removed { get; } = [];

    public HashSet<int> MovedFrom { get; } = [];

    /// <summary>Row of A by row of B.</summary>
    public Dictionary<int, int> MovedTo { get; } = [];

    /// <summary>By row of B.</summary>
    public Dictionary<int, IReadOnlyList<string?>> Added { get; } = [];

    /// <summary>New values by row of B and column.</summary>
    public Dictionary<int, Dictionary<string, string?>> Cells { get; } = [];

    /// <summary>Values of columns that only B has, by column. Shape [rows of B].</summary>
    public Dictionary<string, List<string?>> Columns { get; } = new(StringComparer.Ordinal);

    /// <exception cref="FaultException">The file is no difference or is not whole.</exception>
    public static DiffReader Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new FaultException(path, "The file is not there.", "Write it with `fairlead data diff A B --key COLUMN -o FILE`.");
        }

        var (number, ended, reader) = (0, false, (DiffReader?)null);
        try
        {
            foreach (var line in File.ReadLines(path))
            {
                number++;
                if (reader is null)
                {
                    var head = JsonSerializer.Deserialize(line, DiffJson.Lines.Head);
                    reader = head is { Format: DatasetDiff.Format, Version: DatasetDiff.Version } ? new DiffReader(head) : throw new JsonException($"The first line must say \"format\":\"{DatasetDiff.Format}\" and \"version\":{DatasetDiff.Version}.");
                    continue;
                }

                ended = reader.Take(JsonSerializer.Deserialize(line, DiffJson.Lines.Line)!);
            }
        }
        catch (JsonException exception)
        {
            throw new FaultException(string.Create(CultureInfo.InvariantCulture, $"{path}:{number}:{(exception.BytePositionInLine ?? 0) + 1}"), $"This is no line of a difference: {exception.Message.Split(" Path:")[0]}", "Write the file again with `fairlead data diff`.");
        }

        return reader is not null && ended ? reader : throw new FaultException($"{path}:{number}", "The difference is not whole: its last line is missing.", "Write the file again with `fairlead data diff`.");
    }

    private bool Take(DatasetDiff.Line line)
    {
        switch (line)
        {
            case DatasetDiff.Removed removed:
                Removed.Add(removed.Row);
                return false;
            case DatasetDiff.Moved moved:
                MovedFrom.Add(moved.Row);
                MovedTo.Add(moved.To, moved.Row);
                return false;
            case DatasetDiff.Added added:
                Added.Add(added.Row, added.Values);
                return false;
            case DatasetDiff.Changed changed:
                Cells.Add(changed.To, changed.Cells.ToDictionary(cell => cell.Column, cell => cell.After, StringComparer.Ordinal));
                return false;
            case DatasetDiff.Column column:
                (Columns.TryGetValue(column.Name, out var parts) ? parts : Columns[column.Name] = []).AddRange(column.Values);
                return false;
            default:
                return true;
        }
    }
}
