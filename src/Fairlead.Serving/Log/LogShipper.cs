using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Fairlead.Models.Predictions;

namespace Fairlead.Serving.Log;

/// <summary>
/// Sends the log to the workspace: final bytes of segments, oldest first, each piece acknowledged by the receiver once it is on its disk.
/// Acknowledged whole segments are deleted. After a restart it asks the receiver what it has and goes on from there; segments of instances that have ended are sent too.
/// </summary>
/// <remarks>PUT {url}/{project}/{instance}/{segment}?offset=N with the bytes; the answer's header <see cref="HaveHeader"/> tells how many the receiver has. See docs/formats/prediction-log.md.</remarks>
public sealed class LogShipper : IAsyncDisposable
{
    /// <summary>Header of the receiver's answer: bytes of the segment that it holds durably.</summary>
    public const string HaveHeader = "Fairlead-Have";

    /// <summary>Most bytes in one request.</summary>
    public const int PieceBytesMax = 1 << 20;

    /// <summary>Time between looks for something new: whoever asks about an answer a moment later finds it.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Shortest and longest time between attempts while the receiver doesn't answer; it doubles in between.</summary>
    public static readonly TimeSpan BackoffMin = TimeSpan.FromSeconds(1);

    /// <inheritdoc cref="BackoffMin"/>
    public static readonly TimeSpan BackoffMax = TimeSpan.FromSeconds(30);

    /// <summary>Longest time that the end of the process waits for what is still to be sent.</summary>
    public static readonly TimeSpan LastRoundMax = TimeSpan.FromSeconds(5);

    private readonly PredictionLog _log;
    private readonly string _url;
    private readonly HttpClient _http;
    private readonly TextWriter _say;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, long> _have = new(StringComparer.Ordinal);
    private readonly List<InstanceFolder> _orphans = [];
    private readonly Task _run;
    private long _acknowledged;
    private long _failures;

    /// <param name="project">The project's name at the receiver.</param>
    /// <param name="key">Sent as bearer key, or null.</param>
    /// <param name="say">Takes one line when the receiver stops answering, and one when it answers again.</param>
    public LogShipper(PredictionLog log, string project, Uri url, string? key, TextWriter say, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(url);
        (_log, _url, _say, _time) = (log, $"{url.ToString().TrimEnd('/')}/{Uri.EscapeDataString(project)}", say, time ?? TimeProvider.System);
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) })
        {
            Timeout = TimeSpan.FromSeconds(30),
        };
        if (!string.IsNullOrEmpty(key))
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        _run = Task.Run(RunAsync);
    }

    /// <summary>Bytes acknowledged since the start.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>Attempts that failed since the start.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>Sends what is there once more, for at most <see cref="LastRoundMax"/>, and ends. What is not acknowledged stays in the folder for the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        using var limit = new CancellationTokenSource(LastRoundMax);
        try
        {
            await RoundAsync(limit.Token);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            _say.WriteLine($"Predictions that were not shipped stay in {_log.Folder}.");
        }

        _orphans.ForEach(orphan => orphan.Dispose());
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var backoff = TimeSpan.Zero;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await RoundAsync(_stop.Token);
                if (backoff > TimeSpan.Zero)
                {
                    _say.WriteLine("Shipping predictions again.");
                }

                backoff = TimeSpan.Zero;
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or UnauthorizedAccessException || (exception is OperationCanceledException && !_stop.IsCancellationRequested))
            {
                Interlocked.Increment(ref _failures);
                if (backoff == TimeSpan.Zero)
                {
                    _say.WriteLine($"Predictions can't be shipped to {_url}: {exception.Message} They wait in {_log.Folder}.");
                }

                backoff = backoff == TimeSpan.Zero ? BackoffMin : TimeSpan.FromTicks(Math.Min(backoff.Ticks * 2, BackoffMax.Ticks));
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(backoff > Pause ? backoff : Pause, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Sends all that is final and not acknowledged.</summary>
    private async Task RoundAsync(CancellationToken cancel)
    {
        if (_orphans.Count == 0)
        {
            _orphans.AddRange(InstanceFolder.Orphans(_log.Folder));
        }

        foreach (var orphan in _orphans.ToArray())
        {
            foreach (var (number, path) in InstanceFolder.Segments(orphan.Path))
            {
                await SendAsync(orphan.Instance, number, path, FinalBytes(path), closed: true, cancel);
            }

            _orphans.Remove(orphan);
            orphan.Dispose();
        }

        foreach (var (number, path) in InstanceFolder.Segments(_log.InstancePath))
        {
            var (bytes, closed) = _log.StateOf(number, path);
            await SendAsync(_log.Instance, number, path, bytes, closed, cancel);
        }
    }

    /// <summary>Bytes of a segment whose writer has ended: up to the end of its last whole record.</summary>
    private static long FinalBytes(string path)
    {
        var end = 0;
        SegmentReader.Open(path)?.Offsets(out end, out _);
        return end;
    }

    private async Task SendAsync(ulong instance, uint segment, string path, long bytes, bool closed, CancellationToken cancel)
    {
        var have = _have.GetValueOrDefault(path);
        while (have < bytes)
        {
            var piece = await ReadAsync(path, have, (int)Math.Min(PieceBytesMax, bytes - have), cancel);
            using var content = new ByteArrayContent(piece);
            var url = $"{_url}/{PredictionId.NameOf(instance)}/{segment.ToString(CultureInfo.InvariantCulture)}?offset={have.ToString(CultureInfo.InvariantCulture)}";
            using var response = await _http.PutAsync(url, content, cancel);
            if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.Conflict)
                || !response.Headers.TryGetValues(HaveHeader, out var values)
                || !long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var now))
            {
                throw new HttpRequestException($"the receiver answered {(int)response.StatusCode} {response.ReasonPhrase} to {url}.");
            }

            if (response.StatusCode == HttpStatusCode.Conflict && now >= have)
            {
                throw new HttpRequestException($"the receiver holds other bytes for {url}.");
            }

            if (now > have)
            {
                Interlocked.Add(ref _acknowledged, now - have);
            }

            have = _have[path] = now; // less than we thought: the receiver lost some, and gets it again
        }

        if (closed)
        {
            File.Delete(path);
            _have.Remove(path);
        }
    }

    private static async Task<byte[]> ReadAsync(string path, long offset, int bytes, CancellationToken cancel)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var piece = new byte[bytes];
        var read = 0;
        while (read < bytes)
        {
            var more = await RandomAccess.ReadAsync(file, piece.AsMemory(read), offset + read, cancel);
            read += more > 0 ? more : throw new EndOfStreamException($"{path} is shorter than it was.");
        }

        return piece;
    }
}
