using System.Security.Cryptography;
using Fairlead.Data.Privacy;
using Fairlead.Data.Scanning;
using Fairlead.Data.Storage;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data;

/// <summary>Step "ingest": reads the source files into an immutable raw version.</summary>
public static class Ingest
{
    /// <summary>Part of the step's key: raised when the same input would give another result.</summary>
    public const int Version = 2;

    /// <summary>Reads every source of the project, in order, as one table.</summary>
    /// <remarks>
    /// A row's key is the text of the key column as the source wrote it, or, where there is none, made of every column but the target by <see cref="RowIds"/>:
    /// identical rows share a key, and a corrected label does not change it. A key that is personal data stands as its HMAC under the project's pseudonym key.
    /// </remarks>
    /// <exception cref="FaultException">The files can't be read or do not fit together: every fault with file:line:column.</exception>
    public static RawVersion Run(ProjectFile project, BlobStore blobs, CancellationToken cancel) => Run(project, SourcePlaces.Of(project, cancel: cancel), true, blobs, cancel);

    /// <param name="places">The files of the project's sources, as <see cref="SourcePlaces.Of"/> found them.</param>
    /// <param name="keyed">False: rows without a key of their own are named by their MD5, which what people said of a project from before refers to.</param>
    /// <exception cref="FaultException">As the other.</exception>
    public static RawVersion Run(ProjectFile project, IReadOnlyList<SourcePlace> places, bool keyed, BlobStore blobs, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(places);
        ArgumentNullException.ThrowIfNull(blobs);
        SourceReader.OfOneKind(places, project.Reading);
        var known = places.Count == 1 ? [null] : places.Select(place => Known(project, place, keyed, blobs, cancel)).ToList();
        return new Reading(project, places, known, keyed, blobs, cancel).Run();
    }

    /// <summary>How the key of a row of the project is made.</summary>
    internal static RowKey KeyOf(ProjectFile project, bool keyed, BlobStore blobs) => new(
        project.Key, project.HasPersonalKey ? PseudonymKeys.ForRowKeys(project.Id, blobs.Keys) : null, project.Target, keyed ? PseudonymKeys.RowIdsOf(project, blobs.Keys) : null);

    /// <summary>The rows of a file that an earlier version holds, and the file's hash.</summary>
    private static (string Sha256, IngestedParts.Part Part)? Known(ProjectFile project, SourcePlace place, bool keyed, BlobStore blobs, CancellationToken cancel)
    {
        if (!File.Exists(place.Path))
        {
            return null; // told when it is opened
        }

        using var stream = FetchedFile.Open(place.Path);
        var sha = Convert.ToHexStringLower(SHA256.HashDataAsync(stream, cancel).AsTask().GetAwaiter().GetResult());
        return IngestedParts.Find(project, sha, place.Name, keyed, blobs) is { } part ? (sha, part) : null;
    }

    /// <summary>One run: files that an earlier version holds come from there, the others are read.</summary>
    private sealed class Reading
    {
        private readonly ProjectFile _project;
        private readonly IReadOnlyList<SourcePlace> _places;
        private readonly (string Sha256, IngestedParts.Part Part)?[] _known;
        private readonly bool _keyed;
        private readonly BlobStore _blobs;
        private readonly CancellationToken _cancel;
        private readonly SourceSet? _fresh;
        private readonly IReadOnlyList<string> _columns;
        private readonly RowKey _key;
        private readonly long[] _rows;
        private readonly string[] _sums;
        private int _reading = -1;

        public Reading(ProjectFile project, IReadOnlyList<SourcePlace> places, IReadOnlyList<(string Sha256, IngestedParts.Part Part)?> known, bool keyed, BlobStore blobs, CancellationToken cancel)
        {
            (_project, _places, _keyed, _blobs, _cancel) = (project, places, keyed, blobs, cancel);
            (_rows, _sums) = (new long[places.Count], new string[places.Count]);
            var first = known[0] is { } kept ? kept.Part.Own : null;
            _known = [.. known.Select(file => first is not null && file is { } there && there.Part.Columns.SequenceEqual(first, StringComparer.Ordinal) ? file : null)];
            if (_known[0] is null)
            {
                _known = new (string, IngestedParts.Part)?[places.Count]; // the first file's columns lead: when it is new, all are read
            }

            var fresh = places.Where((_, i) => _known[i] is null).ToList();
            _fresh = fresh.Count == 0 ? null : SourceSet.Open(project.Sources[0], fresh, project.Reading, _known[0] is null ? null : (places[0].Path, first!));
            _columns = _known[0] is null ? _fresh!.Columns : first!;
            List<Fault> faults = [.. Projects.Sources.ColumnFaults.OfProject($"{places[0].Path}:1", _columns), .. ColumnFaults(project, places[0].Path, _columns)];
            if (faults.Count > 0)
            {
                throw new FaultException(faults);
            }

            _key = KeyOf(project, keyed, blobs);
        }

        public RawVersion Run()
        {
            string blob;
            using (var scan = Scan())
            {
                blob = Store(scan);
            }

            var (first, files) = (0L, new List<SourceFile>());
            for (var i = 0; i < _places.Count; i++)
            {
                files.Add(new SourceFile(_places[i].Name, _sums[i], FetchedFile.Length(_places[i].Path)) { First = _places.Count > 1 ? first : null });
                if (_places.Count > 1)
                {
                    var own = _known[i]?.Part.Own ?? Fresh(i).Columns;
                    IngestedParts.Remember(_project, _sums[i], _places[i].Name, new IngestedParts.Part(blob, first, _rows[i], _columns, own), _keyed, _blobs);
                }

                first += _rows[i];
            }

            return new RawVersion(blob, _columns, first, files, _keyed);
        }

        private ISource Fresh(int place) => _fresh!.Parts[_known.Take(place).Count(file => file is null)];

        /// <summary>All rows; a single file goes without a detour.</summary>
        private ITableScan Scan()
        {
            if (_places.Count > 1)
            {
                ScannedColumn[] columns = [new("__key", VectorForm.Text), .. _columns.Select(name => new ScannedColumn(name, VectorForm.Text))];
                return new JoinedScan(columns, Enumerable.Range(0, _places.Count).SelectMany(Batches));
            }

            var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            return new Counted(Keyed(0, digest), batch => _rows[0] += batch.Rows, () => _sums[0] = Finish(digest));
        }

        private KeyedScan Keyed(int place, IncrementalHash digest)
        {
            var source = Fresh(place);
            var here = source.Columns.ToList();
            int[] order = [.. _columns.Select(name => here.IndexOf(name))];
            return new KeyedScan(new TextScan(source, order, source.Read(order, digest)), _key);
        }

        private IEnumerable<TableBatch> Batches(int place)
        {
            _reading = place;
            if (_known[place] is { } known)
            {
                _sums[place] = known.Sha256;
                foreach (var batch in IngestedParts.Read(known.Part, _blobs, _cancel))
                {
                    yield return Count(place, batch);
                }

                yield break;
            }

            var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using var scan = Keyed(place, digest);
            while (scan.Next(_cancel) is { } batch)
            {
                yield return Count(place, new TableBatch { Rows = batch.Rows, Columns = [.. batch.Columns.Skip(1)] });
            }

            _sums[place] = Finish(digest);
        }

        private TableBatch Count(int place, TableBatch batch)
        {
            _rows[place] += batch.Rows;
            return _rows.Sum() > SourceLimits.RowsMax
                ? throw new FaultException(_project.Sources[0], $"The sources have more than {SourceLimits.RowsMax:N0} rows, which is the limit.", "Take a sample.")
                : batch;
        }

        private static string Finish(IncrementalHash digest)
        {
            using (digest)
            {
                return Convert.ToHexStringLower(digest.GetHashAndReset());
            }
        }

        /// <summary>Stores the rows; where a file is not well-formed, the files behind it are looked through too, so that all faults are told at once.</summary>
        private string Store(ITableScan scan)
        {
            try
            {
                return TableWriter.Store(scan, _blobs, _cancel);
            }
            catch (FaultException exception) when (_reading >= 0)
            {
                List<Fault> faults = [.. exception.Faults];
                foreach (var place in Enumerable.Range(_reading + 1, _places.Count - _reading - 1).Where(place => _known[place] is null))
                {
                    try
                    {
                        using var rest = Fresh(place).Read([]);
                        while (rest.Next(_cancel))
                        {
                        }
                    }
                    catch (FaultException further)
                    {
                        faults.AddRange(further.Faults);
                    }
                }

                throw new FaultException(faults);
            }
        }
    }

    /// <summary>A scan whose batches and end are noticed.</summary>
    private sealed class Counted(ITableScan scan, Action<TableBatch> each, Action end) : ITableScan
    {
        public IReadOnlyList<ScannedColumn> Columns => scan.Columns;

        public TableBatch? Next(CancellationToken cancel)
        {
            var batch = scan.Next(cancel);
            if (batch is null)
            {
                end();
            }
            else
            {
                each(batch);
            }

            return batch;
        }

        public void Dispose() => scan.Dispose();
    }

    private static IEnumerable<Fault> ColumnFaults(ProjectFile project, string path, IReadOnlyList<string> columns)
    {
        var where = $"{path}:1";
        if (!columns.Contains(project.Target, StringComparer.Ordinal))
        {
            yield return Absent("target", project.Target);
        }

        if (project.Key is { } key && !columns.Contains(key, StringComparer.Ordinal))
        {
            yield return Absent("key", key);
        }

        foreach (var column in project.Columns.Where(column => column.Name != project.Key && !columns.Contains(column.Name, StringComparer.Ordinal)))
        {
            yield return Absent("declared", column.Name);
        }

        Fault Absent(string role, string name) => new(where, $"The {role} column \"{name}\" is not in the file, whose columns are {SourceSet.Some(columns)}.{NearestName.Hint(name, columns)}", $"Name a column of the file in {ProjectFile.FileName}, or give the file this column.");
    }
}
