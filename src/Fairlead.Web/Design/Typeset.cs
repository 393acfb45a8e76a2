using System.Text.RegularExpressions;

namespace Fairlead.Web.Design;

/// <summary>Where a sentence may break: never between a number and its unit.</summary>
public static partial class Typeset
{
    public static string Sentence(string sentence) => NumberAndUnit().Replace(sentence, "\u00a0");

    /// <summary>A blank between a number and a short unit, or inside "78 in 100".</summary>
    [GeneratedRegex(@"(?<=\d) (?=(?!in )\p{L}{1,3}\b|[%°€$])|(?<=\d) (?=in \d)|(?<=\d in) (?=\d)", RegexOptions.CultureInvariant)]
    private static partial Regex NumberAndUnit();
}
