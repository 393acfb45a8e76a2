using Fairlead.Data.Erasure;

namespace Fairlead.Iterations.Erasure;

/// <summary>What can still be told of models that saw a person who was erased before it was kept which ones did: iterations keep how many people, and how many of their rows, were erased from them.</summary>
internal static class SeenBefore
{
    /// <summary>Whether an entry of the list was worked on by a version that did not keep what the person's models had seen.</summary>
    public static bool IsUnknown(ErasedPerson entry) => entry.Seen is null && (entry.Finished is not null || entry.Pending.Count > 0);

    /// <summary>Iterations whose models saw the person, or may have. Those from which as many people were erased as are not accounted for otherwise, the person alone: told exactly; else the rows are an upper bound.</summary>
    /// <param name="entry">The person, who <see cref="IsUnknown">is not accounted for</see>.</param>
    /// <param name="entries">Everybody on the list, of this project.</param>
    /// <param name="iterations">Of this project.</param>
    public static IReadOnlyList<SeenRows> Of(ErasedPerson entry, IReadOnlyList<ErasedPerson> entries, IEnumerable<Iteration> iterations)
    {
        var seen = new List<SeenRows>();
        foreach (var iteration in iterations)
        {
            // Who was erased before an iteration was made is left out of what it read.
            bool MayStandIn(ErasedPerson person) => person.Finished is not { } finished || finished >= iteration.At;
            if (iteration.Erased is not { Subjects: > 0 } erased || !MayStandIn(entry))
            {
                continue;
            }

            var known = entries.Select(person => person.Seen?.FirstOrDefault(rows => rows.Iteration == iteration.Number && !rows.Maybe)).OfType<SeenRows>().ToList();
            var unknown = entries.Count(person => (IsUnknown(person) && MayStandIn(person)) || person.Seen?.Any(rows => rows.Iteration == iteration.Number && rows.Maybe) == true);
            if (erased.Subjects > known.Count)
            {
                seen.Add(new SeenRows(
                    iteration.Number, erased.TrainedRows - known.Sum(rows => rows.TrainedRows), erased.JudgedRows - known.Sum(rows => rows.JudgedRows), Maybe: unknown > 1));
            }
        }

        return seen;
    }
}
