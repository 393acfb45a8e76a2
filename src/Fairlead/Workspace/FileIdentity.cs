using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Fairlead.Workspace;

/// <summary>Which file a path leads to, whatever it is called: device and number of the file on it. Two names of one file (hard links) have the same.</summary>
/// <param name="Device">Linux: major and minor number; macOS: device; Windows: serial number of the volume.</param>
/// <param name="File">Linux and macOS: inode; Windows: file index.</param>
internal readonly partial record struct FileIdentity(ulong Device, ulong File)
{
    private const int Here = -100; // AT_FDCWD
    private const uint Links = 0x4, Inode = 0x100; // STATX_NLINK, STATX_INO

    /// <summary>The file that a path leads to, links followed; null where there is none, or where the system does not tell.</summary>
    public static FileIdentity? Of(string path) => Look(path)?.Identity;

    /// <summary>How many names the file has, this one among them; 1 where the system does not tell.</summary>
    public static long Names(string path) => Look(path)?.Names ?? 1;

    private static (FileIdentity Identity, long Names)? Look(string path)
    {
        try
        {
            return OperatingSystem.IsLinux() ? OnLinux(path) : OperatingSystem.IsMacOS() ? OnMac(path) : OperatingSystem.IsWindows() ? OnWindows(path) : null;
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static (FileIdentity, long)? OnLinux(string path) =>
        StatX(Here, path, 0, Links | Inode, out var found) == 0 ? (new FileIdentity(((ulong)found.DeviceMajor << 32) | found.DeviceMinor, found.Inode), found.Links) : null;

    private static (FileIdentity, long)? OnMac(string path)
    {
        var found = default(MacStat);
        var code = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? Stat64(path, ref found) : Stat(path, ref found);
        return code == 0 ? (new FileIdentity((uint)found.Device, found.Inode), found.Links) : null;
    }

    private static (FileIdentity, long)? OnWindows(string path)
    {
        if (!System.IO.File.Exists(path))
        {
            return null;
        }

        using var handle = System.IO.File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return GetFileInformationByHandle(handle, out var found) ? (new FileIdentity(found.Volume, ((ulong)found.IndexHigh << 32) | found.IndexLow), found.Links) : null;
    }

    /// <summary><c>struct statx</c> of Linux (statx(2)): 256 bytes, the same on every processor.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct LinuxStat
    {
        [FieldOffset(16)]
        public uint Links;
        [FieldOffset(32)]
        public ulong Inode;
        [FieldOffset(136)]
        public uint DeviceMajor;
        [FieldOffset(140)]
        public uint DeviceMinor;
    }

    /// <summary><c>struct stat</c> of macOS with inodes of 64 bits: 144 bytes.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct MacStat
    {
        [FieldOffset(0)]
        public int Device;
        [FieldOffset(6)]
        public ushort Links;
        [FieldOffset(8)]
        public ulong Inode;
    }

    /// <summary><c>BY_HANDLE_FILE_INFORMATION</c> of Windows.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 52)]
    private struct WindowsStat
    {
        [FieldOffset(28)]
        public uint Volume;
        [FieldOffset(40)]
        public uint Links;
        [FieldOffset(44)]
        public uint IndexHigh;
        [FieldOffset(48)]
        public uint IndexLow;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, out LinuxStat found);

    [LibraryImport("libc", EntryPoint = "stat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(string path, ref MacStat found);

    [LibraryImport("libc", EntryPoint = "stat$INODE64", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat64(string path, ref MacStat found);

    [LibraryImport("kernel32.dll", EntryPoint = "GetFileInformationByHandle")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetFileInformationByHandle(SafeFileHandle handle, out WindowsStat found);
}
