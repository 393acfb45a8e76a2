using System.Diagnostics;
using System.Globalization;
using Fairlead.Workspace;

namespace Fairlead.Customers;

/// <summary>Where the review pages of this workspace answer now: a link that is printed should open.</summary>
public static class RunningListener
{
    private static string PathOf(WorkspaceFolder workspace) => Path.Combine(workspace.Folder, "review-listener");

    /// <summary>Notes the address of the listener this process runs.</summary>
    public static void Note(WorkspaceFolder workspace, Uri url) =>
        DurableFile.Write(PathOf(workspace), $"{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)} {url}");

    /// <summary>The address, or null when no such process runs.</summary>
    public static string? Url(WorkspaceFolder workspace)
    {
        try
        {
            var parts = File.ReadAllText(PathOf(workspace)).Split(' ', 2);
            using var process = Process.GetProcessById(int.Parse(parts[0], CultureInfo.InvariantCulture));
            return parts[1].TrimEnd('/');
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or FormatException or IndexOutOfRangeException)
        {
            return null;
        }
    }
}
