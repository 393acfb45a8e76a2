// The yardstick: bare Kestrel that walks the JSON of the same body and answers a fixed reply of the same length. No model, no checks, no log.
using System.Buffers;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

var port = int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture);
var reply = File.ReadAllBytes(args[1]);
var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
builder.WebHost.UseKestrelCore();
builder.Services.Configure<KestrelServerOptions>(kestrel =>
{
    kestrel.AddServerHeader = false;
    kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1);
});
var app = builder.Build();
app.Run(async context =>
{
    var body = context.Request.BodyReader;
    while (true)
    {
        var result = await body.ReadAsync();
        if (result.IsCompleted)
        {
            Walk(result.Buffer);
            body.AdvanceTo(result.Buffer.End);
            break;
        }

        body.AdvanceTo(result.Buffer.Start, result.Buffer.End);
    }

    context.Response.ContentType = "application/json";
    context.Response.ContentLength = reply.Length;
    context.Response.BodyWriter.Write(reply);
});
app.Run();

static void Walk(ReadOnlySequence<byte> body)
{
    var json = new Utf8JsonReader(body);
    while (json.Read())
    {
    }
}
