using Fairlead.Data.Scanning;
using Fairlead.Models.Contracts;
using Fairlead.Projects;
using Fairlead.Projects.Reading;
using Fairlead.Workspace;

namespace Fairlead.Data.Checks;

/// <summary>A checks file: YAML with a list under <c>checks:</c>. docs/formats/checks-file.md has every check with its arguments.</summary>
internal static class ChecksFile
{
    /// <summary>Reads a checks file against the columns it is for.</summary>
    /// <exception cref="FaultException">Every fault of it, with file:line:column.</exception>
    public static IReadOnlyList<CheckRule> Read(string path, IReadOnlyList<ScannedColumn> columns)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(path, Directory.Exists(path) ? "This is a folder, not a checks file." : File.Exists(path) ? $"The checks file can't be read: {exception.Message}" : "The checks file is not there.", "Check the name, and the right to read it.");
        }

        return Parse(text, path, columns);
    }

    /// <inheritdoc cref="Read"/>
    /// <param name="text">The file's text.</param>
    /// <param name="file">Its name in faults.</param>
    public static IReadOnlyList<CheckRule> Parse(string text, string file, IReadOnlyList<ScannedColumn> columns)
    {
        var faults = new FaultList(file);
        IReadOnlyList<CheckRule> rules = [];
        switch (YamlTree.Parse(text, file))
        {
            case YamlMap map:
                var top = new MapReader(map, "a checks file", faults);
                if (top.Required("checks", "[{check: not_null, column: NAME}]") is not null)
                {
                    rules = Reader(columns, faults).Read(top.List("checks", "{check: not_null, column: NAME}"));
                }

                top.Done();
                break;
            case YamlList list:
                rules = Reader(columns, faults).Read(list.Items);
                break;
            default:
                faults.Add("The file holds no checks.", "Write \"checks:\" and below it lines such as \"- {check: not_null, column: NAME}\".");
                break;
        }

        faults.ThrowIfAny();
        return rules;
    }

    private static CheckReader Reader(IReadOnlyList<ScannedColumn> columns, FaultList faults) => new(new FileColumns(columns, faults), faults, inProject: false);

    /// <summary>The columns of a file. Typed numbers are numbers; all else is looked at as written.</summary>
    private sealed class FileColumns(IReadOnlyList<ScannedColumn> columns, FaultList faults) : ICheckableColumns
    {
        public IEnumerable<string> Names => columns.Select(column => column.Name);

        public ColumnKind? KindOf(string name) => columns.FirstOrDefault(column => column.Name == name)?.Form is VectorForm.Integer or VectorForm.Double ? ColumnKind.Number : null;

        public string? Resolve(YamlText? name)
        {
            if (name is null || columns.Any(column => column.Name == name.Value))
            {
                return name?.Value;
            }

            faults.Add(name, $"There is no column \"{name.Value}\".", $"Use a name from the data's header.{NearestName.Hint(name.Value, Names)}");
            return null;
        }
    }
}
