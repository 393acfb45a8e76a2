using Fairlead.Iterations;
using Fairlead.Tests.Iterations.Erasure;

namespace Fairlead.Tests.Iterations;

/// <summary>Space is counted once for what iterations share.</summary>
public sealed class SpaceUseTests
{
    [Fact]
    public async Task An_iteration_over_the_same_data_adds_nothing_and_the_parts_add_up()
    {
        using var people = new PeopleProject();
        await people.IterateAsync(1);
        await people.IterateAsync(2);

        var space = SpaceUse.Run(people.Workspace);

        var project = Assert.Single(space.Projects);
        Assert.True(project.Iterations[0].New > 0);
        Assert.Equal(0, project.Iterations[1].New);
        Assert.Equal(project.Iterations[0].Raw + project.Iterations[0].Kept + project.Iterations[0].Quarantine + project.Iterations[0].Models + project.Iterations[0].Package, project.Iterations[0].New);
        Assert.Equal(project.Bytes, project.Iterations.Sum(one => one.New));
        Assert.Equal(project.Bytes, project.Own);
        Assert.Equal(space.Blobs, project.Bytes + space.Unnamed);
        Assert.True(space.Bytes >= space.Blobs + space.Records);

        // Another project of the same tables: nothing is either's own.
        await IterationRecords.AddAsync(people.Workspace.Records, "ffffffff", IterationRecords.Find(people.Workspace.Records, people.Project.Id, 1)!);
        Assert.All(SpaceUse.Run(people.Workspace).Projects, one => Assert.Equal(0, one.Own));
    }
}
