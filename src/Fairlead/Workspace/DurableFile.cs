using System.Runtime.InteropServices;

namespace Fairlead.Workspace;

/// <summary>Writes that are there whole or not at all: temporary file, fsync, rename, fsync of the folder.</summary>
public static partial class DurableFile
{
    /// <summary>Writes <paramref name="content"/> to <paramref name="path"/>, replacing what was there in one step.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content) => Write(path, content, ownerOnly: false);

    /// <summary>The same for the owner's eyes only (mode 600), from the first byte on.</summary>
    public static void WritePrivate(string path, ReadOnlySpan<byte> content) => Write(path, content, ownerOnly: true);

    private static void Write(string path, ReadOnlySpan<byte> content, bool ownerOnly)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        var temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}.tmp");
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
            if (ownerOnly && !OperatingSystem.IsWindows())
            {
                File.Delete(temporary); // one left behind would keep its mode
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        SyncFolder(folder);
    }

    /// <summary>Writes text as UTF-8 without a byte order mark.</summary>
    public static void Write(string path, string content) => Write(path, System.Text.Encoding.UTF8.GetBytes(content));

    /// <summary>Makes a finished file durable and moves it to its place.</summary>
    public static void Move(string temporary, string path)
    {
        using (var handle = File.OpenHandle(temporary, FileMode.Open, FileAccess.ReadWrite))
        {
            RandomAccess.FlushToDisk(handle);
        }

        File.Move(temporary, path, overwrite: true);
        SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Makes renames in a folder durable. Nothing to do on Windows, where the file system journals them.</summary>
    public static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = OpenDescriptor(folder, 0);
        if (descriptor >= 0)
        {
            _ = FileSync(descriptor);
            _ = CloseDescriptor(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenDescriptor(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int FileSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseDescriptor(int descriptor);
}
