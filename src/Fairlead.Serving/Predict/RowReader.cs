using System.Globalization;
using System.Text;
using System.Text.Json;
using Fairlead.Models.Contracts;
using Fairlead.Models.Packages;
using Fairlead.Models.RowSteps;

namespace Fairlead.Serving.Predict;

/// <summary>Reads the rows of a request body into raw cells, by a contract. Immutable and thread-safe; the state of one request is a <see cref="RowScan"/>.</summary>
internal sealed class RowReader
{
    /// <summary>Signs of a value that a message shows.</summary>
    private const int ValueShown = 60;

    private readonly ModelContract _contract;
    private readonly Utf8Names _columns;
    private readonly byte[] _target;
    private readonly Column[] _readers;

    public RowReader(ModelPackage package)
    {
        _contract = package.Contract;
        _columns = new Utf8Names([.. _contract.Columns.Select(column => column.Name)]);
        _target = Encoding.UTF8.GetBytes(_contract.Target);
        _readers = [.. _contract.Columns.Select(column => new Column(column, _contract.RowSteps))];
        Required = _contract.Columns.Count(column => column.Required);
    }

    public int Columns => _readers.Length;

    /// <summary>Columns that a row must name.</summary>
    public int Required { get; }

    /// <summary>True when a member of this name is a column, and so not the wrapper of rows.</summary>
    public bool HasColumn(ReadOnlySpan<byte> name) => _columns.Find(name) >= 0;

    /// <summary>Reads one row; the reader stands on its start. Faults are added to the scan.</summary>
    /// <param name="cells">Shape [Columns]: raw cells, missing where the row has none.</param>
    public void Read(ref Utf8JsonReader json, RowScan scan, Span<Cell> cells)
    {
        cells.Clear();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            scan.Add("", "not_a_row", $"a row is an object of columns, such as {{\"{_contract.Columns[0].Name}\": …}}, not {Say(json.TokenType)}");
            json.Skip();
            return;
        }

        var (stamp, guess, required) = (scan.NextStamp(), 0, 0);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var index = json.ValueIsEscaped ? FindEscaped(ref json) : _columns.Find(json.ValueSpan, guess);
            if (index < 0)
            {
                ReadUnknown(ref json, scan);
                continue;
            }

            var column = _readers[index];
            guess = index + 1;
            if (scan.Seen[index] == stamp)
            {
                scan.Add(column.Name, "given_twice", "is given twice");
            }
            else if (column.Required)
            {
                required++;
            }

            scan.Seen[index] = stamp;
            json.Read();
            ReadValue(ref json, scan, column, ref cells[index]);
        }

        if (required < Required)
        {
            for (var i = 0; i < _readers.Length; i++)
            {
                if (_readers[i].Required && scan.Seen[i] != stamp)
                {
                    scan.Add(_readers[i].Name, "missing_column", "is missing; give null when it has no value");
                }
            }
        }
    }

    private int FindEscaped(ref Utf8JsonReader json)
    {
        var name = new byte[json.ValueSpan.Length];
        try
        {
            return _columns.Find(name.AsSpan(0, json.CopyString(name)));
        }
        catch (InvalidOperationException)
        {
            return -1; // half of a surrogate pair: no column is named so
        }
    }

    private void ReadUnknown(ref Utf8JsonReader json, RowScan scan)
    {
        var name = TextOf(ref json) ?? Encoding.UTF8.GetString(json.ValueSpan);
        if (json.ValueSpan.SequenceEqual(_target) || name == _contract.Target)
        {
            scan.Add(name, "target_given", "is what the model answers; leave it out");
        }
        else
        {
            var near = Array.Find(_columns.Names, known => string.Equals(known.Trim(), name.Trim(), StringComparison.OrdinalIgnoreCase));
            scan.Add(name, "unknown_column", near is null ? "is not a column of this model" : $"is not a column of this model; did you mean \"{near}\"?");
        }

        json.Read();
        json.Skip();
    }

    private static void ReadValue(ref Utf8JsonReader json, RowScan scan, Column column, ref Cell cell)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.Null:
                break;
            case JsonTokenType.Number when column.Kind == ColumnKind.Number:
                if (json.TryGetDouble(out var number) && double.IsFinite(number))
                {
                    cell = Cell.Of(number);
                }
                else
                {
                    scan.Add(column.Name, "wrong_type", $"{Shown(ref json)} is too large for a number");
                }

                break;
            case JsonTokenType.String:
                ReadText(ref json, scan, column, ref cell);
                break;
            case JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False when column.Kind is ColumnKind.Category or ColumnKind.Text or ColumnKind.Id:
                cell = Cell.Of(column.NameOf(ref json));
                break;
            default:
                scan.Add(column.Name, "wrong_type", $"wants {column.Wants}, got {Say(json.TokenType)}{(json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray ? "" : " " + Shown(ref json))}");
                json.Skip();
                break;
        }
    }

    private static void ReadText(ref Utf8JsonReader json, RowScan scan, Column column, ref Cell cell)
    {
        if (column.Levels is { } levels && !json.ValueIsEscaped && levels.Find(json.ValueSpan) is >= 0 and var level)
        {
            cell = Cell.Of(levels.Names[level]); // a name that training knew: no new string
            return;
        }

        if (TextOf(ref json) is not { } text)
        {
            scan.Add(column.Name, "wrong_type", "holds bytes that are no UTF-8 text");
            return;
        }

        cell = Cell.Of(text);
        if (column.Cast is not null && !column.Reads(ref cell))
        {
            scan.Add(column.Name, "wrong_type", $"wants {column.Wants}, and {Shown(ref json)} is none");
        }
    }

    /// <summary>The text of a string or name; null when it is no valid Unicode.</summary>
    private static string? TextOf(ref Utf8JsonReader json)
    {
        try
        {
            return json.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string Shown(ref Utf8JsonReader json)
    {
        var text = json.TokenType == JsonTokenType.String ? $"\"{TextOf(ref json)}\"" : Encoding.UTF8.GetString(json.ValueSpan);
        return text.Length > ValueShown ? string.Concat(text.AsSpan(0, ValueShown), "…") : text;
    }

    private static string Say(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => "the text",
        JsonTokenType.Number => "the number",
        JsonTokenType.True or JsonTokenType.False => "the boolean",
        _ => "null",
    };

    private sealed class Column
    {
        private readonly RowPipeline? _before;

        public Column(ContractColumn column, IReadOnlyList<RowStep> steps)
        {
            (Name, Kind, Required) = (column.Name, column.Kind, column.Required);
            Levels = column is { Kind: ColumnKind.Category, Levels: { Count: > 0 } levels } ? new Utf8Names(levels) : null;
            if (column.Kind is ColumnKind.Number or ColumnKind.Date && column.Protection is not Protection.Drop)
            {
                // What stands before the cast (white space, marks of missing values) is applied before a text is judged.
                var own = steps.Where(step => step.Column == column.Name && step.IsAlone()).ToArray();
                var cast = Array.FindIndex(own, step => step.ReadsAs() is not null);
                HasCast = cast >= 0;
                Cast = new RowPipeline([column.Name], [HasCast ? own[cast] : new CastStep(column.Name, column.Kind)]);
                _before = new RowPipeline([column.Name], HasCast ? own[..cast] : [new TrimStep(column.Name)]);
            }
        }

        public string Name { get; }

        public ColumnKind Kind { get; }

        public bool Required { get; }

        public Utf8Names? Levels { get; }

        public RowPipeline? Cast { get; }

        /// <summary>The contract's own steps cast the column; otherwise it is cast here.</summary>
        public bool HasCast { get; }

        public string Wants => Kind switch { ColumnKind.Number => "a number", ColumnKind.Date => "a date as text", _ => "a text" };

        /// <summary>True when the text reads as the column's kind or is a mark of a missing value.</summary>
        public bool Reads(ref Cell cell)
        {
            var copy = cell;
            _before!.Apply(new Span<Cell>(ref copy));
            if (copy.IsMissing)
            {
                return true;
            }

            Cast!.Apply(new Span<Cell>(ref copy));
            if (!HasCast)
            {
                cell = copy;
            }

            return !copy.IsMissing;
        }

        /// <summary>A number or boolean where a name belongs: its text as sent, or the spelling of a known name that means the same (1.0 for 1, true for True).</summary>
        public string NameOf(ref Utf8JsonReader json)
        {
            var sent = Encoding.UTF8.GetString(json.ValueSpan);
            if (Levels is null || Levels.Find(json.ValueSpan) >= 0)
            {
                return sent;
            }

            var same = json.TokenType == JsonTokenType.Number
                ? json.TryGetDouble(out var number) ? Array.Find(Levels.Names, name => NumberText.TryParse(name, out var known) && known == number) : null
                : Array.Find(Levels.Names, name => string.Equals(name, sent, StringComparison.OrdinalIgnoreCase));
            return same ?? sent;
        }
    }
}

/// <summary>What reading the rows of one request has come to. Reused by one thread.</summary>
internal sealed class RowScan
{
    /// <summary>Faults that are named; further ones are counted.</summary>
    public const int FaultsNamedMax = 1_000;

    private int[] _seen = [];
    private int _stamp;

    /// <summary>Row that is being read, counted from 0.</summary>
    public int Row { get; set; }

    public List<RowFault> Faults { get; } = [];

    public long FaultCount { get; private set; }

    /// <summary>Per column, the stamp of the last row that named it.</summary>
    public int[] Seen => _seen;

    public void Start(int columns)
    {
        if (_seen.Length < columns)
        {
            _seen = new int[columns];
        }

        Row = 0;
        FaultCount = 0;
        Faults.Clear();
    }

    public int NextStamp()
    {
        if (++_stamp == int.MaxValue)
        {
            Array.Clear(_seen);
            _stamp = 1;
        }

        return _stamp;
    }

    public void Add(string column, string problem, string message)
    {
        if (FaultCount++ < FaultsNamedMax)
        {
            Faults.Add(new RowFault(Row, column, problem, message));
        }
    }

    internal static string Count(long count, string one) => $"{count.ToString(CultureInfo.InvariantCulture)} {one}{(count == 1 ? "" : "s")}";
}
