using System.Buffers;
using Fairlead.Workspace;

namespace Fairlead.Iterations.Upkeep;

/// <summary>Which blobs records need: every blob whose id stands anywhere in a record, and every blob whose id stands in such a blob where that is a document (an image's manifest names its layers) or a table in parts.</summary>
/// <remarks>So a new kind of record, or a new field of one, keeps what it names without a word here: what is not understood is kept.</remarks>
internal static class BlobReferences
{
    /// <summary>Kinds whose records only save work, and so keep nothing alive.</summary>
    public static readonly string[] Caches = ["step", "file-digest"];

    private const int IdLength = 64;

    /// <summary>Larger blobs are data, not documents.</summary>
    private const int DocumentBytesMax = 1 << 20;

    private static readonly SearchValues<char> _hexadecimal = SearchValues.Create("0123456789abcdef");

    /// <summary>Ids in a text: runs of exactly 64 lower-case hexadecimal digits.</summary>
    public static IEnumerable<string> In(string text)
    {
        for (var at = 0; at <= text.Length - IdLength;)
        {
            var start = text.AsSpan(at).IndexOfAny(_hexadecimal);
            if (start < 0)
            {
                yield break;
            }

            start += at;
            var length = text.AsSpan(start).IndexOfAnyExcept(_hexadecimal);
            length = length < 0 ? text.Length - start : length;
            if (length == IdLength)
            {
                yield return text.Substring(start, IdLength);
            }

            at = start + length;
        }
    }

    /// <summary>What some ids lead to that the store has, themselves among it.</summary>
    public static HashSet<string> Closure(IEnumerable<string> ids, BlobStore blobs)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(ids);
        while (open.TryPop(out var id))
        {
            if (!blobs.Has(id) || !reached.Add(id))
            {
                continue;
            }

            if (blobs.IsTable(id))
            {
                foreach (var part in blobs.PartsOf(id))
                {
                    open.Push(part.Id);
                }

                continue;
            }

            foreach (var inner in Document(id, blobs) is { } text ? In(text) : [])
            {
                open.Push(inner);
            }
        }

        return reached;
    }

    /// <summary>The text of a blob that is a JSON document; null for others, and for one that can't be read: it is kept, and <c>verify</c> tells.</summary>
    private static string? Document(string id, BlobStore blobs)
    {
        try
        {
            using var stream = blobs.OpenRead(id);
            if (stream.Length is 0 or > DocumentBytesMax || stream.ReadByte() is not ('{' or '['))
            {
                return null;
            }

            stream.Position = 0;
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
        catch (FaultException)
        {
            return null;
        }
    }
}
