using System.Security.Cryptography;
using System.Text;
using Fairlead.Models.Personal;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Data.Privacy;

/// <summary>The pseudonym key of each project: the environment's where one is given, else one made once and kept in the workspace, readable for its owner alone.</summary>
public static class PseudonymKeys
{
    private const int KeyBytes = 32;
    private const string Prefix = "pseudonym-";
    private const string Ending = ".key";

    /// <summary>The project with the id of its key in the steps that need one, and that key held by this process. A project without such steps is itself.</summary>
    /// <exception cref="FaultException">The key can't be read or written, or the environment's is too short.</exception>
    public static ProjectFile Bind(ProjectFile project, WorkspaceFolder workspace)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(workspace);
        if (!project.RowSteps.Any(step => step is PseudonymStep or SyntheticStep))
        {
            return project;
        }

        var key = OfProject(project.Id, workspace.Folder);
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
                PersonalKey.Hold(Read(path));
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

    private static PersonalKey OfProject(string project, string workspace)
    {
        try
        {
            if (PersonalKey.OfEnvironment() is { } given)
            {
                return given;
            }
        }
        catch (InvalidDataException exception)
        {
            throw new FaultException(PersonalKey.Variable, exception.Message, $"Give at least {PersonalKey.LengthMin} characters, or unset the variable: the workspace then keeps a key of its own.");
        }

        var path = Path.Combine(workspace, "keys", $"{Prefix}{project}{Ending}");
        if (!File.Exists(path))
        {
            Make(path);
        }

        return Read(path);
    }

    /// <summary>Two processes may make it at once: the first that links its file into place wins, and both read that one.</summary>
    private static void Make(string path)
    {
        try
        {
            var folder = Path.GetDirectoryName(path)!;
            Directory.CreateDirectory(folder);
            var temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Environment.ProcessId}.tmp");
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes)) + "\n"));
                stream.Flush(flushToDisk: true);
            }

            try
            {
                File.Move(temporary, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(temporary);
            }

            DurableFile.SyncFolder(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(path, $"The pseudonym key can't be written: {exception.Message}", $"Make the workspace writable, or give a key in {PersonalKey.Variable}.");
        }
    }

    private static PersonalKey Read(string path)
    {
        try
        {
            return PersonalKey.Parse(File.ReadAllText(path))
                ?? throw new FaultException(path, "The file of the pseudonym key does not hold one.", "Put it back from a backup: with another key, every pseudonym changes.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(path, $"The pseudonym key can't be read: {exception.Message}", "Give yourself the right to read it.");
        }
    }
}
