using System.Runtime.InteropServices;
using Fairlead.Workspace;

namespace Fairlead.Iterations.Erasure;

/// <summary>Replaces a source file in one step and overwrites what it said before. Stopped at any moment the file is the old or the new whole one, and the next call clears what is left beside it.</summary>
/// <remarks>
/// Beside the file stand, while it works, <c>.NAME.erasing</c>, the next content, and <c>.NAME.erased</c>, a second name of the old content, without which nobody could overwrite it after a kill
/// behind the rename. Names that begin with a dot are part of no folder or pattern. A link is followed: what it leads to is replaced.
/// </remarks>
internal static partial class ReplacedSource
{
    /// <param name="write">Writes the next content: into the file, or, as another program would, to its path.</param>
    /// <returns>Other names (hard links) that the old content still has: it is not overwritten then, since those who use them did not ask for it.</returns>
    /// <exception cref="FaultException">Another process rewrites the file.</exception>
    public static long Run(string path, Action<FileStream> write)
    {
        var full = Resolved(path);
        Finish(full);
        var (next, old) = (Beside(full, "erasing"), Beside(full, "erased"));
        using var held = Take(next, full);
        try
        {
            write(held);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(held.SafeFileHandle, File.GetUnixFileMode(full));
            }

            held.Flush(flushToDisk: true);
            var others = FileIdentity.Names(full) - 1;
            var named = others == 0 && !OperatingSystem.IsWindows() && Link(full, old) == 0;
            using var before = named || others > 0 ? null : new FileStream(full, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            if (OperatingSystem.IsWindows())
            {
                held.Dispose(); // an open file can't be moved there
            }

            File.Move(next, full, overwrite: true);
            DurableFile.SyncFolder(Path.GetDirectoryName(full)!);
            if (before is not null)
            {
                ShreddedFile.Overwrite(before);
            }
            else if (named)
            {
                ShreddedFile.Delete(old);
            }

            return others;
        }
        catch
        {
            File.Delete(next);
            throw;
        }
    }

    /// <summary>Clears what a killed call left beside a source file: the unfinished content, and old content that was not overwritten yet.</summary>
    public static void Finish(string path)
    {
        var full = Resolved(path);
        var (next, old) = (Beside(full, "erasing"), Beside(full, "erased"));
        if (File.Exists(old))
        {
            var isFile = FileIdentity.Of(old) is { } left && left == FileIdentity.Of(full); // killed before the new content was in place
            if (isFile || FileIdentity.Names(old) > 1)
            {
                File.Delete(old);
            }
            else
            {
                ShreddedFile.Delete(old);
            }
        }

        if (File.Exists(next))
        {
            using var held = Take(next, full);
            File.Delete(next);
        }
    }

    private static string Resolved(string path) => File.ResolveLinkTarget(Path.GetFullPath(path), returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);

    private static string Beside(string full, string what) => Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{what}");

    private static FileStream Take(string next, string full)
    {
        try
        {
            // On Windows a writer by path could not open it beside a handle that shares nothing.
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = OperatingSystem.IsWindows() ? FileShare.ReadWrite | FileShare.Delete : FileShare.None, BufferSize = 1 << 18 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite; // from the first byte on nobody reads it who could not read the file
            }

            var held = new FileStream(next, options);
            held.SetLength(0);
            return held;
        }
        catch (IOException exception) when (exception is not (FileNotFoundException or DirectoryNotFoundException) && File.Exists(next))
        {
            throw new FaultException(full, $"Another process rewrites this file, or {next} can't be written: {exception.Message}", "Wait for it to end, and erase again.");
        }
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string file, string name);
}
