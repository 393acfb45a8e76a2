namespace Fairlead.Models.Contracts;

/// <summary>What kind of answer the model gives.</summary>
public enum ModelTask
{
    /// <summary>One of two classes. Outputs: two probabilities, in the order of the contract's classes.</summary>
    Binary,

    /// <summary>One of three or more classes. Outputs: one probability a class, in the order of the contract's classes.</summary>
    Multiclass,

    /// <summary>A number. Outputs: one value, in the target's unit.</summary>
    Regression,
}
