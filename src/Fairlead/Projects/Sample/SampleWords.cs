namespace Fairlead.Projects.Sample;

/// <summary>Names of nobody: people from syllables, mail at domains and phone numbers from ranges that are reserved for examples and fiction.</summary>
internal static class SampleWords
{
    private static readonly string[] First = ["Ta", "Mi", "Lo", "Ve", "Ari", "Ke", "Su", "Jo", "Bren", "Fa", "Ni", "Ol"];
    private static readonly string[] Middle = ["l", "r", "n", "v", "d", "m", "ss", "th"];
    private static readonly string[] Last = ["ena", "o", "in", "ara", "ek", "is", "on", "ula"];
    private static readonly string[] Family = ["Mor", "Hal", "Quen", "Tar", "Wes", "Bel", "Dran", "Kol", "Rin", "Sav"];
    private static readonly string[] Ending = ["endo", "wick", "sson", "aki", "by", "stone", "ova", "eld", "more", "ling"];
    private static readonly string[] Domains = ["example.com", "example.org", "example.net"]; // RFC 2606

    public static string Name(SampleRandom random) =>
        $"{random.Pick(First)}{random.Pick(Middle)}{random.Pick(Last)} {random.Pick(Family)}{random.Pick(Ending)}";

    public static string Email(SampleRandom random, string name) =>
        $"{name.ToLowerInvariant().Replace(' ', '.')}{random.Below(90) + 10}@{random.Pick(Domains)}";

    /// <summary>Ofcom's ranges for drama: 07700 900000 to 900999 and 0113 496 0000 to 0999.</summary>
    public static string Phone(SampleRandom random) => random.Below(3) switch
    {
        0 => $"+44 7700 900{random.Below(1000):000}",
        1 => $"07700 900{random.Below(1000):000}",
        _ => $"0113 496 0{random.Below(1000):000}",
    };
}
