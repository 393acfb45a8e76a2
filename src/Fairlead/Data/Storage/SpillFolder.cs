using System.Security.Cryptography;
using Fairlead.Workspace;

namespace Fairlead.Data.Storage;

/// <summary>A folder in the system's temporary one, or in a workspace, for what does not fit into memory, gone when it is disposed. One that a killed process left goes when the next is made.</summary>
/// <remarks>A file beside the folder is locked as long as its process lives. It is there before the folder is, so that every folder has one, whenever its process was killed.</remarks>
internal sealed class SpillFolder : IDisposable
{
    /// <summary>Names the folder, such as one in memory or on an encrypted disk, for whatever does not fit into memory.</summary>
    public const string Variable = "FAIRLEAD_SPILL_FOLDER";

    private const string Locks = $"{Prefix}*{LockExtension}";
    private const string Prefix = "fairlead-spill-";
    private const string Extension = ".spill";
    private const string LockExtension = ".lock";
    private const int TriesMax = 5;

    private readonly string _folder;
    private readonly FileStream _lock;

    /// <summary>A folder in the system's temporary one.</summary>
    /// <exception cref="IOException">The temporary folder can't be written.</exception>
    /// <exception cref="FaultException"><see cref="Variable"/> names no folder.</exception>
    public SpillFolder()
        : this(Parent, Locks, Next)
    {
    }

    /// <summary>A folder among the unfinished files of a workspace, unless <see cref="Variable"/> names another place.</summary>
    /// <exception cref="IOException">The workspace can't be written.</exception>
    /// <exception cref="FaultException"><see cref="Variable"/> names no folder.</exception>
    public SpillFolder(BlobStore blobs)
        : this(Named ?? System.IO.Path.GetDirectoryName(blobs.NewTemporary())!, Named is null ? $"*{Extension}{LockExtension}" : Locks, Named is null ? () => blobs.NewTemporary(Extension) : Next)
    {
    }

    /// <summary>Where folders and files go that belong to no workspace: what <see cref="Variable"/> names, else the system's temporary folder.</summary>
    /// <exception cref="FaultException"><see cref="Variable"/> names no folder.</exception>
    public static string Parent => Named ?? System.IO.Path.GetTempPath();

    private static string? Named => Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } folder ? null
        : Directory.Exists(folder) ? System.IO.Path.GetFullPath(folder)
        : throw new FaultException(Variable, $"There is no folder {folder}.", "Name a folder that is there, on an encrypted disk or in memory, or unset the variable.");

    private static string Next() => System.IO.Path.Combine(Parent, Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));

    /// <param name="locks">Pattern of the lock files of such folders in <paramref name="parent"/>.</param>
    /// <param name="next">The path of a folder that is not there yet.</param>
    private SpillFolder(string parent, string locks, Func<string> next)
    {
        foreach (var left in Directory.EnumerateFiles(parent, locks))
        {
            Remove(left);
        }

        for (var tries = 1; ; tries++)
        {
            _folder = next();
            try
            {
                _lock = new FileStream(_folder + LockExtension, FileMode.CreateNew, FileAccess.Write, FileShare.None);
                if (File.Exists(_lock.Name))
                {
                    break;
                }

                _lock.Dispose(); // another process swept it away before it was locked
            }
            catch (IOException) when (tries < TriesMax)
            {
                // another process is sweeping it away
            }
        }

        _ = OperatingSystem.IsWindows() ? Directory.CreateDirectory(_folder) : Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>A folder in it that is not there yet.</summary>
    public string Path => System.IO.Path.Combine(_folder, "engine");

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _lock.Dispose();
        File.Delete(_lock.Name);
    }

    /// <summary>Removes a folder whose lock nobody holds.</summary>
    private static void Remove(string path)
    {
        try
        {
            using var held = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            if (Directory.Exists(path[..^LockExtension.Length]))
            {
                Directory.Delete(path[..^LockExtension.Length], recursive: true);
            }

            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // somebody else's, or still in use
        }
    }
}
