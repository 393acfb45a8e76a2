using System.Globalization;
using Fairlead.Data;
using Fairlead.Data.Cleaning;
using Fairlead.Models.RowSteps;

namespace Fairlead.Tests.Data.Cleaning.Oracle;

/// <summary>Row steps as nested selections: a step stands one level above the steps whose columns it reads or writes, so that steps of different columns share a level.</summary>
/// <param name="steps">In order; fitted where they are needed.</param>
/// <param name="sqlOf">How the table names a column.</param>
internal sealed class NestedSteps(IReadOnlyList<RowStep> steps, Func<string, string> sqlOf, DataEngine engine)
{
    /// <summary>A table expression of the carried columns, every column as it is after the needed steps, and, when wanted, a flag a step.</summary>
    /// <param name="from">Table expression with the carried columns and the source's.</param>
    /// <param name="carried">Columns that only pass through.</param>
    /// <param name="columns">Columns of the source that are kept.</param>
    /// <param name="needed">Steps that are done.</param>
    /// <param name="flags">s0, s1, …: whether the step changed the row's value; for one that reads text as a number or date, whether it could not.</param>
    public string Over(string from, IReadOnlyList<string> carried, IEnumerable<string> columns, Func<int, bool> needed, bool flags)
    {
        List<string> passing = [.. carried];
        var known = columns.ToList();
        var stands = known.ToHashSet(StringComparer.Ordinal);
        var numbers = new HashSet<string>(StringComparer.Ordinal);
        var sql = from;
        foreach (var level in Levels(needed))
        {
            var written = new Dictionary<string, string>(StringComparer.Ordinal);
            List<string> found = [];
            List<(string Column, bool IsNumber)> becomes = [];
            foreach (var at in level)
            {
                var step = steps[at];
                List<string> changes = [];
                foreach (var value in RecipeStepSql.Values(step, name => new SqlColumn(sqlOf(name), numbers.Contains(name)), engine))
                {
                    var (column, before) = (value.Column, sqlOf(value.Column));
                    changes.Add(!stands.Contains(column) || (value.IsNumber != numbers.Contains(column) && step.ReadsAs() is null)
                        ? $"({value.Sql}) IS NOT NULL"
                        : step.ReadsAs() is not null ? $"({before} IS NOT NULL AND ({value.Sql}) IS NULL)" : $"({before} IS DISTINCT FROM ({value.Sql}))");
                    written[column] = value.Sql;
                    becomes.Add((column, value.IsNumber));
                }

                if (flags)
                {
                    found.Add(string.Create(CultureInfo.InvariantCulture, $"({string.Join(" OR ", changes)}) AS s{at}"));
                }
            }

            IEnumerable<string> kept = known.Select(column => written.Remove(column, out var expression) ? $"({expression}) AS {sqlOf(column)}" : sqlOf(column));
            sql = $"(SELECT {string.Join(", ", [.. passing, .. kept, .. written.Select(pair => $"({pair.Value}) AS {sqlOf(pair.Key)}"), .. found])} FROM {sql})";
            passing.AddRange(flags ? level.Select(at => string.Create(CultureInfo.InvariantCulture, $"s{at}")) : []);
            foreach (var (column, isNumber) in becomes)
            {
                if (stands.Add(column))
                {
                    known.Add(column);
                }

                _ = isNumber ? numbers.Add(column) : numbers.Remove(column);
            }
        }

        return sql;
    }

    private List<List<int>> Levels(Func<int, bool> needed)
    {
        var (lastWritten, lastRead) = (new Dictionary<string, int>(StringComparer.Ordinal), new Dictionary<string, int>(StringComparer.Ordinal));
        List<List<int>> levels = [];
        for (var at = 0; at < steps.Count; at++)
        {
            if (!needed(at))
            {
                continue;
            }

            var (reads, writes) = (steps[at].Reads(), steps[at].Writes());
            var level = Math.Max(reads.Concat(writes).Max(column => lastWritten.GetValueOrDefault(column, -1)), writes.Max(column => lastRead.GetValueOrDefault(column, -1))) + 1;
            foreach (var column in reads)
            {
                lastRead[column] = Math.Max(level, lastRead.GetValueOrDefault(column, -1));
            }

            foreach (var column in writes)
            {
                lastWritten[column] = level;
            }

            if (level == levels.Count)
            {
                levels.Add([]);
            }

            levels[level].Add(at);
        }

        return levels;
    }
}

/// <summary>What a step makes of a column.</summary>
internal sealed record SqlValue(string Column, string Sql, bool IsNumber);
