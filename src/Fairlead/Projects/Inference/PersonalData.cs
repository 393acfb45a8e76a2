using Fairlead.Models.Contracts;
using Fairlead.Models.Personal;

namespace Fairlead.Projects.Inference;

/// <summary>Finds columns that hold personal data, by their name and by their values, and free text with personal data inside.</summary>
internal static class PersonalData
{
    /// <summary>Distinct values looked at in one column.</summary>
    public const int ValuesMax = 20_000;

    /// <summary>What is known of the column after looking at its values.</summary>
    public static ColumnDetector Of(ColumnSample column)
    {
        var detector = new ColumnDetector(Naming.Words(column.Name));
        foreach (var (value, count) in column.ByCode.Take(ValuesMax))
        {
            detector.Add(value, count);
        }

        return detector;
    }

    /// <summary>A date is personal when it is one of birth; a number when its digits are checked or the name says whose it is, but it is no name or address.</summary>
    public static bool IsBelievable(ColumnKind kind, PersonalEntity entity, bool byValue) => kind switch
    {
        ColumnKind.Date => entity == PersonalEntity.DateTime,
        ColumnKind.Number => byValue || entity is PersonalEntity.PhoneNumber or (>= PersonalEntity.UsSsn and <= PersonalEntity.KrRrn),
        _ => true,
    };
}
