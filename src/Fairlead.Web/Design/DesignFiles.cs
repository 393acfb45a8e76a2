using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Fairlead.Web.Design;

/// <summary>Style sheets, the one script and the fonts, out of the program itself. A file's address carries its hash, so a browser asks once.</summary>
public static class DesignFiles
{
    private static readonly FrozenDictionary<string, (byte[] Content, string Hash, string Type)> Files = Read();

    /// <summary>Address of a file, such as /design/workbench.css?v=1f3a….</summary>
    public static string Url(string name) => $"/design/{name}?v={Files[name].Hash[..12]}";

    /// <summary>The content of a file, for a page that stands by itself.</summary>
    public static string Text(string name) => System.Text.Encoding.UTF8.GetString(Files[name].Content);

    /// <summary>Serves the named files and no other.</summary>
    public static void Map(IEndpointRouteBuilder routes, params IReadOnlyList<string> names) =>
        routes.MapGet("/design/{name}", (string name, HttpContext context) =>
        {
            if (!names.Contains(name) || !Files.TryGetValue(name, out var file))
            {
                return Results.NotFound();
            }

            context.Response.Headers.CacheControl = context.Request.Query.ContainsKey("v") ? "public, max-age=31536000, immutable" : "no-cache";
            return Results.Bytes(file.Content, file.Type, entityTag: new EntityTagHeaderValue($"\"{file.Hash}\""));
        });

    private static FrozenDictionary<string, (byte[], string, string)> Read()
    {
        var assembly = typeof(DesignFiles).Assembly;
        return assembly.GetManifestResourceNames().Where(name => name.StartsWith("design/", StringComparison.Ordinal)).ToFrozenDictionary(
            name => name["design/".Length..],
            name =>
            {
                using var stream = assembly.GetManifestResourceStream(name)!;
                var content = new byte[stream.Length];
                stream.ReadExactly(content);
                var type = Path.GetExtension(name) switch
                {
                    ".css" => "text/css; charset=utf-8",
                    ".js" => "text/javascript; charset=utf-8",
                    ".svg" => "image/svg+xml",
                    _ => "application/octet-stream",
                };
                return (content, Convert.ToHexStringLower(SHA256.HashData(content)), type);
            },
            StringComparer.Ordinal);
    }
}
