using System.Text.Json.Nodes;
using Fairlead.Projects;

namespace Fairlead.Data.Checks;

/// <summary>A check on its way through a table.</summary>
internal abstract class RunningCheck(CheckRule rule)
{
    public CheckRule Rule { get; } = rule;

    public Tally Tally { get; } = new();

    /// <summary>Looks at the next rows.</summary>
    public abstract void Take(BatchView batch);

    /// <summary>The rows have been read once and this check needs them again: true until it has what it needs.</summary>
    public virtual bool Again => false;

    /// <summary>Looks at rows a second time.</summary>
    public virtual void TakeAgain(BatchView batch)
    {
    }

    /// <summary>After the last row.</summary>
    public abstract Verdict End();
}

/// <summary>What a check came to.</summary>
/// <param name="Observed">The figure of a column or table check; null of a row check.</param>
/// <param name="Rows">Failing rows where they are not those of the tally.</param>
internal sealed record Verdict(bool Success, JsonNode? Observed, IReadOnlyCollection<long>? Rows = null);

/// <summary>A check that looks at rows one by one, or at values with their rows.</summary>
internal abstract class RowwiseCheck(CheckRule rule, int condition) : RunningCheck(rule)
{
    protected int ConditionIndex { get; } = condition;

    /// <summary>Rows that <c>mostly</c> is a share of.</summary>
    protected virtual long Looked => Tally.Elements - Tally.Missing;

    public override Verdict End() => new(Share.Meets(Tally.Rows.Count, Looked, Rule.Mostly), null);

    /// <summary>Counts rows looked at and rows without a value.</summary>
    protected void Count(BatchView batch, ColumnView view, bool[]? selected)
    {
        if (selected is null)
        {
            Tally.Elements += batch.Rows;
            Tally.Missing += view.Missing;
            return;
        }

        for (var row = 0; row < batch.Rows; row++)
        {
            if (selected[row])
            {
                Tally.Elements++;
                Tally.Missing += view.IsMissing(row) ? 1 : 0;
            }
        }
    }
}

/// <summary>The share of rows that must meet a check.</summary>
internal static class Share
{
    /// <summary>Whether at most 1 - mostly of the rows fail; true where there are none. The tolerance makes 0.95 of 100 rows 95.</summary>
    public static bool Meets(long unexpected, long looked, double mostly) => unexpected == 0 || unexpected <= ((1 - mostly) * looked) + 1e-9;
}
