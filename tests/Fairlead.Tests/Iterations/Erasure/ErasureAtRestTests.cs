using Fairlead.Iterations.Erasure;
using Fairlead.Releases;
using Fairlead.Workspace;
using Fairlead.Workspace.Backups;

namespace Fairlead.Tests.Iterations.Erasure;

public sealed class ErasureAtRestTests
{
    [Fact]
    public async Task A_person_is_erased_from_sealed_segments_and_their_pseudonym_in_the_audit_loses_its_key()
    {
        using var people = new PeopleProject();
        await people.IterateAsync();
        await people.SpreadAsync();
        var store = new PredictionStore(people.Workspace);
        Assert.Equal(1, store.SealClosed());
        Assert.NotNull(store.Find(people.PredictionId));

        EraseSubject.Run(people.Workspace, new EraseSubject.Request(people.Folder, PeopleProject.Person, Sources: true), CancellationToken.None);

        Assert.Null(store.Find(people.PredictionId));
        Assert.Equal(1, new PredictionStore(people.Workspace).Count(people.Project.Id));
        Assert.Empty(people.Found());
        var entry = Assert.Single(people.Workspace.Audit.List(10), entry => entry.Verb == "data erase");
        Assert.Equal(("change", 32), (entry.What, entry.Subject!.Length));
        Assert.Single(Directory.EnumerateFiles(Path.Combine(people.Workspace.Folder, "keys"), "subject-*")); // of another person, whose card was judged
        Assert.NotEqual(entry.Subject, people.Workspace.Keys.SubjectPseudonym(PeopleProject.Person)); // a new key, another name
    }

    [Fact]
    public async Task An_older_backup_brings_nobody_back_who_was_erased_since()
    {
        using var people = new PeopleProject();
        var iteration = await people.IterateAsync();
        await people.SpreadAsync();
        new PredictionStore(people.Workspace).SealClosed();
        var backup = Path.Combine(people.Root, "backup");
        BackUp.Run(people.Workspace, backup, CancellationToken.None);
        EraseSubject.Run(people.Workspace, new EraseSubject.Request(people.Folder, PeopleProject.Person, Sources: true), CancellationToken.None);
        Assert.False(people.Workspace.Blobs.Has(iteration.Raw.Blob));

        var elsewhere = Path.Combine(people.Root, "elsewhere");
        Restore.Run(new Restore.Request(backup, null, elsewhere, false), _ => [], _ => 0, null, null, CancellationToken.None);
        using (var older = WorkspaceFolder.Open(elsewhere))
        {
            Assert.True(older.Blobs.Has(iteration.Raw.Blob)); // without the list of now, the backup has them
        }

        // With a later snapshot it is that one's list that holds, where no workspace is there.
        var first = Path.GetFileName(BackupManifest.In(backup)[0]);
        BackUp.Run(people.Workspace, backup, CancellationToken.None);
        var third = Path.Combine(people.Root, "third");
        Assert.Equal(1, Restore.Run(new Restore.Request(backup, first, third, false), _ => [], workspace => EraseSubject.Replay(workspace, CancellationToken.None), null, null, CancellationToken.None).Erased);
        using (var cleared = WorkspaceFolder.Open(third))
        {
            Assert.False(cleared.Blobs.Has(iteration.Raw.Blob));
        }

        var outcome = Restore.Run(new Restore.Request(backup, first, people.Workspace.Folder, true), _ => [], workspace => EraseSubject.Replay(workspace, CancellationToken.None), null, null, CancellationToken.None);

        Assert.Equal(1, outcome.Erased);
        using var restored = WorkspaceFolder.Open(people.Workspace.Folder);
        Assert.False(restored.Blobs.Has(iteration.Raw.Blob));
        Assert.Null(new PredictionStore(restored).Find(people.PredictionId));
    }
}
