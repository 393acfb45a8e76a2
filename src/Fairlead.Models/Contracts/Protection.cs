namespace Fairlead.Models.Contracts;

/// <summary>What happens to a personal column before features, logs, cards or packages see it.</summary>
public enum Protection
{
    /// <summary>Not personal.</summary>
    None,

    /// <summary>Left out of everything after ingest. The default for a personal column.</summary>
    Drop,

    /// <summary>Free text: personal data inside it is replaced by a mark.</summary>
    Mask,

    /// <summary>Kept as it is; the project file says why.</summary>
    Keep,

    /// <summary>A keyed pseudonym stands in its place.</summary>
    Pseudonym,

    /// <summary>Made coarse: a month, a year, a band, the first signs.</summary>
    Generalise,

    /// <summary>A made-up value of the same shape stands in its place. It teaches a model nothing, so the column is no feature.</summary>
    Synthetic,
}

/// <summary>What follows from a protection.</summary>
public static class ProtectionRules
{
    extension(Protection protection)
    {
        /// <summary>A row step changes the value; only the changed one may be shown, stored or logged.</summary>
        public bool IsTransformed => protection is Protection.Mask or Protection.Pseudonym or Protection.Generalise or Protection.Synthetic;

        /// <summary>The model may look at what is left of it.</summary>
        public bool CanTeach => protection is not (Protection.Drop or Protection.Synthetic);
    }
}
