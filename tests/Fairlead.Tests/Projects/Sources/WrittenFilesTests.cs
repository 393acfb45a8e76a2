using Fairlead.Data.Cleaning;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Tests.Projects.Sources;

/// <summary>No verb writes over what it reads, however the file is named.</summary>
public sealed class WrittenFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("t.csv", "t.csv")]
    [InlineData("sub/../t.csv", "t.csv")]
    [InlineData("t.csv", "link.csv")]
    [InlineData("link.csv", "t.csv")]
    [InlineData("linked/t.csv", "t.csv")]
    [InlineData("t.csv", "*.csv")]
    [InlineData("t.csv", ".")]
    public void A_file_that_is_read_is_not_written(string written, string read)
    {
        Fill();

        var fault = Assert.Throws<FaultException>(() => WrittenFiles.Check([("--output", At(written))], [At(read)]));

        Assert.True(fault.WrongUse);
        Assert.Equal("--output", Assert.Single(fault.Faults).Where);
        Assert.Contains("would be replaced", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_files_addresses_and_versions_are_no_hindrance()
    {
        Fill();

        WrittenFiles.Check([("--output", At("new.csv")), ("--quarantine", null)], [At("t.csv"), "http://127.0.0.1/t.csv", "0123456789abcdef", At("none/*.csv"), null]);
    }

    [Fact]
    public void A_cleaning_that_would_lose_rows_is_refused_before_anything_is_read()
    {
        Fill();
        var recipe = _folder.File("r.yaml", "steps:\n  - quarantine: {where: \"a > 1\", reason: much}\n");

        var one = Assert.Throws<FaultException>(() => CleanFile.Run(new CleanFile.Request(At("t.csv"), recipe, At("same.csv"), At("sub/../same.csv")), CancellationToken.None));
        var source = Assert.Throws<FaultException>(() => CleanFile.Run(new CleanFile.Request(At("t.csv"), recipe, At("t.csv"), null), CancellationToken.None));
        var steps = Assert.Throws<FaultException>(() => CleanFile.Run(new CleanFile.Request(At("absent.csv"), recipe, At("new.csv"), recipe), CancellationToken.None));

        Assert.Contains("is the file that --output writes", one.Message, StringComparison.Ordinal);
        Assert.Equal(["--quarantine", "--output", "--quarantine"], new[] { one, source, steps }.Select(fault => Assert.Single(fault.Faults).Where));
        Assert.All(new[] { one, source, steps }, fault => Assert.True(fault.WrongUse));
        Assert.Equal("a\n1\n2\n", File.ReadAllText(At("t.csv")));
        Assert.False(File.Exists(At("same.csv")));
    }

    private string At(string name) => Path.Combine(_folder.Path, name);

    private void Fill()
    {
        _folder.File("t.csv", "a\n1\n2\n");
        Directory.CreateDirectory(At("sub"));
        File.CreateSymbolicLink(At("link.csv"), "t.csv");
        Directory.CreateSymbolicLink(At("linked"), ".");
    }
}
