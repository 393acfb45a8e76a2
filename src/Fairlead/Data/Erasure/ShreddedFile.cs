using System.Text;
using Fairlead.Workspace;

namespace Fairlead.Data.Erasure;

/// <summary>Removes what a plain file said by overwriting its bytes, not only its name. What a file system or a disk copies elsewhere by itself is out of reach.</summary>
public static class ShreddedFile
{
    /// <summary>Overwrites a file and deletes it.</summary>
    public static void Delete(string path)
    {
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            Overwrite(file);
        }

        File.Delete(path);
        DurableFile.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Replaces what a file says in one step, then overwrites what it said before.</summary>
    public static void Replace(string path, string content) => Replace(path, next => next.Write(Encoding.UTF8.GetBytes(content)));

    /// <inheritdoc cref="Replace(string, string)"/>
    public static void Replace(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var full = Path.GetFullPath(path);
        var temporary = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Environment.ProcessId}.tmp");
        try
        {
            using (var next = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 18))
            {
                write(next);
            }

            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(full));
            }

            using var before = new FileStream(full, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            DurableFile.Move(temporary, full);
            Overwrite(before); // the name leads to the new file; this handle still leads to the old bytes
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static void Overwrite(FileStream file)
    {
        var zeros = new byte[1 << 16];
        for (var left = file.Length; left > 0; left -= zeros.Length)
        {
            file.Write(zeros, 0, (int)Math.Min(left, zeros.Length));
        }

        file.Flush(flushToDisk: true);
    }
}
