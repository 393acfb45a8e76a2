namespace Fairlead.Data.Quarantine;

/// <summary>Names of the steps that say what repairs of rows in quarantine came to. An example's "before" is the reason given, its "after" the columns changed, the reasons put aside, or "left out".</summary>
public static class RepairSteps
{
    public const string Set = "repaired rows: set";
    public const string Release = "repaired rows: release";
    public const string Drop = "repaired rows: drop";

    internal static string Of(string action) => action switch { RowRepair.Set => Set, RowRepair.Release => Release, _ => Drop };
}
