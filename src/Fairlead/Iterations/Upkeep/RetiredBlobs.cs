using System.Text.Json.Serialization;
using Fairlead.Workspace;

namespace Fairlead.Iterations.Upkeep;

/// <summary>Blobs that a retention rule had removed: why something a record names is not there.</summary>
internal static partial class RetiredBlobs
{
    private const string Kind = "retired";

    public static HashSet<string> All(Records records) =>
        [.. records.List(Kind, null, RetiredJson.Default.Retired).SelectMany(retired => retired.Blobs.Select(Backward))];

    /// <summary>Says why a table that an iteration names is gone, where a retention rule had it removed.</summary>
    /// <param name="name">What was asked for.</param>
    /// <exception cref="FaultException">It was removed by a rule.</exception>
    public static void Refuse(WorkspaceFolder workspace, string name, string blob)
    {
        if (!workspace.Blobs.Has(blob) && All(workspace.Records).Contains(blob))
        {
            throw new FaultException(name, "The table is no longer held: a retention rule of the project had it removed.", "Name a newer iteration, or restore a backup that has it.");
        }
    }

    /// <summary>Recorded before anything is removed, so that a kill in between leaves nothing unexplained.</summary>
    public static Task AddAsync(Records records, string project, int iteration, string rule, IReadOnlyList<string> blobs) =>
        records.PutAsync(Kind, project, $"{iteration:D6}-{rule}", new Retired(rule, [.. blobs.Select(Backward)]), RetiredJson.Default.Retired);

    /// <summary>Ids stand backwards, with a mark between: a record that names a removed blob must not keep it alive.</summary>
    private static string Backward(string id)
    {
        var signs = id.Replace("-", "", StringComparison.Ordinal).ToCharArray();
        Array.Reverse(signs);
        var text = new string(signs);
        return id.Contains('-', StringComparison.Ordinal) ? text : $"{text[..32]}-{text[32..]}";
    }

    /// <param name="Rule">Which rule of the project file.</param>
    internal sealed record Retired(string Rule, IReadOnlyList<string> Blobs);

    [JsonSerializable(typeof(Retired))]
    internal sealed partial class RetiredJson : JsonSerializerContext;
}
