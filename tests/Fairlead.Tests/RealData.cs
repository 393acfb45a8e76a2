namespace Fairlead.Tests;

/// <summary>The folder of real data beside the repository; a test that needs it is skipped, visibly, where it is absent.</summary>
internal static class RealData
{
    public static string File(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "fairlead.slnx")))
            {
                var path = Path.Combine(folder.FullName, "..", "shared", "data", name);
                Assert.SkipUnless(System.IO.File.Exists(path), $"../shared/data/{name} is not there.");
                return Path.GetFullPath(path);
            }
        }

        Assert.Skip("Not run from a clone.");
        return "";
    }
}
