using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fairlead.Serving;

/// <summary>A listener that serves predictions and nothing else: the model server's, and that of <c>fairlead serve</c>. HTTP/1.1 without TLS: whatever ends TLS stands before it.</summary>
public sealed class PredictionHost : IAsyncDisposable
{
    /// <summary>Most time that requests under way have to end when the host is stopped.</summary>
    public static readonly TimeSpan DrainMax = TimeSpan.FromSeconds(10);

    private readonly WebApplication _app;
    private readonly PredictionServices _services;

    private PredictionHost(WebApplication app, PredictionServices services, Uri url) => (_app, _services, Url) = (app, services, url);

    /// <summary>Where it listens, with the port it was given.</summary>
    public Uri Url { get; }

    /// <summary>Starts listening.</summary>
    /// <param name="port">0 lets the system choose.</param>
    /// <exception cref="IOException">The port is taken, or the address is not ours.</exception>
    public static async Task<PredictionHost> StartAsync(PredictionServices services, IPAddress address, int port, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(services);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null; // ours are checked first, with a message that names them
            kestrel.Listen(address, port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = DrainMax);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<LoggerFilterOptions>(filter => filter.MinLevel = LogLevel.Warning);
        var app = builder.Build();
        app.Run(services.HandleAsync);
        await app.StartAsync(cancel);
        var bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new PredictionHost(app, services, new Uri(bound));
    }

    /// <summary>Says "not ready", lets requests under way end, and stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        _services.StopSoon();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>Whoever starts the host stops it: signals are not its business.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
