using Fairlead.Models.Expressions;
using Fairlead.Models.RowSteps;

namespace Fairlead.Data.Cleaning;

/// <summary>Row steps in order: which columns hold numbers where a step stands, and which steps make what a column holds there.</summary>
internal sealed class StepChain(IReadOnlyList<RowStep> steps)
{
    public IReadOnlyList<RowStep> Steps { get; } = steps;

    /// <summary>The columns that hold numbers or dates after the steps before <paramref name="end"/>; all others hold text.</summary>
    public HashSet<string> NumbersBefore(int end)
    {
        var numbers = new HashSet<string>(StringComparer.Ordinal);
        foreach (var step in Steps.Take(end))
        {
            Through(step, numbers);
        }

        return numbers;
    }

    /// <summary>The steps before <paramref name="end"/> that make what <paramref name="columns"/> hold there, in order.</summary>
    public SortedSet<int> Making(IEnumerable<string> columns, int end)
    {
        var wanted = columns.ToHashSet(StringComparer.Ordinal);
        var making = new SortedSet<int>();
        for (var at = end - 1; at >= 0; at--)
        {
            if (Steps[at].Writes().Any(wanted.Contains))
            {
                making.Add(at);
                wanted.UnionWith(Steps[at].Reads());
            }
        }

        return making;
    }

    /// <summary>Takes the columns that hold numbers through a step.</summary>
    public static void Through(RowStep step, HashSet<string> numbers)
    {
        var isNumber = step switch
        {
            ModelImputeStep => true,
            SplitStep or JoinStep => false,
            DeriveStep derive => derive.Parsed().Type is ExpressionType.Number or ExpressionType.Date,
            _ => numbers.Contains(step.Column) || step.ReadsAs() is not null,
        };
        foreach (var column in step.Writes())
        {
            _ = isNumber ? numbers.Add(column) : numbers.Remove(column);
        }
    }
}
