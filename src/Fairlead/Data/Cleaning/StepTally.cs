using Fairlead.Models.RowSteps;

namespace Fairlead.Data.Cleaning;

/// <summary>Counts what each row step did, and keeps the first rows of each to look at: the value that the step received there and the one it made of it.</summary>
/// <param name="steps">In order, fitted.</param>
/// <param name="hidden">Places of steps whose values are never shown: they look at personal data, or at what was made of it.</param>
internal sealed class StepTally(IReadOnlyList<RowStep> steps, IReadOnlySet<int>? hidden = null)
{
    /// <summary>Rows of each kind that are shown of a step.</summary>
    public const int Shown = 5;

    /// <summary>Signs of a value that are shown.</summary>
    public const int SignsShown = 120;

    private readonly Counted[] _touched = [.. steps.Select(_ => new Counted())];
    private readonly Counted[] _unreadable = [.. steps.Select(_ => new Counted())];

    /// <summary>A step changed a row, or could not read it. True when the row is to be shown: <see cref="Show"/>.</summary>
    public bool Touch(int step, bool unreadable)
    {
        _touched[step].Rows++;
        if (!unreadable)
        {
            return IsWanted(_touched[step], step);
        }

        _unreadable[step].Rows++;
        return IsWanted(_unreadable[step], step);
    }

    /// <summary>Keeps an example. In the order of the rows.</summary>
    /// <param name="row">0-based, in file order.</param>
    public void Show(int step, bool unreadable, long row, string? before, string? after) =>
        (unreadable ? _unreadable : _touched)[step].Examples.Add(new RowExample(row, Cut(before), Cut(after)));

    /// <summary>Of each step: rows it changed, and among them those it could not read; examples of the first, then of the second.</summary>
    public IEnumerable<StepOutcome> Outcomes() => steps.Select((step, i) =>
    {
        var (touched, unreadable) = (_touched[i], _unreadable[i]);
        return new StepOutcome(StepNames.Of(step), string.Join(", ", step.Writes()), touched.Rows, [.. touched.Examples, .. unreadable.Examples]) { Unreadable = unreadable.Rows };
    });

    private bool IsWanted(Counted of, int step) => of.Examples.Count < Shown && hidden?.Contains(step) is not true;

    private static string? Cut(string? text) => text is { Length: > SignsShown } ? text[..(char.IsHighSurrogate(text[SignsShown - 1]) ? SignsShown - 1 : SignsShown)] : text;

    private sealed class Counted
    {
        public long Rows { get; set; }

        public List<RowExample> Examples { get; } = [];
    }
}
