using System.Diagnostics;
using System.Globalization;

using Fairlead.Releases;
using Fairlead.Workspace;
using Fairlead.Workspace.Keys;

namespace Fairlead.Iterations.Upkeep;

/// <summary><c>workspace gc</c>: removes what nothing needs any more, and what the retention rules of projects say is to go. Never what a release, an iteration, a review or a word of feedback needs.</summary>
/// <remarks>
/// Safe while others work: a blob is stored before the record that names it, so a blob younger than <see cref="Request.Grace"/> stays, whoever made it;
/// while a project is being iterated that is at least <see cref="GraceWhileBusy"/>. A blob goes in one step; a kill in between leaves some that the next call takes.
/// </remarks>
public static class CollectGarbage
{
    /// <summary>How old a blob must be while a project is being iterated.</summary>
    public static readonly TimeSpan GraceWhileBusy = TimeSpan.FromHours(24);

    /// <param name="DryRun">Only says what would go.</param>
    /// <param name="Grace">How old a blob or a temporary file must be.</param>
    public sealed record Request(bool DryRun, TimeSpan Grace);

    /// <param name="Project">Name of the project; null for what no project's iteration named.</param>
    /// <param name="Iteration">Iteration whose data went by a rule; null likewise.</param>
    /// <param name="Rule">Why: a rule of the project file, "unused" or "temporary".</param>
    public sealed record Freed(string? Project, int? Iteration, string Rule, long Items, long Bytes);

    /// <param name="Busy">Projects that were being iterated meanwhile.</param>
    public sealed record Outcome(bool DryRun, long FreedBytes, IReadOnlyList<Freed> Freed, IReadOnlyList<string> Busy);

    public static async Task<Outcome> RunAsync(WorkspaceFolder workspace, Request request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentNullException.ThrowIfNull(request);
        using var held = workspace.Maintain("collecting garbage");
        var (locks, busy) = Hold(workspace);
        try
        {
            var now = workspace.Time.GetUtcNow();
            _ = request.DryRun ? 0 : new PredictionStore(workspace).SealClosed();
            var grace = busy.Count > 0 && request.Grace < GraceWhileBusy ? GraceWhileBusy : request.Grace;
            List<Freed> freed = [];
            var retired = RetentionRules.Due(workspace, KnownProjects.List(workspace).Where(project => !busy.Contains(project.Id)), now);
            freed.AddRange(await RetireAsync(workspace, retired, request.DryRun));
            freed.AddRange(RetentionRules.Clear(workspace, KnownProjects.List(workspace), now, request.DryRun));
            freed.AddRange(Unused(workspace, [.. retired.SelectMany(due => due.Blobs)], now - grace, request.DryRun, cancel));
            freed.Add(Temporaries(workspace, now - grace, request.DryRun));
            freed.Add(Unpacked(workspace, now - grace, request.DryRun));
            List<Freed> some = [.. freed.Where(one => one.Items > 0)];
            if (!request.DryRun && some.Count > 0)
            {
                workspace.Audit.Changed("workspace gc", string.Join(", ", some.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Rule}: {one.Items}"))));
            }

            return new Outcome(request.DryRun, some.Sum(one => one.Bytes), some, busy);
        }
        finally
        {
            locks.ForEach(one => one.Dispose());
        }
    }

    /// <summary>Holds the lock of every project, so that none starts an iteration meanwhile; names those that are at it.</summary>
    private static (List<IDisposable> Locks, List<string> Busy) Hold(WorkspaceFolder workspace)
    {
        var (held, busy) = (new List<IDisposable>(), new List<string>());
        foreach (var project in workspace.Records.Names().Where(name => name.Kind == KnownProjects.Kind).Select(name => name.Project).Distinct(StringComparer.Ordinal))
        {
            try
            {
                held.Add(workspace.Lock(project));
            }
            catch (FaultException)
            {
                busy.Add(project);
            }
        }

        return (held, busy);
    }

    private static async Task<List<Freed>> RetireAsync(WorkspaceFolder workspace, IReadOnlyList<RetentionRules.DueBlobs> retired, bool dryRun)
    {
        List<Freed> freed = [];
        var (before, counted) = (new List<string>(), 0L);
        foreach (var due in retired)
        {
            // What several of them share goes with the last: with all before it gone, or, where nothing goes, taken as gone.
            before.AddRange(due.Blobs);
            var bytes = dryRun ? workspace.Blobs.OwnBytes(before) - counted : workspace.Blobs.OwnBytes(due.Blobs);
            counted += bytes;
            freed.Add(new Freed(due.Project.Project, due.Iteration, due.Rule, due.Blobs.Count, bytes));
            if (!dryRun)
            {
                await RetiredBlobs.AddAsync(workspace.Records, due.Project.Id, due.Iteration, due.Rule, due.Blobs);
                foreach (var id in due.Blobs)
                {
                    workspace.Blobs.Shred(id);
                }
            }
        }

        return freed;
    }

    /// <summary>Blobs that no record leads to, and results of steps that nothing is left of.</summary>
    private static List<Freed> Unused(WorkspaceFolder workspace, HashSet<string> retired, DateTimeOffset before, bool dryRun, CancellationToken cancel)
    {
        var records = workspace.Records;
        var names = records.Names();
        var needed = BlobReferences.Closure(
            names.Select(name => name.Kind).Distinct(StringComparer.Ordinal).Except(BlobReferences.Caches).SelectMany(records.Stored).SelectMany(stored => BlobReferences.In(stored.Body)), workspace.Blobs);

        // A note saves making something again that is needed: what says how it was made stays with it.
        foreach (var id in workspace.Blobs.Noted())
        {
            var led = BlobReferences.Closure([id], workspace.Blobs);
            if (led.Count > 1 && led.All(one => one == id || needed.Contains(one)))
            {
                needed.Add(id);
            }
        }

        // The newest result of a step is what makes "nothing changed" quick: it and its blobs stay while they are young.
        var young = names.Where(name => name.Kind == "step" && name.At >= before).Select(name => name.Id).ToHashSet(StringComparer.Ordinal);
        List<RecordChange> stale = [];
        foreach (var step in records.Stored("step"))
        {
            var named = BlobReferences.Closure(BlobReferences.In(step.Body), workspace.Blobs);
            if (young.Contains(step.Id))
            {
                needed.UnionWith(named);
            }
            else if (named.Count > 0 && !named.IsSubsetOf(needed))
            {
                stale.Add(new RecordChange("step", step.Project, step.Id, null));
            }
        }

        var unused = KeyPaths.Blobs(workspace.Folder).Where(id => !needed.Contains(id) && !retired.Contains(id) && workspace.Blobs.StoredAt(id) < before.UtcDateTime).ToList();
        var bytes = unused.Sum(workspace.Blobs.DiskBytes);
        if (!dryRun)
        {
            records.Rewrite(stale);
            foreach (var id in unused.OrderBy(id => workspace.Blobs.IsPart(id))) // lists before their parts: none may be left that lacks some
            {
                cancel.ThrowIfCancellationRequested();
                _ = workspace.Blobs.IsGoing(id) ? workspace.Blobs.Shred(id) : workspace.Blobs.Remove(id);
            }
        }

        return [new Freed(null, null, "unused", unused.Count, bytes)];
    }

    /// <summary>What processes left under <c>tmp/</c> that do not live any more.</summary>
    private static Freed Temporaries(WorkspaceFolder workspace, DateTimeOffset before, bool dryRun)
    {
        var (items, bytes) = (0L, 0L);
        foreach (var entry in new DirectoryInfo(Path.Combine(workspace.Folder, "tmp")).EnumerateFileSystemInfos())
        {
            var dash = entry.Name.IndexOf('-', StringComparison.Ordinal);
            if (dash < 0 || !int.TryParse(entry.Name.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var process) || Lives(process) || entry.LastWriteTimeUtc >= before.UtcDateTime)
            {
                continue;
            }

            (items, bytes) = (items + 1, bytes + Size(entry));
            if (!dryRun)
            {
                Delete(entry);
            }
        }

        return new Freed(null, null, "temporary", items, bytes);
    }

    /// <summary>Unpacked images and packages that no iteration names: they are unpacked again when asked for.</summary>
    private static Freed Unpacked(WorkspaceFolder workspace, DateTimeOffset before, bool dryRun)
    {
        var needed = IterationRecords.All(workspace.Records).SelectMany(iteration => VerifyWorkspace.Named(iteration).Select(named => named.Id)).ToHashSet(StringComparer.Ordinal);
        var (items, bytes) = (0L, 0L);
        foreach (var entry in new[] { "packages", "images" }.Select(name => new DirectoryInfo(Path.Combine(workspace.Folder, name))).Where(folder => folder.Exists).SelectMany(folder => folder.EnumerateFileSystemInfos()))
        {
            if (needed.Contains(entry.Name) || entry.LastWriteTimeUtc >= before.UtcDateTime)
            {
                continue;
            }

            (items, bytes) = (items + 1, bytes + Size(entry));
            if (!dryRun)
            {
                Delete(entry);
            }
        }

        return new Freed(null, null, "unpacked", items, bytes);
    }

    private static long Size(FileSystemInfo entry) => entry is DirectoryInfo folder ? folder.EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) : ((FileInfo)entry).Length;

    private static void Delete(FileSystemInfo entry)
    {
        if (entry is DirectoryInfo folder)
        {
            folder.Delete(recursive: true);
        }
        else
        {
            entry.Delete();
        }
    }

    private static bool Lives(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return !found.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
