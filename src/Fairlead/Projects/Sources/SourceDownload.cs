using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fairlead.Workspace;
using Fairlead.Workspace.Keys;

namespace Fairlead.Projects.Sources;

/// <summary>Fetches a source over HTTP(S) into a folder. A file is there whole or not at all; a download that broke off goes on where it stopped, when the server says that the file is still the same.</summary>
/// <remarks>
/// What is fetched lies there encrypted, whole or in part, and is deleted with its key once it was read (<see cref="DeleteFetched"/>).
/// A note of its hash and of the server's mark stays: an unchanged file is not sent again where its hash will do.
/// </remarks>
public static partial class SourceDownload
{
    /// <summary>Most bytes of a file: 64 GiB.</summary>
    public const long BytesMax = 64L << 30;

    /// <summary>Attempts for one file; each goes on where the last stopped.</summary>
    private const int AttemptsMax = 4;

    /// <summary>Longest wait for the server's next bytes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Whether a source's name is an address to fetch it from.</summary>
    public static bool IsAddress(string name) =>
        name.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || name.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <summary>The file's path. With a checksum, a copy that has it is used without asking the server; else the server is asked whether the copy is still right.</summary>
    /// <param name="sha256">What the file's SHA-256 must be: 64 hexadecimal digits; null: anything.</param>
    /// <param name="folder">Where downloads are kept, by address.</param>
    /// <exception cref="FaultException">The server can't be reached, refuses, or gives another file than declared.</exception>
    public static async Task<string> FetchAsync(string address, string? sha256, DownloadFolder folder, CancellationToken cancel) => (await FetchAsync(address, sha256, folder, hashWillDo: false, cancel)).Path;

    /// <summary>The file's hash and bytes. It is fetched only where the server says that it is another one than the note is of; the path may lead to no file.</summary>
    /// <inheritdoc cref="FetchAsync(string, string?, DownloadFolder, CancellationToken)"/>
    public static async Task<SourcePlace> HashAsync(string address, string? sha256, DownloadFolder folder, CancellationToken cancel)
    {
        var (path, known) = await FetchAsync(address, sha256, folder, hashWillDo: true, cancel);
        return new SourcePlace(address, path, known.Sha256, known.Bytes);
    }

    /// <summary>Deletes what this process fetched. Notes stay, and what a broken download has so far, which is gone on with.</summary>
    public static void DeleteFetched() => FetchedFile.DeleteAll();

    private static async Task<(string Path, Known Known)> FetchAsync(string address, string? sha256, DownloadFolder folder, bool hashWillDo, CancellationToken cancel)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.UserInfo.Length > 0)
        {
            throw new FaultException(address, "This is no address a file can be fetched from; names and passwords do not belong in it.", "Write https://HOST/PATH.");
        }

        var place = PlaceOf(address, folder.Path);
        Directory.CreateDirectory(place);
        var name = Path.GetFileName(uri.LocalPath) is { Length: > 0 } last ? last : "data";
        var path = Path.Combine(place, name);
        FetchedFile.Expect(path);
        if (FetchedFile.Unwrapped(path + FetchedFile.KeyEnding, folder.Keys) is { } key)
        {
            FetchedFile.Hold(path, key);
        }
        else if (File.Exists(path))
        {
            ShreddedFile.Delete(path); // from before they were encrypted, or under a key that is gone
        }

        var known = hashWillDo || File.Exists(path) ? Load(path + NoteEnding) : null;
        known ??= hashWillDo && folder.Notes is { } notes ? Load(Path.Combine(PlaceOf(address, notes), name + NoteEnding)) : null;
        known = known is { Bytes: > 0 } ? known : null;
        if (known is not null && sha256 is not null && known.Sha256.Equals(sha256, StringComparison.OrdinalIgnoreCase))
        {
            return (path, known);
        }

        using var handler = new SocketsHttpHandler { ConnectTimeout = Patience, MaxAutomaticRedirections = 5, UseCookies = false };
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return (path, await new Download(client, uri, address, path, folder.Keys, known).RunAsync(sha256, cancel) ?? throw new HttpRequestException("the file changed while it was fetched"));
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException && !cancel.IsCancellationRequested)
            {
                var refused = exception is HttpRequestException { StatusCode: not null } or HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError };
                if (attempt == AttemptsMax || refused)
                {
                    throw new FaultException(address, exception is OperationCanceledException ? $"The server sent nothing for {Patience.TotalSeconds:0} seconds." : $"The file can't be fetched: {exception.Message.TrimEnd('.', ' ')}.",
                        "Check the address and the connection and run again (what has arrived is kept), or save the file and name it as the source.");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(200 * attempt), cancel);
            }
        }
    }

    /// <summary>Ending of the note of a file.</summary>
    internal const string NoteEnding = ".known";

    /// <summary>The folder of an address's copy.</summary>
    internal static string PlaceOf(string address, string folder) => Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address)))[..32]);

    private static Known? Load(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), DownloadJson.Default.Known);
        }
        catch (Exception exception) when (exception is IOException or JsonException)
        {
            return null; // a note may be lost: the file is fetched again
        }
    }

    /// <summary>One attempt.</summary>
    private sealed class Download(HttpClient client, Uri uri, string address, string path, Keyring keys, Known? known)
    {
        private readonly PartialFile _part = new(path, keys);

        /// <summary>The note of the file; null when it turned out to be another one than the part that was there.</summary>
        public async Task<Known?> RunAsync(string? sha256, CancellationToken cancel)
        {
            var begun = Load(_part.Note);
            var from = begun?.Validator is null ? 0 : _part.Length;
            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
            if (from > 0)
            {
                request.Headers.Range = new RangeHeaderValue(from, null);
                request.Headers.TryAddWithoutValidation("If-Range", begun!.Validator);
            }
            else if (known?.Validator is { } validator && sha256 is null)
            {
                request.Headers.TryAddWithoutValidation(validator.Contains('"', StringComparison.Ordinal) ? "If-None-Match" : "If-Modified-Since", validator);
            }

            using var quiet = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            quiet.CancelAfter(Patience);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, quiet.Token);
            if (response.StatusCode == HttpStatusCode.NotModified && known is not null)
            {
                return known;
            }

            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                _part.Delete();
                return null;
            }

            if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
            {
                throw new HttpRequestException($"the server answers {(int)response.StatusCode} {response.ReasonPhrase}", null, response.StatusCode);
            }

            if (response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From != from)
            {
                _part.Delete();
                return null;
            }

            await TakeAsync(response, response.StatusCode == HttpStatusCode.PartialContent ? from : 0, quiet);
            return Finish(sha256, ValidatorOf(response));
        }

        /// <summary>A strong mark of the file's content, or its date.</summary>
        private static string? ValidatorOf(HttpResponseMessage response) =>
            response.Headers.ETag is { IsWeak: false } mark ? mark.Tag : response.Content.Headers.LastModified?.ToString("R");

        private async Task TakeAsync(HttpResponseMessage response, long from, CancellationTokenSource quiet)
        {
            if (from == 0)
            {
                _part.Delete();
                DurableFile.Write(_part.Note, JsonSerializer.SerializeToUtf8Bytes(new Known(ValidatorOf(response), "", 0), DownloadJson.Default.Known));
            }

            await using var content = await response.Content.ReadAsStreamAsync(quiet.Token);
            await _part.TakeAsync(content, length =>
            {
                quiet.CancelAfter(Patience);
                if (length > BytesMax)
                {
                    throw new FaultException(address, $"The file has more than {BytesMax:N0} bytes, which is the limit.", "Fetch it by other means, or take a part of it.");
                }
            }, quiet.Token);
        }

        private Known? Finish(string? sha256, string? validator)
        {
            File.Delete(path + NoteEnding); // the note is of the file that is replaced
            var finished = _part.Finish(found =>
            {
                if (sha256 is not null && !sha256.Equals(found, StringComparison.OrdinalIgnoreCase))
                {
                    throw new FaultException(address, $"The file's SHA-256 is {found}; declared is {sha256.ToLowerInvariant()}.", "Find out why it changed; declare the new checksum only when the change is meant.");
                }
            });
            if (finished is not { } file)
            {
                return null;
            }

            var now = new Known(validator, file.Sha256, file.Bytes);
            DurableFile.Write(path + NoteEnding, JsonSerializer.SerializeToUtf8Bytes(now, DownloadJson.Default.Known));
            _part.Delete();
            return now;
        }
    }

    /// <param name="Validator">The server's mark of the content, in quotes, or the date of its last change.</param>
    /// <param name="Sha256">Of a finished file.</param>
    /// <param name="Bytes">Of a finished file; 0 in notes from before it was kept, which are not used.</param>
    internal sealed record Known(string? Validator, string Sha256, long Bytes);

    [JsonSerializable(typeof(Known))]
    internal sealed partial class DownloadJson : JsonSerializerContext;
}
