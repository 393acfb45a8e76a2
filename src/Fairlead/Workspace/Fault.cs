namespace Fairlead.Workspace;

/// <summary>One thing wrong with what a person or a program gave us: where it is, what is wrong and why, and what to do.</summary>
/// <param name="Where">file:line:column, a column and row, a field or a step.</param>
/// <param name="What">What is wrong, with the value, and why it matters.</param>
/// <param name="Fix">What to do about it; "" when <paramref name="What"/> says it.</param>
public sealed record Fault(string Where, string What, string Fix)
{
    public override string ToString() => Fix.Length == 0 ? $"{Where}: {What}" : $"{Where}: {What} {Fix}";
}

/// <summary>Input that can't be used: every fault of it at once. Exit code 1 (or 2 where the command line itself is wrong); HTTP 400.</summary>
public sealed class FaultException(IReadOnlyList<Fault> faults, bool wrongUse = false)
    : Exception(string.Join(Environment.NewLine, faults))
{
    public FaultException(string where, string what, string fix, bool wrongUse = false)
        : this([new Fault(where, what, fix)], wrongUse)
    {
    }

    public IReadOnlyList<Fault> Faults { get; } = faults;

    /// <summary>The command line or request is wrong, rather than a file or the data.</summary>
    public bool WrongUse { get; } = wrongUse;
}
