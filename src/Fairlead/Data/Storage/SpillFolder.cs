using System.Security.Cryptography;

namespace Fairlead.Data.Storage;

/// <summary>A folder in the system's temporary one for what does not fit into memory, gone when it is disposed. One that a killed process left goes when the next is made.</summary>
internal sealed class SpillFolder : IDisposable
{
    private const string Prefix = "fairlead-spill-";
    private const string Lock = "lock";

    private readonly string _folder;
    private readonly FileStream _lock;

    public SpillFolder()
    {
        foreach (var left in Directory.EnumerateDirectories(System.IO.Path.GetTempPath(), Prefix + "*"))
        {
            Remove(left);
        }

        _folder = System.IO.Path.Combine(System.IO.Path.GetTempPath(), Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));
        _ = OperatingSystem.IsWindows() ? Directory.CreateDirectory(_folder) : Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _lock = new FileStream(System.IO.Path.Combine(_folder, Lock), FileMode.CreateNew, FileAccess.Write, FileShare.None);
    }

    /// <summary>A folder in it that is not there yet.</summary>
    public string Path => System.IO.Path.Combine(_folder, "engine");

    public void Dispose()
    {
        _lock.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Only a folder whose lock nobody holds; one that is being made has no lock yet and stays.</summary>
    private static void Remove(string folder)
    {
        try
        {
            using (new FileStream(System.IO.Path.Combine(folder, Lock), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // somebody else's, or still in use
        }
    }
}
