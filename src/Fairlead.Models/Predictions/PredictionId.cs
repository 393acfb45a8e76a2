using System.Buffers.Binary;

namespace Fairlead.Models.Predictions;

/// <summary>Names a prediction and tells where its record is: which instance of a server wrote it, in which segment, at which place. So it is found without an index.</summary>
/// <remarks>
/// 20 signs of the alphabet 0123456789abcdefghjkmnpqrstvwxyz (Crockford's base 32 in lower case, safe in URLs), 5 bits each, most significant first:
/// 40 bits instance, 32 bits segment, 24 bits place in units of 8 bytes, 4 bits check (so that a mistyped id is refused rather than not found).
/// </remarks>
public readonly record struct PredictionId
{
    /// <summary>Signs of an id.</summary>
    public const int Length = 20;

    /// <summary>Signs of the name of an instance.</summary>
    public const int InstanceLength = 8;

    private const int UnitBytes = 8;
    private const int PlaceBits = 24;

    /// <summary>Largest segment whose places an id can name, in bytes.</summary>
    public const int SegmentBytesMax = UnitBytes << PlaceBits;

    private static ReadOnlySpan<byte> Alphabet => "0123456789abcdefghjkmnpqrstvwxyz"u8;

    /// <exception cref="ArgumentOutOfRangeException">A part does not fit its bits, or the offset is no multiple of 8.</exception>
    public PredictionId(ulong instance, uint segment, int offset)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(instance, 1UL << 40);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(offset, SegmentBytesMax);
        ArgumentOutOfRangeException.ThrowIfNotEqual(offset % UnitBytes, 0, nameof(offset));
        (Instance, Segment, Offset) = (instance, segment, offset);
    }

    /// <summary>The instance of the server: 40 random bits, drawn when it started.</summary>
    public ulong Instance { get; }

    /// <summary>Number of the segment, counted from 1 within the instance.</summary>
    public uint Segment { get; }

    /// <summary>Byte offset of the record in its segment; a multiple of 8.</summary>
    public int Offset { get; }

    /// <summary>Writes the id's 20 ASCII signs.</summary>
    /// <param name="destination">Shape [at least 20].</param>
    public void Write(Span<byte> destination)
    {
        var place = (uint)(Offset / UnitBytes);
        var body = ((UInt128)Instance << 60) | ((UInt128)Segment << 28) | ((UInt128)place << 4) | Check(Instance, Segment, place);
        for (var i = Length - 1; i >= 0; i--)
        {
            destination[i] = Alphabet[(int)(body & 31)];
            body >>= 5;
        }
    }

    /// <summary>Reads an id; capital letters count as small ones.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out PredictionId id)
    {
        id = default;
        if (text.Length != Length || !TryRead(text, out var body))
        {
            return false;
        }

        var place = (uint)(body >> 4) & ((1u << PlaceBits) - 1);
        var (instance, segment) = ((ulong)(body >> 60), (uint)(body >> 28));
        if ((uint)(body & 15) != Check(instance, segment, place))
        {
            return false;
        }

        id = new PredictionId(instance, segment, (int)(place * UnitBytes));
        return true;
    }

    /// <summary>The 8 signs an instance is named by, also as a folder.</summary>
    public static string NameOf(ulong instance) => string.Create(InstanceLength, instance, (name, value) =>
    {
        for (var i = InstanceLength - 1; i >= 0; i--)
        {
            name[i] = (char)Alphabet[(int)(value & 31)];
            value >>= 5;
        }
    });

    /// <summary>Reads the name of an instance; only the very form that <see cref="NameOf"/> gives.</summary>
    public static bool TryParseInstance(ReadOnlySpan<char> name, out ulong instance)
    {
        instance = 0;
        if (name.Length != InstanceLength || name.ContainsAnyInRange('A', 'Z') || !TryRead(name, out var body))
        {
            return false;
        }

        instance = (ulong)body;
        return true;
    }

    public override string ToString()
    {
        Span<byte> signs = stackalloc byte[Length];
        Write(signs);
        return System.Text.Encoding.ASCII.GetString(signs);
    }

    private static bool TryRead(ReadOnlySpan<char> text, out UInt128 body)
    {
        body = 0;
        foreach (var sign in text)
        {
            var value = sign < 128 ? Alphabet.IndexOf((byte)char.ToLowerInvariant(sign)) : -1;
            if (value < 0)
            {
                return false;
            }

            body = (body << 5) | (uint)value;
        }

        return true;
    }

    private static uint Check(ulong instance, uint segment, uint place)
    {
        Span<byte> parts = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(parts, instance);
        BinaryPrimitives.WriteUInt32LittleEndian(parts[8..], segment);
        BinaryPrimitives.WriteUInt32LittleEndian(parts[12..], place);
        return Crc32C.Of(0, parts) >> 28;
    }
}
