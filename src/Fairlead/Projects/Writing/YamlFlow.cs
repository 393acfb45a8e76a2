using System.Globalization;

namespace Fairlead.Projects.Writing;

/// <summary>Lists and mappings on one line, and the values in them.</summary>
internal static class YamlFlow
{
    public static string List(IEnumerable<string> values) => "[" + string.Join(", ", values.Select(Yaml.Scalar)) + "]";

    public static string Map(IEnumerable<KeyValuePair<string, string>> pairs) => "{" + string.Join(", ", pairs.Select(p => $"{Yaml.Scalar(p.Key)}: {Yaml.Scalar(p.Value)}")) + "}";

    public static string Number(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A date, with the time of day only when it has one.</summary>
    public static string Moment(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString(moment.UtcDateTime.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture);

    /// <summary>Text for a comment: line breaks and control characters become blanks.</summary>
    public static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));
}
