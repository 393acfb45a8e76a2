using Fairlead.Models.RowSteps;

namespace Fairlead.Data.Cleaning;

/// <summary>Counts what each row step did, and keeps the first rows of each to look at.</summary>
internal sealed class StepTally(IReadOnlyList<RowStep> steps)
{
    /// <summary>Rows of each kind that are shown of a step.</summary>
    public const int Shown = 5;

    /// <summary>Signs of a value that are shown.</summary>
    public const int SignsShown = 120;

    private readonly Counted[] _touched = [.. steps.Select(_ => new Counted())];
    private readonly Counted[] _unreadable = [.. steps.Select(_ => new Counted())];
    private readonly List<(Counted Of, int Step, int Row)> _waiting = [];

    /// <summary>A step changed a row of the batch under way, or could not read it.</summary>
    public void Touch(int step, int row, bool unreadable)
    {
        _touched[step].Rows++;
        if (unreadable)
        {
            _unreadable[step].Rows++;
        }

        var of = (unreadable ? _unreadable : _touched)[step];
        if (of.Asked < Shown)
        {
            of.Asked++;
            _waiting.Add((of, step, row));
        }
    }

    /// <summary>The batch went through all steps.</summary>
    /// <param name="firstRow">Number of its first row.</param>
    /// <param name="before">The text of a row that a step looked at, as it was read.</param>
    /// <param name="after">What the row holds where the step writes.</param>
    public void Take(long firstRow, Func<RowStep, int, string?> before, Func<RowStep, int, string?> after)
    {
        foreach (var (of, step, row) in _waiting)
        {
            // A text that could not be read is missing after this step, whatever a later one fills in.
            of.Examples.Add(new RowExample(firstRow + row, Cut(before(steps[step], row)), of == _unreadable[step] ? null : Cut(after(steps[step], row))));
        }

        _waiting.Clear();
    }

    /// <summary>Of each step: rows it changed, and among them those it could not read; examples of the first, then of the second.</summary>
    public IEnumerable<StepOutcome> Outcomes() => steps.Select((step, i) =>
    {
        var (touched, unreadable) = (_touched[i], _unreadable[i]);
        return new StepOutcome(StepNames.Of(step), string.Join(", ", step.Writes()), touched.Rows, [.. touched.Examples, .. unreadable.Examples]) { Unreadable = unreadable.Rows };
    });

    private static string? Cut(string? text) => text is { Length: > SignsShown } ? text[..(char.IsHighSurrogate(text[SignsShown - 1]) ? SignsShown - 1 : SignsShown)] : text;

    private sealed class Counted
    {
        public long Rows { get; set; }

        public int Asked { get; set; }

        public List<RowExample> Examples { get; } = [];
    }
}
