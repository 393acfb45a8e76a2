using System.Globalization;
using Fairlead.Models.RowSteps;

namespace Fairlead.Data.Cleaning;

/// <summary>Fits the steps of a pipeline on its training rows. Steps that do not wait for each other are fitted from one reading of the table.</summary>
internal static class StepFitting
{
    private const string Table = "__fitting";

    /// <param name="steps">In order. Fitted ones take the place of those to be fitted; one that finds nothing to learn from is taken out, so that what is missing stays missing.</param>
    /// <param name="dealt">Columns that say which rows train, as they are once all steps that are fitted and fill nothing were done.</param>
    /// <param name="rows">A table expression of the training rows: columns, under the names that SQL has for them, once the steps given were done.</param>
    /// <param name="least">Fewest rows that what a step learns must stand for.</param>
    public static void Run(List<RowStep> steps, int least, IReadOnlyList<string> dealt, Func<IReadOnlyList<RowStep>, IReadOnlyList<(string Name, string As)>, string> rows, DataEngine engine)
    {
        while (steps.Exists(step => !step.IsFitted()))
        {
            var chain = new StepChain(steps);
            var dealing = chain.Making(dealt, steps.Count).Where(i => steps[i] is not (ImputeStep or GroupImputeStep or ModelImputeStep or ClassImputeStep) && steps[i].IsFitted()).ToList();
            var (chosen, needed) = Choose(chain, dealing);
            var numbers = chosen.ToDictionary(at => at, chain.NumbersBefore);
            List<string> columns = [.. chosen.SelectMany(at => steps[at].Reads()).Distinct(StringComparer.Ordinal)];
            string Named(string name) => string.Create(CultureInfo.InvariantCulture, $"f{columns.IndexOf(name)}");
            engine.Execute($"CREATE OR REPLACE TABLE {Table} AS SELECT {string.Join(", ", columns.Select(Named))} FROM {rows([.. needed.Select(i => steps[i])], [.. columns.Select(name => (name, Named(name)))])}");
            foreach (var at in chosen.OrderDescending())
            {
                if (StepFit.Of(steps[at], Table, name => new SqlColumn(Named(name), numbers[at].Contains(name)), least, engine) is { } fitted)
                {
                    steps[at] = fitted;
                }
                else
                {
                    steps.RemoveAt(at);
                }
            }

            engine.Execute($"DROP TABLE {Table}");
        }
    }

    /// <summary>Steps that can be fitted now, and the steps to be done before: none of those may change what a chosen one looks at after its place.</summary>
    private static (List<int> Chosen, SortedSet<int> Needed) Choose(StepChain chain, List<int> dealing)
    {
        List<int> chosen = [];
        SortedSet<int> needed = [.. dealing];
        for (var at = 0; at < chain.Steps.Count; at++)
        {
            if (chain.Steps[at].IsFitted())
            {
                continue;
            }

            var making = chain.Making(chain.Steps[at].Reads(), at);
            if (making.Any(i => !chain.Steps[i].IsFitted()))
            {
                continue;
            }

            making.UnionWith(needed);
            if (chosen.Count == 0 || chosen.Append(at).All(one => !making.Any(i => i >= one && chain.Steps[i].Writes().Intersect(chain.Steps[one].Reads(), StringComparer.Ordinal).Any())))
            {
                chosen.Add(at);
                needed = making;
            }
        }

        return (chosen, needed);
    }
}
