using System.Security.Cryptography;
using System.Text;
using Fairlead.Models.Personal;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Workspace;
using Fairlead.Workspace.Keys;

namespace Fairlead.Data.Privacy;

/// <summary>The pseudonym key of each project: the environment's where one is given, else one made once and kept in the workspace, wrapped by its master key.</summary>
public static class PseudonymKeys
{
    private const string Prefix = "pseudonym-";
    private const string Ending = ".key";

    /// <summary>The project with the id of its key in the steps that need one, that key held by this process, and its stratified split opened with it. A project without either is itself.</summary>
    /// <exception cref="FaultException">The key can't be read or written, or the environment's is too short; the split is named under a key that is not there.</exception>
    public static ProjectFile Bind(ProjectFile project, WorkspaceFolder workspace)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(workspace);
        if (project.Split.Dealt is { Names: not null } closed)
        {
            project = project with { Split = project.Split with { Dealt = Open(closed, project, workspace.Keys) } };
        }

        if (!project.RowSteps.Any(step => step is PseudonymStep or SyntheticStep))
        {
            return project;
        }

        var key = OfProject(project.Id, workspace.Keys);
        PersonalKey.Hold(key);
        return project with
        {
            RowSteps = [.. project.RowSteps.Select(step => step switch
            {
                PseudonymStep pseudonym => pseudonym with { Key = key.Id },
                SyntheticStep synthetic => synthetic with { Key = key.Id },
                _ => step,
            })],
        };
    }

    /// <summary>Makes the workspace's keys known to this process where steps need one, so that packages trained here can answer here.</summary>
    /// <exception cref="FaultException">A key can't be read, or the one that is needed is not to be had.</exception>
    public static void Hold(WorkspaceFolder workspace, IEnumerable<RowStep> steps)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        if (StepKey.Of(steps) is not { } id)
        {
            return;
        }

        var folder = Path.Combine(workspace.Folder, "keys");
        if (Directory.Exists(folder))
        {
            foreach (var path in Directory.EnumerateFiles(folder, $"{Prefix}*{Ending}").Order(StringComparer.Ordinal))
            {
                PersonalKey.Hold(Kept(Path.GetFileNameWithoutExtension(path), workspace.Keys));
            }
        }

        try
        {
            _ = PersonalKey.Find(id);
        }
        catch (InvalidDataException exception)
        {
            throw new FaultException("pseudonym key", exception.Message, "Give the key and run the same command again; or run `fairlead iterate`, which trains with the key that is there.");
        }
    }

    /// <summary>The key of a project: the environment's, else the workspace's.</summary>
    private static PersonalKey OfProject(string project, Keyring keys)
    {
        try
        {
            return PersonalKey.OfEnvironment() ?? Kept(Prefix + project, keys);
        }
        catch (InvalidDataException exception)
        {
            throw new FaultException(PersonalKey.Variable, exception.Message, $"Give at least {PersonalKey.LengthMin} characters, or unset the variable: the workspace then keeps a key of its own.");
        }
    }

    /// <summary>A key that the workspace keeps, wrapped by its master key; made when first asked for.</summary>
    private static PersonalKey Kept(string use, Keyring keys) => PersonalKey.Parse(Text(use, keys))!;

    private static string Text(string use, Keyring keys) => Convert.ToHexStringLower(keys.Named(use));

    /// <summary>Gives the pseudonyms of a project; null where it has no key, so that nothing of it stands under a pseudonym.</summary>
    /// <exception cref="FaultException">As <see cref="Bind"/>.</exception>
    internal static Func<string, string>? Pseudonyms(string project, Keyring keys) =>
        HasKey(project, keys) ? OfProject(project, keys).Pseudonym : null;

    private static bool HasKey(string project, Keyring keys) =>
        keys.Has(Prefix + project) || Environment.GetEnvironmentVariable(PersonalKey.Variable) is { Length: > 0 } || Environment.GetEnvironmentVariable(PersonalKey.FileVariable) is { Length: > 0 };

    /// <summary>Names of the project's rows that have no key of their own; its key is made when there is none.</summary>
    /// <exception cref="FaultException">As <see cref="Bind"/>.</exception>
    internal static RowIds RowIdsOf(ProjectFile project, Keyring keys) => new(OfProject(project.Id, keys), project.HasPersonalKey);

    /// <summary>The same; null where the project has no key, so that no row has such a name.</summary>
    /// <exception cref="FaultException">As <see cref="Bind"/>.</exception>
    internal static RowIds? FindRowIds(ProjectFile project, Keyring keys) => HasKey(project.Id, keys) ? RowIdsOf(project, keys) : null;

    /// <summary>Names of the rows that the project's stratified split moves; its key is made when there is none.</summary>
    /// <exception cref="FaultException">As <see cref="Bind"/>.</exception>
    internal static SplitNames SplitNamesOf(ProjectFile project, Keyring keys) => new(OfProject(project.Id, keys));

    /// <summary>The split with the hashes of its rows.</summary>
    /// <exception cref="FaultException">Its key is not there, or a line is not of that key: dealing goes no further, since rows would change sides.</exception>
    private static DealtRows Open(DealtRows closed, ProjectFile project, Keyring keys)
    {
        var path = Path.Combine(project.Folder, DealtRows.FileName);
        var now = HasKey(project.Id, keys) ? OfProject(project.Id, keys) : null;

        // Rows of a personal key column are named with the key of now: with another one none of them would be known again, so that the workspace's own key only helps where keys are no part of it.
        var key = now is not null && now.Id == closed.Key ? now : !project.HasPersonalKey && keys.Has(Prefix + project.Id) && Kept(Prefix + project.Id, keys) is { } kept && kept.Id == closed.Key ? kept
            : throw new FaultException(
                path, $"Its rows are named under the pseudonym key {closed.Key}; {(now is null ? "there is none here" : $"the one here is {now.Id}")}. Without that key nobody can tell which rows were moved, and rows would change sides.",
                $"Give the key in {PersonalKey.Variable} or {PersonalKey.FileVariable}: \"fairlead data pseudonym-key FOLDER -o FILE\" writes it where the split was drawn. Where it is lost, delete the file: the next iteration draws another exam.");
        var names = new SplitNames(key);
        return closed.Open(name => names.Find(name)
            ?? throw new FaultException(path, $"The hash {name} was not made with the key that the first line names.", "Take the file back from git, or delete it: the next iteration draws the split anew."));
    }

    /// <summary>What personal row keys of a project are hashed with: 32 bytes from its pseudonym key.</summary>
    /// <exception cref="FaultException">As <see cref="Bind"/>.</exception>
    internal static byte[] ForRowKeys(string project, Keyring keys)
    {
        var secret = new byte[SHA256.HashSizeInBytes];
        OfProject(project, keys).Hmac("row key"u8, "", secret);
        return secret;
    }

    /// <summary>Id of the pseudonym key of a project whose row keys are made with it; null where they are not.</summary>
    /// <param name="named">Rows without a key of their own are named with it: <see cref="RowIds"/>.</param>
    /// <exception cref="FaultException">As <see cref="Bind"/>.</exception>
    internal static string? IdForRowKeys(ProjectFile project, bool named, Keyring keys) =>
        (project.HasPersonalKey, named) switch { (false, false) => null, (_, false) => OfProject(project.Id, keys).Id, _ => "rows " + OfProject(project.Id, keys).Id };

    /// <summary>A personal key as it stands in <c>__key</c>: "#" and the first 32 hexadecimal digits of its HMAC-SHA256.</summary>
    internal static string RowKeyOf(string value, byte[] secret) => "#" + Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(value)).AsSpan(0, 16));

    /// <summary>Writes a project's key into a file that only its owner may read, to be mounted into a container as a secret.</summary>
    /// <returns>The key's id.</returns>
    /// <exception cref="FaultException">The file is there already, or can't be written; the environment gives the key, so that there is none to write.</exception>
    public static string Export(ProjectFile project, WorkspaceFolder workspace, string path)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(workspace);
        if (Environment.GetEnvironmentVariable(PersonalKey.Variable) is { Length: > 0 } || Environment.GetEnvironmentVariable(PersonalKey.FileVariable) is { Length: > 0 })
        {
            throw new FaultException(PersonalKey.Variable, "The environment gives the key, so the workspace's is not in use.", "Mount the key that is given here, or unset the variable.");
        }

        var use = Prefix + project.Id;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using var stream = new FileStream(path, options);
            stream.Write(Encoding.ASCII.GetBytes(Text(use, workspace.Keys) + "\n"));
            stream.Flush(flushToDisk: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(path, $"The key can't be written: {exception.Message}", "Name a file that is not there yet, in a folder you may write to.");
        }

        workspace.Audit.Read("data pseudonym-key", project.Project);
        return Kept(use, workspace.Keys).Id;
    }
}
