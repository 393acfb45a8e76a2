using System.Buffers;
using System.Text;
using Fairlead.Data.Checks;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;

namespace Fairlead.Data.Cleaning;

/// <summary>What can be said of a text from its UTF-8 bytes alone, so that most rows of a column with many different texts need no string.</summary>
/// <remarks>Only a short cut: <see cref="RowPipeline"/> decides wherever nothing is said, and gives the same where something is.</remarks>
internal static class StepBytes
{
    private static readonly SearchValues<byte> PlainNumber = SearchValues.Create("0123456789.-+"u8);

    /// <summary>What a step makes of a text that is not missing.</summary>
    /// <param name="after">The number it becomes, where the answer is <see cref="Verdict.Becomes"/>.</param>
    public delegate Verdict Look(ReadOnlySpan<byte> text, out double after);

    public enum Verdict
    {
        /// <summary>The managed step must look at it.</summary>
        Unknown,

        /// <summary>It stays as it is.</summary>
        Stays,

        /// <summary>It is a number as it stands, and is read as that.</summary>
        Becomes,
    }

    /// <summary>The look of a step at the texts of its column; null where there is none.</summary>
    public static Look? Of(RowStep step) => step switch
    {
        TrimStep => static (ReadOnlySpan<byte> text, out double after) => Answer(IsTrimmed(text), out after),
        CaseStep { To: "lower" } => static (ReadOnlySpan<byte> text, out double after) => Answer(text.IndexOfAnyInRange((byte)'A', (byte)'Z') < 0, out after),
        CaseStep { To: "upper" } => static (ReadOnlySpan<byte> text, out double after) => Answer(text.IndexOfAnyInRange((byte)'a', (byte)'z') < 0, out after),
        MissingStep missing => Longer(missing.Values),
        NormaliseStep normalise => Longer(normalise.Map.Keys),
        MapStep { Else: null } map => Longer(map.Values.Keys),
        ImputeStep or GroupImputeStep or ModelImputeStep or ClipStep => static (ReadOnlySpan<byte> _, out double after) => Answer(true, out after),
        CastStep { To: ColumnKind.Number } or ParseNumberStep { DecimalComma: false, Unit: null } => Number,
        _ => null,
    };

    /// <summary>A number without exponent, as casts and the reading of measures both take it.</summary>
    private static Verdict Number(ReadOnlySpan<byte> text, out double after)
    {
        after = 0;
        return text[^1] is (>= (byte)'0' and <= (byte)'9') or (byte)'.' && text.IndexOfAnyExcept(PlainNumber) < 0 && NumberBytes.TryParse(text, out after) && double.IsFinite(after) ? Verdict.Becomes : Verdict.Unknown;
    }

    /// <summary>A text longer than all of these is none of them.</summary>
    private static Look Longer(IEnumerable<string> texts)
    {
        var longest = texts.Select(Encoding.UTF8.GetByteCount).DefaultIfEmpty(0).Max();
        return (ReadOnlySpan<byte> text, out double after) => Answer(text.Length > longest, out after);
    }

    private static Verdict Answer(bool stays, out double after)
    {
        after = 0;
        return stays ? Verdict.Stays : Verdict.Unknown;
    }

    /// <summary>Neither end may be white space: ASCII, or the no-break space, whose bytes are C2 A0.</summary>
    private static bool IsTrimmed(ReadOnlySpan<byte> text) => text[0] > ' ' && text[0] != 0xC2 && text[^1] > ' ' && text[^1] != 0xA0;
}
