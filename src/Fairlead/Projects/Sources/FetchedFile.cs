using System.Collections.Concurrent;
using Fairlead.Workspace;
using Fairlead.Workspace.Keys;
using Fairlead.Workspace.Sealing;

namespace Fairlead.Projects.Sources;

/// <summary>Files that this process fetched from an address: they lie encrypted, each under a key of its own that lies wrapped beside it, and are decrypted while they are read.</summary>
internal static class FetchedFile
{
    /// <summary>Ending of the wrapped key of a file.</summary>
    public const string KeyEnding = ".key";

    private static readonly ConcurrentDictionary<string, byte[]?> Known = new(StringComparer.Ordinal);

    /// <summary>The bytes of a source file: decrypted where it was fetched, else as they lie there.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    public static Stream Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.SequentialScan);
        return KeyOf(path) is { } key ? new SealedReader(file, key, path) : file;
    }

    /// <summary>Whether the file is read decrypted.</summary>
    public static bool Is(string path) => KeyOf(path) is not null;

    /// <summary>Bytes of a source file as <see cref="Open"/> gives them.</summary>
    public static long Length(string path)
    {
        using var stream = Open(path);
        return stream.Length;
    }

    /// <summary>The file will lie at this path: it is deleted by <see cref="DeleteAll"/>.</summary>
    public static void Expect(string path) => Known.TryAdd(path, null);

    /// <summary>The file lies at this path, encrypted with the key.</summary>
    public static void Hold(string path, byte[] key) => Known[path] = key;

    /// <summary>A data key from the file it lies wrapped in; null where there is none that this workspace can unwrap: what it encrypts is fetched again.</summary>
    public static byte[]? Unwrapped(string path, Keyring keys)
    {
        try
        {
            return File.Exists(path) ? keys.Unwrap(File.ReadAllBytes(path), Use, path) : null;
        }
        catch (Exception exception) when (exception is FaultException or IOException)
        {
            return null;
        }
    }

    /// <summary>Keeps a data key, wrapped. On disk when this returns.</summary>
    public static void Keep(byte[] key, string path, Keyring keys) => DurableFile.Write(path, keys.Wrap(key, Use));

    /// <summary>Deletes what this process fetched: the keys are overwritten first.</summary>
    public static void DeleteAll()
    {
        foreach (var path in Known.Keys)
        {
            Delete(path);
            Known.TryRemove(path, out _);
        }
    }

    /// <summary>Overwrites a file's key, if it has one, and deletes both.</summary>
    public static void Delete(string path)
    {
        if (File.Exists(path + KeyEnding))
        {
            ShreddedFile.Delete(path + KeyEnding);
        }

        if (File.Exists(path))
        {
            File.Delete(path);
        }
    }

    private const string Use = "download";

    private static byte[]? KeyOf(string path) => Known.GetValueOrDefault(path);
}
