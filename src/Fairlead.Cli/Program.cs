using System.CommandLine;
using System.CommandLine.Help;
using Fairlead.Cli;
using Fairlead.Training.Worker;

if (args is [SearchWorker.Verb, var request])
{
    return SearchWorker.Main(request); // for the program itself, not for people: no parsing, no help
}

var root = new Command("fairlead", "Fairlead carries a machine-learning project from raw data to a service in customers' hands, and round again.")
{
    new HelpOption(),
    new VersionOption(),
    Edge.Json,
    UpVerb.Build(),
    NewVerb.Build(),
    IterateVerb.Build(),
    ScoreVerb.Build(),
    ServeVerb.Build(),
    ReviewVerb.Build(),
    FeedbackVerb.Build(),
    StatusVerb.Build(),
    WhyVerb.Build(),
};

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
{
    return Edge.WrongUse(parsed);
}

return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(20) });
