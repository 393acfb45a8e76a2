using System.Globalization;
using Fairlead.Data.Storage;
using Fairlead.Models.Contracts;
using Fairlead.Models.Personal;
using Fairlead.Projects;
using Fairlead.Projects.Inference;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Privacy;

/// <summary>Fails closed: a column that holds personal data and of which the project file says nothing stops the turn before anything is made of it.</summary>
public static class PersonalGuard
{
    /// <summary>Rows from the start of which every value is looked at; further on one in <see cref="RowsApart"/>.</summary>
    public const int RowsWhole = 20_000;

    public const int RowsApart = 32;

    /// <summary>Columns looked at in one reading of the table: opening it takes a time that grows with its columns.</summary>
    private const int ColumnsAtOnce = 64;

    /// <summary>Values looked at in one reading.</summary>
    private const long ValuesAtOnce = 2_000_000;

    /// <summary>Looks at every column that the model, logs or pages would see as it is.</summary>
    /// <exception cref="FaultException">Columns hold personal data and say nothing about it: all of them, each with the line to write.</exception>
    public static void Check(ProjectFile project, RawVersion raw, BlobStore blobs, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(raw);
        ArgumentNullException.ThrowIfNull(blobs);
        var known = raw.Columns.ToHashSet(StringComparer.Ordinal);
        var open = project.Columns.Where(column => column.Protection == Protection.None && known.Contains(column.Name)).ToList();
        if (open.Count == 0)
        {
            return;
        }

        using var engine = new DataEngine(new SpillFolder(blobs), cancel, raw.Columns.Count);
        var table = engine.Table(raw.Blob, blobs);
        List<Fault> faults = [];
        foreach (var (column, detector) in open.Zip(Look(engine, table, raw.Rows, open.Select(column => column.Name))))
        {
            if (What(detector, column.Kind) is var (what, action))
            {
                faults.Add(new Fault(
                    Path.Combine(project.Folder, ProjectFile.FileName),
                    $"Column \"{column.Name}\" holds personal data ({what}), and the file does not say what happens to it.",
                    $"Write \"{Yaml.Scalar(column.Name)}: {{kind: {(action == "mask" ? "text" : column.Kind.ToString().ToLowerInvariant())}, personal: {action}}}\" under \"columns\"; or pseudonym, generalise, synthetic; or \"personal: keep\" with \"why: …\"."));
            }
        }

        if (faults.Count > 0)
        {
            throw new FaultException(faults);
        }
    }

    /// <summary>What columns that nobody declared hold, in words, each in turn; null when it is nothing personal.</summary>
    /// <param name="rows">Of the table.</param>
    internal static IEnumerable<string?> Words(DataEngine engine, string table, long rows, IEnumerable<string> columns) =>
        Look(engine, table, rows, columns).Select(detector => What(detector, ColumnKind.Category)?.What);

    /// <summary>Looks at the values of columns, some of them in each reading of the table.</summary>
    private static IEnumerable<ColumnDetector> Look(DataEngine engine, string table, long rows, IEnumerable<string> columns)
    {
        var looked = Math.Min(rows, RowsWhole) + (rows / RowsApart);
        return columns.Chunk((int)Math.Clamp(ValuesAtOnce / Math.Max(1, looked), 1, ColumnsAtOnce)).SelectMany(some => Look(engine, table, some));
    }

    private static ColumnDetector[] Look(DataEngine engine, string table, string[] columns)
    {
        ColumnDetector[] detectors = [.. columns.Select(column => new ColumnDetector(Naming.Words(column)))];
        var values = string.Join(", ", columns.Select(column => string.Create(CultureInfo.InvariantCulture, $"left({SqlText.Name(column)}, {ColumnDetector.LengthMax})")));
        engine.Read(
            string.Create(CultureInfo.InvariantCulture, $"SELECT i, v, count(*) FROM (SELECT unnest([{string.Join(", ", Enumerable.Range(0, columns.Length))}]) AS i, unnest([{values}]) AS v FROM {table} WHERE __row < {RowsWhole} OR __row % {RowsApart} = 0) WHERE v IS NOT NULL GROUP BY i, v ORDER BY i, v"),
            reader => detectors[reader.GetInt32(0)].Add(reader.GetString(1), reader.GetInt64(2)));
        return detectors;
    }

    private static (string What, string Action)? What(ColumnDetector detector, ColumnKind kind)
    {
        return detector.Holds is { } entity && PersonalData.IsBelievable(kind, entity, detector.IsByValue)
            ? ($"{PersonalEntities.Words(entity)}{(detector.IsByValue ? "" : ", as its name says")}", "drop")
            : kind is ColumnKind.Text or ColumnKind.Category or ColumnKind.Id
                && (kind == ColumnKind.Text ? detector.Inside : detector.Mixed) is var inside
                && inside >= Math.Max(ColumnDetector.InsideRowsMin, ColumnDetector.InsideMin * detector.Rows)
            ? (string.Create(CultureInfo.InvariantCulture, $"{detector.InsideWords} inside {inside} of {detector.Rows} texts"), kind == ColumnKind.Id ? "drop" : "mask")
            : null;
    }
}
