using Fairlead.Data;
using Fairlead.Data.Erasure;
using Fairlead.Data.Privacy;
using Fairlead.Workspace;

namespace Fairlead.Iterations.Erasure;

/// <summary>Keeps erased people out of what is read: their source file may still hold them.</summary>
internal static class ErasedFromSource
{
    /// <summary>The raw version without anybody on the erasure list; the table that held them is shredded.</summary>
    /// <param name="blobs">Where the raw version stands.</param>
    public static RawVersion Without(RawVersion raw, string projectId, ErasureList list, WorkspaceFolder workspace, BlobStore blobs, CancellationToken cancel)
    {
        var entries = list.Of(projectId);
        var (before, pseudonym) = (raw, PseudonymKeys.Pseudonyms(projectId, workspace.Keys));
        foreach (var column in entries.Select(entry => entry.Column).Distinct(StringComparer.Ordinal))
        {
            var names = entries.Where(entry => entry.Column == column).Select(entry => entry.Pseudonym).ToHashSet(StringComparer.Ordinal);
            foreach (var value in ErasedTables.Values(column, raw.Blob, blobs, cancel).Where(value => names.Contains(list.Pseudonym(projectId, column, value)!)))
            {
                var held = raw.Blob;
                raw = new ErasedTables(new Subject(projectId, column, value, pseudonym), blobs, cancel).Without(raw);
                if (held != raw.Blob && held != before.Blob)
                {
                    blobs.Shred(held); // made by the loop, named by nothing
                }
            }
        }

        if (raw.Blob != before.Blob && !IterationsOfSubject.NamedTables(workspace).Contains(before.Blob))
        {
            blobs.Shred(before.Blob);
        }

        return raw;
    }
}
