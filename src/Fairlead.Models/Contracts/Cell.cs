namespace Fairlead.Models.Contracts;

/// <summary>One value of one row: missing, a number, or text. Missing is missing: it is neither 0 nor "".</summary>
/// <remarks>
/// Raw cells are text as the source wrote them (a JSON number for a Number column may arrive as a number).
/// After the row steps, Number and Date columns hold numbers, all others text.
/// </remarks>
public readonly struct Cell : IEquatable<Cell>
{
    private readonly bool _hasNumber;

    private Cell(string? text, double number, bool hasNumber) => (Text, Number, _hasNumber) = (text, number, hasNumber);

    /// <summary>The cell without a value.</summary>
    public static Cell Missing => default;

    /// <summary>The text, or null when the cell is missing or a number. Never empty: see <see cref="Of(string?)"/>.</summary>
    public string? Text { get; }

    /// <summary>The number; meaningful only when <see cref="IsNumber"/>.</summary>
    public double Number { get; }

    /// <summary>True when the cell holds a number.</summary>
    public bool IsNumber => _hasNumber;

    /// <summary>True when there is no value.</summary>
    public bool IsMissing => Text is null && !_hasNumber;

    /// <summary>The number, or NaN when the cell holds none.</summary>
    public double NumberOrNaN => _hasNumber ? Number : double.NaN;

    /// <summary>A number; NaN and infinities are missing.</summary>
    public static Cell Of(double number) => double.IsFinite(number) ? new Cell(null, number, true) : default;

    /// <summary>A text; null and the empty text are missing.</summary>
    public static Cell Of(string? text) => string.IsNullOrEmpty(text) ? default : new Cell(text, 0, false);

    /// <summary>Same kind and same value; numbers by their bits.</summary>
    public bool Equals(Cell other) =>
        _hasNumber == other._hasNumber && Text == other.Text
        && BitConverter.DoubleToInt64Bits(Number) == BitConverter.DoubleToInt64Bits(other.Number);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Cell other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Text, Number, _hasNumber);

    /// <summary>The value as a person reads it, culture-free; "" when missing.</summary>
    public override string ToString() =>
        Text ?? (_hasNumber ? Number.ToString("R", System.Globalization.CultureInfo.InvariantCulture) : "");

    public static bool operator ==(Cell left, Cell right) => left.Equals(right);

    public static bool operator !=(Cell left, Cell right) => !left.Equals(right);
}
