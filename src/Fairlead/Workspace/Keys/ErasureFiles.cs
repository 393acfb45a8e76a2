using Fairlead.Workspace.Sealing;

namespace Fairlead.Workspace.Keys;

/// <summary>The folder <c>erasures/</c> of a workspace: the list of who was erased, and the key of its pseudonyms, wrapped by the master key.</summary>
/// <remarks>Apart from the other named keys, because a list and its key go together from one workspace to a restored one.</remarks>
internal static class ErasureFiles
{
    /// <summary>What the key is bound to.</summary>
    public const string Name = "erasures";

    public static string ListIn(string folder) => Path.Combine(folder, "erasures", "list.jsonl");

    public static string KeyIn(string folder) => Path.Combine(folder, "erasures", "key");

    /// <summary>The key; null while nobody was erased.</summary>
    /// <exception cref="FaultException">It is damaged, or the master key is not to be had.</exception>
    public static byte[]? Key(string folder, Keyring keys)
    {
        var path = KeyIn(folder);
        return !File.Exists(path) ? null
            : File.ReadAllBytes(path) is { Length: SealedFormat.KeyBytes } clear ? clear // of a workspace from before it was wrapped
            : keys.Unwrap(File.ReadAllBytes(path), Name, path);
    }

    /// <summary>The key, wrapped; made when there is none, and wrapped where it lay in clear.</summary>
    /// <exception cref="FaultException">It is damaged, or the master key is not to be had.</exception>
    public static byte[] Keep(string folder, Keyring keys)
    {
        var path = KeyIn(folder);
        var key = Key(folder, keys);
        if (key is null)
        {
            key = SealedFormat.NewKey();
            DurableFile.Write(path, keys.Wrap(key, Name));
        }
        else if (new FileInfo(path).Length == SealedFormat.KeyBytes)
        {
            ShreddedFile.Replace(path, next => next.Write(keys.Wrap(key, Name)));
        }

        return key;
    }

    /// <summary>The list of who was erased only grows: the one of now holds for what is brought back.</summary>
    /// <exception cref="FaultException">The key of the workspace that is there is not to be had: who was erased since would come back.</exception>
    public static void TakeOver(string folder, Keyring now, WorkspaceFolder restored)
    {
        if (!File.Exists(ListIn(folder)))
        {
            return;
        }

        var key = Key(folder, now) ?? throw new FaultException(KeyIn(folder), "The key of the list of erased people is not there, so those erased since can't be kept out.", "Put it back from a backup of the workspace, or restore at another place.");
        Put(key, File.ReadAllBytes(ListIn(folder)), restored);
    }

    /// <summary>The same from a later snapshot, where no workspace is there.</summary>
    /// <param name="list">What its list says.</param>
    /// <param name="kept">Its key as it was kept.</param>
    /// <param name="now">The master key of now, where it is another one than the restored workspace has.</param>
    /// <exception cref="FaultException">The key is not to be had: who was erased since would come back.</exception>
    public static void TakeOver(ReadOnlySpan<byte> list, byte[] kept, MasterKey? now, WorkspaceFolder restored, string where)
    {
        var key = kept.Length == SealedFormat.KeyBytes ? kept
            : WrappedKey.MasterOf(kept) == restored.Keys.Master.Id ? restored.Keys.Unwrap(kept, Name, where)
            : (now is null ? null : WrappedKey.Unwrap(kept, Name, now)) ?? throw new FaultException(where, $"The list of erased people in this later snapshot is encrypted with the master key {WrappedKey.MasterOf(kept)}, which is not to be had, so those erased since can't be kept out.", "Give that key; \"fairlead workspace restore\" then opens the older snapshot with it.");
        Put(key, list, restored);
    }

    private static void Put(byte[] key, ReadOnlySpan<byte> list, WorkspaceFolder restored)
    {
        DurableFile.Write(KeyIn(restored.Folder), restored.Keys.Wrap(key, Name));
        DurableFile.Write(ListIn(restored.Folder), list);
    }
}
