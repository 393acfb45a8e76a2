using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Fairlead.Models.Predictions;

namespace Fairlead.Serving.Log;

/// <summary>The folder of one instance of a server inside a log: its segments, and a lock file that is held while the instance lives.</summary>
public sealed class InstanceFolder : IDisposable
{
    /// <summary>Ending of a segment's file name.</summary>
    public const string SegmentEnding = ".log";

    private const string LockFile = "lock";
    private readonly FileStream _lock;

    private InstanceFolder(string path, ulong instance, FileStream held) => (Path, Instance, _lock) = (path, instance, held);

    public string Path { get; }

    public ulong Instance { get; }

    /// <summary>Makes the folder of a new instance and holds it.</summary>
    /// <exception cref="IOException">The log's folder can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The log's folder can't be written.</exception>
    public static InstanceFolder Create(string log)
    {
        while (true)
        {
            var instance = RandomBits() >> 24;
            var path = System.IO.Path.Combine(log, PredictionId.NameOf(instance));
            if (Directory.Exists(path))
            {
                continue;
            }

            Directory.CreateDirectory(path);
            return new InstanceFolder(path, instance, Hold(path));
        }
    }

    /// <summary>Folders of instances that have ended, held by us from now on.</summary>
    public static IReadOnlyList<InstanceFolder> Orphans(string log)
    {
        var orphans = new List<InstanceFolder>();
        if (!Directory.Exists(log))
        {
            return orphans;
        }

        foreach (var path in Directory.EnumerateDirectories(log).Order(StringComparer.Ordinal))
        {
            if (PredictionId.TryParseInstance(System.IO.Path.GetFileName(path), out var instance))
            {
                try
                {
                    orphans.Add(new InstanceFolder(path, instance, Hold(path)));
                }
                catch (IOException)
                {
                    // it lives
                }
            }
        }

        return orphans;
    }

    /// <summary>The segments of a folder by number, oldest first.</summary>
    public static IReadOnlyList<(uint Number, string Path)> Segments(string path) =>
        [.. Directory.EnumerateFiles(path, "*" + SegmentEnding)
            .Select(file => (Number: uint.TryParse(System.IO.Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0, Path: file))
            .Where(segment => segment.Number > 0)
            .OrderBy(segment => segment.Number)];

    /// <summary>File name of a segment.</summary>
    public static string NameOf(uint segment) => segment.ToString("D8", CultureInfo.InvariantCulture) + SegmentEnding;

    /// <summary>64 random bits, from the system; without a cryptography library on Linux, which an image does not carry.</summary>
    internal static ulong RandomBits()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        if (File.Exists("/dev/urandom"))
        {
            using var source = new FileStream("/dev/urandom", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            source.ReadExactly(bytes);
        }
        else
        {
            RandomNumberGenerator.Fill(bytes);
        }

        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    /// <summary>Lets the folder go; removes it when it holds no segment.</summary>
    public void Dispose()
    {
        _lock.Dispose();
        if (Directory.Exists(Path) && Segments(Path).Count == 0)
        {
            File.Delete(System.IO.Path.Combine(Path, LockFile));
            try
            {
                Directory.Delete(Path);
            }
            catch (IOException)
            {
                // something else lies in it: not ours to remove
            }
        }
    }

    private static FileStream Hold(string path) =>
        new(System.IO.Path.Combine(path, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
}
