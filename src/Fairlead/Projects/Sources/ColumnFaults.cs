using Fairlead.Workspace;

namespace Fairlead.Projects.Sources;

/// <summary>What can be wrong with the names of columns, whatever the format.</summary>
internal static class ColumnFaults
{
    /// <summary>A project has a lower limit than a file that is only looked at.</summary>
    public static IEnumerable<Fault> OfProject(string where, IReadOnlyList<string> columns)
    {
        if (columns.Count > SourceLimits.ProjectColumnsMax)
        {
            yield return new Fault(where, $"The file has {columns.Count:N0} columns; the limit for a project is {SourceLimits.ProjectColumnsMax:N0}.", "Leave out columns that can't matter, or turn them into rows. The data verbs (profile, check, clean, …) read such a file.");
        }
    }

    public static IEnumerable<Fault> Of(string where, IReadOnlyList<string> columns)
    {
        if (columns.Count > SourceLimits.ColumnsMax)
        {
            yield return new Fault(where, $"The file has {columns.Count:N0} columns; the limit is {SourceLimits.ColumnsMax:N0}.", "Leave out columns that can't matter, or turn them into rows.");
            yield break;
        }

        // Compared as the data engine does: letters A to Z without regard to case.
        foreach (var fault in columns.Select(AsciiLower).Distinct(StringComparer.Ordinal).Count() == columns.Count ? [] : Repeated(where, columns))
        {
            yield return fault;
        }

        foreach (var name in new[] { "__row", "__key", "__side", "__fold", "__group", "__judge_only", "__label_was", "__reason", "__file" })
        {
            if (columns.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                yield return new Fault(where, $"A column is named \"{name}\", which Fairlead uses itself.", "Rename it.");
            }
        }
    }

    private static IEnumerable<Fault> Repeated(string where, IReadOnlyList<string> columns)
    {
        foreach (var group in columns.Select((name, i) => (name, i)).GroupBy(column => AsciiLower(column.name), StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            var places = string.Join(", ", group.Select(column => column.i + 1));
            var same = group.Select(column => column.name).Distinct(StringComparer.Ordinal).Count() == 1;
            yield return new Fault(where, same
                ? $"{group.Count()} columns are named \"{group.First().name}\" (columns {places})."
                : $"The columns {string.Join(" and ", group.Select(column => $"\"{column.name}\""))} differ in upper and lower case only (columns {places}).", "Give each column a name of its own.");
        }
    }

    private static string AsciiLower(string name) => string.Create(name.Length, name, static (lower, name) =>
    {
        for (var i = 0; i < lower.Length; i++)
        {
            lower[i] = char.IsAsciiLetterUpper(name[i]) ? (char)(name[i] | 0x20) : name[i];
        }
    });
}
