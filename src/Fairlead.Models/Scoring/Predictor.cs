namespace Fairlead.Models.Scoring;

/// <summary>What gives raw scores from features: a <see cref="TreeEnsemble"/> or a <see cref="LinearModel"/>.</summary>
/// <param name="Outputs">Raw scores: 1 for binary (log-odds of the second class) and regression, the number of classes for multiclass.</param>
public abstract record Predictor(int Outputs);

/// <summary>One predictor of a blend and its share of the answer.</summary>
/// <param name="Weight">In (0, 1]; the weights of a model sum to 1.</param>
public sealed record BlendPart(Predictor Predictor, double Weight);

/// <summary>What a regression is fitted on in place of the target.</summary>
public enum TargetTransform : byte
{
    /// <summary>The target itself.</summary>
    None,

    /// <summary>ln(1 + target); the target is greater than -1. Answers are exp(raw) - 1.</summary>
    Log1p,
}

/// <summary>From the target to raw scores and back.</summary>
public static class TargetTransforms
{
    public static double Apply(TargetTransform transform, double target) => transform == TargetTransform.Log1p ? Math.Log(1 + target) : target;

    public static double Invert(TargetTransform transform, double raw) => transform == TargetTransform.Log1p ? Math.Exp(raw) - 1 : raw;
}
