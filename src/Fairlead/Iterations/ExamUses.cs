using System.Globalization;
using System.Text.Json.Serialization;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Iterations;

/// <summary>Counts how often an exam was used: every look at the same rows makes the figures a little too good.</summary>
public static partial class ExamUses
{
    private const string Kind = "exam-use";

    /// <summary>Records one use (once per key) and returns how many there are of this exam, this one included.</summary>
    /// <param name="use">Key of the step that looks.</param>
    /// <param name="side">exam or sealed.</param>
    public static async Task<long> CountAsync(Records records, ProjectFile project, string use, string side = "exam")
    {
        var exam = $"{project.Id}/{side}/{ExamOf(project)}";
        await records.AddAsync(Kind, exam, use, new Use(use), UseJson.Default.Use);
        return records.Count(Kind, exam);
    }

    /// <summary>What deals the rows: another seed, another way to split, a split drawn anew or another target is another exam.</summary>
    private static string ExamOf(ProjectFile project) =>
        string.Create(CultureInfo.InvariantCulture, $"{project.Target}/{project.Split.By}/{project.Split.Column}/{project.Split.Exam}/{project.Split.Seed}/{project.Split.ExamFrom:O}{(project.Split.Dealt is { } drawn ? $"/{drawn.At:O}" : "")}");

    internal sealed record Use(string Key);

    [JsonSerializable(typeof(Use))]
    internal sealed partial class UseJson : JsonSerializerContext;
}
