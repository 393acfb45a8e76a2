using System.Globalization;
using System.Text.Json.Serialization;
using Fairlead.Evaluation;
using Fairlead.Workspace;

namespace Fairlead.Releases;

/// <summary>An iteration that answers traffic in an environment, from a moment on.</summary>
/// <param name="Number">Counted from 1 within the project.</param>
/// <param name="Environment">staging (production comes with its own gates).</param>
/// <param name="Image">Digest of the image that answers, "sha256:…"; null where it answers from the package because no server binary could be built.</param>
/// <param name="Sealed">Metrics on the sealed rows, which are opened only here; null when there are too few.</param>
/// <param name="SealedUses">How often the sealed part was opened, this time included.</param>
public sealed record Release(
    int Number, string Environment, int Iteration, string? Image, DateTimeOffset At, IReadOnlyDictionary<string, Estimate>? Sealed, long SealedRows, long SealedUses);

/// <summary>The releases of a project, as recorded.</summary>
public static class ReleaseRecords
{
    private const string Kind = "release";

    /// <summary>All, oldest first.</summary>
    public static IReadOnlyList<Release> List(Records records, string projectId) =>
        records.List(Kind, projectId, ReleaseJson.Default.Release);

    /// <summary>What the environment answers with now, or null.</summary>
    public static Release? Current(Records records, string projectId, string environment) =>
        List(records, projectId).LastOrDefault(release => release.Environment == environment);

    /// <exception cref="FaultException">Another process released meanwhile.</exception>
    public static async Task AddAsync(Records records, string projectId, Release release)
    {
        if (!await records.AddAsync(Kind, projectId, release.Number.ToString("D6", CultureInfo.InvariantCulture), release, ReleaseJson.Default.Release))
        {
            throw new FaultException($"release {release.Number}", "Another process recorded a release of this number meanwhile.", "Look at the project page and release again if it is still wanted.");
        }
    }
}

[JsonSerializable(typeof(Release))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
internal sealed partial class ReleaseJson : JsonSerializerContext;
