using System.Runtime.InteropServices;
using Fairlead.Models.Packages;
using Fairlead.ModelServer;
using Fairlead.Serving;
using Fairlead.Serving.Log;

const int Done = 0, Fault = 1, WrongUse = 2;
if (args is ["--help" or "-h"])
{
    Console.WriteLine(ServerOptions.Usage);
    return Done;
}

var faults = new List<string>();
var options = ServerOptions.Read(args, Environment.GetEnvironmentVariable, faults);
if (faults.Count > 0)
{
    faults.ForEach(Console.Error.WriteLine);
    Console.Error.WriteLine(ServerOptions.Usage);
    return WrongUse;
}

var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
void Stop(PosixSignalContext context)
{
    context.Cancel = true; // we end by ourselves, once what is under way is answered
    stop.TrySetResult();
}

using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
try
{
    var package = ModelPackage.Load(options.Model);
    using var log = LogPlace.Open(package, options, Console.Error);
    await using var shipper = options.Ship is null ? null : new LogShipper(log, options.Name ?? package.Contract.Project, options.Ship, options.ShipKey, Console.Error);
    var services = new PredictionServices { Shipper = shipper };
    services.Set(new PredictionService(options.Name ?? package.Contract.Project, package, log, options.Limits) { Failed = Console.Error.WriteLine });
    await using var host = await PredictionHost.StartAsync(services, options.Address, options.Port);
    Console.WriteLine($"{host.Url} answers for {options.Name ?? package.Contract.Project}, package {package.Digest[..12]}, log {log.Folder}");
    if (options.StopWithInput)
    {
        _ = Task.Run(() =>
        {
            using var input = Console.OpenStandardInput();
            input.CopyTo(Stream.Null);
            stop.TrySetResult();
        });
    }

    await stop.Task;
    return Done;
}
catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException)
{
    Console.Error.WriteLine(exception.Message);
    return Fault;
}
