using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Fairlead.Workspace.Keys;

/// <summary>A key service that speaks the "transit" HTTP API: <c>POST URL/encrypt/NAME {"plaintext": base64}</c> and <c>POST URL/decrypt/NAME {"ciphertext": text}</c>, answered as <c>{"data": {…}}</c>, with a token in <c>X-Vault-Token</c>.</summary>
/// <param name="url">Up to and without "/encrypt", as http://127.0.0.1:8200/v1/transit.</param>
/// <param name="name">Name of the service's key.</param>
/// <param name="token">Proof of who asks; null to send none.</param>
internal sealed class TransitKeyService(Uri url, string name, string? token) : IKeyService
{
    /// <summary>How long to wait for an answer.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    public string Where => url.ToString();

    /// <summary>From FAIRLEAD_KEY_SERVICE (the address, the key's name as its last part), FAIRLEAD_KEY_SERVICE_TOKEN or the file named by FAIRLEAD_KEY_SERVICE_TOKEN_FILE; null when the first is not set.</summary>
    /// <exception cref="FaultException">The address is none, or the token's file can't be read.</exception>
    public static TransitKeyService? FromEnvironment()
    {
        if (Environment.GetEnvironmentVariable("FAIRLEAD_KEY_SERVICE") is not { Length: > 0 } text)
        {
            return null;
        }

        var slash = text.TrimEnd('/').LastIndexOf('/');
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || slash < address.GetLeftPart(UriPartial.Authority).Length)
        {
            throw new FaultException("FAIRLEAD_KEY_SERVICE", $"\"{text}\" is not the address of a key service.", "Give it as https://HOST/v1/transit/KEYNAME.");
        }

        if (address.Scheme == "http" && !address.IsLoopback)
        {
            throw new FaultException("FAIRLEAD_KEY_SERVICE", "A key service on another machine must be asked over https: the key would cross the network in clear.", "Give its https address.");
        }

        var token = Environment.GetEnvironmentVariable("FAIRLEAD_KEY_SERVICE_TOKEN");
        if (token is not { Length: > 0 } && Environment.GetEnvironmentVariable("FAIRLEAD_KEY_SERVICE_TOKEN_FILE") is { Length: > 0 } file)
        {
            try
            {
                token = File.ReadAllText(file).Trim();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new FaultException(file, $"The key service's token can't be read: {exception.Message}", "Check FAIRLEAD_KEY_SERVICE_TOKEN_FILE.");
            }
        }

        return new TransitKeyService(new Uri(text[..slash]), text.TrimEnd('/')[(slash + 1)..], token);
    }

    public string Wrap(ReadOnlySpan<byte> key) => Ask("encrypt", "plaintext", Convert.ToBase64String(key), "ciphertext");

    public byte[] Unwrap(string wrapped)
    {
        var answer = Ask("decrypt", "ciphertext", wrapped, "plaintext");
        return Convert.FromBase64String(answer);
    }

    private string Ask(string verb, string field, string value, string wanted)
    {
        using var client = new HttpClient { Timeout = _patience };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{url}/{verb}/{Uri.EscapeDataString(name)}")
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes($"{{\"{field}\":\"{JsonEncodedText.Encode(value)}\"}}")),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (token is not null)
        {
            request.Headers.Add("X-Vault-Token", token);
        }

        try
        {
            using var response = client.Send(request);
            using var reader = new StreamReader(response.Content.ReadAsStream());
            var body = reader.ReadToEnd();
            if (!response.IsSuccessStatusCode)
            {
                throw new FaultException(Where, $"The key service refused to {verb}: status {(int)response.StatusCode}.", "Check its address, the name of its key and the token's rights.");
            }

            using var json = JsonDocument.Parse(body);
            return json.RootElement.GetProperty("data").GetProperty(wanted).GetString()!;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException or IOException)
        {
            throw new FaultException(Where, $"The key service can't be reached: {exception.Message}", "Start it, or check FAIRLEAD_KEY_SERVICE.");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FaultException(Where, "The key service's answer is not understood.", "Check that it speaks the transit API.");
        }
    }
}
