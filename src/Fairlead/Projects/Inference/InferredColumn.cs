using System.Globalization;
using System.Text.RegularExpressions;
using Fairlead.Models.Contracts;
using Fairlead.Models.Personal;
using Fairlead.Workspace;

namespace Fairlead.Projects.Inference;

/// <summary>What one column seems to be, and how sure that is (a remark says what a person might change).</summary>
internal sealed partial class InferredColumn
{
    /// <summary>Share of values that must read as numbers or dates for the column to be one.</summary>
    private const double ReadableMin = 0.98;

    /// <summary>Marks for "no value" that people write into number and date columns.</summary>
    private static readonly HashSet<string> Marks = new(["?", "-", "--", ".", "n/a", "na", "nan", "null", "none", "nil", "unknown", "missing", "#n/a", "not available"], StringComparer.OrdinalIgnoreCase);

    private InferredColumn(ColumnSample sample) => (Sample, (Label, Unit)) = (sample, Naming.LabelOf(sample.Name));

    public ColumnSample Sample { get; }

    public string Name => Sample.Name;

    public ColumnKind Kind { get; private set; }

    /// <summary>Dates: dmy or mdy; null for year first.</summary>
    public string? Format { get; private set; }

    public string Label { get; }

    public string? Unit { get; private set; }

    public Protection Protection { get; private set; }

    public string? Ignore { get; set; }

    public string? Remark { get; set; }

    /// <summary>Values that stand for "no value", as written.</summary>
    public IReadOnlyList<string> MissingMarks { get; private set; } = [];

    /// <summary>Personal data among the values of a category, in words: the file lists none of them. Null: none was found.</summary>
    public string? Listed { get; private set; }

    /// <summary>Spelling to name.</summary>
    public IReadOnlyDictionary<string, string> Spellings { get; private set; } = new Dictionary<string, string>();

    public bool IsFeature => Ignore is null && Kind != ColumnKind.Id && Protection.CanTeach;

    public ProjectColumn ToProject() => new(Name, Kind, Label, Ignore, Protection, Unit, Required: IsFeature) { Provenance = Kind == ColumnKind.Category && ProvenanceName().IsMatch(Name) };

    public static InferredColumn Of(ColumnSample sample)
    {
        var column = new InferredColumn(sample);
        column.FindKind();
        if (column.Kind == ColumnKind.Id)
        {
            column.Unit = null;
        }

        column.FindPersonal();
        if (column.Kind == ColumnKind.Category)
        {
            column.Listed = ListedValues.Personal(sample.Name, sample.Levels.Select(level => (level.Value, (long)level.Count)));
            column.Spellings = column.Listed is null ? SpellingClusters.Of(sample, typing: true) : column.Spellings;
        }

        if (sample.Count == 0)
        {
            column.Ignore = "empty: no row has a value";
        }
        else if (sample.Distinct == 1 && sample.Missing == 0)
        {
            column.Ignore = "always the same value";
        }

        return column;
    }

    private void FindKind()
    {
        var sample = Sample;
        Kind = ColumnKind.Category;
        if (sample.Count == 0)
        {
            return;
        }

        var marks = sample.Levels.Where(l => Marks.Contains(l.Value)).ToList();
        var values = sample.Count - marks.Sum(m => m.Count);
        var numbers = sample.CountOf(v => !double.IsNaN(ColumnSample.NumberOf(v)));
        if (numbers > 0 && numbers >= ReadableMin * values)
        {
            MissingMarks = [.. marks.Select(m => m.Value)];
            FindNumberKind();
            if (Kind == ColumnKind.Number && numbers < values)
            {
                Remark = $"{Counted.Of(values - numbers, "value")} {(values - numbers == 1 ? "is no number and counts" : "are no numbers and count")} as missing";
            }

            if (Kind != ColumnKind.Number)
            {
                (Unit, MissingMarks) = (null, []);
            }

            return;
        }

        if (sample.DateOrder(ReadableMin) is { } order)
        {
            (Kind, Format, Unit) = (ColumnKind.Date, order == "ymd" ? null : order, null);
            if (order == "dmy" && sample.CountOf(v => ColumnSample.IsDate(v, "mdy")) == sample.Count)
            {
                Remark = "day before month is assumed; write format: mdy if the month comes first";
            }

            return;
        }

        Unit = null;
        var words = sample.Levels.Take(2_000).Average(l => (double)l.Value.Count(c => c == ' ') + 1);
        if (words >= 2 && sample.Distinct > 30 && (words >= 2.5 || sample.Distinct > sample.Count / 2))
        {
            Kind = ColumnKind.Text;
        }
        else if (words < 1.2 && sample.Distinct > 30 && sample.Distinct > sample.Count / 2)
        {
            (Kind, Remark) = (ColumnKind.Id, sample.Distinct == sample.Count ? null : "nearly every value is another one");
        }
        else if (IdName().IsMatch(Name) && sample.Distinct > 20 && sample.Distinct > sample.Count / 20)
        {
            Kind = ColumnKind.Id;
        }

        if (numbers * 2 > values && sample.Distinct > 30)
        {
            Remark = string.Create(CultureInfo.InvariantCulture, $"{numbers} of {values} values are numbers; if the others have units or other marks, write number here and a step parse number under clean");
        }
    }

    private void FindNumberKind()
    {
        var finite = Sample.ByCode.Select(l => ColumnSample.NumberOf(l.Value)).Where(n => !double.IsNaN(n)).ToList();
        var isWhole = finite.TrueForAll(n => n == Math.Floor(n));
        var isUnique = Sample.Distinct == Sample.Count && Sample.Missing == 0 && Sample.Count > 20;
        Kind = ColumnKind.Number;
        if (!isWhole)
        {
            return;
        }

        // Copies of rows repeat an id, so that a few repeats do not make it a quantity.
        if (IdName().IsMatch(Name) && (isUnique || Sample.Distinct > Math.Max(20, Sample.Count / 20)))
        {
            Kind = ColumnKind.Id;
        }
        else if (isUnique && finite.Max() - finite.Min() == Sample.Count - 1 && Rises())
        {
            (Kind, Remark) = (ColumnKind.Id, "counts the rows");
        }
        else if (finite.Count <= 7 && Sample.Count >= 50 && CodeName().IsMatch(Name))
        {
            (Kind, Remark) = (ColumnKind.Category, "whole numbers that look like codes; write number if more means more");
        }
        else if (finite.Count == 2 && finite.Contains(0) && finite.Contains(1) && Sample.Count >= 20)
        {
            Kind = ColumnKind.Category;
        }
    }

    private bool Rises()
    {
        for (var row = 1; row < Sample.Numbers.Length; row++)
        {
            if (!(Sample.Numbers[row] > Sample.Numbers[row - 1]))
            {
                return false;
            }
        }

        return true;
    }

    private void FindPersonal()
    {
        var found = PersonalData.Of(Sample);
        if (found.Holds is { } entity && PersonalData.IsBelievable(Kind, entity, found.IsByValue))
        {
            (Protection, Remark) = (Protection.Drop, PersonalEntities.Words(entity));
            if (Kind is ColumnKind.Number or ColumnKind.Id)
            {
                Kind = ColumnKind.Category;
            }

            return;
        }

        if (Kind == ColumnKind.Id && found.Mixed > 0)
        {
            (Protection, Kind, Remark) = (Protection.Drop, ColumnKind.Category, $"{found.InsideWords} inside");
            return;
        }

        // A text of many words may hold an address in every row and still be worth reading. So may a category of few levels, one of which names somebody.
        if ((Kind == ColumnKind.Text && found.HasInside) || (Kind == ColumnKind.Category && found.Mixed > 0))
        {
            (Protection, Kind) = (Protection.Mask, ColumnKind.Text);
            Remark = string.Create(CultureInfo.InvariantCulture, $"{found.InsideWords} inside, in about {Math.Max(0.1, 100.0 * found.Inside / Sample.Count):0.#} % of the texts");
        }
    }

    /// <summary>The last word of the name says that the value names a thing.</summary>
    [GeneratedRegex(@"(^|[_\s\-.])(?i:id|uuid|guid|key|number|no|nr|index)$|[a-z](Id|ID|No|Nr|Number|Key)$|^(?i:unnamed: 0|rownum|row)$", RegexOptions.CultureInvariant)]
    private static partial Regex IdName();

    /// <summary>The name says who or what recorded the row.</summary>
    [GeneratedRegex(@"(^|[_\s\-.])(annotators?|labell?ers?|labell?ed[_\s\-]?by|raters?|annotated[_\s\-]?by|recorded[_\s\-]?by|entered[_\s\-]?by|measured[_\s\-]?by|inspectors?|recorder|sensor|device|instrument|scanner)([_\s\-]?(id|name|no|nr))?$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex ProvenanceName();

    [GeneratedRegex(@"(code|type|class|category|status|sex|gender|education|marriage|marital|zone|region|orientation|group|distribution|mode|kind|level)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex CodeName();
}
