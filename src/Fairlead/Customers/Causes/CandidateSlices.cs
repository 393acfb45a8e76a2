using System.Globalization;
using Fairlead.Data;
using Fairlead.Models.Contracts;

namespace Fairlead.Customers.Causes;

/// <summary>One condition of a candidate slice with its words.</summary>
internal sealed record CandidateSlice(Condition Condition, string Words);

/// <summary>The conditions that a cause may be made of: files, levels of small categories, parts of a number's range, months, quarters and years of a date.</summary>
internal static class CandidateSlices
{
    /// <summary>Categories with more levels are not searched: too many slices to tell chance from cause.</summary>
    public const int LevelsMax = 60;

    private const int Parts = 5;
    private const int FewNumbers = 12;
    private const int MonthsMax = 48;
    private const int DistinctMax = 100_000;

    public static IReadOnlyList<CandidateSlice> Of(Dataset data, IReadOnlyList<FrameColumn> extra, CauseWords words)
    {
        var slices = new List<CandidateSlice>();

        // Files come last: of a column and a file that say the same, the column still says it when files are renamed or joined.
        IEnumerable<FrameColumn> file = data.File is { } files ? [files] : [];
        foreach (var column in data.Features.Columns.Concat(extra.Where(column => !data.Features.Has(column.Name))).Concat(file))
        {
            var label = words.Label(column.Name);
            switch (column.Kind)
            {
                case ColumnKind.Category:
                    AddLevels(column, label, slices);
                    break;
                case ColumnKind.Number:
                    AddRanges(column, label, slices);
                    break;
                case ColumnKind.Date:
                    AddPeriods(column, label, slices);
                    break;
            }
        }

        return slices;
    }

    private static void AddLevels(FrameColumn column, string label, List<CandidateSlice> slices)
    {
        var levels = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var text in column.Texts!)
        {
            if (text is not null && levels.Add(text) && levels.Count > LevelsMax)
            {
                return;
            }
        }

        if (levels.Count > 1)
        {
            slices.AddRange(Named(column, label, levels));
        }
    }

    /// <summary>Every level of a category, however many there are.</summary>
    public static IEnumerable<CandidateSlice> Levels(FrameColumn column, string label)
    {
        var levels = column.Texts!.OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return levels.Count > 1 ? Named(column, label, levels) : [];
    }

    private static IEnumerable<CandidateSlice> Named(FrameColumn column, string label, IReadOnlyCollection<string> levels)
    {
        // Files of one folder are told apart by what follows it.
        var shared = column.Name == FileOfRow.Column ? Folder(levels) : 0;
        return levels.Select(level => new CandidateSlice(new Condition(column.Name, level), $"{label} {level[shared..]}"));
    }

    /// <summary>Length of the folder that all names start with.</summary>
    private static int Folder(IReadOnlyCollection<string> names)
    {
        var first = names.First();
        var same = names.Min(name => first.AsSpan().CommonPrefixLength(name));
        return first.AsSpan(0, same).LastIndexOf('/') + 1;
    }

    private static void AddRanges(FrameColumn column, string label, List<CandidateSlice> slices)
    {
        var sorted = column.Numbers!.Where(number => !double.IsNaN(number)).Take(DistinctMax).Order().ToArray();
        var distinct = sorted.Distinct().Take(FewNumbers + 1).ToArray();
        var edges = distinct.Length <= FewNumbers
            ? distinct.Skip(1).ToArray()
            : [.. Enumerable.Range(1, Parts - 1).Select(part => sorted[(int)((long)sorted.Length * part / Parts)]).Distinct().Where(edge => edge > sorted[0])];
        foreach (var edge in edges)
        {
            slices.Add(new CandidateSlice(new Condition(column.Name, null, null, edge), $"{label} below {Say(edge)}"));
            slices.Add(new CandidateSlice(new Condition(column.Name, null, edge), $"{label} {Say(edge)} or more"));
        }

        foreach (var (low, high) in edges.Zip(edges.Skip(1)))
        {
            slices.Add(new CandidateSlice(new Condition(column.Name, null, low, high), distinct.Length <= FewNumbers ? $"{label} {Say(low)}" : $"{label} {Say(low)} to below {Say(high)}"));
        }
    }

    private static void AddPeriods(FrameColumn column, string label, List<CandidateSlice> slices)
    {
        var known = column.Numbers!.Where(number => !double.IsNaN(number)).ToArray();
        if (known.Length == 0)
        {
            return;
        }

        var (first, last) = (MonthOf(known.Min()), MonthOf(known.Max()));
        void Add(int from, int months, string name)
        {
            // A period that holds everything says nothing.
            if (from > first || from + months <= last)
            {
                slices.Add(new CandidateSlice(new Condition(column.Name, null, DayOf(from), DayOf(from + months)), $"{label} in {name}"));
            }
        }

        if (last - first < MonthsMax)
        {
            for (var month = first; month <= last; month++)
            {
                Add(month, 1, string.Create(CultureInfo.InvariantCulture, $"{month / 12:0000}-{(month % 12) + 1:00}"));
            }
        }

        for (var quarter = first / 3; quarter <= last / 3 && last - first < MonthsMax * 3; quarter++)
        {
            Add(quarter * 3, 3, string.Create(CultureInfo.InvariantCulture, $"{quarter / 4:0000} quarter {(quarter % 4) + 1}"));
        }

        for (var year = first / 12; year <= last / 12 && year - (first / 12) < MonthsMax; year++)
        {
            Add(year * 12, 12, year.ToString("0000", CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Months since the year 0 of a day since 1970.</summary>
    private static int MonthOf(double day)
    {
        var moment = DateTime.UnixEpoch.AddDays(Math.Clamp(day, -700_000, 2_900_000));
        return (moment.Year * 12) + moment.Month - 1;
    }

    private static double DayOf(int month) => month >= 9_999 * 12 ? 2_932_896 : (new DateTime(Math.Max(1, month / 12), (month % 12) + 1, 1, 0, 0, 0, DateTimeKind.Utc) - DateTime.UnixEpoch).TotalDays;

    private static string Say(double number) => number.ToString(Math.Abs(number) >= 1_000 ? "#,##0.##" : "0.####", CultureInfo.InvariantCulture);
}
