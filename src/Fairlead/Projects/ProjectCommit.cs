using System.ComponentModel;
using System.Diagnostics;

namespace Fairlead.Projects;

/// <summary>Where a project folder stands in git.</summary>
/// <param name="Commit">Commit of the working tree, 40 or 64 hexadecimal digits.</param>
/// <param name="Clean">The project file is in git and nothing in the folder differs from the commit.</param>
public sealed record ProjectCommit(string Commit, bool Clean)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Null when the folder is not in git, git is not there, or there is no commit yet.</summary>
    public static ProjectCommit? Of(string folder)
    {
        var full = Path.GetFullPath(folder);
        var above = full;
        while (above is not null && !Path.Exists(Path.Combine(above, ".git")))
        {
            above = Path.GetDirectoryName(above);
        }

        if (above is null || Git(full, "status", "--porcelain=v2", "--branch", "--", ".") is not { } status)
        {
            return null;
        }

        const string oid = "# branch.oid ";
        var lines = status.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.FirstOrDefault(l => l.StartsWith(oid, StringComparison.Ordinal))?[oid.Length..] is not { } commit || commit == "(initial)")
        {
            return null;
        }

        // A folder that git ignores has no changes either; its file is then not in git.
        var clean = lines.All(l => l.StartsWith('#')) && Git(full, "ls-files", "--", ProjectFile.FileName) is { Length: > 0 };
        return new ProjectCommit(commit, clean);
    }

    private static string? Git(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0"; // looking must not write the index
        try
        {
            using var process = Process.Start(start)!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            var output = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(Patience))
            {
                process.Kill();
                return null;
            }

            return process.ExitCode == 0 ? output.GetAwaiter().GetResult() : null;
        }
        catch (Win32Exception)
        {
            return null; // no git on this machine
        }
    }
}
