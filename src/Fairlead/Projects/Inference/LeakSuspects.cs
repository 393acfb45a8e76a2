using System.Globalization;
using Fairlead.Models.Contracts;

namespace Fairlead.Projects.Inference;

/// <summary>Finds columns that tell the answer alone: they are usually known only after it.</summary>
internal static class LeakSuspects
{
    /// <summary>Alone-strength (see <see cref="SingleColumn"/>) from which a column is left out. Real single causes hardly ever reach it.</summary>
    public const double AreaLeak = 0.97;
    public const double R2Leak = 0.97;

    /// <summary>From here a column is left out when its name also shares a word with the target's.</summary>
    private const double Suspicious = 0.88;

    /// <summary>From here, and clearly ahead of all others, a remark asks whether the column is known in time.</summary>
    private const double Remarkable = 0.78;
    private const double AheadBy = 0.05;

    /// <summary>Words that many names share without meaning the same.</summary>
    private static readonly HashSet<string> Common = new(["total", "value", "type", "name", "number", "count", "rate", "date", "area", "id", "class", "is", "has", "of", "the"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Marks suspects as ignored, with the figure. Returns "column\nremark" for the strongest other column when that deserves a question, or null.</summary>
    public static string? Mark(IReadOnlyList<InferredColumn> columns, InferredTarget target)
    {
        var isArea = target.Task != ModelTask.Regression;
        var measure = target.Task switch { ModelTask.Binary => "AUC", ModelTask.Multiclass => "mean AUC", _ => "R²" };
        var words = Naming.Words(target.Sample.Name).Select(w => w.ToLowerInvariant()).Where(w => w.Length > 2 && !Common.Contains(w)).ToHashSet();
        var strengths = new List<(InferredColumn Column, double Strength)>();
        foreach (var column in columns.Where(c => c.IsFeature && c.Kind != ColumnKind.Text))
        {
            var numbers = column.Kind == ColumnKind.Number ? column.Sample.Numbers : null;
            if (numbers is null && column.Sample.Distinct > column.Sample.Count / 4)
            {
                continue; // too few rows a level (or a date): nothing honest can be said
            }

            var strength = SingleColumn.Strength(numbers, column.Sample.Codes, isArea ? target.Codes : null, target.Values, target.Classes.Count);
            var sharesWord = Naming.Words(column.Name).Any(w => words.Contains(w.ToLowerInvariant()));
            if (strength >= (isArea ? AreaLeak : R2Leak) || (strength >= Suspicious && sharesWord))
            {
                column.Ignore = string.Create(CultureInfo.InvariantCulture, $"leak suspected: tells {target.Sample.Name} alone ({measure} {strength:0.000}); keep it only if it is known before the answer");
            }
            else
            {
                strengths.Add((column, strength));
            }
        }

        var ordered = strengths.OrderByDescending(s => s.Strength).ToList();
        return ordered.Count > 1 && ordered[0].Strength >= Remarkable && ordered[0].Strength >= ordered[1].Strength + AheadBy
            ? string.Create(CultureInfo.InvariantCulture, $"{ordered[0].Column.Name}\nthe strongest column alone ({measure} {ordered[0].Strength:0.00}); ignore it if it is known only after the answer")
            : null;
    }
}
