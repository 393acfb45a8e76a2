namespace Fairlead.Projects.Sample;

/// <summary>The project that <c>fairlead up</c> starts with when no data is named: the sample's orders, inferred like any file, said in the words of a delivery firm.</summary>
public static class SampleProject
{
    public const string Name = "orders";

    /// <summary>Writes the orders into <paramref name="folder"/> and makes the project there.</summary>
    /// <param name="id">The project's id; null: drawn.</param>
    public static NewProject.Outcome Make(string folder, int rows = 10_000, ulong seed = 1, string? id = null, CancellationToken cancel = default)
    {
        Directory.CreateDirectory(folder);
        var data = SampleOrders.Write(folder, rows, seed);
        return NewProject.Run(
            new NewProject.Request(
                Name, data, "late", folder, Positive: "yes", Question: "Which orders will be late?", Id: id,
                Says: new Dictionary<string, string> { ["yes"] = "will probably be late", ["no"] = "will probably arrive on time" }),
            cancel);
    }
}
