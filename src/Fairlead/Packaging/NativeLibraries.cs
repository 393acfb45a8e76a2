using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Fairlead.Workspace;

namespace Fairlead.Packaging;

/// <summary>The loader and the C libraries that a Linux program needs, as this machine has them: an image without a distribution holds just these.</summary>
internal static partial class NativeLibraries
{
    /// <summary>Asks the program's own loader what it would load. Paths in the image are the ones the loader found here, so it finds them there.</summary>
    /// <returns>The loader first, then the libraries in ordinal order.</returns>
    /// <exception cref="FaultException">The file is no Linux program, or a library is missing.</exception>
    public static IReadOnlyList<LayerFile> Of(string program)
    {
        var loader = Interpreter(program);
        using var process = Process.Start(new ProcessStartInfo(loader, ["--list", program]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0 || output.Contains("not found", StringComparison.Ordinal))
        {
            throw new FaultException(program, $"The libraries it needs are not all here: {(output + errors.Result).Trim()}", "Install them, or build the model server again.");
        }

        var libraries = LibraryLine().Matches(output)
            .Select(match => match.Groups[1].Value)
            .Where(path => path != loader)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        return [.. new[] { loader }.Concat(libraries).Select(path => new LayerFile(path.TrimStart('/'), path, Hash(path), Executable: true))];
    }

    /// <summary>Reads PT_INTERP of a 64-bit little-endian ELF file: the loader's path.</summary>
    internal static string Interpreter(string program)
    {
        using var stream = File.OpenRead(program);
        Span<byte> header = stackalloc byte[64];
        if (stream.ReadAtLeast(header, 64, throwOnEndOfStream: false) < 64 || !header[..6].SequenceEqual("\u007fELF\u0002\u0001"u8))
        {
            throw new FaultException(program, "This is no 64-bit Linux program.", "");
        }

        var table = BinaryPrimitives.ReadInt64LittleEndian(header[32..]);
        var size = BinaryPrimitives.ReadUInt16LittleEndian(header[54..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(header[56..]);
        Span<byte> entry = stackalloc byte[56];
        for (var i = 0; i < count; i++)
        {
            stream.Position = table + (long)i * size;
            stream.ReadExactly(entry);
            const int Interp = 3;
            if (BinaryPrimitives.ReadInt32LittleEndian(entry) == Interp)
            {
                var path = new byte[BinaryPrimitives.ReadInt64LittleEndian(entry[32..])];
                stream.Position = BinaryPrimitives.ReadInt64LittleEndian(entry[8..]);
                stream.ReadExactly(path);
                return Encoding.UTF8.GetString(path).TrimEnd('\0');
            }
        }

        throw new FaultException(program, "The program names no loader.", "");
    }

    private static string Hash(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    // "	libm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x…)" and "	/lib64/ld-linux-x86-64.so.2 (0x…)"; linux-vdso has no path
    [GeneratedRegex(@"(?m)^\s*(?:\S+ => )?(/\S+) \(0x")]
    private static partial Regex LibraryLine();
}
