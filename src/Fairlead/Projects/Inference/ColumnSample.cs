using Fairlead.Models.RowSteps;

namespace Fairlead.Projects.Inference;

/// <summary>The values of one column in the sampled rows, trimmed; a missing one is null.</summary>
internal sealed class ColumnSample
{
    private readonly Lazy<double[]> _numbers;

    public ColumnSample(string name, string?[] raw)
    {
        Name = name;
        Values = new string?[raw.Length];
        Codes = new int[raw.Length];
        var codes = new Dictionary<string, int>(StringComparer.Ordinal);
        var counts = new List<(string Value, int Count)>();
        var white = RowStep.WhiteSpace.ToCharArray();
        for (var i = 0; i < raw.Length; i++)
        {
            var value = raw[i]?.Trim(white);
            Values[i] = string.IsNullOrEmpty(value) ? null : value;
            Codes[i] = -1;
            if (Values[i] is not { } text)
            {
                continue;
            }

            Count++;
            if (text.Length != raw[i]!.Length)
            {
                Padded++;
            }

            if (!codes.TryGetValue(text, out var code))
            {
                codes[text] = code = counts.Count;
                counts.Add((text, 0));
            }

            Codes[i] = code;
            counts[code] = (text, counts[code].Count + 1);
        }

        ByCode = counts;
        Levels = [.. counts.OrderByDescending(c => c.Count).ThenBy(c => c.Value, StringComparer.Ordinal)];
        _numbers = new Lazy<double[]>(() => [.. Values.Select(v => v is null ? double.NaN : NumberOf(v))]);
    }

    public string Name { get; }

    /// <summary>Shape [sampled rows].</summary>
    public string?[] Values { get; }

    /// <summary>Index into <see cref="ByCode"/> by row; -1 where missing.</summary>
    public int[] Codes { get; }

    public IReadOnlyList<(string Value, int Count)> ByCode { get; }

    /// <summary>Distinct values, most frequent first.</summary>
    public IReadOnlyList<(string Value, int Count)> Levels { get; }

    /// <summary>Rows with a value.</summary>
    public int Count { get; }

    /// <summary>Values with white space around them.</summary>
    public int Padded { get; }

    public int Missing => Values.Length - Count;

    public int Distinct => ByCode.Count;

    /// <summary>The values as numbers; NaN where missing or not a number.</summary>
    public double[] Numbers => _numbers.Value;

    /// <summary>Rows whose value holds for <paramref name="test"/>; asked once a distinct value.</summary>
    public int CountOf(Func<string, bool> test) => ByCode.Where(l => test(l.Value)).Sum(l => l.Count);

    /// <summary>The number a text is, as <see cref="CastStep"/> will read it, or NaN.</summary>
    public static double NumberOf(string text) =>
        NumberText.TryParse(text, out var number) ? number : double.NaN;

    /// <summary>The order of day, month and year that reads at least <paramref name="share"/> of the values as dates, or null.</summary>
    public string? DateOrder(double share)
    {
        if (Count == 0)
        {
            return null;
        }

        foreach (var order in (string[])["ymd", "dmy", "mdy"])
        {
            if (CountOf(v => IsDate(v, order)) >= share * Count)
            {
                return order;
            }
        }

        return null;
    }

    /// <summary>As <see cref="CastStep"/> will read it.</summary>
    public static bool IsDate(string text, string order) => DateText.TryParse(text, order, out _);
}
