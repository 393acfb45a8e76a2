namespace Fairlead.Models.Expressions;

/// <summary>What is wrong with an expression, and where.</summary>
/// <param name="Line">Line of the expression's text, from 1.</param>
/// <param name="Column">Character of that line, from 1.</param>
/// <param name="What">What is wrong, and why.</param>
/// <param name="Fix">What to write instead.</param>
/// <param name="Unknown">The column name that is not known, so that the nearest can be proposed; null otherwise.</param>
public sealed record ExpressionFault(int Line, int Column, string What, string Fix, string? Unknown = null);

/// <summary>An expression can't be read: every fault that was found.</summary>
public sealed class ExpressionException(IReadOnlyList<ExpressionFault> faults)
    : Exception(string.Join(" ", faults.Select(fault => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{fault.Line}:{fault.Column}: {fault.What} {fault.Fix}"))))
{
    public IReadOnlyList<ExpressionFault> Faults { get; } = faults;
}
