using System.Globalization;
using Fairlead.Models.Contracts;
using Fairlead.Models.Scoring;

namespace Fairlead.Evaluation.Explanations;

/// <summary>Why a row was answered so: one column, its value, and which way it pushed.</summary>
/// <param name="Label">The column in plain words.</param>
/// <param name="Value">The cleaned value as a person reads it; null when missing.</param>
/// <param name="Effect">Contribution to the answered class in log-odds, above 0 towards it; for numbers in the target's unit, above 0 upwards.</param>
public sealed record Reason(string Column, string Label, string? Value, string? Unit, double Effect)
{
    /// <summary>"distance is 412 km (raises)", "carrier is Kestrel Freight (lowers)".</summary>
    public override string ToString() =>
        $"{Label} is {Value ?? "missing"}{(Value is null || Unit is null ? "" : " " + Unit)} ({(Effect > 0 ? "raises" : "lowers")})";
}

/// <summary>The strongest reasons of one answer, from the model's contributions by column (see <see cref="Models.Explanations.ModelExplainer"/>).</summary>
public static class Reasons
{
    /// <summary>Reasons unless told otherwise: what a person reads.</summary>
    public const int Shown = 3;

    /// <summary>Reasons weaker than this share of the strongest are noise to a person.</summary>
    public const double Faint = 0.1;

    private const int LongestValue = 60;

    /// <param name="cleaned">Cleaned cells in the order of the contract's columns, then of those that row steps make.</param>
    /// <param name="output">The answered class; 0 for numbers.</param>
    /// <returns>Strongest first; fewer where little else mattered. Columns that personal data was taken from are never among them.</returns>
    public static IReadOnlyList<Reason> Of(FittedModel model, ModelContract contract, ReadOnlySpan<Cell> cleaned, int output, int count = Shown)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(contract);
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        var columns = contract.Cleaned;
        for (var c = 0; c < columns.Count; c++)
        {
            index.Add(columns[c].Name, c);
        }

        var cells = new Cell[model.Columns.Count];
        for (var c = 0; c < cells.Length; c++)
        {
            cells[c] = cleaned[index[model.Columns[c]]];
        }

        var effects = new double[cells.Length];
        model.Explain(cells, output, effects, out _);
        var strongest = effects.Max(Math.Abs);
        return
        [
            .. Enumerable.Range(0, cells.Length)
                .Where(c => effects[c] != 0 && Math.Abs(effects[c]) >= Faint * strongest && columns[index[model.Columns[c]]].Protection != Protection.Drop)
                .OrderByDescending(c => Math.Abs(effects[c]))
                .ThenBy(c => c)
                .Take(count)
                .Select(c => Make(columns[index[model.Columns[c]]], cells[c], effects[c])),
        ];
    }

    private static Reason Make(ContractColumn column, Cell cell, double effect) =>
        new(column.Name, column.Label, cell.IsMissing ? null : Shorten(Say(column.Kind, cell)), column.Kind == ColumnKind.Number ? column.Unit : null, effect);

    private static string Say(ColumnKind kind, Cell cell)
    {
        if (kind == ColumnKind.Date && cell.IsNumber)
        {
            var moment = DateTimeOffset.UnixEpoch.AddSeconds(Math.Round(cell.Number * 86_400));
            return moment.ToString(moment.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        }

        return cell.IsNumber ? cell.Number.ToString(Math.Abs(cell.Number) >= 1_000 ? "#,##0.##" : "0.####", CultureInfo.InvariantCulture) : cell.ToString();
    }

    private static string Shorten(string value) => value.Length <= LongestValue ? value : value[..(char.IsHighSurrogate(value[LongestValue - 2]) ? LongestValue - 2 : LongestValue - 1)] + "…";
}
