using Fairlead.Models.Contracts;
using Fairlead.Models.Expressions;
using Fairlead.Models.Personal;

namespace Fairlead.Models.RowSteps;

/// <summary>The managed implementation of row steps: a raw row in, a cleaned row out. Thread-safe.</summary>
public sealed partial class RowPipeline
{
    private const int NoteLength = 40;
    private readonly IReadOnlyList<string> _columns;
    private readonly Operation[] _operations;
    private readonly bool[] _hidden;

    /// <param name="columns">Names of the row's columns, in the order of its cells.</param>
    /// <param name="steps">Steps in order; each names one of the columns.</param>
    /// <exception cref="ArgumentException">A step names no column, or an imputed number is none.</exception>
    /// <exception cref="InvalidDataException">A step needs a pseudonym key that this process does not have.</exception>
    public RowPipeline(IReadOnlyList<string> columns, IReadOnlyList<RowStep> steps)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(steps);
        _columns = columns;
        _operations = new Operation[steps.Count];
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < columns.Count; i++)
        {
            index[columns[i]] = i;
        }

        _hidden = new bool[columns.Count];
        var cast = new bool[columns.Count];
        for (var i = 0; i < steps.Count; i++)
        {
            int Find(string name) => index.TryGetValue(name, out var found) ? found : throw new ArgumentException($"Step {i + 1} names the column \"{name}\", which the row does not have.", nameof(steps));
            var column = Find(steps[i].Column);
            _operations[i] = steps[i] switch
            {
                GroupImputeStep group => new GroupImputeOperation(column, Find(group.By), group, cast[column]),
                ModelImputeStep model => new ModelImputeOperation(column, [.. model.From.Select(Find)], model),
                ClassImputeStep classes => new ClassImputeOperation(column, [.. classes.From.Select(Find)], classes),
                SplitStep split => new SplitOperation(column, [.. split.Into.Select(Find)], split),
                JoinStep join => new JoinOperation(column, [.. join.From.Select(Find)], join),
                DeriveStep derive => new DeriveOperation(column, new ExpressionRunner(derive.Parsed(), columns)),
                var step => Operation.Of(step, column, cast[column]),
            };
            cast[column] = steps[i] is DeriveStep made ? made.Parsed().Type is ExpressionType.Number or ExpressionType.Date : cast[column] || steps[i].ReadsAs() is not null;
            _hidden[column] |= steps[i] is MaskStep or PseudonymStep or SyntheticStep or GeneraliseStep;
        }
    }

    /// <summary>Cleans a row in place. Shape [columns].</summary>
    /// <param name="row">Raw cells in, cleaned cells out.</param>
    /// <param name="notes">Takes what went wrong on the way ("weight: \"12kg\" is not a number"); null when not wanted.</param>
    /// <exception cref="ArgumentException">The row has another number of cells.</exception>
    public void Apply(Span<Cell> row, List<string>? notes = null)
    {
        if (row.Length != _columns.Count)
        {
            throw new ArgumentException($"The row has {row.Length} cells, expected {_columns.Count}.", nameof(row));
        }

        foreach (var operation in _operations)
        {
            var before = row[operation.Column];
            operation.Apply(row);
            if (notes is not null && operation.ReadsAs is not null && row[operation.Column].IsMissing && before.Text is { } text)
            {
                notes.Add(_hidden[operation.Column] ? $"{_columns[operation.Column]}: the value is not a {operation.Wanted}" : $"{_columns[operation.Column]}: \"{(text.Length > NoteLength ? text[..NoteLength] + "…" : text)}\" is not a {operation.Wanted}");
            }
        }
    }

    /// <summary>Runs one step on a row in place: for whole tables, which go column by column and not row by row.</summary>
    /// <param name="step">Its place among the steps.</param>
    /// <param name="row">Shape [columns]. Only the columns that the step reads need to be right.</param>
    public void ApplyStep(int step, Span<Cell> row) => _operations[step].Apply(row);

    private abstract class Operation(int column)
    {
        public int Column { get; } = column;

        /// <summary>The kind that text is read as, or null.</summary>
        public virtual ColumnKind? ReadsAs => null;

        /// <summary>What a text that can't be read is not.</summary>
        public virtual string Wanted => ReadsAs == ColumnKind.Date ? "date" : "number";

        public virtual Cell Apply(Cell cell) => cell;

        public virtual void Apply(Span<Cell> row) => row[Column] = Apply(row[Column]);

        public static Operation Of(RowStep step, int column, bool cast) => step switch
        {
            TrimStep => new TrimOperation(column),
            MissingStep missing => new MissingOperation(column, missing),
            NormaliseStep normalise => new NormaliseOperation(column, normalise),
            MaskStep => new MaskOperation(column),
            PseudonymStep pseudonym => new ReplaceOperation(column, PersonalKey.Find(pseudonym.Key).Pseudonym),
            SyntheticStep synthetic => new ReplaceOperation(column, new SyntheticSource(PersonalKey.Find(synthetic.Key)).Of),
            GeneraliseStep generalise => new GeneraliseOperation(column, generalise),
            CastStep read => new CastOperation(column, read),
            ImputeStep impute => new ImputeOperation(column, impute, cast),
            CaseStep change => new CaseOperation(column, change),
            MapStep map => new MapOperation(column, map),
            ParseNumberStep number => new ParseNumberOperation(column, number),
            ParseDateStep date => new ParseDateOperation(column, date),
            ClipStep clip => new ClipOperation(column, clip),
            _ => throw new ArgumentException($"No implementation of {step.GetType().Name}.", nameof(step)),
        };
    }

    private sealed class TrimOperation(int column) : Operation(column)
    {
        public override Cell Apply(Cell cell) => cell.Text is { } text ? Cell.Of(PlainText.Trim(text)) : cell;
    }

    private sealed class MissingOperation : Operation
    {
        private readonly HashSet<string> _texts;
        private readonly double[] _numbers;

        public MissingOperation(int column, MissingStep step)
            : base(column)
        {
            _texts = new HashSet<string>(step.Values, StringComparer.Ordinal);
            _numbers = MissingNumbers(step);
        }

        public override Cell Apply(Cell cell) =>
            cell.IsNumber ? Array.IndexOf(_numbers, cell.Number) >= 0 ? Cell.Missing : cell
            : cell.Text is { } text && _texts.Contains(text) ? Cell.Missing : cell;
    }

    /// <summary>The spellings of a step that are the shortest text of a number: what a number is compared with.</summary>
    public static double[] MissingNumbers(MissingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        List<double> numbers = [];
        foreach (var value in step.Values)
        {
            if (NumberText.TryParse(value, out var number) && NumberText.Shortest(number) == value)
            {
                numbers.Add(number);
            }
        }

        return [.. numbers];
    }

    private sealed class NormaliseOperation : Operation
    {
        private readonly Dictionary<string, Cell> _map;
        private readonly bool _ignoreCase;

        public NormaliseOperation(int column, NormaliseStep step)
            : base(column)
        {
            _ignoreCase = step.IgnoreCase;
            _map = new Dictionary<string, Cell>(StringComparer.Ordinal);
            foreach (var (from, to) in step.Ordered())
            {
                _map.TryAdd(from, Cell.Of(to));
            }
        }

        public override Cell Apply(Cell cell) =>
            cell.Text is { } text && _map.TryGetValue(_ignoreCase ? PlainText.LowerAscii(text) : text, out var name) ? name : cell;
    }

    private sealed class MaskOperation(int column) : Operation(column)
    {
        public override Cell Apply(Cell cell) => cell.Text is { } text ? Cell.Of(PersonalText.Mask(text)) : cell;
    }

    /// <summary>Puts a text made from the value in its place; a number's from its shortest text.</summary>
    private sealed class ReplaceOperation(int column, Func<string, string> replace) : Operation(column)
    {
        public override Cell Apply(Cell cell) =>
            cell.Text is { } text ? Cell.Of(replace(text)) : cell.IsNumber ? Cell.Of(replace(NumberText.Shortest(cell.Number))) : cell;
    }

    private sealed class GeneraliseOperation(int column, GeneraliseStep step) : Operation(column)
    {
        private readonly Generalisation _to = Generalisation.Parse(step.To)
            ?? throw new ArgumentException($"Column \"{step.Column}\" can't be generalised to \"{step.To}\".", nameof(step));

        public override Cell Apply(Cell cell) => _to.Apply(cell);
    }

    private sealed class CastOperation(int column, CastStep step) : Operation(column)
    {
        public override ColumnKind? ReadsAs => step.To;

        public override Cell Apply(Cell cell)
        {
            if (cell.Text is not { } text)
            {
                return cell;
            }

            double value;
            var read = step.To == ColumnKind.Date ? DateText.TryParse(text, step.Format, out value) : NumberText.TryParse(text, out value);
            return read ? Cell.Of(value) : Cell.Missing;
        }
    }

    private sealed class ImputeOperation : Operation
    {
        private readonly Cell _value;

        public ImputeOperation(int column, ImputeStep step, bool cast)
            : base(column)
        {
            if (!cast)
            {
                _value = Cell.Of(step.Value);
            }
            else if (NumberText.TryParse(step.Value, out var number))
            {
                _value = Cell.Of(number);
            }
            else
            {
                throw new ArgumentException($"The value \"{step.Value}\" that fills column \"{step.Column}\" is not a number.", nameof(step));
            }
        }

        public override Cell Apply(Cell cell) => cell.IsMissing ? _value : cell;
    }
}
