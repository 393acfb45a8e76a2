using System.Text.Unicode;

namespace Fairlead.Projects.Sources;

/// <summary>Finds and names encodings.</summary>
/// <param name="Encoding">Of the file's bytes.</param>
/// <param name="MarkBytes">Length of the byte order mark, 0 to 3.</param>
/// <param name="Guessed">Nothing says so but the bytes themselves.</param>
internal readonly record struct TextFormat(TextEncoding Encoding, int MarkBytes, bool Guessed)
{
    /// <summary>Names a declaration may use, in lower case.</summary>
    public static readonly IReadOnlyDictionary<string, TextEncoding> Names = new Dictionary<string, TextEncoding>(StringComparer.Ordinal)
    {
        ["utf-8"] = TextEncoding.Utf8,
        ["utf-16le"] = TextEncoding.Utf16Low,
        ["utf-16be"] = TextEncoding.Utf16High,
        ["windows-1252"] = TextEncoding.Windows1252,
        ["latin-1"] = TextEncoding.Latin1,
    };

    /// <summary>As people write it.</summary>
    public string Name => Encoding switch
    {
        TextEncoding.Utf8 => "UTF-8",
        TextEncoding.Utf16Low or TextEncoding.Utf16High => "UTF-16",
        TextEncoding.Windows1252 => "Windows-1252",
        _ => "Latin-1",
    };

    /// <summary>What a person should know, or null.</summary>
    public string? Note => Guessed ? $"The file is not UTF-8; it is read as {Name}. Declare \"encoding: windows-1252\" if that is right." : null;

    /// <summary>The encoding of a file by its byte order mark, its declaration or its first bytes.</summary>
    /// <remarks>
    /// Without mark or declaration it is UTF-8, but where the first bytes hold letters of Windows-1252 between other letters, none of that page's unused bytes, and nothing that is UTF-8 beyond ASCII.
    /// </remarks>
    public static TextFormat Of(ReadOnlySpan<byte> first, TextEncoding? declared)
    {
        TextFormat? marked = first switch
        {
            [0xEF, 0xBB, 0xBF, ..] => new(TextEncoding.Utf8, 3, false),
            [0xFF, 0xFE, ..] => new(TextEncoding.Utf16Low, 2, false),
            [0xFE, 0xFF, ..] => new(TextEncoding.Utf16High, 2, false),
            _ => null,
        };
        if (declared is { } said)
        {
            return marked is { } mark && mark.Encoding == said ? mark : new TextFormat(said, 0, false);
        }

        return marked ?? (IsWestern(first) ? new TextFormat(TextEncoding.Windows1252, 0, true) : new TextFormat(TextEncoding.Utf8, 0, false));
    }

    private static bool IsWestern(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
        {
            return false;
        }

        var letters = 0;
        for (var at = 0; at < bytes.Length; at++)
        {
            var sign = bytes[at];
            if (sign < 0x80)
            {
                if (sign < 0x20 && sign is not (0x09 or 0x0A or 0x0D))
                {
                    return false;
                }

                continue;
            }

            // 0x81, 0x8D, 0x8F, 0x90, 0x9D are unused; a whole sequence of UTF-8 says that the file is UTF-8 with a fault, or a mix.
            if (sign is 0x81 or 0x8D or 0x8F or 0x90 or 0x9D || TranscodedStream.SequenceLength(bytes[at..]) > 1)
            {
                return false;
            }

            letters += sign >= 0xC0 && ((at > 0 && char.IsAsciiLetter((char)bytes[at - 1])) || (at + 1 < bytes.Length && char.IsAsciiLetter((char)bytes[at + 1]))) ? 1 : 0;
        }

        return letters > 0;
    }
}
