using System.Globalization;
using Fairlead.Data.Privacy;
using Fairlead.Data.Scanning;
using Fairlead.Data.Storage;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data;

/// <summary>Reads stored versions back into memory.</summary>
public static class DatasetReader
{
    /// <summary>The kept rows. Classes are in ordinal order; of a binary task the positive one is last.</summary>
    public static Dataset Load(ProjectFile project, DatasetVersion version, BlobStore blobs)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(version);
        ArgumentNullException.ThrowIfNull(blobs);
        return Load(project, version, columns => new StoredScan(version.Blob, blobs, columns), checked((int)version.Kept), null);
    }

    /// <summary>Categories of the kept rows that are no features, in the order of <see cref="Load(ProjectFile, DatasetVersion, BlobStore)"/>.</summary>
    /// <param name="names">Columns of the version that hold texts.</param>
    internal static IReadOnlyList<FrameColumn> Categories(DatasetVersion version, IReadOnlyList<string> names, BlobStore blobs, CancellationToken cancel)
    {
        var texts = names.Select(_ => new string?[checked((int)version.Kept)]).ToArray();
        var pools = names.Select(_ => new TextPool(true)).ToArray();
        using var scan = new StoredScan(version.Blob, blobs, names);
        for (var at = 0; scan.Next(cancel) is { } batch; at += batch.Rows)
        {
            for (var i = 0; i < texts.Length; i++)
            {
                for (var row = 0; row < batch.Rows; row++)
                {
                    texts[i][at + row] = pools[i].Of(batch.Columns[i], row);
                }
            }
        }

        return [.. names.Zip(texts, (name, values) => new FrameColumn(name, ColumnKind.Category, values))];
    }

    /// <summary>Exam rows that no training row is a near-duplicate of: what a model of this version never saw. Of more than <paramref name="most"/> a sample by the hash of their keys, always the same.</summary>
    /// <param name="classes">Classes of the model, in its order; rows of another class have the label -1. Not looked at for regression.</param>
    /// <returns>The rows in file order, and how many there are in all. The table is read as a stream: memory is that of the rows given back.</returns>
    public static (Dataset Rows, long Of) LoadUnseenExam(ProjectFile project, DatasetVersion version, IReadOnlyList<string> classes, int most, BlobStore blobs)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(version);
        ArgumentNullException.ThrowIfNull(blobs);
        using var engine = new DataEngine(new SpillFolder(blobs), CancellationToken.None, project.Columns.Count);
        var table = engine.Table(version.Blob, blobs);
        engine.Execute($"CREATE TABLE unseen AS SELECT __row, md5_number_lower(__key) AS hash FROM {table} WHERE __side = 'exam' AND __group NOT IN (SELECT __group FROM {table} WHERE __side = 'train' AND NOT __judge_only)");
        var all = engine.Count("SELECT count(*) FROM unseen");
        var taken = (int)Math.Min(all, most);
        var chosen = all > most ? string.Create(CultureInfo.InvariantCulture, $"(SELECT __row FROM unseen ORDER BY hash, __row LIMIT {most})") : "(SELECT __row FROM unseen)";
        return (Load(project, version, columns => engine.Scan($"SELECT {string.Join(", ", columns.Select(SqlText.Name))} FROM {table} WHERE __row IN {chosen} ORDER BY __row"), taken, classes), all);
    }

    /// <param name="open">Opens the rows in file order, with these columns in this order.</param>
    /// <param name="rows">How many there are.</param>
    /// <param name="known">Classes; null: those of the rows.</param>
    private static Dataset Load(ProjectFile project, DatasetVersion version, Func<IReadOnlyList<string>, ITableScan> open, int rows, IReadOnlyList<string>? known)
    {
        var features = project.Features.Where(column => version.Profile.Any(profile => profile.Name == column.Name)).ToList();
        var numbers = features.Select(column => IsNumber(column.Kind) ? new double[rows] : null).ToArray();
        var texts = features.Select(column => IsNumber(column.Kind) ? null : new string?[rows]).ToArray();
        var pools = features.Select(column => new TextPool(column.Kind != ColumnKind.Text)).ToArray();
        var regression = project.Task == ModelTask.Regression;
        var (rowNumbers, keys, sides, folds, groups) = (new long[rows], new string[rows], new Side[rows], new int[rows], new long[rows]);
        var (judgeOnly, labelWas, values, labels) = (new bool[rows], new string?[rows], new double[regression ? rows : 0], new string[regression ? 0 : rows]);

        var (at, sidePool, wasPool, labelPool) = (0, new TextPool(true), new TextPool(true), new TextPool(true));
        using var scan = open(["__row", "__key", "__side", "__fold", "__group", "__judge_only", "__label_was", project.Target, .. features.Select(column => column.Name)]);
        while (scan.Next(CancellationToken.None) is { } batch)
        {
            var columns = batch.Columns;
            for (var row = 0; row < batch.Rows; row++, at++)
            {
                (rowNumbers[at], keys[at], folds[at], groups[at], judgeOnly[at]) = (columns[0].Integers[row], columns[1].Text(row)!, (int)columns[3].Integers[row], columns[4].Integers[row], columns[5].Integers[row] != 0);
                sides[at] = sidePool.Of(columns[2], row) switch { "train" => Side.Train, "exam" => Side.Exam, _ => Side.Sealed };
                labelWas[at] = wasPool.Of(columns[6], row);
                if (regression)
                {
                    values[at] = columns[7].Doubles[row];
                }
                else
                {
                    labels[at] = labelPool.Of(columns[7], row)!;
                }
            }

            for (var i = 0; i < features.Count; i++)
            {
                var (vector, first) = (columns[8 + i], at - batch.Rows);
                for (var row = 0; row < batch.Rows; row++)
                {
                    if (numbers[i] is { } column)
                    {
                        column[first + row] = vector.Missing[row] ? double.NaN : vector.Doubles[row];
                    }
                    else
                    {
                        texts[i]![first + row] = pools[i].Of(vector, row);
                    }
                }
            }
        }

        var classes = known ?? Classes(project, labels);
        var frame = new Frame([.. features.Select((column, i) => numbers[i] is { } known ? new FrameColumn(column.Name, column.Kind, known) : new FrameColumn(column.Name, column.Kind, texts[i]!))]);
        var index = classes.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i, StringComparer.Ordinal);
        return new Dataset(frame, rowNumbers, keys, sides, folds, groups, judgeOnly, labelWas, classes, [.. labels.Select(label => index.GetValueOrDefault(label, -1))], values) { File = FileOfRow.Of(version.Files, rowNumbers) };
    }

    /// <summary>Raw rows by row number, every source column as text that is not dropped as personal (free text masked where the project says so), in the order asked for.</summary>
    /// <exception cref="ArgumentException">The version has no such row.</exception>
    public static Frame RawRows(ProjectFile project, DatasetVersion version, IReadOnlyList<long> rows, BlobStore blobs)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(version);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(blobs);
        using var engine = new DataEngine(new SpillFolder(blobs), CancellationToken.None, project.Columns.Count);
        var path = engine.Table(version.RawBlob, blobs);
        var protections = project.Columns.ToDictionary(column => column.Name, column => column, StringComparer.Ordinal);
        var columns = engine.List($"DESCRIBE FROM {path}", reader => reader.GetString(0))
            .Where(name => name is not ("__row" or "__key"))
            .Where(name => name == project.Target || (protections.GetValueOrDefault(name) is { } column && column.Protection != Protection.Drop))
            .ToList();
        var places = new Dictionary<long, List<int>>();
        for (var i = 0; i < rows.Count; i++)
        {
            (places.TryGetValue(rows[i], out var known) ? known : places[rows[i]] = []).Add(i);
        }

        var texts = columns.Select(_ => new string?[rows.Count]).ToArray();
        var found = 0;
        if (rows.Count > 0)
        {
            var select = string.Concat(columns.Select((name, i) => protections.GetValueOrDefault(name) is { } column && column.Protection.IsTransformed ? $", NULLIF({Protected(engine, column, i, version)}({SqlText.Name(name)}), '')" : $", {SqlText.Name(name)}"));
            engine.Read($"SELECT __row{select} FROM {path} WHERE __row IN ({string.Join(", ", places.Keys.Select(row => row.ToString(CultureInfo.InvariantCulture)))})", reader =>
            {
                found++;
                foreach (var place in places[reader.GetInt64(0)])
                {
                    for (var i = 0; i < texts.Length; i++)
                    {
                        texts[i][place] = reader.IsDBNull(i + 1) ? null : reader.GetString(i + 1);
                    }
                }
            });
        }

        return found == places.Count
            ? new Frame([.. columns.Select((name, i) => new FrameColumn(name, protections.GetValueOrDefault(name)?.Kind is { } kind && !IsNumber(kind) ? kind : ColumnKind.Text, texts[i]))])
            : throw new ArgumentException($"{places.Count - found} of the rows asked for are not in the version.", nameof(rows));
    }

    /// <summary>A file to score: raw rows as text, the contract's columns in order; a missing required column or a wrong type is a fault with its place.</summary>
    /// <remarks>Column names must be as written in the training data. Columns the contract does not know are left out; one that is not required and not there is missing in every row.</remarks>
    /// <exception cref="FaultException">The file can't be read or does not fit the contract.</exception>
    public static Frame RawFile(string path, ModelContract contract)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(contract);
        var source = SourceReader.Open(path);
        var absent = contract.Columns.Where(column => !source.Columns.Contains(column.Name, StringComparer.Ordinal)).Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        List<Fault> faults = [.. contract.Columns.Where(column => column.Required && absent.Contains(column.Name)).Select(column =>
            new Fault($"{source.Path}:1", $"The column \"{column.Name}\" is not in the file, and the model needs it.{NearestName.Hint(column.Name, source.Columns)}", "Add it; its cells may be empty."))];
        if (faults.Count > 0)
        {
            throw new FaultException(faults);
        }

        var present = contract.Columns.Where(column => !absent.Contains(column.Name)).ToList();
        var (texts, rows) = Texts(source, [.. present.Select(column => column.Name)]);
        faults.AddRange(WrongTypes(source, contract, texts));
        return faults.Count > 0
            ? throw new FaultException(faults)
            : new Frame([.. contract.Columns.Select(column => new FrameColumn(column.Name, IsNumber(column.Kind) ? ColumnKind.Text : column.Kind, texts.GetValueOrDefault(column.Name) ?? new string?[rows]))]);
    }

    /// <summary>Columns of a source as strings.</summary>
    private static (Dictionary<string, string?[]> Texts, int Rows) Texts(ISource source, IReadOnlyList<string> columns)
    {
        using var scan = TableScan.Open(source, columns);
        var texts = columns.Select(_ => new List<string?>()).ToArray();
        var rows = 0;
        while (scan.Next(CancellationToken.None) is { } batch)
        {
            rows += batch.Rows;
            for (var column = 0; column < texts.Length; column++)
            {
                var vector = batch.Columns[column];
                for (var row = 0; row < batch.Rows; row++)
                {
                    texts[column].Add(vector.Text(row));
                }
            }
        }

        return (columns.Select((name, i) => (name, i)).ToDictionary(column => column.name, column => texts[column.i].ToArray(), StringComparer.Ordinal), rows);
    }

    /// <summary>A number or date column of which no value can be read is not that column: a few unreadable ones are missing values.</summary>
    private static IEnumerable<Fault> WrongTypes(ISource source, ModelContract contract, Dictionary<string, string?[]> texts)
    {
        foreach (var column in contract.Columns.Where(column => column.Feature && IsNumber(column.Kind) && texts.ContainsKey(column.Name)))
        {
            var pipeline = new RowPipeline([column.Name], [.. contract.RowSteps.Where(step => step.Column == column.Name && step.IsAlone() && step is not ImputeStep)]);
            var (read, first) = (0, -1);
            List<string> notes = [];
            for (var row = 0; row < texts[column.Name].Length; row++)
            {
                if (texts[column.Name][row] is { } text)
                {
                    Cell[] cell = [Cell.Of(PlainText.Trim(text))];
                    pipeline.Apply(cell, notes);
                    first = first < 0 && notes.Count > 0 ? row : first;
                    read += cell[0].IsMissing ? 0 : 1;
                }
            }

            if (first >= 0 && read == 0)
            {
                yield return new Fault($"{source.Path}, column {column.Name}, row {first}", $"No value of \"{column.Name}\" is a {(column.Kind == ColumnKind.Date ? "date" : "number")}; \"{texts[column.Name][first]}\" is not.", "Give the column as the training data had it.");
            }
        }
    }

    /// <summary>The engine's function that protects a raw value of this column, by the steps the version was cleaned with.</summary>
    private static string Protected(DataEngine engine, ProjectColumn column, int number, DatasetVersion version)
    {
        var own = version.RowSteps.Where(step => step.Column == column.Name).ToList();
        var name = $"fairlead_raw_{number}";
        engine.AddText(name, own.Exists(RawProtection.IsProtecting) ? new RawProtection(column.Name, column.Kind, own).Of : static _ => "");
        return name;
    }

    private static List<string> Classes(ProjectFile project, string[] labels)
    {
        var classes = labels.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (project.Task == ModelTask.Binary && project.Positive is { } positive && classes.Remove(positive))
        {
            classes.Add(positive);
        }

        return classes;
    }

    private static bool IsNumber(ColumnKind kind) => kind is ColumnKind.Number or ColumnKind.Date;

    /// <summary>Texts of a column: one that stands in the scan's dictionary is made once, and where <paramref name="shares"/> any other too.</summary>
    private sealed class TextPool(bool shares)
    {
        private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);
        private string?[] _byCode = [];

        public string? Of(ColumnVector vector, int row)
        {
            if (vector.IsMissing(row))
            {
                return null;
            }

            if (vector.Codes is not { } codes)
            {
                return Held(vector.Text(row)!);
            }

            if (codes[row] >= _byCode.Length)
            {
                Array.Resize(ref _byCode, Math.Max(codes[row] + 1, 2 * _byCode.Length));
            }

            return _byCode[codes[row]] ??= Held(vector.Dictionary!.String(codes[row]));
        }

        private string Held(string text) => !shares ? text : _known.TryGetValue(text, out var known) ? known : _known[text] = text;
    }
}
