using Fairlead.Models.Personal;
using Fairlead.Models.RowSteps;

namespace Fairlead.Projects.Inference;

/// <summary>Values that a proposed check or step would write out. Fails closed: where the detector of <c>data scan</c> finds personal data among them, it is not proposed.</summary>
internal static class ListedValues
{
    /// <summary>What personal data the values hold, in words; null when they hold none.</summary>
    /// <param name="values">Each with its rows.</param>
    public static string? Personal(string column, IEnumerable<(string Value, long Rows)> values)
    {
        var detector = new ColumnDetector(Naming.Words(column));
        foreach (var (value, rows) in values)
        {
            detector.Add(value, rows);
        }

        return detector.Holds is { } entity ? PersonalEntities.Words(entity)
            : !detector.HasInside ? null
            : string.Join(" and ", detector.Entities.Where(one => one.Entity is not (PersonalEntity.Url or PersonalEntity.IpAddress)).Select(one => PersonalEntities.Words(one.Entity)).Distinct(StringComparer.Ordinal));
    }

    /// <summary>Whether a check of a pair lists values of a column that holds personal data.</summary>
    /// <param name="personal">Columns that are known to, with what they hold; takes those found here.</param>
    public static bool ArePersonal(CheckRule rule, SortedDictionary<string, string> personal)
    {
        if (rule.Row is not PairInSetCheck pairs)
        {
            return false;
        }

        var are = false;
        foreach (var (name, at) in rule.Columns.Select((name, at) => (name, at)))
        {
            // Each combination stands in several rows.
            if (!personal.ContainsKey(name) && Personal(name, pairs.Values.Select(pair => (pair[at] ?? "", (long)ColumnDetector.InsideRowsMin))) is { } what)
            {
                personal[name] = what;
            }

            are |= personal.ContainsKey(name);
        }

        return are;
    }
}
