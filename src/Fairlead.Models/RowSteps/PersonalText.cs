using System.Text;
using Fairlead.Models.Personal;

namespace Fairlead.Models.RowSteps;

/// <summary>Puts marks such as [e-mail] in the place of personal data inside free text. What <see cref="MaskStep"/> does.</summary>
/// <remarks>What counts as personal data says <see cref="PersonalScanner"/>.</remarks>
public static class PersonalText
{
    /// <summary>Times a text is looked at again: what stood beside a value that is gone may be one itself.</summary>
    private const int RoundsMax = 8;

    /// <summary>The text with marks; the same instance when there is nothing to mask. Masking what is masked changes nothing.</summary>
    public static string Mask(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        for (var round = 0; round < RoundsMax; round++)
        {
            var spans = PersonalScanner.OfThread.Scan(text.AsSpan());
            if (spans.IsEmpty)
            {
                break;
            }

            text = Replace(text, spans);
        }

        return text;
    }

    private static string Replace(string text, ReadOnlySpan<PersonalSpan> spans)
    {
        var masked = new StringBuilder(text.Length + 16);
        var done = 0;
        foreach (var span in spans)
        {
            masked.Append(text, done, span.Start - done).Append(PersonalEntities.Mark(span.Entity));
            done = span.End;
        }

        return masked.Append(text, done, text.Length - done).ToString();
    }
}
