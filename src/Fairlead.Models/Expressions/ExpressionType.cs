namespace Fairlead.Models.Expressions;

/// <summary>What an expression gives.</summary>
public enum ExpressionType
{
    /// <summary>A finite double.</summary>
    Number,

    /// <summary>A text that is not empty.</summary>
    Text,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>Days since 1970-01-01 UTC, the time of day as the fraction; years 1 to 9999.</summary>
    Date,

    /// <summary>Nothing but a missing value: fits wherever another type is wanted.</summary>
    Missing,

    /// <summary>A column of no declared kind, as it was read: taken as what is wanted, or as what stands beside it (<see cref="LooseComparison"/>). Only in conditions of checks, and only of a column.</summary>
    Any,
}
