using System.Globalization;

namespace Fairlead.Workspace;

/// <summary>Counts as they stand in sentences.</summary>
public static class Counted
{
    /// <summary>"1 row", "1,234 rows".</summary>
    /// <param name="noun">In the singular; the plural has an s more.</param>
    public static string Of(long count, string noun) => Of(count, noun, noun + "s");

    /// <summary>"1 person", "1,234 people".</summary>
    public static string Of(long count, string one, string many) => $"{count.ToString("N0", CultureInfo.InvariantCulture)} {(count == 1 ? one : many)}";
}
