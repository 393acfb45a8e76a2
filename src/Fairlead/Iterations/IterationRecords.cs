using System.Globalization;
using System.Text.Json.Serialization;
using Fairlead.Data;
using Fairlead.Data.Quarantine;
using Fairlead.Evaluation;
using Fairlead.Evaluation.Cases;
using Fairlead.Models.Contracts;
using Fairlead.Training;
using Fairlead.Workspace;

namespace Fairlead.Iterations;

/// <summary>The iterations of a project, as recorded.</summary>
public static class IterationRecords
{
    internal const string Kind = "iteration";

    /// <summary>All, oldest first.</summary>
    public static IReadOnlyList<Iteration> List(Records records, string projectId) =>
        records.List(Kind, projectId, IterationJson.Default.Iteration);

    /// <summary>Of all projects, oldest first.</summary>
    public static IReadOnlyList<Iteration> All(Records records) => records.List(Kind, null, IterationJson.Default.Iteration);

    /// <summary>Iteration <paramref name="number"/>, or null.</summary>
    public static Iteration? Find(Records records, string projectId, int number) =>
        records.Find(Kind, projectId, IdOf(number), IterationJson.Default.Iteration);

    /// <summary>The newest, or null.</summary>
    public static Iteration? Newest(Records records, string projectId)
    {
        var count = (int)records.Count(Kind, projectId);
        return count == 0 ? null : Find(records, projectId, count);
    }

    internal static async Task AddAsync(Records records, string projectId, Iteration iteration)
    {
        if (!await records.AddAsync(Kind, projectId, IdOf(iteration.Number), iteration, IterationJson.Default.Iteration))
        {
            throw new FaultException($"iteration {iteration.Number}", "Another process recorded an iteration of this number meanwhile.", "Run iterate again.");
        }
    }

    internal static Task ReplaceAsync(Records records, string projectId, Iteration iteration) =>
        records.PutAsync(Kind, projectId, IdOf(iteration.Number), iteration, IterationJson.Default.Iteration);

    private static string IdOf(int number) => number.ToString("D6", CultureInfo.InvariantCulture);
}

[JsonSerializable(typeof(Iteration))]
[JsonSerializable(typeof(RawVersion))]
[JsonSerializable(typeof(DatasetVersion))]
[JsonSerializable(typeof(SearchResult))]
[JsonSerializable(typeof(EvaluationReport))]
[JsonSerializable(typeof(TurnReport))]
[JsonSerializable(typeof(IReadOnlyList<GateResult>))]
[JsonSerializable(typeof(IReadOnlyList<Correction>))]
[JsonSerializable(typeof(IReadOnlyList<Repair>))]
[JsonSerializable(typeof(IReadOnlyList<RowRepair>))]
[JsonSerializable(typeof(IReadOnlyList<CaseRecord>))]
[JsonSerializable(typeof(CaseReport))]
[JsonSerializable(typeof(Labels.LabelReport))]
[JsonSerializable(typeof(IReadOnlyList<Prices.FindingPrice>))]
[JsonSerializable(typeof(IReadOnlyList<Customers.Causes.Cause>))]
[JsonSerializable(typeof(Wording))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(string))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
public sealed partial class IterationJson : JsonSerializerContext;
