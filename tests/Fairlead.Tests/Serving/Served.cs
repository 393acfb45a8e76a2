using System.Net;
using System.Text;
using Fairlead.Serving;
using Fairlead.Serving.Log;

namespace Fairlead.Tests.Serving;

/// <summary>A real listener on loopback with the tiny packages behind it.</summary>
internal sealed class Served : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<PredictionLog> _logs = [];
    private PredictionHost? _host;

    /// <summary>Faults of ours; there must be none.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<Exception> Failures { get; } = new();

    public PredictionServices Services { get; } = new();

    public HttpClient Client { get; } = new();

    public string LogFolder => Path.Combine(_folder.Path, "log");

    public static async Task<Served> StartAsync(ServingLimits? limits = null, Func<PredictionLogOptions, PredictionLogOptions>? log = null, params SortedDictionary<string, byte[]>[] packages)
    {
        var served = new Served();
        foreach (var files in packages)
        {
            var package = TinyPackages.Open(files);
            var options = new PredictionLogOptions { Folder = Path.Combine(served.LogFolder, package.Contract.Project), SegmentBytes = 64 << 10 };
            served._logs.Add(new PredictionLog(package, log?.Invoke(options) ?? options));
            served.Services.Set(new PredictionService(package.Contract.Project, package, served._logs[^1], limits) { Failed = served.Failures.Enqueue });
        }

        served._host = await PredictionHost.StartAsync(served.Services, IPAddress.Loopback, 0);
        served.Client.BaseAddress = served._host.Url;
        return served;
    }

    /// <summary>Posts a body; status and text of the answer.</summary>
    public async Task<(HttpStatusCode Status, string Body)> PostAsync(string path, string body)
    {
        using var response = await Client.PostAsync(new Uri(path, UriKind.Relative), new ByteArrayContent(Encoding.UTF8.GetBytes(body)), TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public Task<(HttpStatusCode Status, string Body)> PredictAsync(string body) => PostAsync("/projects/orders/predict", body);

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        Client.Dispose();
        _logs.ForEach(log => log.Dispose());
        Assert.Empty(Failures);
        _folder.Dispose();
    }
}
