using System.Globalization;
using Fairlead.Data;

namespace Fairlead.Customers.Causes;

/// <summary>A row of the data that people called right or wrong.</summary>
/// <param name="Row">Position in the data set.</param>
/// <param name="Wrong">Their latest word.</param>
/// <param name="From">Recorded class; for numbers "too high" or "too low", or "" where the record is right.</param>
/// <param name="To">Right class where known, else ""; for numbers "".</param>
/// <param name="IsCorrection">The recorded label is not the right one, and no accepted repair distrusts it already.</param>
/// <param name="Feedback">Id of what was said.</param>
internal sealed record JudgedRow(int Row, bool Wrong, string From, string To, bool IsCorrection, string Feedback);

/// <summary>What people said, row by row.</summary>
internal static class JudgedRows
{
    public const string TooHigh = "too high";
    public const string TooLow = "too low";

    /// <summary>Rows with a verdict of right or wrong, by position; of several words on one row the latest counts.</summary>
    public static IReadOnlyList<JudgedRow> Of(Dataset data, IReadOnlyList<Feedback> feedback)
    {
        var rows = new Dictionary<string, int>(StringComparer.Ordinal);
        var wanted = Latest(feedback);
        for (var row = 0; row < data.Count; row++)
        {
            if (wanted.ContainsKey(data.Keys[row]))
            {
                rows.TryAdd(data.Keys[row], row);
            }
        }

        return [.. wanted.Values.Where(said => rows.ContainsKey(said.Key!)).Select(said => Read(data, rows[said.Key!], said)).OrderBy(row => row.Row)];
    }

    /// <summary>The latest verdict of right or wrong by key.</summary>
    public static IReadOnlyDictionary<string, Feedback> Latest(IReadOnlyList<Feedback> feedback)
    {
        var latest = new Dictionary<string, Feedback>(StringComparer.Ordinal);
        foreach (var said in feedback.Where(f => f.Key is not null && f.Verdict is Verdicts.Right or Verdicts.Wrong).OrderBy(f => f.At).ThenBy(f => f.Id, StringComparer.Ordinal))
        {
            latest[said.Key!] = said;
        }

        return latest;
    }

    /// <summary>What people say is right: the answer they confirmed, the value they gave, of two classes the other one. Null when nobody said.</summary>
    public static string? RightOf(Feedback said, IReadOnlyList<string> classes) =>
        said.Verdict == Verdicts.Right ? said.Answer
        : !string.IsNullOrEmpty(said.Right) ? said.Right
        : classes.Count == 2 && classes.Contains(said.Answer, StringComparer.Ordinal) ? classes.First(name => name != said.Answer)
        : null;

    /// <summary>True when the row could be corrected in the way of <paramref name="kind"/>.</summary>
    public static bool CouldBe(Dataset data, int row, JudgedRow kind) =>
        data.Classes.Count == 0 || RecordedClass(data, row) == kind.From;

    private static string? RecordedClass(Dataset data, int row) => SliceEvidence.RecordedLabel(data, row) is >= 0 and var label ? data.Classes[label] : null;

    private static JudgedRow Read(Dataset data, int row, Feedback said)
    {
        var (wrong, right) = (said.Verdict == Verdicts.Wrong, RightOf(said, data.Classes));
        if (data.Classes.Count > 0)
        {
            var recorded = RecordedClass(data, row) ?? "";
            return new JudgedRow(row, wrong, recorded, right ?? "", wrong && right is not null && data.Classes.Contains(right, StringComparer.Ordinal) && right != recorded && recorded.Length > 0 && !data.JudgeOnly[row], said.Id);
        }

        var was = data.LabelWas[row] is { } text && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var before) ? before : data.Values[row];
        return wrong && double.TryParse(right, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value != was && !data.JudgeOnly[row]
            ? new JudgedRow(row, true, was > value ? TooHigh : TooLow, "", true, said.Id)
            : new JudgedRow(row, wrong, "", "", false, said.Id);
    }
}
