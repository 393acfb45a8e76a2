using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using Fairlead.Models.RowSteps;

namespace Fairlead.Projects.Inference;

/// <summary>Finds columns that hold personal data, by their name and by their values, and free text with personal data inside.</summary>
internal static partial class PersonalData
{
    /// <summary>Values looked at in one column.</summary>
    private const int ValuesMax = 5_000;

    /// <summary>Characters looked at in one text.</summary>
    private const int LettersMax = 10_000;

    private static readonly (string Mark, string What)[] Marks =
        [("[e-mail]", "e-mail addresses"), ("[phone]", "phone numbers"), ("[bank account]", "bank account numbers"), ("[card]", "card numbers")];

    /// <summary>What the column holds, such as "e-mail addresses", or null.</summary>
    public static string? ColumnHolds(ColumnSample column)
    {
        if (column.Count == 0)
        {
            return null;
        }

        var looked = column.ByCode.Take(ValuesMax).Select(l => l.Value).ToList();
        foreach (var (what, test) in ((string, Func<string, bool>)[])[
            ("e-mail addresses", v => Email().Match(v) is { Success: true } m && m.Length == v.Length),
            ("bank account numbers", IsIban),
            ("card numbers", v => CardShape().IsMatch(v) && IsLuhn(v)),
            ("addresses of machines", v => MachineAddress().Match(v) is { Success: true } m && m.Length == v.Length),
            ("phone numbers", v => IsPhone(v) && column.Distinct > 20)])
        {
            // Most of the values, and more than a handful: one odd level of a category is no personal column.
            if (looked.Count(test) > Math.Max(2, looked.Count / 2))
            {
                return what;
            }
        }

        // A name alone proves nothing ("PhoneService" is yes or no): the values must also be many.
        var isMany = column.Distinct > Math.Max(20, column.Count / 20);
        var words = Naming.Words(column.Name).Select(w => w.ToLowerInvariant()).ToList();
        return !isMany ? null
            : words.Any(w => w is "email" or "mail") ? "e-mail addresses"
            : words.Any(w => w is "phone" or "telephone" or "mobile" or "fax" or "telefon") ? "phone numbers"
            : IsPersonName(words) && looked.Count(v => v.Any(char.IsLetter)) > looked.Count / 2 ? "names of persons"
            : words.Any(w => w is "iban" or "ssn" or "passport" or "nino") ? "numbers of a person"
            : words.Any(w => w is "birthdate" or "birthday" or "dob") || (words.Contains("birth") && words.Contains("date")) ? "dates of birth"
            : words.Any(w => w is "street" or "address" or "strasse" or "addr") && looked.Count(v => v.Any(char.IsLetter)) > looked.Count / 2 ? "addresses"
            : null;
    }

    /// <summary>Rows of free text with personal data inside, and the kinds that make at least a fifth of them, most frequent first.</summary>
    public static (int Rows, string What) InsideText(ColumnSample column)
    {
        var rows = 0;
        var kinds = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var (value, count) in column.ByCode.Take(ValuesMax * 4))
        {
            var found = Inside(value).ToList();
            rows += found.Count > 0 ? count : 0;
            foreach (var kind in found)
            {
                kinds[kind] = kinds.GetValueOrDefault(kind) + count;
            }
        }

        return (rows, string.Join(" and ", kinds.OrderByDescending(k => k.Value).Where(k => k.Value >= 0.2 * rows).Select(k => k.Key)));
    }

    /// <summary>What masking would hide in a text. Links and addresses of machines alone are no reason to mask: versions such as 4.0.0.0 look the same.</summary>
    private static IEnumerable<string> Inside(string value)
    {
        var text = value.Length > LettersMax ? value[..LettersMax] : value;
        var masked = PersonalText.Mask(text);
        return ReferenceEquals(masked, text) ? [] : Marks.Where(m => masked.Contains(m.Mark, StringComparison.Ordinal) && !text.Contains(m.Mark, StringComparison.Ordinal)).Select(m => m.What);
    }

    private static bool IsPersonName(List<string> words) =>
        (words.Contains("name") && (words.Count == 1 || words.Any(w => w is "first" or "last" or "full" or "family" or "given" or "sur" or "customer" or "client" or "user" or "contact" or "patient" or "person" or "employee" or "member" or "holder" or "owner" or "middle")))
        || words.Any(w => w is "firstname" or "lastname" or "fullname" or "surname" or "forename" or "vorname" or "nachname");

    private static bool IsPhone(string value)
    {
        var digits = value.Count(char.IsAsciiDigit);
        var isNumber = !double.IsNaN(ColumnSample.NumberOf(value));
        return digits is >= 7 and <= 15 && PhoneShape().IsMatch(value) && (isNumber ? value[0] == '+' || (value[0] == '0' && digits == value.Length && digits >= 9) : !DateShape().IsMatch(value));
    }

    /// <summary>ISO 13616: moved and read as a number, it leaves 1 when divided by 97.</summary>
    private static bool IsIban(string value)
    {
        var text = value.Replace(" ", "", StringComparison.Ordinal);
        if (!IbanShape().IsMatch(text))
        {
            return false;
        }

        var digits = string.Concat((text[4..] + text[..4]).Select(c => char.IsAsciiDigit(c) ? c.ToString() : (c - 'A' + 10).ToString(CultureInfo.InvariantCulture)));
        return BigInteger.Parse(digits, CultureInfo.InvariantCulture) % 97 == 1;
    }

    /// <summary>ISO/IEC 7812: the check digit of card numbers.</summary>
    private static bool IsLuhn(string value)
    {
        var (sum, twice, count) = (0, false, 0);
        for (var i = value.Length - 1; i >= 0; i--)
        {
            if (!char.IsAsciiDigit(value[i]))
            {
                continue;
            }

            var digit = value[i] - '0';
            digit = twice ? (digit * 2 > 9 ? (digit * 2) - 9 : digit * 2) : digit;
            (sum, twice, count) = (sum + digit, !twice, count + 1);
        }

        return count is >= 13 and <= 19 && sum % 10 == 0;
    }

    [GeneratedRegex(@"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(\.[A-Za-z0-9\-]+)*\.[A-Za-z]{2,}", RegexOptions.CultureInvariant)]
    private static partial Regex Email();

    [GeneratedRegex(@"^\+?[\d\s()./\-]{7,22}$", RegexOptions.CultureInvariant)]
    private static partial Regex PhoneShape();

    [GeneratedRegex(@"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}", RegexOptions.CultureInvariant)]
    private static partial Regex DateShape();

    [GeneratedRegex(@"^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$", RegexOptions.CultureInvariant)]
    private static partial Regex IbanShape();

    [GeneratedRegex(@"^\d{4}[ \-]?\d{4}[ \-]?\d{4}[ \-]?\d{1,7}$", RegexOptions.CultureInvariant)]
    private static partial Regex CardShape();

    [GeneratedRegex(@"((25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(25[0-5]|2[0-4]\d|1?\d?\d)", RegexOptions.CultureInvariant)]
    private static partial Regex MachineAddress();
}
