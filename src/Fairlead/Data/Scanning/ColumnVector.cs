using System.Globalization;
using System.Text;
using Fairlead.Models.RowSteps;

namespace Fairlead.Data.Scanning;

/// <summary>How the values of a vector lie in memory.</summary>
public enum VectorForm
{
    /// <summary>UTF-8 text, as published.</summary>
    Text,

    /// <summary>64-bit whole numbers.</summary>
    Integer,

    /// <summary>Doubles; never NaN where a value is present.</summary>
    Double,

    /// <summary>0 or 1 in <see cref="ColumnVector.Integers"/>.</summary>
    Boolean,

    /// <summary>Microseconds since 1970-01-01 UTC in <see cref="ColumnVector.Integers"/>.</summary>
    Moment,
}

/// <summary>One column of a batch. Its arrays belong to the scan and hold until the next batch is read; they may be longer than the batch has rows.</summary>
/// <remarks>
/// Text stands either in <see cref="Bytes"/> by <see cref="Starts"/> and <see cref="Lengths"/> (length -1: missing), or, where <see cref="Codes"/> is not null,
/// as codes into <see cref="Dictionary"/> (code -1: missing), which lasts for the whole scan: work out a check or a number once an entry, not once a row.
/// A column may start with codes and go on without them, never the other way round. Other forms stand in <see cref="Integers"/> or <see cref="Doubles"/>, with <see cref="Missing"/>.
/// </remarks>
public sealed class ColumnVector(VectorForm form)
{
    public VectorForm Form { get; } = form;

    /// <summary>Rows of the batch.</summary>
    public int Rows { get; set; }

    public byte[] Bytes { get; set; } = [];

    public int[] Starts { get; set; } = [];

    public int[] Lengths { get; set; } = [];

    public int[]? Codes { get; set; }

    public ColumnDictionary? Dictionary { get; set; }

    public long[] Integers { get; set; } = [];

    public double[] Doubles { get; set; } = [];

    /// <summary>Rows without a value; forms other than text only.</summary>
    public bool[] Missing { get; set; } = [];

    public bool IsMissing(int row) => Form != VectorForm.Text ? Missing[row] : Codes is { } codes ? codes[row] < 0 : Lengths[row] < 0;

    /// <summary>The UTF-8 bytes of a text that is not missing.</summary>
    public ReadOnlySpan<byte> Utf8(int row) => Codes is { } codes ? Dictionary!.Text(codes[row]) : Bytes.AsSpan(Starts[row], Lengths[row]);

    /// <summary>A value as text, whatever its form; null when missing. Numbers by their shortest text, moments as ISO 8601 with Z, booleans as true and false.</summary>
    public string? Text(int row) => IsMissing(row) ? null : Form switch
    {
        VectorForm.Text => Encoding.UTF8.GetString(Utf8(row)),
        VectorForm.Integer => Integers[row].ToString(CultureInfo.InvariantCulture),
        VectorForm.Double => NumberText.Shortest(Doubles[row]),
        VectorForm.Boolean => Integers[row] != 0 ? "true" : "false",
        _ => MomentText(Integers[row]),
    };

    /// <summary>Years 1 to 9999 as <c>2024-02-29T13:00:00Z</c>, with as many decimals as it has.</summary>
    private static string MomentText(long microseconds)
    {
        var moment = DateTime.UnixEpoch.AddTicks(checked(microseconds * 10));
        return moment.ToString(moment.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-ddTHH:mm:ss'Z'" : "yyyy-MM-ddTHH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);
    }
}
