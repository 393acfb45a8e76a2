using System.Globalization;

namespace Fairlead.Projects.Sources;

/// <summary>Guesses from the first part of a file how it is written: delimiter, number of columns, header.</summary>
internal static class DialectSniffer
{
    /// <summary>Bytes looked at: 1 MiB.</summary>
    public const int SampleBytes = 1 << 20;

    private const int SampleRecords = 1_000;

    /// <summary>Bytes walked before it is asked whether there are records enough.</summary>
    private const int FeedBytes = 1 << 15;

    /// <summary>A header cell is a name; what is longer than this is text.</summary>
    private const int NameLengthMax = 100;

    /// <summary>The most likely dialect and number of columns.</summary>
    /// <param name="sample">The file's first bytes, without byte order mark.</param>
    /// <param name="whole">The sample is the whole file.</param>
    /// <param name="extension">Of the file name; decides between equals.</param>
    public static (Dialect Dialect, int Fields) Guess(ReadOnlySpan<byte> sample, bool whole, string extension)
    {
        byte[] order = extension is ".tsv" or ".tab" ? "\t,;|"u8.ToArray() : ",;\t|"u8.ToArray();
        var best = (Score: 0.0, Dialect: new Dialect(Dialect.OneColumn, true), Fields: 1);
        foreach (var delimiter in order)
        {
            foreach (var quoted in delimiter == '\t' ? [true, false] : new[] { true })
            {
                var dialect = new Dialect(delimiter, quoted);
                var records = Records(dialect, sample, whole);
                if (records.Count == 0)
                {
                    continue;
                }

                // A delimiter is right when it cuts all records into the same number of fields; the first record counts as much as the rest.
                var (fields, count) = Usual(records);
                var score = fields == 1 ? 0 : (0.5 * count / records.Count) + (records[0].Length == fields ? 0.5 : 0);
                if (score > best.Score + 1e-9)
                {
                    best = (score, dialect, fields);
                }
            }
        }

        // Less than half: single lines happen to hold the sign, as commas in a text.
        return best.Score >= 0.45 ? (best.Dialect, best.Fields) : (new Dialect(Dialect.OneColumn, true), 1);
    }

    /// <summary>A dialect that is known, and the number of columns that most records have.</summary>
    public static (Dialect Dialect, int Fields) Fitting(Dialect dialect, ReadOnlySpan<byte> sample, bool whole) =>
        (dialect, Records(dialect, sample, whole) is { Count: > 0 } records ? Usual(records).Fields : 1);

    /// <summary>How many fields most records have, and how many records that is. Of equals, what the first record has.</summary>
    private static (int Fields, int Records) Usual(List<string[]> records)
    {
        var lengths = new int[records.Count];
        for (var i = 0; i < lengths.Length; i++)
        {
            lengths[i] = records[i].Length;
        }

        Array.Sort(lengths);
        var (fields, most) = (0, 0);
        for (int from = 0, to; from < lengths.Length; from = to)
        {
            for (to = from + 1; to < lengths.Length && lengths[to] == lengths[from]; to++)
            {
            }

            if (to - from > most || (to - from == most && lengths[from] == records[0].Length))
            {
                (fields, most) = (lengths[from], to - from);
            }
        }

        return (fields, most);
    }

    /// <summary>The first records of a sample; one that the sample cuts off is left out, unless there is no other.</summary>
    public static List<string[]> Records(Dialect dialect, ReadOnlySpan<byte> sample, bool whole)
    {
        var scanner = new DelimitedScanner(dialect, 0, SampleRecords);
        var fed = 0;
        for (; fed < sample.Length && scanner.Sample.Count < SampleRecords; fed += Math.Min(FeedBytes, sample.Length - fed))
        {
            scanner.Feed(sample.Slice(fed, Math.Min(FeedBytes, sample.Length - fed)));
        }

        if ((whole && fed == sample.Length) || scanner.Sample.Count == 0)
        {
            scanner.End();
        }

        return scanner.Sample;
    }

    /// <summary>Whether the first record holds names rather than values.</summary>
    /// <remarks>
    /// For: a column of numbers or dates that begins with something else. Against: the first cell is a number or a date, a long text, or comes again further down its own column.
    /// With nothing for it, one reason against is enough.
    /// </remarks>
    public static bool HasHeader(List<string[]> records)
    {
        var first = records[0];
        var rest = records.Skip(1).Where(record => !record.AsSpan().SequenceEqual(first)).ToList();
        if (first.All(cell => cell.Length == 0))
        {
            return false;
        }

        var (reasons, against) = (0, 0);
        for (var column = 0; column < first.Length; column++)
        {
            var cell = first[column].Trim();
            var values = rest.Where(record => column < record.Length && record[column].Trim().Length > 0).Select(record => record[column].Trim()).ToList();
            if (cell.Length == 0)
            {
                continue;
            }

            if (IsQuantity(cell) || cell.Length > NameLengthMax || values.Contains(cell, StringComparer.Ordinal))
            {
                against++;
            }
            else if (values.Count > 0 && values.Count(IsQuantity) >= 0.9 * values.Count)
            {
                reasons++;
            }
        }

        return reasons > 0 ? reasons >= against : against == 0;
    }

    private static bool IsQuantity(string cell) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
        || (char.IsAsciiDigit(cell[0]) && DateTime.TryParse(cell, CultureInfo.InvariantCulture, DateTimeStyles.None, out _));
}
