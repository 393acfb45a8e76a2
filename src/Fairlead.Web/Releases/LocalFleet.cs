using System.Net;
using System.Net.Sockets;
using Fairlead.Iterations;
using Fairlead.Packaging;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Web.Releases;

/// <summary>The server that answers for staging on this machine: from the files of the released iteration's own image. A new release takes over only when it is ready.</summary>
public sealed class LocalFleet(WorkspaceFolder workspace, Uri? ship) : IAsyncDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private StagingServer? _server;

    /// <summary>Where staging answers; null while nothing runs.</summary>
    public Uri? Url => _server is { HasExited: false } server ? server.Url : null;

    /// <summary>Iteration that answers, or null.</summary>
    public int? Iteration { get; private set; }

    /// <summary>Starts the iteration's image and hands traffic over to it; the one before ends after its last answer.</summary>
    /// <exception cref="FaultException">The iteration has no image, or it did not start: what answered before goes on.</exception>
    public async Task SwitchToAsync(ProjectFile project, Iteration iteration, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            if (iteration.Image is not { } image)
            {
                throw new FaultException($"iteration {iteration.Number}", "It has no image, since no model server could be built here.", "Look at what the image step said, then iterate again.");
            }

            var root = ImageFiles.Extract(image, Path.Combine(workspace.Folder, "images"), workspace.Blobs);
            var log = Path.Combine(workspace.Folder, "logs", project.Id);
            var next = await StartAsync(root, log, cancel);
            var before = _server;
            (_server, Iteration) = (next, iteration.Number);
            if (before is not null)
            {
                await before.DisposeAsync();
            }
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { } server)
        {
            await server.DisposeAsync();
        }

        _one.Dispose();
    }

    /// <summary>A free port may be taken between the look and the start: then another one is tried.</summary>
    private async Task<StagingServer> StartAsync(string root, string log, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await StagingServer.StartAsync(root, FreePort(), log, ship, cancel);
            }
            catch (FaultException) when (attempt < 3)
            {
                await Task.Delay(100, cancel);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
