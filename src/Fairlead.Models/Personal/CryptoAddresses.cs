using System.Buffers.Binary;
using System.Numerics;
using Fairlead.Models.Packages;

namespace Fairlead.Models.Personal;

/// <summary>Wallet addresses: Bitcoin in Base58Check and Bech32 (BIP 173, BIP 350), Ethereum with the check of ERC-55.</summary>
internal static class CryptoAddresses
{
    private const string Base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private const string Bech32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private const int Base58Bytes = 25;

    public static void At(TextScan scan, int token)
    {
        var (start, end) = (scan.Tokens[token].Start, scan.Tokens[token].End);
        var text = scan.Text[start..end];
        if (!scan.EndsClean(end))
        {
            return;
        }

        var found = text.Length is >= 26 and <= 35 && text[0] is '1' or '3' ? IsBase58(text)
            : text.Length is >= 42 and <= 62 && text.StartsWith("bc1", StringComparison.OrdinalIgnoreCase) ? IsBech32(text)
            : text.Length == 42 && text is ['0', 'x', ..] && IsEthereum(text[2..], scan.Near(token, token, Cue.Crypto));
        if (found)
        {
            scan.Add(PersonalEntity.Crypto, start, end, 1);
        }
    }

    /// <summary>25 bytes in base 58, the last four of which begin the double SHA-256 of the others.</summary>
    private static bool IsBase58(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[Base58Bytes];
        bytes.Clear();
        foreach (var sign in text)
        {
            var carry = Base58.IndexOf(sign, StringComparison.Ordinal);
            if (carry < 0)
            {
                return false;
            }

            for (var i = Base58Bytes - 1; i >= 0; i--)
            {
                carry += 58 * bytes[i];
                bytes[i] = (byte)carry;
                carry >>= 8;
            }

            if (carry != 0)
            {
                return false;
            }
        }

        Span<byte> hash = stackalloc byte[Sha256.Bytes];
        Sha256.Hash(bytes[..21], hash);
        Sha256.Hash(hash, hash);
        return bytes[21..].SequenceEqual(hash[..4]);
    }

    private static bool IsBech32(ReadOnlySpan<char> text)
    {
        // BIP 173: the checksum covers the readable part as high bits, 0, low bits; "bc" is 3 3 0 2 3.
        var check = 1u;
        foreach (var value in (ReadOnlySpan<byte>)[3, 3, 0, 2, 3])
        {
            check = Step(check, value);
        }

        var (lower, upper) = (false, false);
        foreach (var sign in text)
        {
            lower |= char.IsAsciiLetterLower(sign);
            upper |= char.IsAsciiLetterUpper(sign);
        }

        foreach (var sign in text[3..])
        {
            var value = Bech32.IndexOf(char.ToLowerInvariant(sign), StringComparison.Ordinal);
            if (value < 0)
            {
                return false;
            }

            check = Step(check, (byte)value);
        }

        return !(lower && upper) && check is 1 or 0x2bc830a3;

        static uint Step(uint check, byte value)
        {
            var top = check >> 25;
            check = ((check & 0x1ffffff) << 5) ^ value;
            ReadOnlySpan<uint> generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
            for (var i = 0; i < 5; i++)
            {
                check ^= (top >> i & 1) == 0 ? 0 : generator[i];
            }

            return check;
        }
    }

    /// <summary>40 hexadecimal digits. Their letters are in upper case where the Keccak-256 hash of the address in lower case has 8 or more; written in one case there is no check, and a label must say so.</summary>
    private static bool IsEthereum(ReadOnlySpan<char> text, bool labelled)
    {
        Span<byte> lower = stackalloc byte[40];
        var (hasLower, hasUpper) = (false, false);
        for (var i = 0; i < 40; i++)
        {
            if (!char.IsAsciiHexDigit(text[i]))
            {
                return false;
            }

            hasLower |= char.IsAsciiLetterLower(text[i]);
            hasUpper |= char.IsAsciiLetterUpper(text[i]);
            lower[i] = (byte)char.ToLowerInvariant(text[i]);
        }

        if (!hasLower || !hasUpper)
        {
            return labelled;
        }

        Span<byte> hash = stackalloc byte[32];
        Keccak256(lower, hash);
        for (var i = 0; i < 40; i++)
        {
            var nibble = i % 2 == 0 ? hash[i / 2] >> 4 : hash[i / 2] & 15;
            if (char.IsAsciiLetter(text[i]) && char.IsAsciiLetterUpper(text[i]) != nibble >= 8)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Keccak with rate 1088 and the padding of the original submission (0x01), one block.</summary>
    private static void Keccak256(ReadOnlySpan<byte> message, Span<byte> hash)
    {
        Span<byte> block = stackalloc byte[136];
        block.Clear();
        message.CopyTo(block);
        block[message.Length] = 1;
        block[135] |= 0x80;
        Span<ulong> lanes = stackalloc ulong[25];
        lanes.Clear();
        for (var i = 0; i < 17; i++)
        {
            lanes[i] = BinaryPrimitives.ReadUInt64LittleEndian(block[(8 * i)..]);
        }

        Permute(lanes);
        for (var i = 0; i < 4; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(hash[(8 * i)..], lanes[i]);
        }
    }

    /// <summary>Keccak-f[1600], FIPS 202 section 3.</summary>
    private static void Permute(Span<ulong> a)
    {
        ReadOnlySpan<int> rotations = [1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44];
        ReadOnlySpan<int> lanes = [10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1];
        Span<ulong> column = stackalloc ulong[5];
        byte register = 1;
        for (var round = 0; round < 24; round++)
        {
            for (var x = 0; x < 5; x++)
            {
                column[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
            }

            for (var i = 0; i < 25; i++)
            {
                a[i] ^= column[((i % 5) + 4) % 5] ^ BitOperations.RotateLeft(column[((i % 5) + 1) % 5], 1);
            }

            var moved = a[1];
            for (var i = 0; i < 24; i++)
            {
                (moved, a[lanes[i]]) = (a[lanes[i]], BitOperations.RotateLeft(moved, rotations[i]));
            }

            for (var y = 0; y < 25; y += 5)
            {
                a.Slice(y, 5).CopyTo(column);
                for (var x = 0; x < 5; x++)
                {
                    a[y + x] = column[x] ^ (~column[(x + 1) % 5] & column[(x + 2) % 5]);
                }
            }

            // Round constants come from a shift register of x^8 + x^6 + x^5 + x^4 + 1.
            for (var j = 0; j < 7; j++)
            {
                a[0] ^= (register & 1) == 0 ? 0 : 1UL << ((1 << j) - 1);
                register = (byte)((register << 1) ^ ((register >> 7) * 0x71));
            }
        }
    }
}
