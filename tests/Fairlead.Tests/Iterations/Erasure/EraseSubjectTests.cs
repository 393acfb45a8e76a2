using Fairlead.Customers;
using Fairlead.Data.Erasure;
using Fairlead.Iterations;
using Fairlead.Iterations.Erasure;
using Fairlead.Iterations.Upkeep;
using Fairlead.Models.Contracts;
using Fairlead.Releases;
using Fairlead.Workspace;

namespace Fairlead.Tests.Iterations.Erasure;

/// <summary>After an erasure no byte of the person is left in workspace and project folder, everything else is, and it may be stopped and called again.</summary>
public sealed class EraseSubjectTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task No_byte_of_the_person_is_left_and_everybody_else_stays()
    {
        using var people = new PeopleProject();
        var before = await people.IterateAsync();
        await people.SpreadAsync();
        Assert.Equal((63, 62, 1), (before.Data.Read, before.Data.Kept, before.Data.Quarantined));
        Assert.NotEmpty(people.Found());

        var outcome = Erase(people, sources: true);

        Assert.Empty(people.Found());
        Assert.True(outcome.Known);
        Assert.Equal([("prediction", 1L), ("correction", 1), ("case", 1), ("review_card", 1), ("feedback", 2), ("feedback", 2), ("iteration", 3), ("step", 2)], outcome.Erased.Select(trace => (trace.Kind, trace.Count)));
        var after = IterationRecords.Find(people.Workspace.Records, people.Project.Id, 1)!;
        Assert.Equal((60, 60, 60, 0, 0), (after.Raw.Rows, after.Data.Read, after.Data.Kept, after.Data.Quarantined, after.Data.Dropped));
        Assert.Equal(60, after.Data.Sides.Values.Sum());
        Assert.Equal("differs: 1 subject erased", after.Differs);
        Assert.All(new[] { before.Raw.Blob, before.Data.Blob, before.Data.Quarantine }, blob => Assert.False(people.Workspace.Blobs.Has(blob)));

        var model = Assert.Single(outcome.Retrain);
        Assert.Equal((1, 2), (model.Iteration, (int)(model.TrainedRows + model.JudgedRows)));
        Assert.Equal((3, true), (outcome.Sources.Single().Rows, outcome.Sources.Single().Rewritten));
        Assert.Equal(61, File.ReadAllLines(people.Source).Length);

        var said = Assert.Single(ListFeedback.Run(people.Workspace.Records, people.Project.Id));
        Assert.Equal("mixed up with [erased]", said.Comment);
        Assert.Equal(["p7@example.com"], Fairlead.Data.CorrectionsFolder.Read(people.Folder).Corrections.Select(one => one.Key));
        Assert.Null(new PredictionStore(people.Workspace).Find(people.PredictionId));
        Assert.Equal(1, new PredictionStore(people.Workspace).Count(people.Project.Id));
    }

    [Fact]
    public async Task A_dry_run_lists_what_an_erasure_clears_and_changes_nothing()
    {
        using var people = new PeopleProject();
        await people.IterateAsync();
        await people.SpreadAsync();
        var before = people.Found();

        var looked = EraseSubject.Run(people.Workspace, new EraseSubject.Request(people.Folder, PeopleProject.Person, DryRun: true), None);

        Assert.Equal(before, people.Found());
        Assert.Empty(ErasureList.Open(people.Workspace).Entries);
        Assert.Equal(looked.Erased, Erase(people).Erased.Where(trace => trace.Kind != "temporary"));
    }

    [Fact]
    public async Task Called_again_it_finds_nothing_and_still_names_the_models_to_retrain()
    {
        using var people = new PeopleProject();
        await people.IterateAsync();
        Erase(people);

        var again = Erase(people);

        Assert.True(again.Known);
        Assert.Empty(again.Erased);
        Assert.Equal(1, Assert.Single(again.Retrain).Iteration);
        Assert.Equal(3, Assert.Single(again.Sources).Rows); // the source is its owner's
        Assert.False(EraseSubject.Run(people.Workspace, new EraseSubject.Request(people.Folder, "nobody@example.com"), None).Known);
    }

    [Fact]
    public async Task Models_to_retrain_are_named_with_the_rows_of_this_person_only()
    {
        using var people = new PeopleProject();
        await people.IterateAsync();
        Erase(people);

        var other = Assert.Single(Erase(people, "p8@example.com").Retrain);
        var first = Assert.Single(Erase(people).Retrain);

        Assert.Equal((1, 2), (other.TrainedRows + other.JudgedRows, first.TrainedRows + first.JudgedRows));
    }

    [Fact]
    public async Task Lines_of_a_stratified_split_that_name_their_rows_go_and_no_other_row_moves()
    {
        using var people = new PeopleProject();
        await people.IterateAsync();
        var yaml = Path.Combine(people.Folder, "fairlead.yaml");
        await File.AppendAllTextAsync(yaml, "\nsplit: {by: key, exam: 0.2, sealed: 0.1, seed: 7, stratified: true}\n", TestContext.Current.CancellationToken);
        long BitsOf(string key)
        {
            using var engine = new Fairlead.Data.DataEngine(Path.Combine(people.Root, "spill"), None);
            return engine.Count($"SELECT {Fairlead.Data.RowHash.Bits($"'key:{key}'", 7)}");
        }

        var moved = new Dictionary<long, string> { [BitsOf(PeopleProject.Person)] = "exam", [BitsOf("p8@example.com")] = "sealed" };
        Fairlead.Data.Selecting.DrawSplit.Write(people.Project, new Fairlead.Projects.DealtRows("key", null, 0.2, 0.1, 7, 63, DateTimeOffset.UnixEpoch, moved), people.Workspace.Blobs);

        var looked = EraseSubject.Run(people.Workspace, new EraseSubject.Request(people.Folder, PeopleProject.Person, DryRun: true), None);
        var outcome = Erase(people);

        Assert.Equal(("split.jsonl", 1L), outcome.Erased.Where(trace => trace.Kind == "split").Select(trace => (trace.Where, trace.Count)).Single());
        Assert.Equal(looked.Erased, outcome.Erased);
        var left = Fairlead.Data.Privacy.PseudonymKeys.Bind(Fairlead.Projects.ProjectFileReader.Read(people.Folder, withSource: false), people.Workspace).Split.Dealt!;
        Assert.Equal([BitsOf("p8@example.com")], left.Moved.Keys);
        Assert.Equal(DateTimeOffset.UnixEpoch, left.At);
        Assert.DoesNotContain(outcome.Remains, remain => remain.StartsWith("split.jsonl", StringComparison.Ordinal));

        // As cloned from another workspace.
        var file = Path.Combine(people.Folder, "split.jsonl");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Replace("\"key\":\"", "\"key\":\"0000", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        Assert.Contains(Erase(people).Remains, remain => remain.StartsWith("split.jsonl", StringComparison.Ordinal));
    }

    [Fact] // the list of a version that did not keep it
    public async Task People_erased_before_it_was_kept_get_the_models_that_saw_them_or_may_have()
    {
        using var people = new PeopleProject();
        await people.IterateAsync();
        var (first, other) = (Assert.Single(Erase(people).Retrain), Assert.Single(Erase(people, "p8@example.com").Retrain));
        var list = ErasureList.Open(people.Workspace);
        list.Replace(list.Entries[0] with { Seen = null });

        // The other one's rows are known, so that the rest is theirs, told exactly, also to a later call.
        Assert.Equivalent(first, Assert.Single(Erase(people).Retrain), strict: true);
        Assert.Equivalent(first, Assert.Single(Erase(people).Retrain), strict: true);

        list = ErasureList.Open(people.Workspace);
        list.Replace(list.Entries[0] with { Seen = null });
        list.Replace(list.Entries[1] with { Seen = null });
        var looked = EraseSubject.Run(people.Workspace, new EraseSubject.Request(people.Folder, PeopleProject.Person, DryRun: true), None);
        var maybe = Assert.Single(Erase(people).Retrain);
        Assert.Equivalent(maybe, Assert.Single(looked.Retrain), strict: true);
        Assert.Equivalent(first with { MayHaveSeen = true, TrainedRows = first.TrainedRows + other.TrainedRows, JudgedRows = first.JudgedRows + other.JudgedRows }, maybe, strict: true);
        Assert.True(Assert.Single(Erase(people, "p8@example.com").Retrain).MayHaveSeen);
        Assert.Empty(Erase(people, "nobody@example.com").Retrain);
    }

    [Fact]
    public async Task A_model_made_after_they_were_erased_did_not_see_them()
    {
        using var people = new PeopleProject();
        var made = await people.IterateAsync();
        Erase(people);
        var list = ErasureList.Open(people.Workspace);
        list.Replace(list.Entries[0] with { Seen = null });
        await IterationRecords.AddAsync(people.Workspace.Records, people.Project.Id, IterationRecords.Newest(people.Workspace.Records, people.Project.Id)! with { Number = 2, At = DateTimeOffset.MaxValue.AddDays(-1), Erased = new ErasedPeople(1, 1, 0) });

        Assert.Equal([made.Number], Erase(people).Retrain.Select(model => model.Iteration));
    }

    [Fact]
    public async Task A_model_whose_iteration_had_the_person_in_quarantine_need_not_be_trained_anew()
    {
        var rows = Enumerable.Range(0, 40).Select(i => $"p{i}@example.com,{(i == 7 ? -5 : 100 + i)},{(i % 3 == 0 ? "yes" : "no")}\n");
        using var people = new PeopleProject(made: new PeopleTable("p7@example.com", "p7@example.com", "P7", "email", "  email: id\n  income: number\n", ["email,income,gone\n" + string.Concat(rows)], [], Protection.None));
        await people.IterateAsync();

        var outcome = Erase(people, "p7@example.com");

        Assert.Contains(outcome.Erased, trace => trace is { Kind: "iteration", Count: 1 });
        Assert.Empty(outcome.Retrain);
    }

    [Fact]
    public async Task Nothing_is_erased_for_somebody_who_was_never_here()
    {
        using var people = new PeopleProject();
        await people.IterateAsync();
        Erase(people);
        var iteration = IterationRecords.Newest(people.Workspace.Records, people.Project.Id)!;
        await people.Workspace.Records.PutAsync(StepRunner.Kind, "", "suspects", new StepRunner.StepResult("labels", "{}", []), StepRunner.StepJson.Default.StepResult); // of other people
        await IterationRecords.ReplaceAsync(people.Workspace.Records, people.Project.Id, iteration with { Steps = [new StepRun("labels", "suspects", Reused: false, 1)] });
        var steps = people.Workspace.Records.Stored(StepRunner.Kind).Count;

        var nobody = Erase(people, "nobody@example.com");

        Assert.False(nobody.Known);
        Assert.Empty(nobody.Erased);
        Assert.Empty(nobody.Retrain);
        Assert.Equal(steps, people.Workspace.Records.Stored(StepRunner.Kind).Count);
        Assert.Single(ErasureList.Open(people.Workspace).Entries);

        Erase(people, "p8@example.com");
        Assert.DoesNotContain(people.Workspace.Records.Stored(StepRunner.Kind), step => step.Id == "suspects");
    }

    [Fact]
    public async Task What_was_stopped_is_finished_by_the_next_erasure_of_anybody()
    {
        using var people = new PeopleProject();
        await people.IterateAsync();
        await people.SpreadAsync();

        // As after kill -9 right after the person was put on the list: only the pseudonym is known.
        ErasureList.Open(people.Workspace).Begin(new Subject(people.Project.Id, "email", PeopleProject.Person), DateTimeOffset.UnixEpoch);
        EraseSubject.Run(people.Workspace, new EraseSubject.Request(people.Folder, "p8@example.com"), None);

        Assert.DoesNotContain(people.Found(), place => !place.StartsWith("people.csv", StringComparison.Ordinal));
        Assert.All(ErasureList.Open(people.Workspace).Entries, entry => Assert.NotNull(entry.Finished));
        Assert.DoesNotContain(PeopleProject.Person, File.ReadAllText(Path.Combine(people.Workspace.Folder, "erasures", "list.jsonl")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tables_that_were_still_to_be_shredded_are_shredded_by_the_next_call()
    {
        using var people = new PeopleProject();
        var before = await people.IterateAsync();
        Erase(people);

        // As after kill -9 between records and tables: the table is there, the list says it has to go.
        var again = Fairlead.Data.Ingest.Run(people.Project, people.Workspace.Blobs, None);
        Assert.Equal(before.Raw.Blob, again.Blob);
        var list = ErasureList.Open(people.Workspace);
        list.Replace(list.Entries[0] with { Finished = null, Pending = [again.Blob] });
        EraseSubject.Run(people.Workspace, new EraseSubject.Request(people.Folder, "p8@example.com"), None);

        Assert.False(people.Workspace.Blobs.Has(again.Blob));
    }

    [Fact]
    public async Task A_source_that_still_holds_them_does_not_bring_them_back()
    {
        using var people = new PeopleProject();
        await people.IterateAsync();
        Erase(people);
        var read = Fairlead.Data.Ingest.Run(people.Project, people.Workspace.Blobs, None);

        var without = ErasedFromSource.Without(read, people.Project.Id, ErasureList.Open(people.Workspace), people.Workspace, people.Workspace.Blobs, None);

        Assert.Equal(60, without.Rows);
        Assert.False(people.Workspace.Blobs.Has(read.Blob));
        Assert.Equal(IterationRecords.Find(people.Workspace.Records, people.Project.Id, 1)!.Raw.Blob, without.Blob);
    }

    [Fact]
    public async Task The_list_is_replayed_on_what_an_older_backup_brings_back()
    {
        using var people = new PeopleProject();
        await people.IterateAsync();
        await people.SpreadAsync();
        var (kept, workspace) = (Path.Combine(people.Root, "backup"), people.Workspace.Folder);
        Copy(workspace, kept);
        Erase(people, sources: true);
        var list = File.ReadAllText(Path.Combine(workspace, "erasures", "list.jsonl"));
        var key = File.ReadAllBytes(Path.Combine(workspace, "erasures", "key"));

        using (var restored = WorkspaceFolder.Open(kept))
        {
            Directory.CreateDirectory(Path.Combine(kept, "erasures"));
            File.WriteAllText(Path.Combine(kept, "erasures", "list.jsonl"), list);
            File.WriteAllBytes(Path.Combine(kept, "erasures", "key"), key);
            Assert.Equal(1, EraseSubject.Replay(restored, None));
        }

        Assert.Empty(people.Found());
    }

    [Fact]
    public async Task A_table_that_another_project_was_made_from_stays_and_the_project_is_named()
    {
        using var people = new PeopleProject();
        var iteration = await people.IterateAsync();
        await IterationRecords.AddAsync(people.Workspace.Records, "ffffffff", iteration);

        var outcome = Erase(people);

        Assert.True(people.Workspace.Blobs.Has(iteration.Raw.Blob));
        Assert.Contains(outcome.Remains, remain => remain.Contains("ffffffff", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_the_rows_as_read_are_gone_they_are_found_in_what_was_made_from_them()
    {
        using var people = new PeopleProject();
        var before = await people.IterateAsync();
        people.Workspace.Blobs.Shred(before.Raw.Blob);

        Erase(people, sources: true);

        Assert.Empty(people.Found(withRaw: false));
        Assert.Equal((60, 0), (IterationRecords.Find(people.Workspace.Records, people.Project.Id, 1)!.Data.Kept, IterationRecords.Find(people.Workspace.Records, people.Project.Id, 1)!.Data.Quarantined));
    }

    [Fact]
    public void Two_writers_are_refused()
    {
        using var people = new PeopleProject();
        using var held = people.Workspace.Lock(people.Project.Id);

        Assert.Throws<FaultException>(() => Erase(people));
    }

    private static EraseSubject.Outcome Erase(PeopleProject people, string person) => EraseSubject.Run(people.Workspace, new EraseSubject.Request(people.Folder, person), None);

    private static EraseSubject.Outcome Erase(PeopleProject people, bool sources = false) =>
        EraseSubject.Run(people.Workspace, new EraseSubject.Request(people.Folder, PeopleProject.Person, Sources: sources), None);

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    [Fact] // their rows stand in three of the eight parts of 8 rows
    public async Task Of_a_table_in_parts_those_are_written_again_that_hold_the_person()
    {
        using var people = new PeopleProject(partRows: 8);
        var before = people.Workspace.Blobs.PartsOf((await people.IterateAsync()).Raw.Blob);

        EraseSubject.Run(people.Workspace, new EraseSubject.Request(people.Folder, PeopleProject.Person), TestContext.Current.CancellationToken);

        var after = people.Workspace.Blobs.PartsOf(IterationRecords.Find(people.Workspace.Records, people.Project.Id, 1)!.Raw.Blob);
        Assert.Equal((8, 8), (before.Count, after.Count));
        Assert.Equal(5, after.Intersect(before).Count());
        Assert.All(before.Except(after), part => Assert.False(people.Workspace.Blobs.Has(part.Id)));
        Assert.Empty(VerifyWorkspace.Run(people.Workspace, TestContext.Current.CancellationToken).Faults);
    }
}
