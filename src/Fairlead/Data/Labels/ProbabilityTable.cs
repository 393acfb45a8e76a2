using System.Buffers.Text;
using System.Globalization;
using Fairlead.Data.Scanning;
using Fairlead.Workspace;

namespace Fairlead.Data.Labels;

/// <summary>Probabilities of classes by row, as a file gives them.</summary>
/// <param name="Classes">In the order of the file's header.</param>
/// <param name="Values">Row after row. Shape [rows, classes].</param>
internal sealed record ProbabilityTable(IReadOnlyList<string> Classes, double[] Values)
{
    /// <summary>Columns of a scored file are named so; then the other columns are no probabilities.</summary>
    public const string Prefix = "probability:";

    /// <summary>Most faults of cells that are told one by one.</summary>
    public const int FaultsMax = 20;

    /// <summary>How far a row's sum may lie from 1: probabilities written with two decimals are off by up to 0.005 each, but by 0.01 at least.</summary>
    private const double SumSlack = 0.005;

    /// <summary>Digits of a whole number that a double holds exactly.</summary>
    private const int ExactDigits = 15;

    /// <summary>Digits that 64 bits hold.</summary>
    private const int LongDigits = 19;

    /// <summary>Share of the distance of two doubles up to which what rounding lost decides nothing.</summary>
    private const double NearMiddle = 0.499;

    private static readonly double[] Powers = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    public int Rows => Values.Length / Classes.Count;

    /// <summary>Reads the file; null, with the faults added, where it is no table of probabilities.</summary>
    public static ProbabilityTable? Read(string path, List<Fault> faults, CancellationToken cancel)
    {
        var known = faults.Count;
        var names = new List<string>();
        var batches = new List<double[]>(); // joined once their number is known: nothing is copied twice
        var (rows, wrong) = (0, 0L);
        try
        {
            using var scan = TableScan.Open(path, coded: false);
            var next = scan.Next(cancel);
            var header = Header(scan, next, out var skip);
            int[] columns = [.. Enumerable.Range(0, header.Count)];
            if (header.Any(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
            {
                columns = [.. columns.Where(c => header[c].StartsWith(Prefix, StringComparison.Ordinal))];
                names.AddRange(columns.Select(c => header[c][Prefix.Length..]));
            }
            else
            {
                names.AddRange(header);
            }

            if (Refused(path, names) is { } refused)
            {
                faults.Add(refused);
                return null;
            }

            for (; next is { } batch; next = scan.Next(cancel), skip = 0)
            {
                if ((rows + batch.Rows - skip) * (long)columns.Length > Array.MaxLength)
                {
                    throw new FaultException(path, "There are too many rows for this many classes to hold in memory.", "Look at a part of the rows at a time.");
                }

                var values = new double[(batch.Rows - skip) * columns.Length];
                for (var c = 0; c < columns.Length; c++)
                {
                    Fill(batch.Columns[columns[c]], skip, batch.Rows, values, c, columns.Length, row => Wrong(row, columns[c], names[c]));
                }

                batches.Add(values);

                void Wrong(int row, int column, string name)
                {
                    if (wrong++ < FaultsMax)
                    {
                        var text = batch.Columns[column].Text(row);
                        faults.Add(new Fault(string.Create(CultureInfo.InvariantCulture, $"{path}, row {rows + row - skip}, column {name}"), text is null ? $"The probability of \"{name}\" is missing." : $"\"{Short(text)}\" is no probability of \"{name}\".", "Give a number from 0 to 1 in every cell."));
                    }
                }

                rows += batch.Rows - skip;
            }
        }
        catch (FaultException exception)
        {
            faults.AddRange(exception.Faults);
            return null;
        }

        if (rows == 0)
        {
            faults.Add(new Fault(path, "It has no rows.", "Give one row of probabilities for each labelled row."));
        }

        var all = Joined(batches, rows * names.Count);
        wrong += Sums(path, all, names.Count, wrong, faults);
        if (wrong > FaultsMax)
        {
            faults.Add(new Fault(path, $"{wrong - FaultsMax:N0} more of the same.", ""));
        }

        return faults.Count > known ? null : new ProbabilityTable(names, all);
    }

    private static double[] Joined(List<double[]> batches, int length)
    {
        if (batches.Count == 1)
        {
            return batches[0];
        }

        var (all, at) = (new double[length], 0);
        foreach (var batch in batches)
        {
            Array.Copy(batch, 0, all, at, batch.Length);
            at += batch.Length;
        }

        return all;
    }

    /// <summary>The names of the columns. Classes called 0, 1, 2 look like a row of numbers: a file of probabilities always has a header, so then the first row is it.</summary>
    private static List<string> Header(ITableScan scan, TableBatch? first, out int skip)
    {
        skip = 0;
        List<string> names = [.. scan.Columns.Select(column => column.Name)];
        if (first is not { Rows: > 0 } || scan.Columns.Any(column => column.Form != VectorForm.Text) || names.Index().Any(pair => pair.Item != string.Create(CultureInfo.InvariantCulture, $"column{pair.Index}")))
        {
            return names;
        }

        skip = 1;
        return [.. first.Columns.Select(column => column.Text(0) ?? "")];
    }

    private static Fault? Refused(string path, List<string> names)
    {
        if (names.Count < 2)
        {
            return new Fault($"{path}:1", $"It has {names.Count} column of probabilities.", "Give a column for each class, at least two, named as the labels are written.");
        }

        return names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? new Fault($"{path}:1", $"Two columns are named \"{twice.Key}\".", "Give each class one column.")
            : null;
    }

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";

    private static void Fill(ColumnVector vector, int from, int rows, double[] into, int at, int stride, Action<int> wrong)
    {
        for (var row = from; row < rows; row++, at += stride)
        {
            var value = vector.IsMissing(row) ? double.NaN : vector.Form switch
            {
                VectorForm.Text => Parse(vector.Utf8(row)),
                VectorForm.Double => vector.Doubles[row],
                VectorForm.Integer => vector.Integers[row],
                _ => double.NaN,
            };
            into[at] = value;
            if (!(value is >= 0 and <= 1))
            {
                wrong(row);
            }
        }
    }

    /// <summary>Correctly rounded; NaN where the text is no number.</summary>
    internal static double Parse(ReadOnlySpan<byte> text)
    {
        // Digits with a point that fit a double exactly: one division by an exact power of ten is correctly rounded (Clinger 1990).
        var (whole, digits, decimals) = (0UL, 0, -1);
        foreach (var sign in text)
        {
            if ((uint)(sign - '0') <= 9)
            {
                whole = (whole * 10) + (uint)(sign - '0');
                digits += whole == 0 ? 0 : 1;
                decimals += decimals >= 0 ? 1 : 0;
                if (digits > LongDigits || decimals >= Powers.Length)
                {
                    return Slow(text);
                }
            }
            else if (sign == '.' && decimals < 0)
            {
                decimals = 0;
            }
            else
            {
                return Slow(text);
            }
        }

        if (text.Length == 0 || text is [(byte)'.'])
        {
            return double.NaN;
        }

        var power = Powers[Math.Max(0, decimals)];
        return digits <= ExactDigits ? whole / power : Divided(whole, power) is var value && double.IsNaN(value) ? Slow(text) : value;
    }

    /// <summary>A whole number of up to 19 digits over an exact power of ten, correctly rounded; NaN where the quotient lies so near the middle of two doubles that it can't be told.</summary>
    private static double Divided(ulong whole, double power)
    {
        // The quotient of the leading part, then what that leaves over, by a fused multiply-add without rounding (Markstein 1990); the sum of both is rounded once.
        var leading = (double)whole;
        var rest = (double)unchecked((long)(whole - (ulong)leading));
        var quotient = leading / power;
        var correction = (Math.FusedMultiplyAdd(-quotient, power, leading) + rest) / power;
        var sum = quotient + correction;
        var lost = correction - (sum - quotient);
        return Math.Abs(lost) < NearMiddle * (Math.BitIncrement(sum) - sum) ? sum : double.NaN;
    }

    private static double Slow(ReadOnlySpan<byte> text)
    {
        var trimmed = text.Trim(" \t"u8);
        return Utf8Parser.TryParse(trimmed, out double value, out var read) && read == trimmed.Length ? value : double.NaN;
    }

    private static long Sums(string path, ReadOnlySpan<double> values, int classes, long known, List<Fault> faults)
    {
        var slack = Math.Max(0.01, classes * SumSlack);
        var wrong = 0L;
        for (var at = 0; at < values.Length; at += classes)
        {
            var sum = 0.0;
            foreach (var value in values.Slice(at, classes))
            {
                sum += value;
            }

            if (Math.Abs(sum - 1) > slack && known + wrong++ < FaultsMax)
            {
                faults.Add(new Fault($"{path}, row {(at / classes).ToString(CultureInfo.InvariantCulture)}", string.Create(CultureInfo.InvariantCulture, $"Its probabilities sum to {sum:0.####}."), "Give probabilities that sum to 1."));
            }
        }

        return wrong;
    }
}
