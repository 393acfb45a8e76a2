namespace Fairlead.Models.RowSteps;

/// <summary>The ASCII digits that a text begins with.</summary>
/// <remarks>A loop: numbers are short, and the framework's vectorised search is a generic method that is not compiled ahead of time, so that the first hundred thousands of values would be read by slow code.</remarks>
internal static class DigitRun
{
    /// <summary>How many there are, 0 to the length of the text.</summary>
    public static int Length(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && char.IsAsciiDigit(text[length]))
        {
            length++;
        }

        return length;
    }
}
