using Fairlead.Data.Privacy;
using Fairlead.Iterations.Erasure;
using Fairlead.Releases;
using Fairlead.Workspace;
using Fairlead.Workspace.Keys;

namespace Fairlead.Tests.Iterations.Erasure;

/// <summary>After an erasure no telling cell of the person, and no pseudonym of one, is in any byte of workspace and project folder: files as they lie on the disk, and every blob, record, segment and entry in clear.</summary>
public sealed class ErasureProofTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    public async Task No_telling_cell_of_the_person_is_left_whatever_the_table(int seed)
    {
        var table = PeopleTable.Make(seed);
        using var people = new PeopleProject(made: table, partRows: seed % 3 == 0 ? 8 : null);
        await people.IterateAsync(1);
        await people.SpreadAsync();
        var second = await people.IterateAsync(2);
        if (seed % 2 == 0)
        {
            new PredictionStore(people.Workspace).SealClosed();
        }

        var left = Path.Combine(people.Workspace.Folder, "tmp", "2147483646-1-killed.spill"); // what a killed process left
        File.WriteAllText(left, string.Join('\n', table.Telling));
        if (seed % 4 == 0)
        {
            people.Workspace.Blobs.Shred(second.Raw.Blob); // as a retention rule does: the rows are known by what was made from them
        }

        var pseudonym = PseudonymKeys.Pseudonyms(people.Project.Id, people.Workspace.Keys);
        List<string> texts = [.. table.Telling, .. pseudonym is null ? [] : table.Telling.Select(pseudonym)];
        Assert.NotEmpty(EveryByte.Holding(EveryByte.Decrypted(people.Workspace), texts)); // they are there, and are found
        var (bodies, keys) = (Bodies(people.Workspace), KeyPaths.All(people.Workspace.Folder).ToDictionary(path => path.Path, path => File.ReadAllBytes(path.Path)));

        var outcome = EraseSubject.Run(people.Workspace, new EraseSubject.Request(people.Folder, table.Person, table.Column, Sources: true), CancellationToken.None);

        Assert.True(outcome.Known);
        Assert.Empty(EveryByte.Holding(EveryByte.AsStored(people.Root), texts));
        Assert.Empty(EveryByte.Holding(EveryByte.Decrypted(people.Workspace), texts));

        // What was encrypted is not left in free pages either, nor is the key of anything shredded.
        var now = Bodies(people.Workspace);
        var stored = EveryByte.AsStored(people.Root).ToList();
        Assert.All(bodies.Where(body => !now.Contains(body)), body => Assert.DoesNotContain(stored, file => file.Bytes.AsSpan().IndexOf(Convert.FromBase64String(body).AsSpan(0, 24)) >= 0));
        var gone = keys.Where(key => !File.Exists(key.Key)).ToList();
        Assert.NotEmpty(gone);
        Assert.All(gone, key => Assert.DoesNotContain(stored, file => file.Bytes.AsSpan().IndexOf(key.Value.AsSpan(12)) >= 0));
        Assert.Empty(people.Workspace.Audit.Verify());
    }

    /// <summary>Bodies of all records as stored.</summary>
    private static HashSet<string> Bodies(WorkspaceFolder workspace)
    {
        using var connection = workspace.Records.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT body FROM records";
        using var reader = command.ExecuteReader();
        HashSet<string> bodies = new(StringComparer.Ordinal);
        while (reader.Read())
        {
            bodies.Add(Convert.ToBase64String((byte[])reader.GetValue(0)));
        }

        return bodies;
    }
}
