using Fairlead.Practice;

namespace Fairlead.Tests.Practice;

public sealed class RiskReaderTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private static PracticeFacts Healthy => new(
        Now, [new IterationFact(1, Now.AddDays(-2), 13.4, true, true), new IterationFact(2, Now.AddHours(-3), 12.2, true, true)],
        2, 2, Now.AddHours(-2), 1_240, Now.AddHours(-1), 1, 120, 27, 9, 0, Now.AddHours(-4), 10_200, 180, 0, 12, 6, 0);

    [Fact]
    public void There_are_always_four_and_each_has_a_figure_evidence_and_a_next_action()
    {
        foreach (var facts in new[] { Healthy, Nothing() })
        {
            var risks = RiskReader.Read(facts, "/p");
            Assert.Equal(["agility", "customers", "deployment", "data"], risks.Select(r => r.Name));
            Assert.All(risks, r => Assert.True(r.Figure.Length > 0 && r.Evidence.Count > 0 && r.Next.Length > 0));
        }
    }

    [Fact]
    public void Unknown_counts_as_risk() =>
        Assert.All(RiskReader.Read(Nothing(), "/p"), r => Assert.Equal(RiskLevel.Unknown, r.Level));

    [Fact]
    public void A_project_that_turns_the_loop_is_low_everywhere()
    {
        var risks = RiskReader.Read(Healthy, "/p");
        Assert.All(risks, r => Assert.Equal(RiskLevel.Low, r.Level));
        Assert.Equal("12 s from data to image", risks[0].Figure);
        Assert.Equal("27 answers judged by customers, 0 waiting for an answer from us", risks[1].Figure);
        Assert.Equal("1.8 of 100 rows can't be used", risks[3].Figure); // 180 / 10,200 = 0.0176
    }

    [Fact]
    public void A_cause_nobody_decided_on_puts_the_data_at_risk_and_says_what_to_do()
    {
        var risks = RiskReader.Read(Healthy with { UnrepairedCauses = 1, Waiting = 20 }, "/my project");
        Assert.Equal(RiskLevel.High, risks[3].Level);
        Assert.Equal(RiskLevel.Medium, risks[1].Level);
        Assert.Equal("fairlead feedback causes '/my project'", risks[1].Command);
    }

    [Fact]
    public void A_passed_iteration_that_answers_nobody_is_a_deployment_risk()
    {
        var risks = RiskReader.Read(Healthy with { ReleasedIteration = null }, "/p");
        Assert.Equal(RiskLevel.High, risks[2].Level);
        Assert.Equal("iteration 2 is ready and answers nobody", risks[2].Figure);
        Assert.Equal("1 passed iteration not released", RiskReader.Read(Healthy with { ReleasedIteration = 1 }, "/p")[2].Figure);
    }

    [Fact]
    public void Two_weeks_of_silence_are_a_risk_and_four_a_high_one()
    {
        var facts = Healthy with { Iterations = [new IterationFact(1, Now.AddDays(-15), 5, true, true)] };
        Assert.Equal(RiskLevel.Medium, RiskReader.Read(facts, "/p")[0].Level);
        facts = Healthy with { Iterations = [new IterationFact(1, Now.AddDays(-29), 5, true, true)] };
        Assert.Equal(RiskLevel.High, RiskReader.Read(facts, "/p")[0].Level);
    }

    private static PracticeFacts Nothing() =>
        new(Now, [], null, null, null, 0, null, 0, 0, 0, 0, 0, null, 0, 0, 0, 0, 0, 0);
}
