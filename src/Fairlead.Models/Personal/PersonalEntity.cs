namespace Fairlead.Models.Personal;

/// <summary>A kind of personal data that is recognised. Names on the wire are those of <see cref="PersonalEntities.Name"/>.</summary>
public enum PersonalEntity
{
    CreditCard,
    IbanCode,
    EmailAddress,
    PhoneNumber,
    Url,
    IpAddress,
    MacAddress,
    Crypto,
    DateTime,
    UsSsn,
    UsItin,
    UsPassport,
    UsDriverLicense,
    UsBankNumber,
    UsNpi,
    UkNhs,
    UkNino,
    EsNif,
    EsNie,
    ItFiscalCode,
    ItVatCode,
    PlPesel,
    DeTaxId,
    FiPersonalIdentityCode,
    SePersonnummer,
    AuAbn,
    AuAcn,
    AuTfn,
    AuMedicare,
    InPan,
    InAadhaar,
    SgNricFin,
    KrRrn,
    Person,
    Location,
}

/// <summary>Where a text holds personal data.</summary>
/// <param name="Start">First UTF-16 unit.</param>
/// <param name="End">The UTF-16 unit after the last.</param>
/// <param name="Score">How sure it is, in [<see cref="PersonalScanner.ActedOn"/>, 1].</param>
public readonly record struct PersonalSpan(PersonalEntity Entity, int Start, int End, double Score)
{
    public int Length => End - Start;
}

/// <summary>Names, marks and words of the entities.</summary>
public static class PersonalEntities
{
    private static readonly (string Name, string Mark, string Words)[] All =
    [
        ("CREDIT_CARD", "[card]", "card numbers"),
        ("IBAN_CODE", "[bank account]", "bank account numbers"),
        ("EMAIL_ADDRESS", "[e-mail]", "e-mail addresses"),
        ("PHONE_NUMBER", "[phone]", "phone numbers"),
        ("URL", "[link]", "links"),
        ("IP_ADDRESS", "[ip address]", "addresses of machines"),
        ("MAC_ADDRESS", "[mac address]", "addresses of machines (MAC)"),
        ("CRYPTO", "[wallet]", "wallet addresses"),
        ("DATE_TIME", "[date of birth]", "dates of birth"),
        ("US_SSN", "[social security number]", "social security numbers"),
        ("US_ITIN", "[tax number]", "US taxpayer numbers (ITIN)"),
        ("US_PASSPORT", "[passport]", "passport numbers"),
        ("US_DRIVER_LICENSE", "[driver license]", "driver license numbers"),
        ("US_BANK_NUMBER", "[bank account]", "bank account numbers (US)"),
        ("US_NPI", "[provider number]", "health provider numbers (NPI)"),
        ("UK_NHS", "[health number]", "NHS numbers"),
        ("UK_NINO", "[insurance number]", "national insurance numbers"),
        ("ES_NIF", "[tax number]", "Spanish tax numbers (NIF)"),
        ("ES_NIE", "[tax number]", "Spanish foreigner numbers (NIE)"),
        ("IT_FISCAL_CODE", "[tax number]", "Italian fiscal codes"),
        ("IT_VAT_CODE", "[tax number]", "Italian VAT codes"),
        ("PL_PESEL", "[personal number]", "Polish personal numbers (PESEL)"),
        ("DE_TAX_ID", "[tax number]", "German tax numbers (IdNr)"),
        ("FI_PERSONAL_IDENTITY_CODE", "[personal number]", "Finnish personal identity codes"),
        ("SE_PERSONNUMMER", "[personal number]", "Swedish personal numbers"),
        ("AU_ABN", "[business number]", "Australian business numbers (ABN)"),
        ("AU_ACN", "[business number]", "Australian company numbers (ACN)"),
        ("AU_TFN", "[tax number]", "Australian tax file numbers"),
        ("AU_MEDICARE", "[health number]", "Australian Medicare numbers"),
        ("IN_PAN", "[tax number]", "Indian tax numbers (PAN)"),
        ("IN_AADHAAR", "[personal number]", "Indian Aadhaar numbers"),
        ("SG_NRIC_FIN", "[personal number]", "Singapore identity numbers"),
        ("KR_RRN", "[personal number]", "Korean resident numbers"),
        ("PERSON", "[name]", "names of persons"),
        ("LOCATION", "[address]", "street addresses"),
    ];

    /// <summary>The longest mark, in UTF-16 units.</summary>
    internal static int MarkLengthMax { get; } = All.Max(entity => entity.Mark.Length);

    /// <summary>The name on the wire, as Presidio writes it: upper snake case.</summary>
    public static string Name(PersonalEntity entity) => All[(int)entity].Name;

    /// <summary>What stands in its place in masked text.</summary>
    public static string Mark(PersonalEntity entity) => All[(int)entity].Mark;

    /// <summary>In plain words, plural.</summary>
    public static string Words(PersonalEntity entity) => All[(int)entity].Words;

    /// <summary>True where the text is one of the marks, brackets included.</summary>
    internal static bool IsMark(ReadOnlySpan<char> text)
    {
        foreach (var (_, mark, _) in All)
        {
            if (text.SequenceEqual(mark))
            {
                return true;
            }
        }

        return false;
    }
}
