namespace Fairlead.Models.Personal;

/// <summary>What a word says about the values near it: its label ("passport"), or its part in a name or an address.</summary>
[Flags]
internal enum Cue : ulong
{
    None = 0,
    Card = 1UL << 0,
    Bank = 1UL << 1,
    Iban = 1UL << 2,
    Phone = 1UL << 3,
    Ssn = 1UL << 4,
    Itin = 1UL << 5,
    Passport = 1UL << 6,
    License = 1UL << 7,
    Npi = 1UL << 8,
    Nhs = 1UL << 9,
    Nino = 1UL << 10,
    SpanishId = 1UL << 11,
    Fiscal = 1UL << 12,
    ItalianVat = 1UL << 13,
    Pesel = 1UL << 14,
    GermanTax = 1UL << 15,
    Finnish = 1UL << 16,
    Swedish = 1UL << 17,
    Abn = 1UL << 18,
    Acn = 1UL << 19,
    Tfn = 1UL << 20,
    Medicare = 1UL << 21,
    Pan = 1UL << 22,
    Aadhaar = 1UL << 23,
    Nric = 1UL << 24,
    Rrn = 1UL << 25,
    Birth = 1UL << 26,
    Crypto = 1UL << 27,
    Machine = 1UL << 28,

    /// <summary>The value names a thing: an order, an invoice, a part.</summary>
    Thing = 1UL << 29,

    /// <summary>The value is a version.</summary>
    Release = 1UL << 30,

    /// <summary>A word that often stands before a phone number and often does not: "call", "line". Always with <see cref="Phone"/>.</summary>
    Calls = 1UL << 31,

    /// <summary>A label that one of the above may be; the nearest of them counts.</summary>
    Labels = (1UL << 32) - 1,

    /// <summary>A name is likely to follow: "name", "dear".</summary>
    NameNext = 1UL << 40,
    Given = 1UL << 41,

    /// <summary>A given name that is an everyday word too ("will", "mark").</summary>
    Everyday = 1UL << 42,
    Surname = 1UL << 43,
    Title = 1UL << 44,

    /// <summary>Never part of a name, however it is written: "The", "Monday", "Please".</summary>
    NoName = 1UL << 45,

    /// <summary>Ends a street: "Street", "Ave".</summary>
    StreetEnd = 1UL << 46,

    /// <summary>Begins a street: "rue", "via", "calle".</summary>
    StreetStart = 1UL << 47,
    Month = 1UL << 48,
}
