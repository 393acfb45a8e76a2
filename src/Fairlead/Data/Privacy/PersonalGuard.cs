using System.Globalization;
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

    /// <summary>Looks at every column that the model, logs or pages would see as it is.</summary>
    /// <exception cref="FaultException">Columns hold personal data and say nothing about it: all of them, each with the line to write.</exception>
    public static void Check(ProjectFile project, RawVersion raw, BlobStore blobs, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(raw);
        ArgumentNullException.ThrowIfNull(blobs);
        var open = project.Columns.Where(column => column.Protection == Protection.None && raw.Columns.Contains(column.Name, StringComparer.Ordinal)).ToList();
        if (open.Count == 0)
        {
            return;
        }

        using var engine = new DataEngine(blobs.NewTemporary(".spill"), cancel, raw.Columns.Count);
        var table = engine.Table(raw.Blob, blobs);
        List<Fault> faults = [];
        foreach (var column in open)
        {
            if (What(engine, table, column.Name, column.Kind) is var (what, action))
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

    /// <summary>What a column that nobody declared holds, in words; null when it is nothing personal.</summary>
    internal static string? Words(DataEngine engine, string table, string column) => What(engine, table, column, ColumnKind.Category) is var (what, _) ? what : null;

    private static (string What, string Action)? What(DataEngine engine, string table, string column, ColumnKind kind)
    {
        var detector = new ColumnDetector(Naming.Words(column));
        engine.Read(
            string.Create(CultureInfo.InvariantCulture, $"SELECT v, count(*) FROM (SELECT left({SqlText.Name(column)}, {ColumnDetector.LengthMax}) AS v FROM {table} WHERE __row < {RowsWhole} OR __row % {RowsApart} = 0) WHERE v IS NOT NULL GROUP BY v ORDER BY v"),
            reader => detector.Add(reader.GetString(0), reader.GetInt64(1)));
        return detector.Holds is { } entity && PersonalData.IsBelievable(kind, entity, detector.IsByValue)
            ? ($"{PersonalEntities.Words(entity)}{(detector.IsByValue ? "" : ", as its name says")}", "drop")
            : kind is ColumnKind.Text or ColumnKind.Category or ColumnKind.Id
                && (kind == ColumnKind.Text ? detector.Inside : detector.Mixed) is var inside
                && inside >= Math.Max(ColumnDetector.InsideRowsMin, ColumnDetector.InsideMin * detector.Rows)
            ? (string.Create(CultureInfo.InvariantCulture, $"{detector.InsideWords} inside {inside} of {detector.Rows} texts"), kind == ColumnKind.Id ? "drop" : "mask")
            : null;
    }
}
