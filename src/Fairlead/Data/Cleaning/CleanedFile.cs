using System.Globalization;
using Fairlead.Data.Scanning;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Cleaning;

/// <summary>Writes a scan to a CSV, TSV or Parquet file: beside its place, and moved there once it is whole and on the disk.</summary>
/// <remarks>
/// In CSV and TSV numbers stand as their shortest text, dates in ISO 8601; in Parquet numbers are DOUBLE and dates TIMESTAMP.
/// A part file that a killed run left is removed by the next one that writes the same file; that of a run still under way, which holds it locked, is not touched.
/// </remarks>
internal static class CleanedFile
{
    private const string Extension = ".part";

    /// <summary>What is wrong with a path, so that nothing can be written to it; null when it is right.</summary>
    /// <param name="parquet">Parquet is written there too.</param>
    public static Fault? Unwritable(string path, bool parquet)
    {
        var extension = Path.GetExtension(path).ToLowerInvariant();
        return extension is not (".csv" or ".tsv" or ".parquet" or ".pq") || (!parquet && extension is not (".csv" or ".tsv"))
            ? new Fault(path, $"\"{extension}\" is not a format that is written here.", parquet ? "End the name in .csv, .tsv or .parquet." : "End the name in .csv or .tsv.")
            : Directory.Exists(path) ? new Fault(path, "This is a folder.", "Name a file in it.")
            : !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))) ? new Fault(path, "The folder of this file is not there.", "Make it, or write somewhere else.")
            : null;
    }

    /// <summary>Writes all rows.</summary>
    /// <param name="kindOf">What a column of doubles holds: Number or Date.</param>
    /// <param name="spill">Makes a folder for what a writer of Parquet can't hold in memory; gone afterwards.</param>
    /// <exception cref="FaultException">The disk is full, or the file can't be written; what stood there is as it was.</exception>
    public static void Write(string path, ITableScan scan, Func<string, ColumnKind> kindOf, Func<string> spill, CancellationToken cancel)
    {
        var full = Path.GetFullPath(path);
        var (folder, prefix) = (Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.");
        var temporary = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{prefix}{Environment.ProcessId}{Extension}"));
        try
        {
            RemoveLeft(folder, prefix);
            switch (Path.GetExtension(full).ToLowerInvariant())
            {
                case ".csv":
                    Delimited(temporary, (byte)',', scan, kindOf, cancel);
                    break;
                case ".tsv":
                    Delimited(temporary, (byte)'\t', scan, kindOf, cancel);
                    break;
                default:
                    Parquet(temporary, scan, kindOf, spill, cancel);
                    break;
            }

            DurableFile.Move(temporary, full);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(path, $"The file can't be written: {exception.Message}", "Free space on this disk, check its rights, or write somewhere else; what stood there is as it was.");
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Removes the part files of runs that are over: nobody holds them locked.</summary>
    private static void RemoveLeft(string folder, string prefix)
    {
        foreach (var path in Directory.EnumerateFiles(folder, $"{prefix}*{Extension}"))
        {
            var process = Path.GetFileName(path)[prefix.Length..];
            if (int.TryParse(process[..^Extension.Length], NumberStyles.None, CultureInfo.InvariantCulture, out _) && !IsHeld(path))
            {
                File.Delete(path);
            }
        }
    }

    private static bool IsHeld(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false; // its run ended meanwhile
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static void Delimited(string path, byte separator, ITableScan scan, Func<string, ColumnKind> kindOf, CancellationToken cancel)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var text = new DelimitedText(file, separator, scan.Columns, kindOf);
        while (scan.Next(cancel) is { } batch)
        {
            text.Write(batch);
        }

        text.Flush();
    }

    private static void Parquet(string path, ITableScan scan, Func<string, ColumnKind> kindOf, Func<string> spill, CancellationToken cancel)
    {
        File.WriteAllBytes(path, []);
        using var held = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read); // the lock that says this run is under way
        using var engine = new DataEngine(spill(), cancel, scan.Columns.Count);
        var columns = scan.Columns.Select((column, i) => column with { Name = string.Create(CultureInfo.InvariantCulture, $"c{i}") }).ToList();
        var rows = engine.Relation(columns, null, asked => asked.SequenceEqual(columns.Select(column => column.Name)) ? new Lent(scan) : throw new InvalidOperationException("The rows are read once, with all columns."));
        var values = scan.Columns.Select((column, i) => (column.Form == VectorForm.Double && kindOf(column.Name) == ColumnKind.Date
            ? $"make_timestamp(CAST(floor({columns[i].Name} * {SqlText.Number(DateText.DayMicroseconds)} + 0.5::DOUBLE) AS BIGINT))" : columns[i].Name) + $" AS {SqlText.Name(column.Name)}");
        engine.Execute($"COPY (SELECT {string.Join(", ", values)} FROM {rows}) TO {SqlText.Text(path)} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)");
    }

    /// <summary>A scan that is somebody else's to end.</summary>
    private sealed class Lent(ITableScan scan) : ITableScan
    {
        public IReadOnlyList<ScannedColumn> Columns => scan.Columns;

        public TableBatch? Next(CancellationToken cancel) => scan.Next(cancel);

        public void Dispose()
        {
        }
    }
}
