using System.Diagnostics;
using Fairlead.Projects;

namespace Fairlead.Tests.Projects;

public sealed class ProjectCommitTests
{
    [Fact]
    public void The_commit_and_whether_the_project_s_own_folder_is_clean()
    {
        using var folder = new TemporaryFolder();
        var project = Path.Combine(folder.Path, "a project");
        folder.File("a project/fairlead.yaml", "project: x\n");
        Assert.Null(ProjectCommit.Of(project));

        Git("init", "-q");
        Assert.Null(ProjectCommit.Of(project)); // no commit yet
        Git("add", ".");
        Git("commit", "-q", "-m", "first");
        var head = Git("rev-parse", "HEAD").Trim();
        Assert.Equal(new ProjectCommit(head, true), ProjectCommit.Of(project));

        // A change elsewhere in the repository is not the project's.
        folder.File("other.txt", "x");
        Assert.Equal(new ProjectCommit(head, true), ProjectCommit.Of(project));

        folder.File("a project/cases/new.yaml", "x");
        Assert.Equal(new ProjectCommit(head, false), ProjectCommit.Of(project));

        // Ignored by git: no changes are reported, but the project is not in git either.
        folder.File("ignored/fairlead.yaml", "project: y\n");
        folder.File(".gitignore", "ignored/\n");
        Assert.Equal(new ProjectCommit(head, false), ProjectCommit.Of(Path.Combine(folder.Path, "ignored")));

        string Git(params string[] arguments)
        {
            var start = new ProcessStartInfo("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false", .. arguments]) { WorkingDirectory = folder.Path, RedirectStandardOutput = true };
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
            return output;
        }
    }
}
