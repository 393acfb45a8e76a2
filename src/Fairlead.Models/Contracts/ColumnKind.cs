namespace Fairlead.Models.Contracts;

/// <summary>What the values of a column mean. A yes/no column is a <see cref="Category"/> with two levels.</summary>
public enum ColumnKind
{
    /// <summary>A quantity. A cell holds a finite double; a missing one is NaN.</summary>
    Number,

    /// <summary>One of a limited set of names. A cell holds the name as written in the data.</summary>
    Category,

    /// <summary>Free text.</summary>
    Text,

    /// <summary>A date or a moment. A cell holds days since 1970-01-01 UTC, with the time of day as the fraction.</summary>
    Date,

    /// <summary>Names one row or one thing; never a feature.</summary>
    Id,
}
