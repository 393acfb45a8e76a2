using System.CommandLine;
using Fairlead.Cli;
using Fairlead.Training.Worker;

if (args is [SearchWorker.Verb, var request])
{
    return SearchWorker.Main(request); // for the program itself, not for people: no parsing, no help
}

var parsed = VerbTree.Build(args).Parse(args);
if (parsed.Errors.Count > 0 && parsed.Action is not HelpText)
{
    return Edge.WrongUse(parsed);
}

return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(20) });
