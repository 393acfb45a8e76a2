using System.Text;
using Fairlead.Data.Checks;
using Fairlead.Data.Scanning;
using Fairlead.Projects;

namespace Fairlead.Tests.Data.Checks;

/// <summary>A table of texts in memory: cut into batches of a size, its columns as plain bytes, as codes, or as codes that give up after some entries.</summary>
internal sealed class MadeTable(IReadOnlyList<string> columns, IReadOnlyList<string?[]> rows)
{
    public IReadOnlyList<string> Columns { get; } = columns;

    public IReadOnlyList<string?[]> Rows { get; } = rows;

    /// <summary>A table as text: the header, then rows, cells parted by a bar; nothing is missing.</summary>
    public static MadeTable Of(string text)
    {
        var lines = text.Split('\n').Select(line => line.Split('|').Select(cell => cell.Trim()).ToArray()).ToList();
        return new MadeTable(lines[0], [.. lines.Skip(1).Select(line => line.Select(cell => cell.Length == 0 ? null : cell).ToArray())]);
    }

    public IReadOnlyList<ScannedColumn> Scanned => [.. Columns.Select(name => new ScannedColumn(name, VectorForm.Text))];

    /// <param name="batch">Rows in a batch.</param>
    /// <param name="codesMax">Entries a dictionary may have before the column goes on as plain text; 0: no dictionaries.</param>
    public ITableScan Open(IReadOnlyList<string> columns, int batch = 16_384, int codesMax = 0) => new Scan(this, columns, batch, codesMax);

    /// <summary>Runs a checks file over the table.</summary>
    public CheckReport Check(string yaml, int batch = 16_384, int codesMax = 0, Func<string, MadeTable>? other = null, DateTimeOffset? now = null, long keptMax = KeptNumbers.DefaultMax) =>
        CheckEngine.Run(ChecksFile.Parse(yaml, "checks.yaml", Scanned), Columns, Sources(batch, codesMax, other, now) with { KeptNumbersMax = keptMax }, TestContext.Current.CancellationToken);

    public CheckReport Check(IReadOnlyList<CheckRule> rules, int batch = 16_384, int codesMax = 0) =>
        CheckEngine.Run(rules, Columns, Sources(batch, codesMax, null, null), TestContext.Current.CancellationToken);

    private CheckSources Sources(int batch, int codesMax, Func<string, MadeTable>? other, DateTimeOffset? now) =>
        new(looked => Open(looked, batch, codesMax), (file, looked) => other!(file) is var table ? table.Open(looked ?? table.Columns) : null!, (_, _, _) => throw new InvalidOperationException(),
            rule => new EarlierTable(looked => other!(rule.File!) is var table ? table.Open(looked ?? table.Columns) : null!), now ?? DateTimeOffset.UnixEpoch);

    private sealed class Scan : ITableScan
    {
        private readonly MadeTable _table;
        private readonly int[] _places;
        private readonly int _batch;
        private readonly int _codesMax;
        private readonly ColumnDictionary?[] _dictionaries;
        private int _next;

        public Scan(MadeTable table, IReadOnlyList<string> columns, int batch, int codesMax)
        {
            (_table, _batch, _codesMax) = (table, batch, codesMax);
            _places = [.. columns.Select(name => table.Columns.ToList().IndexOf(name))];
            Columns = [.. columns.Select(name => new ScannedColumn(name, VectorForm.Text))];
            _dictionaries = [.. columns.Select(_ => codesMax > 0 ? new ColumnDictionary() : null)];
        }

        public IReadOnlyList<ScannedColumn> Columns { get; }

        public TableBatch? Next(CancellationToken cancel)
        {
            var count = Math.Min(_batch, _table.Rows.Count - _next);
            if (count <= 0)
            {
                return null;
            }

            var batch = new TableBatch { FirstRow = _next, Rows = count, Columns = [.. _places.Select((place, i) => Vector(place, i, count))] };
            _next += count;
            return batch;
        }

        public void Dispose()
        {
        }

        private ColumnVector Vector(int place, int column, int count)
        {
            var texts = Enumerable.Range(_next, count).Select(row => _table.Rows[row][place]).ToArray();
            if (_dictionaries[column] is { } dictionary)
            {
                var codes = texts.Select(text => text is null ? -1 : dictionary.Add(Encoding.UTF8.GetBytes(text))).ToArray();
                if (dictionary.Count <= _codesMax)
                {
                    return new ColumnVector(VectorForm.Text) { Rows = count, Codes = codes, Dictionary = dictionary };
                }

                _dictionaries[column] = null;
            }

            var bytes = texts.Select(text => Encoding.UTF8.GetBytes(text ?? "")).ToArray();
            var starts = new int[count];
            for (var i = 1; i < count; i++)
            {
                starts[i] = starts[i - 1] + bytes[i - 1].Length;
            }

            return new ColumnVector(VectorForm.Text) { Rows = count, Bytes = [.. bytes.SelectMany(part => part)], Starts = starts, Lengths = [.. texts.Select((text, i) => text is null ? -1 : bytes[i].Length)] };
        }
    }
}
