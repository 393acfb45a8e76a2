using System.Globalization;
using Fairlead.Models.Contracts;
using Fairlead.Models.Packages;
using Fairlead.Models.Scoring;

namespace Fairlead.Customers;

/// <summary>A row with its answer.</summary>
/// <param name="Cleaned">In the contract's column order.</param>
/// <param name="Outputs">Probabilities in the order of the classes, or one value.</param>
/// <param name="Output">Index of what was answered.</param>
/// <param name="Answer">Class by name, or the number as invariant text.</param>
/// <param name="Confidence">Probability of the answer, or the number.</param>
/// <param name="Warnings">What a person should know about the row.</param>
public sealed record Answered(Cell[] Cleaned, double[] Outputs, int Output, string Answer, double Confidence, IReadOnlyList<string> Warnings);

/// <summary>Makes cards: rows as people read them, with answer and reasons.</summary>
public static class CardMaker
{
    /// <summary>Answers a raw row (cells in the contract's column order), which stays as it is.</summary>
    public static Answered Answer(ModelPackage package, ReadOnlySpan<Cell> raw, ModelScratch scratch)
    {
        ArgumentNullException.ThrowIfNull(package);
        var contract = package.Contract;
        var cleaned = new Cell[package.Width];
        raw.CopyTo(cleaned);
        var outputs = new double[contract.Outputs];
        var warnings = new List<string>();
        package.Answer(cleaned, outputs, scratch, warnings);
        if (contract.Task == ModelTask.Regression)
        {
            return new Answered(cleaned, outputs, 0, outputs[0].ToString("R", CultureInfo.InvariantCulture), outputs[0], warnings);
        }

        var output = package.Decide(outputs);
        return new Answered(cleaned, outputs, output, contract.Classes[output], outputs[output], warnings);
    }

    /// <param name="raw">Raw cells in the contract's column order; Drop columns missing.</param>
    /// <param name="key">Key of the row, or null.</param>
    public static ReviewCard Make(ModelPackage package, Answered answered, ReadOnlySpan<Cell> raw, string? key, string prediction, OpenReview.Explain why)
    {
        ArgumentNullException.ThrowIfNull(package);
        ArgumentNullException.ThrowIfNull(answered);
        ArgumentNullException.ThrowIfNull(why);
        var contract = package.Contract;
        var cells = new List<CardCell>();
        var kept = new Dictionary<string, string?>(StringComparer.Ordinal);
        string? name = null;
        for (var c = 0; c < contract.Columns.Count; c++)
        {
            var column = contract.Columns[c];
            if (column.Protection == Protection.Drop)
            {
                continue;
            }

            // What is masked, coarse or a pseudonym in features is so here too: the cleaned value is, the raw one is not.
            var cell = column.Protection.IsTransformed ? answered.Cleaned[c] : raw[c];
            kept[column.Name] = cell.IsMissing ? null : cell.ToString();
            var shown = Shown(column, answered.Cleaned[c], cell);
            if (column.Name == contract.Wording.Name)
            {
                name = shown;
            }

            if (column.Feature || column.Kind is ColumnKind.Id or ColumnKind.Date)
            {
                cells.Add(new CardCell(column.Name, column.Label, shown, column.Unit));
            }
        }

        var title = PlainWords.Title(contract.Wording, name ?? (key is { Length: <= 24 } ? key : null), "");
        var reasons = why(package, answered.Cleaned, answered.Output);
        return new ReviewCard(
            0, title.TrimEnd(), key, prediction, answered.Answer, contract.Task == ModelTask.Regression ? null : answered.Confidence, cells, kept, reasons,
            Sentence(contract, title.TrimEnd(), answered, reasons));
    }

    /// <summary>The answer in plain words.</summary>
    public static string Sentence(ModelContract contract, string title, Answered answered, IReadOnlyList<CardReason> reasons)
    {
        ArgumentNullException.ThrowIfNull(contract);
        ArgumentNullException.ThrowIfNull(answered);
        return contract.Task == ModelTask.Regression
            ? PlainWords.Of(contract.Target, contract.Unit, title, answered.Confidence, reasons)
            : PlainWords.Of(contract.Wording, contract.Target, title, answered.Answer, answered.Confidence, reasons);
    }

    /// <summary>A value as a person reads it: cleaned where cleaning understood it, else as it was written.</summary>
    public static string? Shown(ContractColumn column, Cell cleaned, Cell raw)
    {
        ArgumentNullException.ThrowIfNull(column);
        return (column.Kind, cleaned.IsNumber) switch
        {
            (ColumnKind.Date, true) => PlainWords.Date(cleaned.Number),
            (ColumnKind.Number, true) => PlainWords.Number(cleaned.Number),
            _ when !cleaned.IsMissing => cleaned.ToString(),
            _ => raw.IsMissing ? null : raw.ToString(),
        };
    }
}
