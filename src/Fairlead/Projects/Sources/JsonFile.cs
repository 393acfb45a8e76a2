using System.Security.Cryptography;
using System.Text.Json;
using Fairlead.Workspace;

namespace Fairlead.Projects.Sources;

/// <summary>JSON lines (one object a line) or an array of objects. Columns are all names that occur, in the order first seen, so the file is walked once before it is read.</summary>
/// <remarks>Numbers stay as they are written; lists and objects inside a row are kept as JSON text.</remarks>
internal sealed class JsonFile : ISource
{
    private readonly TextFormat _format;
    private readonly bool _array;

    private JsonFile(string path, TextFormat format, bool array) => (Path, _format, _array) = (path, format, array);

    public string Path { get; }

    public TextFormat Encoding => _format;

    public string Format => _array ? "json" : "jsonl";

    public IReadOnlyList<string> Columns { get; private set; } = [];

    public IReadOnlyList<string> Notes => _format.Note is { } note ? [note] : [];

    public bool HasHeader => true;

    public long? Rows { get; private set; }

    /// <exception cref="FaultException">Every fault of the file.</exception>
    public static JsonFile Open(string path, TextFormat format, bool array)
    {
        var file = new JsonFile(path, format, array);
        var scan = new JsonScan(path);
        var bytes = new ByteCheck(path, format);
        using (var text = new CheckedStream(file.OpenText(null), bytes))
        {
            using var elements = new JsonElements(path, text, array);
            while (elements.Next())
            {
                if (array)
                {
                    scan.Element(elements.Current, elements.Line, elements.Column);
                }
                else
                {
                    scan.Line(elements.Current);
                }
            }

            if (elements.Problem is { } problem)
            {
                scan.Stopped(problem, elements.Line, elements.Column);
            }

            text.CopyTo(Stream.Null, 1 << 18); // bytes behind what could be read as JSON are looked at too
        }

        bytes.End();
        List<Fault> faults = bytes.Faults.Count > 0 && array ? [.. bytes.Faults] : [.. bytes.Faults, .. scan.Faults];
        faults.AddRange(ColumnFaults.Of(path, scan.Columns));
        if (faults.Count == 0 && (scan.Rows == 0 || scan.Columns.Count == 0))
        {
            faults.Add(new Fault(path, scan.Rows == 0 ? "The file has no rows." : "The file's objects have no fields.", "Give a file with rows."));
        }

        (file.Columns, file.Rows) = (scan.Columns, scan.Rows);
        return faults.Count > 0 ? throw new FaultException(faults) : file;
    }

    public ISourceRows Read(IReadOnlyList<int> places, IncrementalHash? digest = null) => new JsonRows(Path, Columns, places, new JsonElements(Path, OpenText(digest), _array));

    /// <summary>The file's text as UTF-8, without byte order mark.</summary>
    /// <param name="digest">Takes every byte of the file as it is read.</param>
    public Stream OpenText(IncrementalHash? digest) => TranscodedStream.Open(SourceBytes.Open(Path, digest), _format);

    /// <summary>Hands every byte that is read to a check.</summary>
    private sealed class CheckedStream(Stream source, ByteCheck check) : ForwardStream(source)
    {
        public override int Read(Span<byte> buffer)
        {
            var read = Source.Read(buffer);
            check.Feed(buffer[..read]);
            return read;
        }
    }
}

/// <summary>The rows of a JSON file that has been walked.</summary>
internal sealed class JsonRows : ISourceRows
{
    private readonly JsonElements _elements;
    private readonly string _path;
    private readonly byte[][] _names;
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly bool[] _wanted;
    private readonly RowBlockBuilder _rows;

    public JsonRows(string path, IReadOnlyList<string> columns, IReadOnlyList<int> places, JsonElements elements)
    {
        (_path, _elements, _rows) = (path, elements, new RowBlockBuilder(columns.Count));
        _names = [.. columns.Select(System.Text.Encoding.UTF8.GetBytes)];
        _wanted = new bool[columns.Count];
        foreach (var place in places)
        {
            _wanted[place] = true;
        }

        for (var column = 0; column < columns.Count; column++)
        {
            _places.Add(columns[column], column);
        }
    }

    public RowBlock Block => _rows.Block;

    public int RowsMax => RowBlockBuilder.RowsMax;

    public bool Next(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        _rows.Clear();
        try
        {
            while (!_rows.IsFull && _elements.Next())
            {
                if (!_elements.Current.Trim(" \t\r"u8).IsEmpty)
                {
                    Take(_elements.Current);
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new FaultException($"{_path}:{_elements.Line}:1", "The file changed while it was read.", "Try again.");
        }

        return Block.Rows > 0;
    }

    public void Dispose() => _elements.Dispose();

    private void Take(ReadOnlySpan<byte> element)
    {
        var reader = new Utf8JsonReader(element);
        reader.Read();
        _rows.AddRow();
        var expected = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var place = expected < _names.Length && reader.ValueTextEquals(_names[expected]) ? expected : _places.GetValueOrDefault(reader.GetString()!, -1);
            expected = place + 1;
            reader.Read();
            if (place < 0 || !_wanted[place])
            {
                reader.Skip();
                continue;
            }

            switch (reader.TokenType)
            {
                case JsonTokenType.Null:
                    break;
                case JsonTokenType.String:
                    var room = _rows.Room(reader.ValueSpan.Length);
                    _rows.Set(place, reader.CopyString(room));
                    break;
                case JsonTokenType.StartArray or JsonTokenType.StartObject:
                    var start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    _rows.Set(place, element[start..(int)reader.BytesConsumed]);
                    break;
                default:
                    _rows.Set(place, reader.ValueSpan);
                    break;
            }
        }
    }
}
