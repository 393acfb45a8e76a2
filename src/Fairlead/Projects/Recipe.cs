using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Projects.Reading;
using Fairlead.Workspace;

namespace Fairlead.Projects;

/// <summary>A cleaning recipe: steps over the columns of a file, without a project. Format: docs/formats/recipe.md.</summary>
/// <param name="RowSteps">Row steps in order; fitted ones still to be fitted.</param>
/// <param name="TableSteps">Table steps in order, after the row steps.</param>
/// <param name="Derived">Columns that row steps make, in order.</param>
public sealed record Recipe(IReadOnlyList<RowStep> RowSteps, IReadOnlyList<TableStep> TableSteps, IReadOnlyList<ProjectColumn> Derived)
{
    /// <summary>Reads a recipe for a table.</summary>
    /// <param name="path">The recipe's file.</param>
    /// <param name="columns">Columns of the table, which are all text at first.</param>
    /// <exception cref="FaultException">It is not there, is no YAML or does not fit the columns: every fault with file:line:column.</exception>
    public static Recipe Read(string path, IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        string text;
        try
        {
            text = File.ReadAllText(path, new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true));
        }
        catch (System.Text.DecoderFallbackException)
        {
            throw new FaultException(path, "The file is not UTF-8.", "Save it as UTF-8.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(path, File.Exists(path) ? $"The file can't be read: {exception.Message}" : "The file is not there.", "Name a recipe: a YAML file with a list of steps.");
        }

        return Parse(text, path, columns);
    }

    /// <summary>Reads the text of a recipe.</summary>
    /// <exception cref="FaultException">Every fault.</exception>
    public static Recipe Parse(string text, string path, IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        var faults = new FaultList(path);
        if (YamlTree.Parse(text, path) is not YamlMap map)
        {
            throw new FaultException($"{path}:1:1", "A recipe is made of keys and values.", "Start with \"steps:\", and below it lines such as \"- trim: all\".");
        }

        var file = new MapReader(map, "the recipe", faults);
        var reader = new CleanReader(new DeclaredColumns([.. columns.Select(name => new ProjectColumn(name, ColumnKind.Text, name))], null, ModelTask.Binary, faults), faults, recipe: true);
        file.Required("steps", "[\"drop duplicates\"]");
        reader.Read(file.List("steps", "trim: all"));
        file.Done();
        faults.ThrowIfAny();
        return new Recipe(reader.RowSteps(new Dictionary<string, string>()), reader.TableSteps, reader.Derived);
    }
}
