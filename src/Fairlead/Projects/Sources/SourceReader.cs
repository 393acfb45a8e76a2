using Fairlead.Workspace;

namespace Fairlead.Projects.Sources;

/// <summary>Opens a source file: CSV, TSV, JSON lines, JSON arrays, Parquet; encoding, delimiter, quoting and header found where they are not declared.</summary>
/// <remarks>
/// Values are as published: leading zeros stay, nothing is interpreted, an empty field is missing. Of a delimited file only the first part is looked at here; what is wrong further on is told while it is read.
/// docs/data.md says what is accepted.
/// </remarks>
public static class SourceReader
{
    /// <summary>Finds out how a file is written and which columns it has. A folder or a pattern of files is one table; a file with an address is fetched first.</summary>
    /// <exception cref="FaultException">The file is empty, not UTF-8, ragged, has two columns of one name, …: every fault with file:line:column.</exception>
    public static ISource Open(string path, SourceOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (SourceDownload.IsAddress(path))
        {
            return Open(SourcePlaces.Find("", path)[0].Path, options);
        }

        path = Path.GetFullPath(path);
        if (SourcePlaces.IsMany("", path))
        {
            var places = SourcePlaces.Find("", path);
            OfOneKind(places, options);
            return SourceSet.Open(path, places, options ?? SourceOptions.None);
        }

        var first = First(path);
        if (first.Length == 0)
        {
            throw new FaultException(path, "The file is empty (0 bytes).", "Give a file with a header and rows.");
        }

        return Detect(path, first, options ?? SourceOptions.None);
    }

    /// <summary>The files that one folder or pattern names are all delimited text, all JSON or all Parquet: other files beside the data are a mistake, not rows.</summary>
    /// <exception cref="FaultException">They are mixed: every file that is unlike the first one.</exception>
    internal static void OfOneKind(IReadOnlyList<SourcePlace> places, SourceOptions? options = null)
    {
        List<Fault> faults = [];
        foreach (var some in places.Where(place => place.Among is not null && File.Exists(place.Path)).GroupBy(place => place.Among))
        {
            var kinds = some.Select(place => (place.Name, place.Path, Kind: KindOf(place.Path, options ?? SourceOptions.None))).Where(place => place.Kind is not null).ToList();
            faults.AddRange(kinds.Where(place => place.Kind != kinds[0].Kind).Select(place =>
                new Fault(place.Path, $"The file is {place.Kind}, while {kinds[0].Name}, the first one of {some.Key}, is {kinds[0].Kind}.", "Keep files of one kind in a folder, or name those that are meant by a pattern such as \"orders/*.parquet\".")));
        }

        if (faults.Count > SourceLimits.FaultsShown)
        {
            faults = [.. faults.Take(SourceLimits.FaultsShown), new Fault(places[0].Path, $"{faults.Count:N0} files in all are of another kind.", "")];
        }

        if (faults.Count > 0)
        {
            throw new FaultException(faults);
        }
    }

    private static string? KindOf(string path, SourceOptions options)
    {
        var first = First(path);
        return first.Length == 0 ? null : IsParquet(path, first) ? "Parquet" : IsJson(path, first, TextFormat.Of(first, options.Encoding), out _) ? "JSON" : "delimited text";
    }

    private static byte[] First(string path)
    {
        var first = new byte[4_096];
        try
        {
            using var stream = SourceBytes.Open(path);
            return first[..stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(path, File.Exists(path) ? $"The file can't be read: {exception.Message}" : "The file is not there.", "Check the name (relative names start at the project folder) and the right to read it.");
        }
    }

    private static ISource Detect(string path, byte[] first, SourceOptions options)
    {
        var wrong = first switch
        {
            [(byte)'P', (byte)'A', (byte)'R', (byte)'1', ..] when Path.GetExtension(path).Equals(".gz", StringComparison.OrdinalIgnoreCase) => "Parquet inside gzip",
            [0x1F, 0x8B, ..] => "compressed twice",
            [(byte)'P', (byte)'K', 3, 4, ..] => "a zip archive (an Excel workbook is one)",
            [(byte)'S', (byte)'Q', (byte)'L', (byte)'i', (byte)'t', (byte)'e', ..] => "a SQLite database",
            _ => null,
        };
        if (wrong is not null)
        {
            throw new FaultException(path, $"The file is {wrong}, which is not read.", "Give CSV, TSV, JSON lines or a JSON array as UTF-8 text, compressed with gzip or not, or Parquet.");
        }

        if (IsParquet(path, first))
        {
            return ParquetFile.Open(path);
        }

        var format = TextFormat.Of(first, options.Encoding);
        return IsJson(path, first, format, out var array) ? JsonFile.Open(path, format, array) : DelimitedFile.Open(path, options);
    }

    private static bool IsParquet(string path, ReadOnlySpan<byte> first) => first.StartsWith("PAR1"u8) || SourceBytes.Extension(path) is ".parquet" or ".pq";

    private static bool IsJson(string path, ReadOnlySpan<byte> first, TextFormat format, out bool array)
    {
        var extension = SourceBytes.Extension(path);
        var start = Plain(first, format).TrimStart(" \t\r\n"u8);
        array = start.StartsWith("["u8);
        var looks = !start.IsEmpty && start[0] is (byte)'{' or (byte)'[';
        return extension is ".json" or ".jsonl" or ".ndjson" || (looks && extension is not (".csv" or ".tsv" or ".tab" or ".txt"));
    }

    /// <summary>The first signs as UTF-8.</summary>
    private static ReadOnlySpan<byte> Plain(ReadOnlySpan<byte> first, TextFormat format)
    {
        using var text = TranscodedStream.Open(new MemoryStream(first.ToArray()), format);
        var plain = new byte[first.Length * 2];
        return plain.AsSpan(0, text.ReadAtLeast(plain, plain.Length, throwOnEndOfStream: false));
    }
}
