using Fairlead.Data;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Projects.Sources;

namespace Fairlead.Tests.Data.Cleaning.Oracle;

/// <summary>Row steps that protect, as SQL. What needs a key runs the managed code, which the engine calls.</summary>
internal static class ProtectionSql
{
    /// <summary>Makes the functions that the SQL of these steps calls.</summary>
    public static void AddFunctions(DataEngine engine, IEnumerable<RowStep> steps)
    {
        engine.AddText("fairlead_mask", PersonalText.Mask);
        foreach (var step in steps.Where(step => step is PseudonymStep or SyntheticStep).DistinctBy(Function))
        {
            var pipeline = new RowPipeline([step.Column], [step]);
            engine.AddText(Function(step), text =>
            {
                Cell[] cell = [Cell.Of(text)];
                pipeline.Apply(cell);
                return cell[0].Text ?? "";
            });
        }
    }

    /// <summary>Name of the engine's function for a step of a key.</summary>
    public static string Function(RowStep step) => step switch
    {
        PseudonymStep pseudonym => $"fairlead_pseudonym_{pseudonym.Key}",
        SyntheticStep synthetic => $"fairlead_synthetic_{synthetic.Key}",
        _ => throw new ArgumentException($"{step.GetType().Name} is no function.", nameof(step)),
    };

    /// <param name="isNumber">The column holds DOUBLE already.</param>
    public static string Replace(RowStep step, string column, bool isNumber) => isNumber
        ? throw new ArgumentException($"Column \"{step.Column}\" is a number; a pseudonym is a text.", nameof(step))
        : $"NULLIF({Function(step)}({column}), '')";

    /// <summary>The same as <see cref="Generalisation.Apply"/>.</summary>
    /// <param name="isNumber">The column holds DOUBLE already.</param>
    public static string Generalise(GeneraliseStep step, string column, bool isNumber)
    {
        var to = Generalisation.Parse(step.To) ?? throw new ArgumentException($"Column \"{step.Column}\" can't be generalised to \"{step.To}\".", nameof(step));
        return (to.Kind, isNumber) switch
        {
            (null, false) => $"left({column}, {to.Signs})",
            (null, true) => throw new ArgumentException($"Column \"{step.Column}\" is a number and has no first signs.", nameof(step)),
            (_, false) => "NULL",
            (ColumnKind.Date, true) => Start(column, to.Months),
            _ => Band(column, to.Width),
        };
    }

    private static string Band(string column, double width)
    {
        var band = $"floor({column} / {SqlText.Number(width)}) * {SqlText.Number(width)}";
        return $"CASE WHEN isfinite({band}) THEN {band} END";
    }

    private static string Start(string column, int months)
    {
        var day = $"(DATE '1970-01-01' + CAST(floor({column}) AS INTEGER))";
        var start = months == 1 ? $"make_date(year({day}), month({day}), 1)" : $"make_date(greatest(1, year({day}) // {months / 12} * {months / 12}), 1, 1)";
        return $"CASE WHEN floor({column}) BETWEEN -719162 AND 2932896 THEN CAST({start} - DATE '1970-01-01' AS DOUBLE) END";
    }
}
