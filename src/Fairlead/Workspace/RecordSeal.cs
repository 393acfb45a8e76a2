using System.Security.Cryptography;
using System.Text;
using Fairlead.Workspace.Keys;
using Fairlead.Workspace.Sealing;

namespace Fairlead.Workspace;

/// <summary>Encrypts the bodies of records: a byte 1, a random nonce (12 bytes), AES-256-GCM ciphertext, tag (16). Bound to the record's kind, project and id, so that no body passes for another's.</summary>
/// <remarks>All bodies have one key, which is wrapped by the master key like any; random nonces are safe for some 4 thousand million writes (NIST SP 800-38D, 8.3).</remarks>
internal sealed class RecordSeal(Keyring keys)
{
    private const byte Format = 1;
    private const int Head = 1 + SealedFormat.NonceBytes;

    public byte[] Close(string kind, string project, string id, ReadOnlySpan<byte> body)
    {
        var closed = new byte[Head + body.Length + SealedFormat.TagBytes];
        closed[0] = Format;
        RandomNumberGenerator.Fill(closed.AsSpan(1, SealedFormat.NonceBytes));
        using var cipher = new AesGcm(keys.Named("records"), SealedFormat.TagBytes);
        cipher.Encrypt(closed.AsSpan(1, SealedFormat.NonceBytes), body, closed.AsSpan(Head, body.Length), closed.AsSpan(Head + body.Length), Bound(kind, project, id));
        return closed;
    }

    /// <summary>The body of a record as UTF-8.</summary>
    /// <param name="stored">What the database holds: bytes, or, from before encryption, text.</param>
    /// <exception cref="FaultException">It was changed, or is another record's.</exception>
    public byte[] Open(string kind, string project, string id, object stored)
    {
        if (stored is string clear)
        {
            return Encoding.UTF8.GetBytes(clear);
        }

        var closed = (byte[])stored;
        if (closed.Length >= Head + SealedFormat.TagBytes && closed[0] == Format)
        {
            var body = new byte[closed.Length - Head - SealedFormat.TagBytes];
            using var cipher = new AesGcm(keys.Named("records"), SealedFormat.TagBytes);
            try
            {
                cipher.Decrypt(closed.AsSpan(1, SealedFormat.NonceBytes), closed.AsSpan(Head, body.Length), closed.AsSpan(Head + body.Length), body, Bound(kind, project, id));
                return body;
            }
            catch (AuthenticationTagMismatchException)
            {
                // told below
            }
        }

        throw new FaultException($"record {kind} {project} {id}", "The record was changed outside of Fairlead, or its key is another one.", "Restore the workspace from a backup (fairlead workspace restore).");
    }

    private static byte[] Bound(string kind, string project, string id) => Encoding.UTF8.GetBytes($"{kind}\0{project}\0{id}");
}
