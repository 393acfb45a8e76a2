namespace Fairlead.Tests;

/// <summary>The clone the tests run from.</summary>
internal static class Repository
{
    /// <summary>A file of the repository by its path from the root.</summary>
    public static string File(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "fairlead.slnx")))
            {
                return Path.Combine(folder.FullName, path);
            }
        }

        Assert.Skip("Not run from a clone.");
        return "";
    }
}
