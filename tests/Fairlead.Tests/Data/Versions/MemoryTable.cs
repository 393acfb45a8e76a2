using System.Text;
using Fairlead.Data.Scanning;
using Fairlead.Data.Versions;

namespace Fairlead.Tests.Data.Versions;

/// <summary>A table of texts in memory that is scanned in small batches, with or without a dictionary.</summary>
internal sealed record MemoryTable(IReadOnlyList<string> Columns, IReadOnlyList<string?[]> Rows, int BatchRows = 3, bool Codes = false)
{
    public ComparedTable Named(string name) => new(name, null, wanted => new Scan(this, wanted ?? Columns));

    private sealed class Scan(MemoryTable table, IReadOnlyList<string> wanted) : ITableScan
    {
        private readonly int[] _places = [.. wanted.Select(name => table.Columns.ToList().IndexOf(name))];
        private readonly ColumnDictionary[] _dictionaries = [.. wanted.Select(_ => new ColumnDictionary())];
        private int _at;

        public IReadOnlyList<ScannedColumn> Columns { get; } = [.. wanted.Select(name => new ScannedColumn(name, VectorForm.Text))];

        public TableBatch? Next(CancellationToken cancel)
        {
            var rows = table.Rows.Skip(_at).Take(table.BatchRows).ToList();
            if (rows.Count == 0)
            {
                return null;
            }

            var batch = new TableBatch { FirstRow = _at, Rows = rows.Count, Columns = [.. _places.Select((place, i) => Vector([.. rows.Select(row => row[place])], i))] };
            _at += rows.Count;
            return batch;
        }

        public void Dispose()
        {
        }

        private ColumnVector Vector(string?[] texts, int column)
        {
            if (table.Codes)
            {
                return new ColumnVector(VectorForm.Text) { Rows = texts.Length, Dictionary = _dictionaries[column], Codes = [.. texts.Select(text => text is null ? -1 : _dictionaries[column].Add(Encoding.UTF8.GetBytes(text)))] };
            }

            var bytes = texts.Select(text => Encoding.UTF8.GetBytes(text ?? "")).ToList();
            return new ColumnVector(VectorForm.Text)
            {
                Rows = texts.Length,
                Bytes = [.. bytes.SelectMany(text => text)],
                Starts = [.. bytes.Select((_, i) => bytes.Take(i).Sum(text => text.Length))],
                Lengths = [.. texts.Select((text, i) => text is null ? -1 : bytes[i].Length)],
            };
        }
    }
}
