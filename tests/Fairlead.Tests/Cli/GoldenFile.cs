namespace Fairlead.Tests.Cli;

/// <summary>Files in git that outputs are held against. Set FAIRLEAD_GOLDEN=write to write them anew and review the diff.</summary>
internal static class GoldenFile
{
    public static void Check(string name, string actual)
    {
        var path = Repository.File(Path.Combine("tests", "Fairlead.Tests", "Golden", name));
        if (Environment.GetEnvironmentVariable("FAIRLEAD_GOLDEN") == "write")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
        }

        Assert.Equal(File.ReadAllText(path), actual);
    }
}
