namespace Fairlead.Workspace.Keys;

/// <summary>A file that holds master keys, one a line as base64, the one in use first. Only its owner may read it.</summary>
internal static class KeyFile
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>FAIRLEAD_KEY_FILE, or <c>fairlead/keys/WORKSPACE.key</c> in the user's configuration folder.</summary>
    /// <exception cref="FaultException">The user has no configuration folder.</exception>
    public static string PathFor(string workspace, string? named)
    {
        if (named is { Length: > 0 })
        {
            return Path.GetFullPath(named);
        }

        var config = Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return config.Length > 0
            ? Path.Combine(config, "fairlead", "keys", workspace + ".key")
            : throw new FaultException("keys", "This user has no configuration folder to keep the workspace's key in.", "Set HOME, or name a file in FAIRLEAD_KEY_FILE, or give the key in FAIRLEAD_KEY.");
    }

    /// <summary>The keys in the file; none when it isn't there.</summary>
    /// <exception cref="FaultException">Others may read it, it can't be read, or it holds something else.</exception>
    public static IReadOnlyList<MasterKey> Read(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
        {
            throw new FaultException(path, "The key file can be read or written by others, so it is not used.", $"Run: chmod 600 {path}. If others may have read it, run \"fairlead workspace rotate\" afterwards.");
        }

        try
        {
            var keys = File.ReadAllLines(path).Where(line => line.Trim().Length > 0).Select(MasterKey.Parse).ToList();
            return keys.Count > 0 && keys.TrueForAll(key => key is not null)
                ? [.. keys.OfType<MasterKey>()]
                : throw new FaultException(path, "The key file does not hold a key: 32 bytes as base64 (44 signs) on a line.", "Put the right file back from where you keep a copy of it.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(path, $"The key file can't be read: {exception.Message}", "Give yourself the right to read it.");
        }
    }

    /// <summary>Writes the keys for the owner alone, whole or not at all; what stood there before is overwritten on disk.</summary>
    /// <exception cref="FaultException">It can't be written.</exception>
    public static void Write(string path, params IReadOnlyList<MasterKey> keys)
    {
        try
        {
            var folder = Path.GetDirectoryName(path)!;
            if (!Directory.Exists(folder))
            {
                _ = OperatingSystem.IsWindows() ? Directory.CreateDirectory(folder) : Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            var text = string.Concat(keys.Select(key => key.Base64 + "\n"));
            if (File.Exists(path))
            {
                ShreddedFile.Replace(path, text);
            }
            else
            {
                DurableFile.WritePrivate(path, System.Text.Encoding.ASCII.GetBytes(text));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(path, $"The workspace's key can't be written: {exception.Message}", "Make the folder writable, or name another file in FAIRLEAD_KEY_FILE, or give a key in FAIRLEAD_KEY (base64 of 32 random bytes).");
        }
    }
}
