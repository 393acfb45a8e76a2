using Fairlead.Models.Contracts;
using Fairlead.Models.Packages;

namespace Fairlead.Customers;

/// <summary>Why an answer came out, by column: the model's exact additive contributions (SHAP values), strongest first.</summary>
public static class AnswerReasons
{
    /// <summary>Most columns given.</summary>
    public const int Most = 8;

    /// <summary>For <see cref="OpenReview.Explain"/>.</summary>
    /// <param name="cleaned">Cells in the contract's column order.</param>
    /// <param name="output">The output that was answered.</param>
    public static IReadOnlyList<CardReason> Of(ModelPackage package, ReadOnlySpan<Cell> cleaned, int output)
    {
        var known = package.Contract.Cleaned;
        var columns = package.Model.Columns;
        var places = new int[columns.Count];
        var inputs = new Cell[columns.Count];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = PlaceOf(known, columns[i]);
            inputs[i] = cleaned[places[i]];
        }

        var contributions = new double[columns.Count];
        package.Model.Explain(inputs, output, contributions, out _);
        var reasons = new List<CardReason>(columns.Count);
        for (var i = 0; i < contributions.Length; i++)
        {
            var column = known[places[i]];
            reasons.Add(new CardReason(column.Name, column.Label, CardMaker.Shown(column, inputs[i], default), column.Unit, contributions[i]));
        }

        return [.. reasons.OrderByDescending(r => Math.Abs(r.Effect)).ThenBy(r => r.Column, StringComparer.Ordinal).Take(Most)];
    }

    private static int PlaceOf(IReadOnlyList<ContractColumn> known, string name)
    {
        for (var i = 0; i < known.Count; i++)
        {
            if (known[i].Name == name)
            {
                return i;
            }
        }

        throw new InvalidDataException($"The model reads {name}, which the contract does not have.");
    }
}
