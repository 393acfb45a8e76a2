using System.Text.Json;
using Fairlead.Customers;
using Fairlead.Projects;
using Fairlead.Releases;
using Fairlead.Workspace;

namespace Fairlead.Iterations.Upkeep;

/// <summary>What the <c>retention:</c> rules of project files say is to go. A rule never reaches the newest iteration, one that was ever released, or one that a review shows.</summary>
internal static class RetentionRules
{
    /// <param name="Rule">versions, version_days or quarantine_days.</param>
    /// <param name="Blobs">Tables of this iteration that no other kept iteration names.</param>
    public sealed record DueBlobs(ProjectFile Project, int Iteration, string Rule, IReadOnlyList<string> Blobs);

    /// <summary>Tables that are due, by project and iteration.</summary>
    public static IReadOnlyList<DueBlobs> Due(WorkspaceFolder workspace, IEnumerable<ProjectFile> projects, DateTimeOffset now)
    {
        List<(ProjectFile Project, Iteration Iteration, string Rule, string[] Blobs)> due = [];
        foreach (var project in projects.Where(project => project.Retention is not null))
        {
            var rule = project.Retention!;
            var iterations = IterationRecords.List(workspace.Records, project.Id);
            var kept = ReleaseRecords.List(workspace.Records, project.Id).Select(release => release.Iteration)
                .Concat(ReviewRecords.List(workspace.Records, project.Id).Select(review => review.Iteration)).Append(iterations.Count).ToHashSet();
            foreach (var iteration in iterations.Where(iteration => !kept.Contains(iteration.Number)))
            {
                var age = now - iteration.At;
                if (iterations.Count - iteration.Number >= rule.Versions)
                {
                    due.Add((project, iteration, "versions", [iteration.Raw.Blob, iteration.Data.Blob, iteration.Data.Quarantine]));
                }
                else if (age.TotalDays > rule.VersionDays)
                {
                    due.Add((project, iteration, "version_days", [iteration.Raw.Blob, iteration.Data.Blob, iteration.Data.Quarantine]));
                }
                else if (age.TotalDays > rule.QuarantineDays)
                {
                    due.Add((project, iteration, "quarantine_days", [iteration.Data.Quarantine]));
                }
            }
        }

        // What another iteration names, that no rule reaches (or reaches less of), stays.
        var gone = due.SelectMany(one => one.Blobs.Select(blob => (one.Iteration.Key, blob))).ToHashSet();
        var needed = IterationRecords.All(workspace.Records)
            .SelectMany(iteration => new[] { iteration.Raw.Blob, iteration.Data.Blob, iteration.Data.Quarantine }.Where(blob => !gone.Contains((iteration.Key, blob)))).ToHashSet(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return
        [
            .. due.Select(one => new DueBlobs(one.Project, one.Iteration.Number, one.Rule, [.. one.Blobs.Where(blob => workspace.Blobs.Has(blob) && !needed.Contains(blob) && seen.Add(blob))]))
                .Where(one => one.Blobs.Count > 0),
        ];
    }

    /// <summary>Removes predictions and words of feedback that are older than their project keeps them.</summary>
    public static IReadOnlyList<CollectGarbage.Freed> Clear(WorkspaceFolder workspace, IEnumerable<ProjectFile> projects, DateTimeOffset now, bool dryRun)
    {
        List<CollectGarbage.Freed> freed = [];
        foreach (var project in projects.Where(project => project.Retention is not null))
        {
            freed.Add(Predictions(workspace, project, now, dryRun));
            freed.Add(Words(workspace, project, now, dryRun));
        }

        return freed;
    }

    private static CollectGarbage.Freed Predictions(WorkspaceFolder workspace, ProjectFile project, DateTimeOffset now, bool dryRun)
    {
        var (items, bytes) = (0L, 0L);
        var folder = new PredictionStore(workspace).FolderOf(project.Id);
        if (project.Retention!.PredictionDays is not { } days || !Directory.Exists(folder))
        {
            return new CollectGarbage.Freed(project.Project, null, "prediction_days", 0, 0);
        }

        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*.log", SearchOption.AllDirectories))
        {
            var held = Path.Combine(file.DirectoryName!, "lock");
            if ((now.UtcDateTime - file.LastWriteTimeUtc).TotalDays <= days || IsHeld(held))
            {
                continue;
            }

            (items, bytes) = (items + 1, bytes + file.Length);
            if (!dryRun)
            {
                PredictionSegment.Shred(file.FullName);
            }
        }

        return new CollectGarbage.Freed(project.Project, null, "prediction_days", items, bytes);
    }

    private static CollectGarbage.Freed Words(WorkspaceFolder workspace, ProjectFile project, DateTimeOffset now, bool dryRun)
    {
        if (project.Retention!.FeedbackDays is not { } days)
        {
            return new CollectGarbage.Freed(project.Project, null, "feedback_days", 0, 0);
        }

        var old = new[] { Feedback.Kind, GiveFeedback.HistoryKind }.SelectMany(workspace.Records.Stored)
            .Where(stored => stored.Project == project.Id && JsonSerializer.Deserialize(stored.Body, CustomerJson.Default.Feedback) is { } feedback && (now - feedback.At).TotalDays > days).ToList();
        if (!dryRun && old.Count > 0)
        {
            workspace.Records.Rewrite([.. old.Select(stored => new RecordChange(stored.Kind, stored.Project, stored.Id, null))]);
        }

        return new CollectGarbage.Freed(project.Project, null, "feedback_days", old.Count, old.Sum(stored => (long)stored.Body.Length));
    }

    private static bool IsHeld(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using var held = FolderLock.Try(path);
        return held is null;
    }
}
