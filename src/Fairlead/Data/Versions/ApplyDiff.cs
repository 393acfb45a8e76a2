using System.Globalization;
using System.IO.Hashing;
using Fairlead.Data.Scanning;
using Fairlead.Workspace;

namespace Fairlead.Data.Versions;

/// <summary>Applies a difference: from A and what turns it into B come exactly the rows of B, in B's order.</summary>
/// <remarks>
/// The order rule: rows that both tables have keep A's order, except those written as moved; these and added rows stand at the number the difference gives them.
/// The difference is held in memory, A is not, except for its moved rows.
/// </remarks>
public static class ApplyDiff
{
    /// <summary>The rows of B as texts, null where missing, in the order of the columns.</summary>
    /// <param name="Rows">May be walked once.</param>
    public sealed record Outcome(IReadOnlyList<string> Columns, long Count, IEnumerable<string?[]> Rows);

    /// <exception cref="FaultException">The file is no difference, is not whole, or the table is not the one it starts from.</exception>
    public static Outcome Run(ComparedTable a, string diff, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(a);
        var read = DiffReader.Read(diff);
        var columns = read.Head.A.Columns;
        if (a.Columns(read.Head.Key) is var known && !known.SequenceEqual(columns, StringComparer.Ordinal))
        {
            throw new FaultException(a.Name, $"Its columns are {string.Join(", ", known)}, but the difference starts from a table with {string.Join(", ", columns)}.", $"Apply it to {read.Head.A.Name}.");
        }

        Check(a, read.Head, cancel);
        return new Outcome(read.Head.B.Columns, read.Head.B.Rows, Rows(a, read, cancel));
    }

    private static void Check(ComparedTable a, DatasetDiff.Head head, CancellationToken cancel)
    {
        using var scan = a.Open(head.A.Columns);
        var b = head.B.Columns.Zip(head.B.Forms, (name, form) => new ScannedColumn(name, form)).ToList();
        var hasher = SharedColumns.Of(head.Key, (a.Name, scan.Columns), (head.B.Name, b)).HashA;
        var (hash, rows) = (new XxHash128(), 0L);
        var (keys, values) = (new UInt128[TableScan.BatchRows], new UInt128[TableScan.BatchRows]);
        for (TableBatch? batch; (batch = scan.Next(cancel)) is not null;)
        {
            hasher.Hash(batch, keys, values);
            RowPairing.Append(hash, keys, values, batch.Rows);
            rows += batch.Rows;
        }

        if (rows != head.A.Rows || Convert.ToHexStringLower(hash.GetCurrentHash()) != head.A.Hash)
        {
            throw new FaultException(a.Name, string.Create(CultureInfo.InvariantCulture, $"This is not the table that the difference starts from: it has {Counted.Of(rows, "row")}, that one {head.A.Rows:N0}, or other values."), $"Apply it to {head.A.Name} as it was then.");
        }
    }

    private static IEnumerable<string?[]> Rows(ComparedTable a, DiffReader diff, CancellationToken cancel)
    {
        var from = diff.Head.B.Columns.Select(name => diff.Head.A.Columns.ToList().IndexOf(name)).ToArray();
        var movedRows = diff.MovedTo.Count == 0 ? [] : ReadMoved(a, diff, cancel);
        var to = 0;
        using var scan = a.Open(diff.Head.A.Columns);
        for (TableBatch? batch; (batch = scan.Next(cancel)) is not null;)
        {
            for (var i = 0; i < batch.Rows; i++)
            {
                var row = (int)(batch.FirstRow + i);
                if (diff.Removed.Contains(row) || diff.MovedFrom.Contains(row))
                {
                    continue;
                }

                for (; Placed(diff, movedRows, from, to) is { } placed; to++)
                {
                    yield return placed;
                }

                yield return Built(diff, from, [.. batch.Columns.Select(column => column.Text(i))], to++);
            }
        }

        for (; Placed(diff, movedRows, from, to) is { } placed; to++)
        {
            yield return placed;
        }
    }

    private static Dictionary<int, string?[]> ReadMoved(ComparedTable a, DiffReader diff, CancellationToken cancel)
    {
        var moved = new Dictionary<int, string?[]>();
        using var scan = a.Open(diff.Head.A.Columns);
        for (TableBatch? batch; (batch = scan.Next(cancel)) is not null;)
        {
            for (var i = 0; i < batch.Rows; i++)
            {
                if (diff.MovedFrom.Contains((int)(batch.FirstRow + i)))
                {
                    moved[(int)(batch.FirstRow + i)] = [.. batch.Columns.Select(column => column.Text(i))];
                }
            }
        }

        return moved;
    }

    private static string?[]? Placed(DiffReader diff, Dictionary<int, string?[]> moved, int[] from, int to) =>
        diff.Added.TryGetValue(to, out var added) ? [.. added]
        : diff.MovedTo.TryGetValue(to, out var row) ? Built(diff, from, moved[row], to)
        : null;

    private static string?[] Built(DiffReader diff, int[] from, string?[] before, int to)
    {
        var cells = diff.Cells.GetValueOrDefault(to);
        var row = new string?[from.Length];
        for (var i = 0; i < row.Length; i++)
        {
            var name = diff.Head.B.Columns[i];
            row[i] = from[i] < 0 ? diff.Columns[name][to]
                : cells is not null && cells.TryGetValue(name, out var after) ? after
                : before[from[i]];
        }

        return row;
    }
}
