using System.Security.Cryptography;
using System.Text;

namespace Fairlead.Workspace;

/// <summary>Ends a file's bytes, not only its name. What a file system or a disk copies elsewhere by itself is out of reach.</summary>
public static class ShreddedFile
{
    /// <summary>Overwrites a file and deletes it.</summary>
    public static void Delete(string path)
    {
        Overwrite(path);
        File.Delete(path);
        DurableFile.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Replaces what a file says in one step, then overwrites what it said before. Keeps the file's mode. A link is followed; where the old file has other names (hard links), they keep what it said.</summary>
    public static void Replace(string path, string content) => Replace(path, next => next.Write(Encoding.UTF8.GetBytes(content)));

    /// <inheritdoc cref="Replace(string, string)"/>
    public static void Replace(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var full = File.ResolveLinkTarget(Path.GetFullPath(path), returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        var temporary = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Environment.ProcessId}.tmp");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 1 << 18 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = File.GetUnixFileMode(full); // from the first byte on nobody reads it who could not read the file
        }

        try
        {
            File.Delete(temporary);
            using (var next = new FileStream(temporary, options))
            {
                write(next);
            }

            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(full)); // what the process's mask took away
            }

            using var before = FileIdentity.Names(full) > 1 ? null : new FileStream(full, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            DurableFile.Move(temporary, full);
            if (before is not null)
            {
                Overwrite(before); // the name leads to the new file; this handle still leads to the old bytes
            }
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Replaces a file's bytes on disk by noise.</summary>
    internal static void Overwrite(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        Overwrite(stream);
    }

    /// <summary>The same of a file that is open, whatever its name leads to by now.</summary>
    internal static void Overwrite(FileStream stream)
    {
        stream.Position = 0;
        var noise = new byte[Math.Clamp(stream.Length, 1, 1 << 16)];
        for (var left = stream.Length; left > 0; left -= noise.Length)
        {
            RandomNumberGenerator.Fill(noise);
            stream.Write(noise.AsSpan(0, (int)Math.Min(left, noise.Length)));
        }

        stream.Flush(flushToDisk: true);
    }
}
