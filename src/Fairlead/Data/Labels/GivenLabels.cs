using System.Globalization;
using Fairlead.Data.Scanning;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Labels;

/// <summary>Reads the column of labels of a table as indices of classes.</summary>
internal static class GivenLabels
{
    /// <summary>Rows without a usable label that are told one by one.</summary>
    private const int FaultsMax = 20;

    /// <param name="classes">Null where they could not be read: then only the file itself is looked at.</param>
    /// <returns>A class by row; null, with the faults added, where there is none to be had.</returns>
    public static int[]? Read(string path, string column, IReadOnlyList<string>? classes, List<Fault> faults, CancellationToken cancel, SourceOptions? reading = null)
    {
        var known = faults.Count;
        try
        {
            using (var whole = TableScan.Open(path, reading: reading))
            {
                if (whole.Columns.All(c => c.Name != column))
                {
                    var names = whole.Columns.Select(c => c.Name).ToList();
                    faults.Add(new Fault($"{path}:1", $"There is no column \"{column}\".{NearestName.Hint(column, names)}", "Name a column of the file with --label."));
                    return null;
                }

                if (whole.Columns.Count <= 4)
                {
                    return Labels(whole, whole.Columns.ToList().FindIndex(c => c.Name == column));
                }
            }

            using var scan = TableScan.Open(path, [column], reading);
            return Labels(scan, 0);
        }
        catch (FaultException exception)
        {
            faults.AddRange(exception.Faults);
            return null;
        }

        int[]? Labels(ITableScan scan, int at)
        {
            var labels = Collect(path, column, scan, at, classes, faults, cancel);
            return faults.Count > known ? null : labels;
        }
    }

    private static int[] Collect(string path, string column, ITableScan scan, int at, IReadOnlyList<string>? classes, List<Fault> faults, CancellationToken cancel)
    {
        var lookup = new ClassLookup(classes ?? []);
        var labels = new List<int>();
        var missing = new List<long>();
        SortedDictionary<string, (long First, long Rows)>? unknown = null;
        var absent = 0L;
        while (scan.Next(cancel) is { } batch)
        {
            var vector = batch.Columns[at];
            for (var row = 0; row < batch.Rows; row++)
            {
                if (vector.IsMissing(row))
                {
                    absent++;
                    if (missing.Count < FaultsMax)
                    {
                        missing.Add(batch.FirstRow + row);
                    }

                    labels.Add(-1);
                    continue;
                }

                var label = lookup.Of(vector, row);
                labels.Add(label);
                if (label < 0 && classes is not null && (vector.Text(row) ?? "") is var text && (unknown is null || unknown.ContainsKey(text) || unknown.Count < FaultsMax))
                {
                    unknown ??= new SortedDictionary<string, (long First, long Rows)>(StringComparer.Ordinal);
                    var (first, rows) = unknown.GetValueOrDefault(text, (batch.FirstRow + row, 0));
                    unknown[text] = (first, rows + 1);
                }
            }
        }

        if (absent > 0)
        {
            var rows = string.Join(", ", missing.Select(row => row.ToString(CultureInfo.InvariantCulture)));
            faults.Add(new Fault($"{path}, column {column}", $"{absent:N0} {(absent == 1 ? "row has" : "rows have")} no label: {rows}{(absent > missing.Count ? ", …" : "")}.", "Take these rows out of both files, or label them."));
        }

        if (unknown is not null)
        {
            faults.AddRange(unknown.Select(pair => new Fault(
                string.Create(CultureInfo.InvariantCulture, $"{path}, row {pair.Value.First}, column {column}"),
                $"The label \"{pair.Key}\" ({pair.Value.Rows:N0} {(pair.Value.Rows == 1 ? "row" : "rows")}) has no column of probabilities; there are {string.Join(", ", classes!.Take(20))}.{NearestName.Hint(pair.Key, classes!)}",
                "Name the columns of the probabilities as the labels are written.")));
        }

        if (labels.Count == 0)
        {
            faults.Add(new Fault(path, "It has no rows.", "Give a table with labels."));
        }

        return [.. labels];
    }

    /// <summary>Finds a label among the class names: the same text, or else the same number (1 and 1.0).</summary>
    private sealed class ClassLookup
    {
        private readonly IReadOnlyList<string> _classes;
        private readonly Dictionary<string, int> _byText = new(StringComparer.Ordinal);
        private int[] _byCode = [];
        private byte[] _last = [];
        private int _lastLabel = -1;

        public ClassLookup(IReadOnlyList<string> classes)
        {
            _classes = classes;
            for (var k = 0; k < classes.Count; k++)
            {
                _byText.Add(classes[k], k);
            }
        }

        public int Of(ColumnVector vector, int row)
        {
            if (vector is { Form: VectorForm.Text, Codes: { } codes, Dictionary: { } dictionary })
            {
                var known = _byCode.Length;
                if (known < dictionary.Count)
                {
                    Array.Resize(ref _byCode, dictionary.Count);
                }

                for (; known < _byCode.Length; known++)
                {
                    _byCode[known] = Find(dictionary.String(known));
                }

                return _byCode[codes[row]];
            }

            if (vector.Form != VectorForm.Text)
            {
                return Find(vector.Text(row)!);
            }

            var text = vector.Utf8(row);
            if (_lastLabel < 0 || !text.SequenceEqual(_last))
            {
                (_last, _lastLabel) = (text.ToArray(), Find(vector.Text(row)!));
            }

            return _lastLabel;
        }

        private int Find(string text)
        {
            if (_byText.TryGetValue(text, out var label))
            {
                return label;
            }

            label = -1;
            if (NumberText.TryParse(text, out var number))
            {
                for (var k = 0; k < _classes.Count && label < 0; k++)
                {
                    label = NumberText.TryParse(_classes[k], out var other) && other == number ? k : -1;
                }
            }

            _byText[text] = label;
            return label;
        }
    }
}
