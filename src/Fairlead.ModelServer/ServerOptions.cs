using System.Globalization;
using System.Net;
using Fairlead.Serving;

namespace Fairlead.ModelServer;

/// <summary>What the model server is told on its command line or by its environment; the command line wins.</summary>
internal sealed record ServerOptions
{
    public const string Usage = """
        fairlead-model-server [--model FOLDER] [--port N] [--address IP] [--log FOLDER] [--name NAME] [--ship URL] [--stop-with-input]

          --model FOLDER     FAIRLEAD_MODEL       the model package; default /model
          --port N           FAIRLEAD_PORT        0 lets the system choose; default 8080
          --address IP       FAIRLEAD_ADDRESS     default 0.0.0.0
          --log FOLDER       FAIRLEAD_LOG         prediction log; default /log. Where it can't be written: /dev/shm/fairlead-log, that is memory
          --name NAME        FAIRLEAD_NAME        the project's name on the wire; default the package's
          --ship URL         FAIRLEAD_SHIP_URL    where the log is sent to (plain http), such as http://workbench:5180/api/predictions
                             FAIRLEAD_SHIP_KEY    sent as Authorization: Bearer
          --rows-max N       FAIRLEAD_ROWS_MAX    rows in one request; default 1000, at most 100000
          --body-max N       FAIRLEAD_BODY_MAX    bytes of a request body; default 4194304, at most 67108864
          --log-max N        FAIRLEAD_LOG_MAX     bytes of the log's folder; default 1073741824 (50331648 in memory). When reached: with --ship requests
                                                  are refused (503) until segments are sent, without it the oldest segments are deleted
                             FAIRLEAD_PSEUDONYM_KEY, FAIRLEAD_PSEUDONYM_KEY_FILE  the pseudonym key or a file that holds it, for models that need one
          --stop-with-input                       stop when the standard input ends

        Stops on SIGTERM and SIGINT: not ready at once, requests under way are answered, the log is closed.
        """;

    public string Model { get; private set; } = "/model";

    public int Port { get; private set; } = 8080;

    public IPAddress Address { get; private set; } = IPAddress.Any;

    public string Log { get; private set; } = "/log";

    public string? Name { get; private set; }

    public Uri? Ship { get; private set; }

    public string? ShipKey { get; private set; }

    public ServingLimits Limits { get; private set; } = new();

    /// <summary>Null: the default of where the log lies.</summary>
    public long? LogMax { get; private set; }

    public bool StopWithInput { get; private set; }

    /// <summary>Reads options; every fault is listed at once.</summary>
    public static ServerOptions Read(string[] arguments, Func<string, string?> environment, List<string> faults)
    {
        var options = new ServerOptions { ShipKey = environment("FAIRLEAD_SHIP_KEY") };
        foreach (var name in (string[])["model", "port", "address", "log", "name", "ship", "rows-max", "body-max", "log-max"])
        {
            var variable = "FAIRLEAD_" + (name == "ship" ? "SHIP_URL" : name.ToUpperInvariant().Replace('-', '_'));
            if (environment(variable) is { Length: > 0 } value)
            {
                options.Set(name, value, variable, faults);
            }
        }

        for (var i = 0; i < arguments.Length; i++)
        {
            var name = arguments[i].StartsWith("--", StringComparison.Ordinal) ? arguments[i][2..] : "";
            if (name == "stop-with-input")
            {
                options.StopWithInput = true;
            }
            else if (i + 1 == arguments.Length)
            {
                faults.Add($"{arguments[i]}: is not an option, or lacks its value.");
            }
            else
            {
                options.Set(name, arguments[++i], arguments[i - 1], faults);
            }
        }

        return options;
    }

    private void Set(string name, string value, string where, List<string> faults)
    {
        switch (name)
        {
            case "model":
                Model = value;
                break;
            case "log":
                Log = value;
                break;
            case "name" when !value.Contains('/', StringComparison.Ordinal):
                Name = value;
                break;
            case "name":
                faults.Add($"{where}: \"{value}\" holds a /; a name stands in a path.");
                break;
            case "port":
                Port = (int)Number(value, 0, 65_535, where, faults);
                break;
            case "rows-max":
                Limits = Limits with { RowsMax = (int)Number(value, 1, 100_000, where, faults) };
                break;
            case "body-max":
                Limits = Limits with { BodyBytesMax = (int)Number(value, 1 << 10, 64 << 20, where, faults) };
                break;
            case "log-max":
                LogMax = Number(value, 16 << 20, 1L << 50, where, faults);
                break;
            case "address" when IPAddress.TryParse(value, out var address):
                Address = address;
                break;
            case "address":
                faults.Add($"{where}: \"{value}\" is not an IP address, such as 127.0.0.1 or ::.");
                break;
            case "ship" when Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttp:
                Ship = url;
                break;
            case "ship":
                faults.Add($"{where}: \"{value}\" is not an http:// address. TLS is not in the image; let a proxy beside the server add it.");
                break;
            default:
                faults.Add($"{where}: no such option.");
                break;
        }
    }

    private static long Number(string value, long min, long max, string where, List<string> faults)
    {
        if (long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
        {
            return number;
        }

        faults.Add(string.Create(CultureInfo.InvariantCulture, $"{where}: \"{value}\" is not a whole number from {min} to {max}."));
        return min;
    }
}
