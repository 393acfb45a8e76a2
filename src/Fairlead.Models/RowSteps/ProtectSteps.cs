using System.Globalization;
using Fairlead.Models.Contracts;
using Fairlead.Models.Personal;

namespace Fairlead.Models.RowSteps;

/// <summary>Puts a keyed pseudonym in the place of a value: see <see cref="PersonalKey.Pseudonym"/>.</summary>
/// <param name="Key">Id of the key, never the key; "" while the project is not bound to one.</param>
public sealed record PseudonymStep(string Column, string Key = "") : RowStep(Column);

/// <summary>Puts a made-up value of the same shape in the place of a value, from the key.</summary>
/// <param name="Key">As for <see cref="PseudonymStep"/>.</param>
public sealed record SyntheticStep(string Column, string Key = "") : RowStep(Column);

/// <summary>Which key steps need.</summary>
public static class StepKey
{
    /// <summary>Id of the key that the steps need; null when they need none.</summary>
    public static string? Of(IEnumerable<RowStep> steps) =>
        steps.Select(step => step switch { PseudonymStep pseudonym => pseudonym.Key, SyntheticStep synthetic => synthetic.Key, _ => null }).FirstOrDefault(key => key is not null);
}

/// <summary>Makes a value coarse. The value keeps its kind: a date becomes the first day of its month, year or band of years, a number the least of its band, a text its first signs.</summary>
/// <param name="To">As written: see <see cref="Generalisation"/>.</param>
public sealed record GeneraliseStep(string Column, string To) : RowStep(Column);

/// <summary>How coarse: "month", "year", "N years" for dates, "band W" for numbers, "first N" for texts.</summary>
public sealed record Generalisation
{
    public const int YearsMax = 1_000;
    public const int SignsMax = 100;

    private Generalisation(ColumnKind? kind, int months, double width, int signs) => (Kind, Months, Width, Signs) = (kind, months, width, signs);

    /// <summary>Number or Date; null for texts, categories and ids.</summary>
    public ColumnKind? Kind { get; }

    /// <summary>Dates: months of a band; 12 N for N years, which begin in a year that N divides.</summary>
    public int Months { get; }

    /// <summary>Numbers: width of a band; bands begin at multiples of it.</summary>
    public double Width { get; }

    /// <summary>Texts: code points that stay.</summary>
    public int Signs { get; }

    /// <summary>Null when it is not understood.</summary>
    public static Generalisation? Parse(string? text) => text?.Split(' ') switch
    {
        ["month"] => new Generalisation(ColumnKind.Date, 1, 0, 0),
        ["year"] => new Generalisation(ColumnKind.Date, 12, 0, 0),
        [var years, "years"] when int.TryParse(years, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= YearsMax => new Generalisation(ColumnKind.Date, 12 * count, 0, 0),
        ["band", var width] when NumberText.TryParse(width, out var number) && number > 0 => new Generalisation(ColumnKind.Number, 0, number, 0),
        ["first", var signs] when int.TryParse(signs, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= SignsMax => new Generalisation(null, 0, 0, count),
        _ => null,
    };

    /// <summary>The coarse value. A text that is not read as a number or date is missing where one is meant.</summary>
    public Cell Apply(Cell cell) => Kind switch
    {
        null => cell.Text is { } text ? Cell.Of(First(text)) : cell.IsNumber ? Cell.Of(First(NumberText.Shortest(cell.Number))) : cell,
        ColumnKind.Date => cell.IsNumber ? Cell.Of(Start(cell.Number)) : Cell.Missing,
        _ => cell.IsNumber ? Cell.Of(Math.Floor(cell.Number / Width) * Width) : Cell.Missing,
    };

    /// <summary>The first day of the band, in days since 1970-01-01; days outside of the years 1 to 9999 are missing.</summary>
    private double Start(double days)
    {
        var day = Math.Floor(days);
        if (!(day >= -719_162 && day <= 2_932_896))
        {
            return double.NaN;
        }

        var date = DateOnly.FromDayNumber((int)day + 719_162);
        var start = Months == 1 ? new DateOnly(date.Year, date.Month, 1) : new DateOnly(Math.Max(1, date.Year / (Months / 12) * (Months / 12)), 1, 1);
        return start.DayNumber - 719_162;
    }

    private string First(string text)
    {
        var (at, signs) = (0, 0);
        for (; at < text.Length && signs < Signs; signs++)
        {
            at += char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 1;
        }

        return text[..at];
    }
}
