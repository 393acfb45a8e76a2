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

        Assert.Equal(project.Iterations[1].Raw + project.Iterations[1].Kept + project.Iterations[1].Quarantine + project.Iterations[1].Models + project.Iterations[1].Package, project.Iterations[1].Shared);

        // Another project of the same tables: nothing is either's own.
        await IterationRecords.AddAsync(people.Workspace.Records, "ffffffff", IterationRecords.Find(people.Workspace.Records, people.Project.Id, 1)!);
        Assert.All(SpaceUse.Run(people.Workspace).Projects, one => Assert.Equal(0, one.Own));
    }

    [Fact]
    public async Task Appended_rows_cost_the_parts_they_stand_in()
    {
        using var people = new PeopleProject(partRows: 8);
        await people.IterateAsync(1);
        await File.AppendAllTextAsync(people.Source, "new@example.com,New,Leeds,1,said nothing,no\n", TestContext.Current.CancellationToken);
        await people.IterateAsync(2);

        var (first, second) = (SpaceUse.Run(people.Workspace).Projects.Single().Iterations[0], SpaceUse.Run(people.Workspace).Projects.Single().Iterations[1]);

        Assert.Equal(0, first.Shared);
        Assert.True(second.New * 2 < first.New, $"{second.New} of {first.New} bytes");
        Assert.True(second.Shared > second.New, $"{second.Shared} shared, {second.New} new");
    }
}
