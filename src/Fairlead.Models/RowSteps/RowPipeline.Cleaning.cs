using Fairlead.Models.Contracts;
using Fairlead.Models.Expressions;

namespace Fairlead.Models.RowSteps;

/// <summary>The steps of a cleaning recipe in managed code.</summary>
public sealed partial class RowPipeline
{
    private sealed class CaseOperation(int column, CaseStep step) : Operation(column)
    {
        public override Cell Apply(Cell cell) => cell.Text is not { } text ? cell : Cell.Of(step.To switch { "upper" => PlainText.UpperAscii(text), "title" => PlainText.TitleAscii(text), _ => PlainText.LowerAscii(text) });
    }

    private sealed class MapOperation(int column, MapStep step) : Operation(column)
    {
        private readonly Dictionary<string, Cell> _map = step.Values.ToDictionary(pair => pair.Key, pair => Cell.Of(pair.Value), StringComparer.Ordinal);
        private readonly Cell? _else = step.Else is { } other ? Cell.Of(other) : null;

        public override Cell Apply(Cell cell) => cell.Text is not { } text ? cell : _map.TryGetValue(text, out var value) ? value : _else ?? cell;
    }

    private sealed class ParseNumberOperation(int column, ParseNumberStep step) : Operation(column)
    {
        private readonly IReadOnlyList<(string Spelling, double Offset, double Factor, double After)>? _spellings = step.Unit is { } unit ? MeasureText.Spellings(unit) : null;
        private readonly string? _assumed = (step.Assumed ?? step.Unit) is { } assumed ? PlainText.LowerAscii(assumed) : null;

        public override ColumnKind? ReadsAs => ColumnKind.Number;

        public override string Wanted => step.Unit is { } unit ? $"number in {unit}" : "number";

        public override Cell Apply(Cell cell) => cell.Text is not { } text ? cell : MeasureText.TryParse(text, step.DecimalComma, _spellings, _assumed, out var value) ? Cell.Of(value) : Cell.Missing;
    }

    private sealed class ParseDateOperation : Operation
    {
        private readonly (string? Order, DateFormat? Format)[] _formats;
        private readonly int _pivot;

        public ParseDateOperation(int column, ParseDateStep step)
            : base(column)
        {
            _pivot = step.Pivot;
            _formats = [.. step.Formats.Select(format => format is "ymd" or "dmy" or "mdy" ? (format, null) : DateFormat.TryParse(format, out var parsed, out var wrong) ? ((string?)null, parsed) : throw new ArgumentException($"The date format {format} can't be read: {wrong}.", nameof(step)))];
        }

        public override ColumnKind? ReadsAs => ColumnKind.Date;

        public override Cell Apply(Cell cell)
        {
            if (cell.Text is not { } text)
            {
                return cell;
            }

            text = PlainText.Trim(text);
            foreach (var (order, format) in _formats)
            {
                if (format is null ? DateText.TryParse(text, order, out var days) : format.TryRead(text, _pivot, out days))
                {
                    return Cell.Of(days);
                }
            }

            return Cell.Missing;
        }
    }

    private sealed class ClipOperation(int column, ClipStep step) : Operation(column)
    {
        public override Cell Apply(Cell cell) => !cell.IsNumber ? cell : cell.Number < step.Min ? Cell.Of(step.Min.Value) : cell.Number > step.Max ? Cell.Of(step.Max.Value) : cell;
    }

    private sealed class GroupImputeOperation : Operation
    {
        private readonly int _by;
        private readonly Dictionary<string, Cell> _table;
        private readonly Cell _otherwise;

        public GroupImputeOperation(int column, int by, GroupImputeStep step, bool number)
            : base(column)
        {
            _by = by;
            Cell Value(string text) => !number ? Cell.Of(text) : NumberText.TryParse(text, out var value) ? Cell.Of(value) : throw new ArgumentException($"The value \"{text}\" that fills column \"{step.Column}\" is not a number.", nameof(step));
            _table = (step.Table ?? throw new ArgumentException($"The step that fills column \"{step.Column}\" is not fitted.", nameof(step))).ToDictionary(pair => pair.Key, pair => Value(pair.Value), StringComparer.Ordinal);
            _otherwise = step.Otherwise is { } otherwise ? Value(otherwise) : Cell.Missing;
        }

        public override void Apply(Span<Cell> row)
        {
            if (row[Column].IsMissing)
            {
                row[Column] = !row[_by].IsMissing && _table.TryGetValue(row[_by].IsNumber && row[_by].Number == 0 ? "0" : row[_by].ToString(), out var value) ? value : _otherwise;
            }
        }
    }

    private sealed class SplitOperation(int column, int[] into, SplitStep step) : Operation(column)
    {
        private readonly System.Text.RegularExpressions.Regex? _pattern = step.Pattern is { } pattern ? RowCheckRunner.Pattern(pattern) : null;

        public override void Apply(Span<Cell> row)
        {
            var text = row[Column].Text ?? (row[Column].IsNumber ? row[Column].ToString() : null);
            for (var i = 0; i < into.Length; i++)
            {
                row[into[i]] = text is null ? Cell.Missing : Cell.Of(_pattern is null ? PlainText.Part(text, step.Separator!, i + 1) : PartOf(_pattern, text, i + 1));
            }
        }
    }

    /// <summary>The text that a group of a pattern found; empty when the pattern was not found. SQL calls it too.</summary>
    public static string PartOf(System.Text.RegularExpressions.Regex pattern, string text, int group)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        return pattern.Match(text) is { Success: true } match ? match.Groups[group].Value : "";
    }

    private sealed class JoinOperation(int column, int[] from, JoinStep step) : Operation(column)
    {
        public override void Apply(Span<Cell> row)
        {
            List<string> parts = [];
            foreach (var at in from)
            {
                if (!row[at].IsMissing)
                {
                    parts.Add(row[at].ToString());
                }
            }

            row[Column] = Cell.Of(string.Join(step.Separator, parts));
        }
    }

    private sealed class DeriveOperation(int column, ExpressionRunner runner) : Operation(column)
    {
        public override void Apply(Span<Cell> row) => row[Column] = runner.Value(row);
    }
}
