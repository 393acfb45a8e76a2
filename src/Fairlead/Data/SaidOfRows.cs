using Fairlead.Data.Quarantine;
using Fairlead.Workspace;

namespace Fairlead.Data;

/// <summary>What people said of a project's rows, as its <c>corrections/</c> folder holds it.</summary>
/// <param name="Corrections">Of single values, in the order accepted.</param>
/// <param name="Repairs">Accepted repairs of slices.</param>
/// <param name="Rows">Repairs of rows in quarantine, in the order of the file.</param>
public sealed record SaidOfRows(IReadOnlyList<Correction> Corrections, IReadOnlyList<Repair> Repairs, IReadOnlyList<RowRepair> Rows)
{
    public static SaidOfRows Nothing { get; } = new([], [], []);

    /// <exception cref="FaultException">A file of the folder can't be read: every fault of the first.</exception>
    public static SaidOfRows Read(string projectFolder)
    {
        var (corrections, repairs) = CorrectionsFolder.Read(projectFolder);
        return new SaidOfRows(corrections, repairs, CorrectionsFolder.ReadRows(projectFolder));
    }
}
