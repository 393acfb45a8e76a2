using System.Globalization;
using Fairlead.Data.Scanning;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;

namespace Fairlead.Data.Cleaning;

/// <summary>Row steps over whole tables, batch by batch and column by column, with the operations that serving runs row by row.</summary>
/// <remarks>
/// A step that looks at one column is worked out once for each text of the scan's dictionary, not once for each row; texts of columns without one are looked at as bytes first.
/// What comes out is what <see cref="RowPipeline"/> gives row by row: a property test holds the two, and a third form in SQL, equal.
/// </remarks>
internal sealed class StepScan : ITableScan
{
    private readonly ITableScan _source;
    private readonly RowPipeline _pipeline;
    private readonly Cell[] _row;
    private readonly StepValues[] _values;
    private readonly int[] _sourceOf;
    private readonly StepInScan[] _steps;
    private readonly Output[] _outputs;
    private readonly StepTally? _tally;
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly TableBatch _batch = new();
    private long _firstRow;

    /// <param name="source">Columns of texts; others only pass through.</param>
    /// <param name="steps">In order, fitted.</param>
    /// <param name="outputs">What comes out, in order: columns as they are after all steps, or <see cref="ChangedBy"/> and <see cref="UnreadBy"/> a step.</param>
    /// <param name="tally">Counts what the steps do; null: nobody asks.</param>
    public StepScan(ITableScan source, IReadOnlyList<RowStep> steps, IReadOnlyList<string> outputs, StepTally? tally = null)
    {
        (_source, _tally) = (source, tally);
        foreach (var name in source.Columns.Select(column => column.Name).Concat(steps.SelectMany(step => step.Reads().Concat(step.Writes()))))
        {
            _places.TryAdd(name, _places.Count);
        }

        _sourceOf = [.. Enumerable.Range(0, _places.Count).Select(place => place < source.Columns.Count ? place : -1)];
        _pipeline = new RowPipeline([.. _places.Keys], steps);
        _row = new Cell[_places.Count];
        _values = [.. _places.Select(_ => new StepValues())];
        var stands = source.Columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        var (numbers, dates) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        _steps = [.. steps.Select((step, i) => new StepInScan(step, i, Place, stands, numbers, dates))];
        var written = steps.SelectMany(step => step.Writes()).ToHashSet(StringComparer.Ordinal);
        var flags = new Dictionary<string, StepInScan>(StringComparer.Ordinal);
        foreach (var step in _steps)
        {
            (flags[ChangedBy(step.At)], flags[UnreadBy(step.At)]) = (step, step);
        }

        _outputs = [.. outputs.Select(name => flags.TryGetValue(name, out var step) ? FlagOf(name, step) : OutputOf(name, written, numbers, ColumnDictionary.EntriesOf(outputs.Count)))];
        Columns = [.. _outputs.Select(output => new ScannedColumn(output.Name, output.Form))];
    }

    public IReadOnlyList<ScannedColumn> Columns { get; }

    /// <summary>Name of the output that tells whether a step changed the row.</summary>
    public static string ChangedBy(int step) => string.Create(CultureInfo.InvariantCulture, $"__changed_{step}");

    /// <summary>Name of the output that tells whether a step could not read the row's text as the number or date it reads.</summary>
    public static string UnreadBy(int step) => string.Create(CultureInfo.InvariantCulture, $"__unread_{step}");

    public TableBatch? Next(CancellationToken cancel)
    {
        if (_source.Next(cancel) is not { } read)
        {
            return null;
        }

        for (var i = 0; i < _values.Length; i++)
        {
            _values[i].Begin(_sourceOf[i] < 0 ? null : read.Columns[_sourceOf[i]], read.Rows);
        }

        _firstRow = read.FirstRow;
        foreach (var step in _steps)
        {
            step.Flags?.Clear(read.Rows);
            Run(step, read.Rows);
        }

        foreach (var output in _outputs)
        {
            output.Own?.Take(_values[output.Place], read.Rows);
        }

        (_batch.FirstRow, _batch.Rows) = (read.FirstRow, read.Rows);
        _batch.Columns = [.. _outputs.Select(output => output.Flags ?? output.Own?.Vector ?? read.Columns[_sourceOf[output.Place]])];
        return _batch;
    }

    public void Dispose() => _source.Dispose();

    private int Place(string name) => _places.TryGetValue(name, out var place) ? place : throw new ArgumentException($"There is no column \"{name}\" here.", nameof(name));

    private static Output FlagOf(string name, StepInScan step)
    {
        step.Flags ??= new StepFlags();
        return new Output(name, -1, VectorForm.Boolean, null, name == ChangedBy(step.At) ? step.Flags.Changed : step.Flags.Unread);
    }

    private Output OutputOf(string name, HashSet<string> written, HashSet<string> numbers, int entries)
    {
        var place = Place(name);
        return written.Contains(name) || _sourceOf[place] < 0
            ? new Output(name, place, numbers.Contains(name) ? VectorForm.Double : VectorForm.Text, new StepVector(numbers.Contains(name), entries), null)
            : new Output(name, place, _source.Columns[place].Form, null, null);
    }

    private void Run(StepInScan step, int rows)
    {
        if (step.IsOfOneColumn && _values[step.Reads[0]].Codes is { } codes)
        {
            ByCode(step, codes, rows);
        }
        else if (step.IsAlone)
        {
            ByText(step, rows);
        }
        else
        {
            ByRow(step, rows);
        }
    }

    private void ByCode(StepInScan step, int[] codes, int rows)
    {
        var from = _values[step.Reads[0]];
        var memo = step.Memo ??= new StepMemo(step.Writes.Length);
        memo.Room(from.Entries.Length);
        for (; memo.Known < from.Known; memo.Known++)
        {
            _row[step.Reads[0]] = from.Entries[memo.Known];
            Apply(step);
            var touch = StepTouch.None;
            for (var i = 0; i < step.Writes.Length; i++)
            {
                var after = _row[step.Writes[i]];
                memo.After[i][memo.Known] = after;
                touch |= TouchOf(step, i, step.Writes[i] == step.Reads[0] ? from.Entries[memo.Known] : Cell.Missing, after);
            }

            memo.Touched[memo.Known] = touch;
            memo.Touches |= touch != StepTouch.None;
        }

        var written = new Cell[step.Writes.Length];
        for (var row = 0; row < rows && memo.Touches; row++)
        {
            var (entry, touch) = (codes[row] + 1, memo.Touched[codes[row] + 1]);
            if (Mark(step, row, touch))
            {
                for (var i = 0; i < written.Length; i++)
                {
                    written[i] = memo.After[i][entry];
                }

                Show(step, row, touch, [from.Entries[entry]], written);
            }
        }

        var known = from.Known;
        for (var i = 0; i < step.Writes.Length; i++)
        {
            _values[step.Writes[i]].ByCode(codes, memo.After[i], known);
        }
    }

    /// <summary>A step that changes the column it looks at, whose rows have texts of their own.</summary>
    private void ByText(StepInScan step, int rows)
    {
        var (place, look) = (step.Writes[0], step.Look);
        var values = _values[place];
        values.ByRow(rows);
        var source = values.Source is { Form: VectorForm.Text } texts ? texts : null;
        for (var row = 0; row < rows; row++)
        {
            if (look is not null && source is not null && values.IsPlain(row) && !source.IsMissing(row))
            {
                var verdict = look(source.Utf8(row), out var number);
                if (verdict == StepBytes.Verdict.Becomes)
                {
                    values.Set(row, Cell.Of(number));
                }

                if (verdict != StepBytes.Verdict.Unknown)
                {
                    continue;
                }
            }

            var before = values.Of(row);
            _row[place] = before;
            Apply(step);
            var after = _row[place];
            if (!IsSame(before, after))
            {
                values.Set(row, after);
            }

            var touch = TouchOf(step, 0, before, after);
            if (Mark(step, row, touch))
            {
                Show(step, row, touch, [before], [after]);
            }
        }
    }

    private void ByRow(StepInScan step, int rows)
    {
        foreach (var place in step.Writes)
        {
            _values[place].ByRow(rows);
        }

        var (before, received, made) = (new Cell[step.Writes.Length], new Cell[step.Reads.Length], new Cell[step.Writes.Length]);
        for (var row = 0; row < rows; row++)
        {
            if (step.FillsOnly && !_values[step.Writes[0]].IsMissing(row))
            {
                continue;
            }

            for (var i = 0; i < received.Length; i++)
            {
                received[i] = _values[step.Reads[i]].Of(row);
                _row[step.Reads[i]] = received[i];
            }

            for (var i = 0; i < before.Length; i++)
            {
                before[i] = step.Stood[i] ? _values[step.Writes[i]].Of(row) : Cell.Missing;
            }

            Apply(step);
            var touch = StepTouch.None;
            for (var i = 0; i < before.Length; i++)
            {
                made[i] = _row[step.Writes[i]];
                _values[step.Writes[i]].Set(row, made[i]);
                touch |= TouchOf(step, i, before[i], made[i]);
            }

            if (Mark(step, row, touch))
            {
                Show(step, row, touch, received, made);
            }
        }
    }

    private void Apply(StepInScan step) => _pipeline.ApplyStep(step.At, _row);

    /// <summary>Counts what a step did to a row. True when the row is to be shown.</summary>
    private bool Mark(StepInScan step, int row, StepTouch touch)
    {
        if (touch == StepTouch.None)
        {
            return false;
        }

        step.Flags?.Set(row, (touch & StepTouch.Unreadable) != 0);
        return _tally?.Touch(step.At, (touch & StepTouch.Unreadable) != 0) is true;
    }

    private void Show(StepInScan step, int row, StepTouch touch, ReadOnlySpan<Cell> received, ReadOnlySpan<Cell> made) =>
        _tally!.Show(step.At, (touch & StepTouch.Unreadable) != 0, _firstRow + row, step.Examples.Received(received), step.Examples.Made(made));

    private static bool IsSame(Cell before, Cell after) =>
        before.IsNumber ? after.IsNumber && before.Number == after.Number : !after.IsNumber && (ReferenceEquals(before.Text, after.Text) || before.Text == after.Text);

    /// <summary>What is made where nothing stood, or where another type stood, was changed when there is a value. A reading step that reads what a cast would read changed nothing.</summary>
    private static StepTouch TouchOf(StepInScan step, int write, Cell before, Cell after)
    {
        if (step.Definition.ReadsAs() is null)
        {
            return (step.Becomes[write] ? !after.IsMissing : !IsSame(before, after)) ? StepTouch.Changed : StepTouch.None;
        }

        return before.Text is not { } text ? StepTouch.None
            : after.IsMissing ? StepTouch.Changed | StepTouch.Unreadable
            : IsReadAlike(step.Definition, text, after.Number) ? StepTouch.None : StepTouch.Changed;
    }

    private static bool IsReadAlike(RowStep step, string text, double value) => step switch
    {
        ParseNumberStep => NumberText.TryParse(text.AsSpan().Trim(RowStep.WhiteSpace), out var number) && number == value,
        ParseDateStep => DateText.TryParse(text.AsSpan().Trim(RowStep.WhiteSpace), null, out var days) && days == value,
        _ => true,
    };

    private sealed record Output(string Name, int Place, VectorForm Form, StepVector? Own, ColumnVector? Flags);
}
