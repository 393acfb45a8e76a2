using System.Text.RegularExpressions;
using Fairlead.Cli;

namespace Fairlead.Tests;

/// <summary>What the documents tell people to type exists, and what they link to is there.</summary>
public sealed partial class ReadmeTests
{
    public static TheoryData<string> Documents
    {
        get
        {
            var root = Repository.File("");
            return [.. Directory.EnumerateFiles(root, "*.md", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(root, path).Replace('\\', '/'))
                .Where(path => !path.Split('/').Any(part => part is "artifacts" or "bin" or "obj" or "node_modules" or ".git"))
                .Order(StringComparer.Ordinal)];
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_relative_link_leads_to_a_file(string document)
    {
        var path = Repository.File(document);
        var text = File.ReadAllText(path);
        var missing =
            from target in Link().Matches(text).Select(m => m.Groups[1].Value).Concat(Picture().Matches(text).Select(m => m.Groups[1].Value))
            where !target.Contains(':', StringComparison.Ordinal)
            let file = target.Split('#')[0]
            let anchor = target.Contains('#', StringComparison.Ordinal) ? target.Split('#')[1] : null
            let full = file.Length == 0 ? path : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, file))
            where !(File.Exists(full) || Directory.Exists(full)) || (anchor is not null && !Anchors(File.ReadAllText(full)).Contains(anchor))
            select target;
        Assert.Empty(missing);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_command_line_it_shows_is_one_that_the_program_takes(string document)
    {
        var tree = VerbTree.Build();
        var wrong =
            from line in Commands(File.ReadAllText(Repository.File(document)))
            let parsed = tree.Parse(line)
            where parsed.Errors.Count > 0
            select $"{line}: {string.Join(' ', parsed.Errors.Select(e => e.Message))}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void The_readme_names_every_verb()
    {
        var readme = File.ReadAllText(Repository.File("README.md"));
        Assert.All(VerbTree.Build().Subcommands, verb => Assert.Matches($@"(?m)^\./fairlead {verb.Name}\b", readme));
    }

    [Fact]
    public void The_index_of_decisions_lists_every_record_by_its_title()
    {
        var index = File.ReadAllText(Repository.File("docs/decisions/README.md"));
        foreach (var record in Directory.EnumerateFiles(Repository.File("docs/decisions"), "0*.md"))
        {
            var title = Regex.Replace(File.ReadLines(record).First(), @"^#\s*\d+\s*[.:]?\s*", "");
            Assert.Contains($"]({Path.GetFileName(record)}) | {title} |", index, StringComparison.Ordinal);
        }
    }

    /// <summary>Lines of code blocks that start the program, without comments and what a shell does with the output.</summary>
    private static IEnumerable<string> Commands(string markdown) =>
        from Match block in Block().Matches(markdown)
        from line in block.Groups[1].Value.Split('\n')
        let trimmed = line.Trim()
        where CommandStart().IsMatch(trimmed)
        let command = Regex.Replace(trimmed, @"^(\./)?fairlead(\s+|$)", "").Split('#')[0].Split('|')[0].Trim()
        where command.Length > 0 && command != "--install" && !command.Contains('…', StringComparison.Ordinal)
        select command.Replace("--install ", "", StringComparison.Ordinal);

    private static HashSet<string> Anchors(string markdown) =>
        [.. Heading().Matches(markdown).Select(m => Regex.Replace(m.Groups[1].Value.Trim().ToLowerInvariant().Replace(' ', '-'), @"[^\p{L}\p{N}_-]", ""))];

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?:src|srcset)=""([^""]+)""")]
    private static partial Regex Picture();

    [GeneratedRegex(@"(?ms)^```[a-z]*\n(.*?)^```")]
    private static partial Regex Block();

    [GeneratedRegex(@"^(\./)?fairlead\s+[a-z-]")]
    private static partial Regex CommandStart();

    [GeneratedRegex(@"(?m)^#+\s+(.*)$")]
    private static partial Regex Heading();
}
