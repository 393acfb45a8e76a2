namespace Fairlead.Models.Personal;

/// <summary>Tells whether a column holds personal data: by its values and by its name. Takes values one by one, keeps none.</summary>
/// <remarks>
/// A column <em>holds</em> an entity when more than half of its distinct values, and more than two, are entities and little else: the most frequent one names it;
/// or when its name says so and its values are many (a name alone proves nothing: "PhoneService" is yes or no).
/// Free text may hold personal data <em>inside</em>: see <see cref="Inside"/>.
/// </remarks>
public sealed class ColumnDetector
{
    /// <summary>Characters looked at in one value.</summary>
    public const int LengthMax = 10_000;

    /// <summary>A value is an entity, and not a text that mentions it, from this share of its characters.</summary>
    private const double WholeMin = 0.8;

    /// <summary>Share of rows with personal data inside that is more than chance.</summary>
    public const double InsideMin = 0.001;

    /// <summary>Rows with personal data inside that are more than chance.</summary>
    public const int InsideRowsMin = 3;

    /// <summary>Distinct values that are counted apart.</summary>
    private const int DistinctMax = 20_000;

    private readonly string[] _words;
    private readonly Cue _label;
    private readonly long[] _rows = new long[(int)PersonalEntity.Location + 1];
    private readonly long[] _whole = new long[(int)PersonalEntity.Location + 1];
    private readonly long[] _wholeValues = new long[(int)PersonalEntity.Location + 1];
    private readonly string?[] _examples = new string?[(int)PersonalEntity.Location + 1];
    private readonly HashSet<ulong> _seen = [];
    private long _withLetters;
    private long _anyWhole;

    /// <param name="words">The words of the column's name.</param>
    public ColumnDetector(IEnumerable<string> words)
    {
        _words = [.. words.Select(word => word.ToLowerInvariant())];
        _label = PersonalScanner.LabelOf(_words) | (IsPersonName() ? Cue.NameNext : Cue.None);
    }

    /// <summary>Rows with a value that were looked at.</summary>
    public long Rows { get; private set; }

    /// <summary>Rows in which a reason to mask stands inside. Links and addresses of machines alone are none: versions such as 4.0.0.0 look the same.</summary>
    public long Inside { get; private set; }

    /// <summary>Those of <see cref="Inside"/> with more than names and addresses, which are found by words and may be none.</summary>
    public long Sure { get; private set; }

    /// <summary>Rows of which a value of words holds some inside, or is an e-mail address or bank account: what no category or id may hold, however few its levels.</summary>
    public long Mixed { get; private set; }

    /// <summary>A thousandth of the rows of free text has personal data inside, and three rows; or one row surely has.</summary>
    public bool HasInside => Sure > 0 || Inside >= Math.Max(InsideRowsMin, InsideMin * Rows);

    /// <summary>Distinct values seen, up to 20,000.</summary>
    public int Distinct => _seen.Count;

    /// <summary>Looks at a value.</summary>
    /// <param name="rows">Rows that hold it.</param>
    public void Add(ReadOnlySpan<char> value, long rows = 1)
    {
        value = value.Trim();
        if (value.IsEmpty)
        {
            return;
        }

        Rows += rows;
        var isNew = _seen.Count < DistinctMax && _seen.Add(Hash(value));
        value = value[..Math.Min(value.Length, LengthMax)];
        if (isNew && HasLetter(value))
        {
            _withLetters++;
        }

        var (mask, sure, mixed, whole, told) = (false, false, false, false, 0UL);
        foreach (var span in PersonalScanner.OfThread.Scan(value, _label))
        {
            var entity = (int)span.Entity;

            // A bare number that fits a check by chance is no text with something inside: ids have such values.
            var isWhole = span.Length >= WholeMin * value.Length;
            var counts = span.Entity is not (PersonalEntity.Url or PersonalEntity.IpAddress) && !(isWhole && value.IndexOfAnyExceptInRange('0', '9') < 0);
            mask |= counts;
            counts &= span.Entity is not (PersonalEntity.Person or PersonalEntity.Location);
            sure |= counts;
            mixed |= counts && (!isWhole || span.Entity is PersonalEntity.EmailAddress or PersonalEntity.IbanCode);
            if ((told >> entity & 1) == 0)
            {
                told |= 1UL << entity;
                _rows[entity] += rows;
                _examples[entity] ??= Shape(value[span.Start..span.End]);
            }

            if (isWhole)
            {
                whole |= span.Entity != PersonalEntity.Url;
                _whole[entity] += rows;
                _wholeValues[entity] += isNew ? 1 : 0;
            }
        }

        Inside += mask ? rows : 0;
        Sure += sure ? rows : 0;
        Mixed += mixed ? rows : 0;
        _anyWhole += whole && isNew ? 1 : 0;
    }

    /// <summary>The entity that the column as a whole is, or null.</summary>
    public PersonalEntity? Holds => ByValue() ?? ByName();

    /// <summary>Found by the values, not by the name alone.</summary>
    public bool IsByValue => ByValue() is not null;

    /// <summary>Entities found in the values, those in most rows first.</summary>
    public IReadOnlyList<EntityEvidence> Entities =>
        [.. _rows.Index().Where(entity => entity.Item > 0).OrderByDescending(entity => entity.Item).ThenBy(entity => entity.Index)
            .Select(entity => new EntityEvidence((PersonalEntity)entity.Index, entity.Item, _whole[entity.Index], _examples[entity.Index]!))];

    /// <summary>The kinds that make at least a fifth of the rows with personal data inside, in words: "phone numbers and e-mail addresses".</summary>
    public string InsideWords => string.Join(" and ", Entities
        .Where(entity => entity.Entity is not (PersonalEntity.Url or PersonalEntity.IpAddress) && entity.Rows >= 0.2 * Inside)
        .Select(entity => PersonalEntities.Words(entity.Entity)));

    /// <summary>A value's shape, which tells nobody: letters as a and A, digits as 9.</summary>
    internal static string Shape(ReadOnlySpan<char> value)
    {
        const int Shown = 40;
        var shape = new System.Text.StringBuilder();
        foreach (var sign in value[..Math.Min(value.Length, Shown)])
        {
            shape.Append(char.IsDigit(sign) ? '9' : char.IsUpper(sign) ? 'A' : char.IsLetter(sign) || char.IsSurrogate(sign) ? 'a' : sign);
        }

        return value.Length > Shown ? shape.Append('…').ToString() : shape.ToString();
    }

    private PersonalEntity? ByValue()
    {
        // Links are what many harmless columns hold. A column may mix entities: the most frequent one names it.
        var most = PersonalEntity.Url;
        for (var entity = 0; entity < _wholeValues.Length; entity++)
        {
            if ((PersonalEntity)entity is not PersonalEntity.Url && (most == PersonalEntity.Url || _wholeValues[entity] > _wholeValues[(int)most]))
            {
                most = (PersonalEntity)entity;
            }
        }

        return _anyWhole > Math.Max(2, Distinct / 2) && (most is not PersonalEntity.PhoneNumber || Distinct > 20) ? most : null;
    }

    private PersonalEntity? ByName()
    {
        if (Distinct <= Math.Max(20, Math.Min(Rows, DistinctMax) / 20))
        {
            return null;
        }

        var texts = _withLetters > Distinct / 2;
        return Has("email", "mail", "emailaddress") ? PersonalEntity.EmailAddress
            : Has("phone", "telephone", "mobile", "fax", "telefon", "cellphone", "msisdn", "phonenumber") ? PersonalEntity.PhoneNumber
            : IsPersonName() && texts ? PersonalEntity.Person
            : Has("iban") ? PersonalEntity.IbanCode
            : Has("ssn") || Follow("social", "security") ? PersonalEntity.UsSsn
            : Has("passport") ? PersonalEntity.UsPassport
            : Has("nino") || Follow("national", "insurance") ? PersonalEntity.UkNino
            : Has("nhs") ? PersonalEntity.UkNhs
            : Has("pesel") ? PersonalEntity.PlPesel
            : Has("aadhaar", "aadhar") ? PersonalEntity.InAadhaar
            : Has("personnummer") ? PersonalEntity.SePersonnummer
            : Has("birthdate", "birthday", "dob", "dateofbirth", "geburtsdatum") || (Has("birth") && Has("date", "day")) ? PersonalEntity.DateTime
            : Has("street", "address", "strasse", "addr", "streetaddress") && !Has("ip", "mac", "type", "email") && texts ? PersonalEntity.Location
            : null;
    }

    private bool Has(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Array.IndexOf(_words, name) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    private bool Follow(string first, string second) => Array.IndexOf(_words, first) is >= 0 and var at && at + 1 < _words.Length && _words[at + 1] == second;

    private bool IsPersonName() =>
        (Has("name") && (_words.Length == 1 || Has("first", "last", "full", "family", "given", "sur", "customer", "client", "user", "contact", "patient", "person", "employee", "member", "holder", "owner", "middle")))
        || Has("firstname", "lastname", "fullname", "surname", "forename", "vorname", "nachname");

    private static bool HasLetter(ReadOnlySpan<char> value)
    {
        foreach (var sign in value)
        {
            if (char.IsLetter(sign))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>FNV-1a over UTF-16 units: the same in every process.</summary>
    private static ulong Hash(ReadOnlySpan<char> value)
    {
        var hash = 14_695_981_039_346_656_037UL;
        foreach (var sign in value)
        {
            hash = (hash ^ sign) * 1_099_511_628_211UL;
        }

        return hash;
    }
}

/// <summary>What was found of one entity in a column.</summary>
/// <param name="Rows">Rows that hold it.</param>
/// <param name="Whole">Rows that are it and little else.</param>
/// <param name="Example">The shape of one, never its text.</param>
public sealed record EntityEvidence(PersonalEntity Entity, long Rows, long Whole, string Example);
