using Fairlead.Customers;
using Fairlead.Models.Contracts;
using Fairlead.Tests.Web;
using Fairlead.Workspace;

namespace Fairlead.Tests.Customers;

public sealed class GiveFeedbackTests
{
    private static readonly GiveFeedback.Subject Card = new("p", "r1", 7, "exam-4-4711", 4, "4711", "late", ModelTask.Multiclass, ["on time", "late", "lost"]);

    [Fact]
    public async Task What_was_acknowledged_is_on_disk_for_another_process()
    {
        using var example = new ExampleProject(ModelTask.Binary, iterations: 0);
        await GiveFeedback.RunAsync(Card, Say("wrong", "lost", "It never came.", "Ann"), example.Workspace);

        // A second reader of the same folder, while the first is still open: nothing waits in memory.
        using var other = WorkspaceFolder.Open(example.Workspace.Folder);
        var said = Assert.Single(ListFeedback.Run(other.Records, "p"));
        Assert.Equal(("wrong", "lost", "It never came.", "Ann", "4711", 4), (said.Verdict, said.Right, said.Comment, said.By, said.Key, said.Iteration));
    }

    [Fact]
    public async Task Saying_it_twice_is_saying_it_once_and_saying_otherwise_replaces_it_and_keeps_both()
    {
        using var example = new ExampleProject(ModelTask.Binary, iterations: 0);
        var first = await GiveFeedback.RunAsync(Card, Say("right"), example.Workspace);
        example.Clock.Time += TimeSpan.FromMinutes(1);
        var again = await GiveFeedback.RunAsync(Card, Say("right"), example.Workspace);
        Assert.Equal(first.Feedback, again.Feedback);
        Assert.Single(GiveFeedback.History(example.Workspace.Records, "p"));

        example.Clock.Time += TimeSpan.FromMinutes(1);
        var changed = await GiveFeedback.RunAsync(Card, Say("wrong", "lost"), example.Workspace);
        Assert.Equal("right", changed.Replaced!.Verdict);
        Assert.Equal("wrong", Assert.Single(ListFeedback.Run(example.Workspace.Records, "p")).Verdict);
        Assert.Equal(["right", "wrong"], GiveFeedback.History(example.Workspace.Records, "p").Select(f => f.Verdict));
    }

    [Fact] // ids of records are in clear on disk
    public async Task An_id_tells_a_persons_name_to_nobody_without_the_key_and_one_from_before_is_kept()
    {
        using var example = new ExampleProject(ModelTask.Binary, iterations: 0);
        var unkeyed = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("Ann"u8))[..12];
        var keyed = (await GiveFeedback.RunAsync(Card, Say("right", by: "Ann"), example.Workspace)).Feedback;
        Assert.Matches("^r1-007-[0-9a-f]{12}$", keyed.Id);
        Assert.DoesNotContain(unkeyed, keyed.Id, StringComparison.Ordinal);
        Assert.Equal(keyed.Id, (await GiveFeedback.RunAsync(Card, Say("wrong", "lost", by: "Ann"), example.Workspace)).Feedback.Id);

        var before = keyed with { Id = $"r1-008-{unkeyed}", Card = "8" };
        await example.Workspace.Records.PutAsync(Feedback.Kind, "p", before.Id, before, CustomerJson.Default.Feedback);
        var again = await GiveFeedback.RunAsync(Card with { Card = 8 }, Say("cant_tell", by: "Ann"), example.Workspace);
        Assert.Equal(before.Id, again.Feedback.Id);
        Assert.Equal("right", again.Replaced!.Verdict);
    }

    [Fact]
    public async Task Two_people_who_give_their_names_both_count()
    {
        using var example = new ExampleProject(ModelTask.Binary, iterations: 0);
        await GiveFeedback.RunAsync(Card, Say("right", by: "Ann"), example.Workspace);
        await GiveFeedback.RunAsync(Card, Say("cant_tell", by: "Bo"), example.Workspace);
        Assert.Equal(2, ListFeedback.Run(example.Workspace.Records, "p").Count);
    }

    [Theory]
    [InlineData(ModelTask.Multiclass, "wrong", null, "right")] // what is right is missing
    [InlineData(ModelTask.Multiclass, "wrong", "late", "right")] // that is what was answered
    [InlineData(ModelTask.Multiclass, "wrong", "delayed", "right")] // no such class
    [InlineData(ModelTask.Regression, "wrong", "twelve", "right")]
    [InlineData(ModelTask.Regression, "wrong", "NaN", "right")]
    [InlineData(ModelTask.Regression, "wrong", "6.25", "right")] // that is what was answered
    [InlineData(ModelTask.Multiclass, "maybe", null, "verdict")]
    [InlineData(ModelTask.Multiclass, null, null, "verdict")]
    public async Task What_can_t_be_used_is_refused_by_field_and_nothing_is_kept(ModelTask task, string? verdict, string? right, string field)
    {
        using var example = new ExampleProject(ModelTask.Binary, iterations: 0);
        var subject = task == ModelTask.Regression ? Card with { Task = task, Classes = [], Answer = "6.25" } : Card;
        var refused = await Assert.ThrowsAsync<FaultException>(() => GiveFeedback.RunAsync(subject, Say(verdict, right), example.Workspace));
        Assert.Equal(field, Assert.Single(refused.Faults).Where);
        Assert.Empty(ListFeedback.Run(example.Workspace.Records, "p"));
    }

    [Fact]
    public async Task Every_fault_is_said_at_once()
    {
        using var example = new ExampleProject(ModelTask.Binary, iterations: 0);
        var refused = await Assert.ThrowsAsync<FaultException>(() =>
            GiveFeedback.RunAsync(Card, Say("wrong", "delayed", new string('x', GiveFeedback.MaxComment + 1), new string('y', GiveFeedback.MaxName + 1)), example.Workspace));
        Assert.Equal(["right", "comment", "by"], refused.Faults.Select(f => f.Where));
    }

    [Fact]
    public async Task Of_two_classes_the_other_one_is_right_and_a_number_is_kept_in_one_form()
    {
        using var example = new ExampleProject(ModelTask.Binary, iterations: 0);
        var two = await GiveFeedback.RunAsync(Card with { Task = ModelTask.Binary, Classes = ["no", "late"] }, Say("wrong"), example.Workspace);
        Assert.Equal("no", two.Feedback.Right);
        var number = await GiveFeedback.RunAsync(Card with { Task = ModelTask.Regression, Classes = [], Answer = "6.25", Card = 8 }, Say("wrong", " 12.50 "), example.Workspace);
        Assert.Equal("12.5", number.Feedback.Right);
        var right = await GiveFeedback.RunAsync(Card with { Card = 9 }, Say("right", "lost"), example.Workspace); // typed beside another button
        Assert.Null(right.Feedback.Right);
    }

    [Fact]
    public async Task Control_characters_do_not_get_into_a_comment()
    {
        using var example = new ExampleProject(ModelTask.Binary, iterations: 0);
        var given = await GiveFeedback.RunAsync(Card, Say("not_clear", comment: " a\u0000\u001b[31mb\r\nc "), example.Workspace);
        Assert.Equal("a[31mb\nc", given.Feedback.Comment);
    }

    private static GiveFeedback.Request Say(string? verdict, string? right = null, string? comment = null, string? by = null) => new(verdict, right, comment, by);
}
