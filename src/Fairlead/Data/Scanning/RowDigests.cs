using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Fairlead.Data.Scanning;

/// <summary>MD5 of many short texts, eight at once: what row keys are made of. Not for secrets.</summary>
/// <remarks>R. Rivest, RFC 1321 (1992), with one text in each lane of a vector. Texts are gathered first, then digested together; memory is that of the texts.</remarks>
internal sealed class RowDigests
{
    /// <summary>Bytes of a digest.</summary>
    public const int Bytes = 16;

    private const int Lanes = 8;
    private const int BlockBytes = 64;

    private static readonly uint[] Sines = [.. Enumerable.Range(1, 64).Select(i => (uint)(long)Math.Floor(Math.Abs(Math.Sin(i)) * 4_294_967_296))];

    private readonly List<(int Start, int Blocks)> _texts = [];
    private byte[] _bytes = new byte[1 << 16];
    private byte[] _digests = [];
    private int _used;
    private int _start;

    /// <summary>Texts gathered.</summary>
    public int Count => _texts.Count;

    /// <summary>Forgets what was gathered.</summary>
    public void Clear()
    {
        _texts.Clear();
        (_used, _start) = (0, 0);
    }

    /// <summary>Further bytes of the text under way.</summary>
    public void Append(ReadOnlySpan<byte> part)
    {
        Room(part.Length);
        part.CopyTo(_bytes.AsSpan(_used));
        _used += part.Length;
    }

    /// <summary>A further byte of the text under way.</summary>
    public void Append(byte part)
    {
        Room(1);
        _bytes[_used++] = part;
    }

    /// <summary>The text under way is whole; the next begins.</summary>
    public void End()
    {
        var length = _used - _start;
        var blocks = (length + 8 + BlockBytes) / BlockBytes;
        var padded = blocks * BlockBytes;
        Room(padded - length);
        _bytes.AsSpan(_used, padded - length).Clear();
        _bytes[_used] = 0x80;
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(_start + padded - 8), (ulong)length * 8);
        _texts.Add((_start, blocks));
        _start = _used = _start + padded;
    }

    /// <summary>The digests of all texts gathered, 16 bytes each, in their order. Holds until the next call.</summary>
    public ReadOnlySpan<byte> Digest()
    {
        if (_digests.Length < Count * Bytes)
        {
            _digests = new byte[Count * Bytes];
        }

        Span<int> places = stackalloc int[Lanes];
        Span<int> blocks = stackalloc int[Lanes];
        for (var first = 0; first < Count; first += Lanes)
        {
            for (var lane = 0; lane < Lanes; lane++)
            {
                (places[lane], blocks[lane]) = first + lane < Count ? _texts[first + lane] : (0, 0);
            }

            Digest(places, blocks, _digests.AsSpan(first * Bytes, Math.Min(Lanes, Count - first) * Bytes));
        }

        return _digests.AsSpan(0, Count * Bytes);
    }

    private void Room(int length)
    {
        if (_used + length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _used + length));
        }
    }

    private void Digest(ReadOnlySpan<int> places, ReadOnlySpan<int> blocks, Span<byte> to)
    {
        var (a, b, c, d) = (Vector256.Create(0x67452301u), Vector256.Create(0xEFCDAB89u), Vector256.Create(0x98BADCFEu), Vector256.Create(0x10325476u));
        Span<Vector256<uint>> words = stackalloc Vector256<uint>[16];
        Span<uint> alive = stackalloc uint[Lanes];
        var most = 0;
        foreach (var count in blocks)
        {
            most = Math.Max(most, count);
        }

        for (var block = 0; block < most; block++)
        {
            var lanes = MemoryMarshal.Cast<Vector256<uint>, uint>(words);
            for (var lane = 0; lane < Lanes; lane++)
            {
                alive[lane] = block < blocks[lane] ? uint.MaxValue : 0;
                if (block < blocks[lane])
                {
                    ref var source = ref _bytes[places[lane] + (block * BlockBytes)];
                    for (var word = 0; word < 16; word++)
                    {
                        lanes[(word * Lanes) + lane] = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref source, word * 4));
                    }
                }
            }

            var (oldA, oldB, oldC, oldD) = (a, b, c, d);
            Rounds(words, ref a, ref b, ref c, ref d);
            var still = Vector256.Create<uint>(alive);
            a = Vector256.ConditionalSelect(still, a + oldA, oldA);
            b = Vector256.ConditionalSelect(still, b + oldB, oldB);
            c = Vector256.ConditionalSelect(still, c + oldC, oldC);
            d = Vector256.ConditionalSelect(still, d + oldD, oldD);
        }

        var digests = MemoryMarshal.Cast<byte, uint>(to);
        for (var lane = 0; lane * 4 < digests.Length; lane++)
        {
            (digests[lane * 4], digests[(lane * 4) + 1], digests[(lane * 4) + 2], digests[(lane * 4) + 3]) = (a[lane], b[lane], c[lane], d[lane]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rounds(ReadOnlySpan<Vector256<uint>> words, ref Vector256<uint> stateA, ref Vector256<uint> stateB, ref Vector256<uint> stateC, ref Vector256<uint> stateD)
    {
        var (a, b, c, d) = (stateA, stateB, stateC, stateD);
        var sines = Sines;
        for (var i = 0; i < 16; i += 4)
        {
            a = b + Turn(a + (d ^ (b & (c ^ d))) + words[i] + Vector256.Create(sines[i]), 7);
            d = a + Turn(d + (c ^ (a & (b ^ c))) + words[i + 1] + Vector256.Create(sines[i + 1]), 12);
            c = d + Turn(c + (b ^ (d & (a ^ b))) + words[i + 2] + Vector256.Create(sines[i + 2]), 17);
            b = c + Turn(b + (a ^ (c & (d ^ a))) + words[i + 3] + Vector256.Create(sines[i + 3]), 22);
        }

        for (var i = 16; i < 32; i += 4)
        {
            a = b + Turn(a + (c ^ (d & (b ^ c))) + words[((5 * i) + 1) & 15] + Vector256.Create(sines[i]), 5);
            d = a + Turn(d + (b ^ (c & (a ^ b))) + words[((5 * i) + 6) & 15] + Vector256.Create(sines[i + 1]), 9);
            c = d + Turn(c + (a ^ (b & (d ^ a))) + words[((5 * i) + 11) & 15] + Vector256.Create(sines[i + 2]), 14);
            b = c + Turn(b + (d ^ (a & (c ^ d))) + words[((5 * i) + 16) & 15] + Vector256.Create(sines[i + 3]), 20);
        }

        for (var i = 32; i < 48; i += 4)
        {
            a = b + Turn(a + (b ^ c ^ d) + words[((3 * i) + 5) & 15] + Vector256.Create(sines[i]), 4);
            d = a + Turn(d + (a ^ b ^ c) + words[((3 * i) + 8) & 15] + Vector256.Create(sines[i + 1]), 11);
            c = d + Turn(c + (d ^ a ^ b) + words[((3 * i) + 11) & 15] + Vector256.Create(sines[i + 2]), 16);
            b = c + Turn(b + (c ^ d ^ a) + words[((3 * i) + 14) & 15] + Vector256.Create(sines[i + 3]), 23);
        }

        for (var i = 48; i < 64; i += 4)
        {
            a = b + Turn(a + (c ^ (b | ~d)) + words[(7 * i) & 15] + Vector256.Create(sines[i]), 6);
            d = a + Turn(d + (b ^ (a | ~c)) + words[((7 * i) + 7) & 15] + Vector256.Create(sines[i + 1]), 10);
            c = d + Turn(c + (a ^ (d | ~b)) + words[((7 * i) + 14) & 15] + Vector256.Create(sines[i + 2]), 15);
            b = c + Turn(b + (d ^ (c | ~a)) + words[((7 * i) + 21) & 15] + Vector256.Create(sines[i + 3]), 21);
        }

        (stateA, stateB, stateC, stateD) = (a, b, c, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Turn(Vector256<uint> value, [ConstantExpected] int bits) => (value << bits) | (value >>> (32 - bits));
}
