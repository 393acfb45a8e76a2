using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Fairlead.Workspace.Keys;
using Fairlead.Workspace.Sealing;

namespace Fairlead.Workspace;

/// <summary>Tables of many rows, kept in parts that tables share: a blob that lists its parts, and a blob for each part.</summary>
/// <remarks>
/// A part is named by a keyed hash of what it says (HMAC-SHA256 under the workspace's key "parts"), so that its name tells nobody outside of the workspace what it holds. The list is named by what the whole table says.
/// Parts are put in place before the list that names them, and go after it: a list that is there has all its parts, whatever is killed when. docs/decisions/0078-parts-of-tables.md.
/// </remarks>
public sealed partial class BlobStore
{
    private const string PartName = "part.parquet";
    private const string PartsName = "parts";
    private const string GoingName = "going";
    private const string PlacingEnding = ".parts";
    private const string PartsHead = "fairlead parts 1";

    /// <summary>Rows of a part. The same everywhere, or versions would share nothing; tests take fewer.</summary>
    internal int PartRows { get; set; } = 122_880;

    /// <summary>A part of a table.</summary>
    /// <param name="Id">The blob.</param>
    /// <param name="Content">Hash of what it says.</param>
    internal sealed record TablePart(string Id, string Content, long Rows);

    /// <summary>The parts that a table consists of, in order; none for a table in one file.</summary>
    /// <exception cref="FaultException">The list can't be read.</exception>
    internal IReadOnlyList<TablePart> PartsOf(string id)
    {
        var place = PlaceOf(id);
        var path = Path.Combine(place, PartsName);
        path = File.Exists(path) ? path : Path.Combine(place, GoingName);
        if (!File.Exists(path))
        {
            return [];
        }

        using var text = new StreamReader(new SealedReader(File.OpenRead(path), KeyOf(id), $"blob {id}"));
        List<TablePart> parts = [];
        for (var line = text.ReadLine() == PartsHead ? text.ReadLine() : throw Unknown(); line is not null; line = text.ReadLine())
        {
            parts.Add(line.Split(' ') is [var part, var content, var rows] && long.TryParse(rows, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? new TablePart(part, content, count) : throw Unknown());
        }

        return parts;

        FaultException Unknown() => new($"blob {id}", "The list of its parts is of a format that is not known here.", "Open the workspace with the version of Fairlead that wrote it.");
    }

    /// <summary>Whether a blob is a part of tables, not a table that a record names.</summary>
    internal bool IsPart(string id) => File.Exists(Path.Combine(PlaceOf(id), PartName));

    /// <summary>Whether a blob is a list of parts.</summary>
    internal bool IsList(string id) => File.Exists(Path.Combine(PlaceOf(id), PartsName)) || IsGoing(id);

    /// <summary>Whether a list of parts was being shredded when that was stopped.</summary>
    internal bool IsGoing(string id) => File.Exists(Path.Combine(PlaceOf(id), GoingName));

    /// <summary>The blob that a file in the store belongs to; null for other files.</summary>
    internal string? IdAt(string path)
    {
        var names = Path.GetRelativePath(_folder, path).Split(Path.DirectorySeparatorChar);
        return names is [{ Length: 2 } first, { Length: 62 } rest, ..] ? first + rest : null;
    }

    /// <summary>The name of a part that says this.</summary>
    internal string PartId(string content) => Convert.ToHexStringLower(HMACSHA256.HashData(Keys.Named("parts"), Encoding.ASCII.GetBytes(content)));

    /// <summary>The id of a table of these parts: what the parts say, in order.</summary>
    internal static string IdOf(IReadOnlyList<TablePart> parts)
    {
        using var id = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        id.AppendData("fairlead table 2\0"u8);
        Span<byte> rows = stackalloc byte[sizeof(long)];
        foreach (var part in parts)
        {
            BinaryPrimitives.WriteInt64LittleEndian(rows, part.Rows);
            id.AppendData(rows);
            id.AppendData(Convert.FromHexString(part.Content));
        }

        return Convert.ToHexStringLower(id.GetHashAndReset());
    }

    /// <summary>Bytes on disk of tables with what they alone consist of.</summary>
    internal long OwnBytes(IReadOnlyCollection<string> ids)
    {
        var parts = ids.SelectMany(PartsOf).Select(part => part.Id).ToHashSet(StringComparer.Ordinal);
        parts.ExceptWith(PartsOfOthers(ids));
        return ids.Sum(DiskBytes) + parts.Sum(DiskBytes);
    }

    /// <summary>Puts the parts of a table in place, those that the store lacks, and then the list of them. Returns the table's id.</summary>
    /// <param name="drafts">A finished draft for each part, with what it says.</param>
    internal string PlaceTable(IReadOnlyList<(BlobDraft Draft, string Content, long Rows)> drafts)
    {
        List<TablePart> parts = [.. drafts.Select(draft => new TablePart(PartId(draft.Content), draft.Content, draft.Rows))];
        var id = IdOf(parts);
        if (IsGoing(id))
        {
            Shred(id);
        }

        // Should the process be killed between the parts and their list, this says which parts nothing leads to.
        var placing = NewTemporary(PlacingEnding);
        DurableFile.Write(placing, string.Join('\n', parts.Select(part => part.Id).Where(part => !Has(part)).Distinct(StringComparer.Ordinal)));
        PlaceParts();
        using (var list = new BlobDraft(this))
        {
            SealedWriter.Seal(list.PathTo(PartsName), Encoding.ASCII.GetBytes(string.Concat(parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"\n{part.Id} {part.Content} {part.Rows}")).Prepend(PartsHead))), list.Key);
            list.Place(id);
        }

        PlaceParts(); // one may have been taken away as nobody's, until the list was there
        File.Delete(placing);
        return id;

        void PlaceParts()
        {
            for (var i = 0; i < parts.Count; i++)
            {
                if (!Touch(parts[i].Id))
                {
                    drafts[i].Draft.Place(parts[i].Id);
                }
            }
        }
    }

    /// <summary>Makes a blob as young as one that is stored now, so that it is not collected before a record names what it belongs to; false when it is not there.</summary>
    private bool Touch(string id)
    {
        try
        {
            if (Has(id))
            {
                Directory.SetLastWriteTimeUtc(PlaceOf(id), TimeProvider.System.GetUtcNow().UtcDateTime); // the clock that the file system goes by
                return true;
            }
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // collected or shredded at this moment
        }

        return false;
    }

    /// <summary>Shreds the parts that a process which was killed had put in place before their list, and what says so.</summary>
    /// <param name="placing">What that process left under <c>tmp/</c>.</param>
    /// <returns>Whether it is such a file.</returns>
    internal bool ShredUnlisted(string placing)
    {
        if (!placing.EndsWith(PlacingEnding, StringComparison.Ordinal) || !File.Exists(placing))
        {
            return false;
        }

        var listed = PartsOfOthers([]);
        foreach (var part in File.ReadAllLines(placing).Where(part => part.Length == 64 && !listed.Contains(part)))
        {
            Shred(part);
        }

        File.Delete(placing);
        return true;
    }

    /// <summary>Shreds the parts of a table that no other table has; a call that was stopped is gone on with by the next.</summary>
    private void ShredParts(string id)
    {
        var place = PlaceOf(id);
        if (File.Exists(Path.Combine(place, PartsName)))
        {
            File.Move(Path.Combine(place, PartsName), Path.Combine(place, GoingName)); // from here on the store has no such table
            DurableFile.SyncFolder(place);
        }

        var others = PartsOfOthers([id]);
        foreach (var part in PartsOf(id).Select(part => part.Id).Distinct(StringComparer.Ordinal).Where(part => !others.Contains(part)))
        {
            Shred(part);
        }
    }

    private HashSet<string> PartsOfOthers(IReadOnlyCollection<string> ids) =>
        [.. KeyPaths.Blobs(Path.GetDirectoryName(_folder)!).Where(other => IsList(other) && !IsGoing(other) && !ids.Contains(other)).SelectMany(PartsOf).Select(part => part.Id)];
}
