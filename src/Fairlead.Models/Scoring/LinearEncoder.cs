using Fairlead.Models.Features;

namespace Fairlead.Models.Scoring;

/// <summary>
/// Turns features into the inputs of a linear model: numbers and date parts standardised (missing gives 0 and an indicator of its own),
/// categories one input a level with one for "other" and one for missing, text terms as they are.
/// </summary>
public sealed class LinearEncoder
{
    public LinearEncoder(IReadOnlyList<Feature> features) => throw new NotImplementedException();

    /// <summary>Number of inputs.</summary>
    public int Inputs => throw new NotImplementedException();
}
