using System.CommandLine;
using Fairlead.Projects;
using Fairlead.Projects.Reading;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Cli;

/// <summary>The options that say how a text file is written, of every verb that takes one. They say what <c>encoding</c>, <c>delimiter</c>, <c>quoted</c> and <c>header</c> say in a project file; what is not said is found.</summary>
internal sealed class ReadingOptions
{
    private readonly Option<string?> _encoding = new("--encoding") { HelpName = "NAME", Description = $"How text is written: {string.Join(", ", SourceReading.Encodings)}. Found when not given." };
    private readonly Option<string?> _delimiter = new("--delimiter") { HelpName = "NAME", Description = $"Between fields: {string.Join(", ", SourceReading.Delimiters)}, or the sign itself. Found when not given." };
    private readonly Option<string?> _quoted = new("--quoted") { HelpName = "yes|no", Description = "Whether fields may stand in double quotes. Found when not given." };
    private readonly Option<string?> _header = new("--header") { HelpName = "yes|no", Description = "Whether the first line holds the names of the columns. Found when not given." };

    private ReadingOptions()
    {
    }

    /// <summary>Adds the options to a verb.</summary>
    public static ReadingOptions Of(Command command)
    {
        var options = new ReadingOptions();
        foreach (var option in new[] { options._encoding, options._delimiter, options._quoted, options._header })
        {
            command.Add(option);
        }

        return options;
    }

    /// <summary>What is declared.</summary>
    /// <exception cref="FaultException">Every value that is none of those allowed.</exception>
    public SourceOptions Read(ParseResult parsed)
    {
        List<Fault> faults = [];
        var encoding = Named(_encoding, SourceReading.Encodings, SourceReading.EncodingOf);
        var delimiter = Named(_delimiter, SourceReading.Delimiters, SourceReading.DelimiterOf);
        var (quoted, header) = (Named(_quoted, ["yes", "no"], YesNo), Named(_header, ["yes", "no"], YesNo));
        return faults.Count > 0 ? throw new FaultException(faults, wrongUse: true) : new SourceOptions(encoding, delimiter, quoted, header);

        T? Named<T>(Option<string?> option, IReadOnlyList<string> names, Func<string, T?> known)
            where T : struct
        {
            if (parsed.GetValue(option) is not { } text)
            {
                return null;
            }

            var value = known(text);
            if (value is null)
            {
                faults.Add(new Fault(option.Name, $"\"{text}\" is none of {string.Join(", ", names)}.{NearestName.Hint(text, names)}", "Give one of them, or leave the option out."));
            }

            return value;
        }
    }

    private static bool? YesNo(string text) => text switch { "yes" => true, "no" => false, _ => null };
}
