using System.Globalization;
using System.Text;

namespace Fairlead.Stories;

/// <summary>A small project whose answer can be learned: garden beds that grew or did not. The same rows every time; a budget in trials, so that the same comes out of it everywhere.</summary>
internal static class SmallProject
{
    public const string Name = "beds";

    /// <summary>Writes the data and makes the project of it. Returns its folder.</summary>
    /// <param name="target">grew (two classes), crop (three) or kilos (a number); the other two are left out.</param>
    public static async Task<string> MakeAsync(FairleadProgram program, string target = "grew", int rows = 500, int trials = 2, string name = Name)
    {
        var data = Path.Combine(program.Folder, $"{name}.csv");
        await File.WriteAllTextAsync(data, Csv(target, rows));
        var folder = Path.Combine(program.Folder, $"{name} project");
        (await program.RunAsync("new", name, "--data", data, "--target", target, "--folder", folder)).Expect(0);
        var file = Path.Combine(folder, "fairlead.yaml");
        var text = await File.ReadAllTextAsync(file);
        Assert.Contains("  seconds: 8\n", text);
        await File.WriteAllTextAsync(file, text.Replace("  seconds: 8\n", $"  trials: {trials}\n", StringComparison.Ordinal));
        return folder;
    }

    /// <summary>A bed as a caller would send it.</summary>
    public static Dictionary<string, object?> Row() => new() { ["bed"] = 7, ["soil"] = "loam", ["sun"] = 9, ["water"] = 22.5, ["sown"] = "2026-03-04" };

    /// <summary>The data: a fixed linear congruential sequence; what grows follows from sun, water and soil, with some noise.</summary>
    public static string Csv(string target, int rows, bool withTarget = true)
    {
        var text = new StringBuilder("bed,soil,sun,water,sown").Append(withTarget ? $",{target}\n" : "\n");
        ulong state = 11;
        int Below(int limit)
        {
            state = (state * 6_364_136_223_846_793_005) + 1_442_695_040_888_963_407;
            return (int)((state >> 33) % (ulong)limit);
        }

        for (var i = 0; i < rows; i++)
        {
            var soil = Below(3) switch { 0 => "clay", 1 => "sand", _ => "loam" };
            var (sun, water, noise) = (1 + Below(12), Below(400) / 10.0, Below(100) / 50.0);
            var kilos = (0.4 * sun) + (0.1 * water) + (soil == "loam" ? 2 : 0) + noise;
            var sown = new DateTime(2026, 1, 1).AddDays(Below(300));
            text.Append(CultureInfo.InvariantCulture, $"{1000 + i},{soil},{sun},{water},{sown:yyyy-MM-dd}");
            text.Append(!withTarget ? "\n" : target switch
            {
                "kilos" => string.Create(CultureInfo.InvariantCulture, $",{kilos:0.00}\n"),
                "crop" => kilos < 4.5 ? ",\"beans, green\"\n" : kilos < 7 ? ",leek\n" : ",kale\n",
                _ => kilos > 6 ? ",yes\n" : ",no\n",
            });
        }

        return text.ToString();
    }
}
