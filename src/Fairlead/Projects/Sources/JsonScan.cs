using System.Text;
using System.Text.Json;
using Fairlead.Workspace;

namespace Fairlead.Projects.Sources;

/// <summary>Collects rows, columns and faults of JSON.</summary>
internal sealed class JsonScan(string path)
{
    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);
    private readonly List<Fault> _faults = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private long _wrong;

    public List<string> Columns { get; } = [];

    public IReadOnlyList<Fault> Faults => _faults;

    public long Rows { get; private set; }

    /// <summary>Lines walked so far.</summary>
    public long LineNumber { get; private set; }

    /// <summary>One line: an object, or blank.</summary>
    public void Line(ReadOnlySpan<byte> line)
    {
        LineNumber++;
        if (line.Trim(" \t\r"u8).IsEmpty)
        {
            return;
        }

        var reader = new Utf8JsonReader(line);
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                Add(LineNumber, 1, "This line is JSON but not an object.", "Write one object {\"column\": value, …} a line.");
                return;
            }

            Row(ref reader, LineNumber, 0);
            reader.Read();
        }
        catch (JsonException exception)
        {
            var at = (int)Math.Min(exception.BytePositionInLine ?? 0, line.Length);
            Add(LineNumber, Encoding.UTF8.GetCharCount(line[..at]) + 1, $"This line is not JSON: {Plain(exception)}", "Write one whole object a line.");
        }
    }

    /// <summary>One element of an array: an object.</summary>
    public void Element(ReadOnlySpan<byte> element, long line, long column)
    {
        if (element[0] != '{')
        {
            Add(line, column, "An element of the array is not an object.", "Write [{\"column\": value, …}, …].");
            return;
        }

        var reader = new Utf8JsonReader(element);
        reader.Read();
        Row(ref reader, line, 0);
    }

    /// <summary>The array can't be read further.</summary>
    public void Stopped(string problem, long line, long column) => Add(line, column, $"The file is not JSON: {problem}", "Repair it there, or write it again.");

    private void Row(ref Utf8JsonReader reader, long line, int start)
    {
        Rows++;
        _seen.Clear();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var at = reader.TokenStartIndex - start + 1;
            if (Text(ref reader) is not { } name)
            {
                Add(line, at, "A name holds half a surrogate pair or a NUL.", "Write it as UTF-8.");
                name = "";
            }

            if (!_seen.Add(name))
            {
                Add(line, at, $"The field \"{name}\" stands twice in one row.", "Keep one of them.");
            }

            if (_columns.TryAdd(name, Columns.Count))
            {
                Columns.Add(name);
                if (Columns.Count == SourceLimits.ColumnsMax + 1)
                {
                    Add(line, at, $"The file has more than {SourceLimits.ColumnsMax:N0} columns, which is the limit.", "Leave out columns that can't matter, or turn them into rows.");
                }
            }

            reader.Read();
            var value = reader.TokenStartIndex;
            if (reader.TokenType == JsonTokenType.String && reader.ValueIsEscaped && Text(ref reader) is null)
            {
                Add(line, value - start + 1, $"The text of \"{name}\" holds half a surrogate pair or a NUL.", "Write it as UTF-8 without NUL.");
            }

            reader.Skip();
            if (reader.BytesConsumed - value > SourceLimits.CellBytesMax)
            {
                Add(line, value - start + 1, $"The value of \"{name}\" has {reader.BytesConsumed - value:N0} bytes; the limit for a cell is {SourceLimits.CellBytesMax:N0} (1 MiB).", "Shorten it, or keep such content outside the table.");
            }
        }
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        try
        {
            var text = reader.GetString()!;
            return text.Contains('\0', StringComparison.Ordinal) ? null : text;
        }
        catch (InvalidOperationException) // half a surrogate pair, or not UTF-8
        {
            return null;
        }
    }

    public static string Plain(JsonException exception) => exception.Message.Split(" LineNumber:")[0].Split(" Path:")[0];

    private void Add(long line, long column, string what, string fix)
    {
        if (++_wrong <= SourceLimits.FaultsShown)
        {
            _faults.Add(new Fault($"{path}:{line}:{column}", what, fix));
        }
    }
}
