namespace Fairlead.Tests.Projects;

/// <summary>Files in git that outputs are held against. Set FAIRLEAD_GOLDEN=write to write them anew and review the diff.</summary>
internal static class Golden
{
    /// <summary>The repository's folder.</summary>
    public static string Root { get; } = FindRoot();

    public static void Check(string name, string actual)
    {
        var path = Path.Combine(Root, "tests", "Fairlead.Tests", "Projects", "golden", name);
        if (Environment.GetEnvironmentVariable("FAIRLEAD_GOLDEN") == "write")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
        }

        Assert.Equal(File.ReadAllText(path), actual);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "fairlead.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("fairlead.slnx is in no folder above the tests.");
    }
}
