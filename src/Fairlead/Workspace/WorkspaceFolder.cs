using Fairlead.Workspace.Audit;
using Fairlead.Workspace.Keys;

namespace Fairlead.Workspace;

/// <summary>The embedded workspace: a folder with the records (SQLite) and the blobs.</summary>
public sealed class WorkspaceFolder : IDisposable
{
    private WorkspaceFolder(string folder, TimeProvider time, Func<KeySettings>? settings)
    {
        Folder = folder;
        Time = time;
        Keys = new Keyring(folder, settings);
        Blobs = new BlobStore(folder, Keys);
        Records = new Records(Path.Combine(folder, "records.db"), time, Keys);
        Audit = new AuditLog(Records, Keys, time);
    }

    public string Folder { get; }

    public TimeProvider Time { get; }

    public BlobStore Blobs { get; }

    public Records Records { get; }

    /// <summary>Who read or changed protected data.</summary>
    public AuditLog Audit { get; }

    internal Keyring Keys { get; }

    /// <summary>FAIRLEAD_WORKSPACE, or <c>fairlead</c> in the user's data folder.</summary>
    public static string DefaultFolder =>
        Environment.GetEnvironmentVariable("FAIRLEAD_WORKSPACE") is { Length: > 0 } named
            ? Path.GetFullPath(named)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "fairlead");

    /// <summary>Opens the workspace, making it when it isn't there.</summary>
    /// <exception cref="FaultException">The folder can't be written.</exception>
    public static WorkspaceFolder Open(string? folder = null, TimeProvider? time = null) => Open(folder, time, null);

    /// <summary>Opens the workspace to clear it out: where the disk is full, by the space it holds back, which it takes again when it is next opened with room.</summary>
    /// <exception cref="FaultException">The folder can't be written.</exception>
    public static WorkspaceFolder OpenToClear(string? folder = null)
    {
        try
        {
            return Open(folder);
        }
        catch (FaultException) when (Reserve.Release(folder ?? DefaultFolder))
        {
            return Open(folder, null, null, keepReserve: false);
        }
    }

    /// <param name="settings">Where the master key is looked for; null for the environment.</param>
    internal static WorkspaceFolder Open(string? folder, TimeProvider? time, Func<KeySettings>? settings, bool keepReserve = true)
    {
        var path = folder ?? DefaultFolder;
        try
        {
            Directory.CreateDirectory(path);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            var workspace = new WorkspaceFolder(path, time ?? TimeProvider.System, settings);
            if (keepReserve)
            {
                Reserve.Keep(path);
            }

            return workspace;
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException or Microsoft.Data.Sqlite.SqliteException)
        {
            throw new FaultException(path, $"The workspace can't be opened for writing: {exception.Message}", "Give write access to this folder, free some space (fairlead workspace gc runs on a full disk too), or name another one in FAIRLEAD_WORKSPACE.");
        }
    }

    /// <summary>Holds the one right to change a project; a second holder is refused. Ends with the process, however it ends.</summary>
    /// <exception cref="FaultException">Another process holds it.</exception>
    public IDisposable Lock(string project)
    {
        var locks = Path.Combine(Folder, "locks");
        Directory.CreateDirectory(locks);
        try
        {
            return new FileStream(Path.Combine(locks, project + ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new FaultException(project, "Another iteration of this project is running.", "Wait for it to end, or stop it.");
        }
    }

    /// <summary>Holds the one right to work on the whole workspace (change keys, collect garbage, restore, erase); projects may be worked on meanwhile.</summary>
    /// <param name="what">What is being done, for whoever has to wait.</param>
    internal IDisposable Maintain(string what) => FolderLock.Take(Path.Combine(Folder, "locks", "maintenance.lock"), what);

    public void Dispose() => Records.Dispose();
}
