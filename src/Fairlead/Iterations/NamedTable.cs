using System.Globalization;
using Fairlead.Data.Versions;
using Fairlead.Iterations.Upkeep;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Iterations;

/// <summary>Finds the table that a person names: a file, a version by its id, or <c>FOLDER@ITERATION</c>.</summary>
/// <remarks>
/// <c>FOLDER@3</c> are the kept rows of iteration 3, <c>FOLDER@newest</c> of the newest; <c>:raw</c> and <c>:quarantine</c> behind it name its other tables.
/// A version is named by at least eight digits of its id, or of the id of one of its tables.
/// </remarks>
public static class NamedTable
{
    private const int IdMin = 8;

    /// <param name="verb">What is done with it: reading a stored version is an entry of the audit.</param>
    /// <param name="reading">What is declared about how a file is written.</param>
    /// <exception cref="FaultException">There is no such file, iteration or version.</exception>
    public static ComparedTable Find(WorkspaceFolder workspace, string name, string verb, SourceOptions? reading = null)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (File.Exists(name) || (!name.Contains('@', StringComparison.Ordinal) && SourcePlaces.IsMany("", name)))
        {
            return ComparedTable.File(name, reading);
        }

        if (name.LastIndexOf('@') is var at and > 0 && Directory.Exists(name[..at]))
        {
            return OfIteration(workspace, name, name[..at], name[(at + 1)..], verb);
        }

        if (name.Length is >= IdMin and <= 64 && name.All(char.IsAsciiHexDigitLower))
        {
            foreach (var iteration in IterationRecords.All(workspace.Records).Reverse())
            {
                var data = iteration.Data;
                if (new[] { data.Id, data.Blob, data.RawBlob, data.Quarantine }.FirstOrDefault(id => id.StartsWith(name, StringComparison.Ordinal)) is { } id)
                {
                    workspace.Audit.Read(verb, $"version {id}");
                    RetiredBlobs.Refuse(workspace, name, id == data.Id ? data.Blob : id);
                    return ComparedTable.Stored(name, id == data.Id ? data.Blob : id, workspace.Blobs);
                }
            }
        }

        throw new FaultException(name, "This is no file, and no version in this workspace.", "Name a file, FOLDER@ITERATION (such as churn@3, or churn@3:quarantine), or a version by its id.");
    }

    private static ComparedTable OfIteration(WorkspaceFolder workspace, string name, string folder, string rest, string verb)
    {
        var project = ProjectFileReader.Read(folder, withSource: false);
        var (number, part) = rest.Split(':') switch
        {
            [var only] => (only, "kept"),
            [var first, var second] => (first, second),
            _ => ("", ""),
        };
        var iteration = number == "newest" ? IterationRecords.Newest(workspace.Records, project.Id)
            : int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var known) ? IterationRecords.Find(workspace.Records, project.Id, known)
            : null;
        var blob = part switch
        {
            "kept" => iteration?.Data.Blob,
            "raw" => iteration?.Data.RawBlob,
            "quarantine" => iteration?.Data.Quarantine,
            _ => throw new FaultException(name, $"\"{part}\" is none of the tables of an iteration.", "Say kept, raw or quarantine.", wrongUse: true),
        };
        if (blob is null)
        {
            throw new FaultException(name, $"{project.Project} has no iteration \"{number}\" in this workspace.", $"It has {IterationRecords.List(workspace.Records, project.Id).Count}; name one by its number, or newest.");
        }

        workspace.Audit.Read(verb, string.Create(CultureInfo.InvariantCulture, $"{project.Project}, iteration {iteration!.Number}, {part}"));
        RetiredBlobs.Refuse(workspace, name, blob);
        return ComparedTable.Stored(name, blob, workspace.Blobs);
    }
}
