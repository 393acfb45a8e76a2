using System.Buffers.Binary;

namespace Fairlead.Data.Checks;

/// <summary>Texts such as <c>2024-02-28</c> and <c>2024-02-28T13:00:00Z</c>: their order in time is told by a number from their signs, without reading them as dates.</summary>
internal static class PlainMoment
{
    private const int DayLength = 10;
    private const int Length = 20;

    /// <summary>A number that rises with time, at least 0; -1 where a text is no such day or moment of the years 1 to 9999. A day is its midnight.</summary>
    public static long Key(ReadOnlySpan<byte> text)
    {
        if (text.Length is not (DayLength or Length))
        {
            return -1;
        }

        // Eight signs at once: with the bits of '0' turned, digits are 0 to 9, dashes 0x1D and colons 0x0A.
        var date = BinaryPrimitives.ReadUInt64LittleEndian(text) ^ 0x3030_3030_3030_3030;
        const ulong Dashes = 0xFF00_00FF_0000_0000;
        if ((date & Dashes) != 0x1D00_001D_0000_0000 || !AreDigits(date & ~Dashes))
        {
            return -1;
        }

        var year = (At(date, 0) * 1_000) + (At(date, 1) * 100) + (At(date, 2) * 10) + At(date, 3);
        var (month, tens, ones) = ((At(date, 5) * 10) + At(date, 6), text[8] - '0', text[9] - '0');
        var day = (tens * 10) + ones;
        if (year == 0 || month is < 1 or > 12 || tens is < 0 or > 3 || ones is < 0 or > 9 || day == 0 || (day > 28 && day > DateTime.DaysInMonth(year, month)))
        {
            return -1;
        }

        var key = ((((long)year << 4) | (uint)month) << 5) | (uint)day;
        if (text.Length == DayLength)
        {
            return key << 17; // a day has 86,400 seconds
        }

        var time = BinaryPrimitives.ReadUInt64LittleEndian(text[11..]) ^ 0x3030_3030_3030_3030;
        const ulong Colons = 0x0000_FF00_00FF_0000;
        var (hour, minute, second) = ((At(time, 0) * 10) + At(time, 1), (At(time, 3) * 10) + At(time, 4), (At(time, 6) * 10) + At(time, 7));
        return text[10] == 'T' && text[19] == 'Z' && (time & Colons) == 0x0000_0A00_000A_0000 && AreDigits(time & ~Colons) && hour < 24 && minute < 60 && second < 60
            ? (key << 17) | (uint)((((hour * 60) + minute) * 60) + second)
            : -1;
    }

    private static bool AreDigits(ulong signs) => (((signs + 0x7676_7676_7676_7676) | signs) & 0x8080_8080_8080_8080) == 0;

    private static int At(ulong signs, int place) => (int)(signs >> (8 * place)) & 0xFF;
}
