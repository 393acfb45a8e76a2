using System.Globalization;
using System.Text;
using Fairlead.Models.Contracts;
using Fairlead.Projects;
using Fairlead.Projects.Reading;
using Fairlead.Workspace;

namespace Fairlead.Evaluation.Cases;

/// <summary>The cases of a project: one small YAML file each under <c>cases/</c>, fit for git. Format: docs/formats/cases.md.</summary>
public static class CasesFolder
{
    /// <summary>The folder's name in a project folder.</summary>
    public const string Name = "cases";

    /// <summary>Most cases that are read.</summary>
    public const int CasesMax = 10_000;

    /// <summary>Largest file, in bytes.</summary>
    public const int FileBytesMax = 1_000_000;

    private static readonly string[] Known = ["expected", "tolerance", "key", "from", "must", "row"];

    /// <summary>All cases, by file name; none when there is no folder.</summary>
    /// <exception cref="FaultException">Files are not as they must be: every fault of all of them.</exception>
    public static IReadOnlyList<CaseRecord> Read(ProjectFile project)
    {
        ArgumentNullException.ThrowIfNull(project);
        var folder = Path.Combine(project.Folder, Name);
        if (!Directory.Exists(folder))
        {
            return [];
        }

        var files = Directory.EnumerateFiles(folder, "*.yaml").Order(StringComparer.Ordinal).ToArray();
        if (files.Length > CasesMax)
        {
            throw new FaultException(Name, $"There are {files.Length} cases, at most {CasesMax} are read.", "Take away those that no longer teach anything.");
        }

        var (cases, faults) = (new List<CaseRecord>(), new List<Fault>());
        foreach (var file in files)
        {
            try
            {
                cases.Add(ReadOne(file, project));
            }
            catch (FaultException exception)
            {
                faults.AddRange(exception.Faults);
            }
        }

        return faults.Count == 0 ? cases : throw new FaultException(faults);
    }

    /// <summary>Where a case is written, relative to the project folder, with forward slashes.</summary>
    public static string PathOf(string id) => $"{Name}/{id}.yaml";

    /// <summary>Name for a case from a row or an answer: a-z, 0-9 and -, at most 60 characters.</summary>
    public static string IdOf(string from)
    {
        ArgumentNullException.ThrowIfNull(from);
        var id = new StringBuilder();
        foreach (var c in from)
        {
            if (id.Length == 60)
            {
                break;
            }

            if (char.IsAsciiLetterOrDigit(c))
            {
                id.Append(char.ToLowerInvariant(c));
            }
            else if (id.Length > 0 && id[^1] != '-')
            {
                id.Append('-');
            }
        }

        var trimmed = id.ToString().Trim('-');
        return trimmed.Length == 0 ? "case" : trimmed;
    }

    /// <summary>The file of a case.</summary>
    public static string Text(CaseRecord one)
    {
        ArgumentNullException.ThrowIfNull(one);
        var text = new StringBuilder("# A case: every later model is asked for this row. See docs/formats/cases.md.\n");
        text.Append(CultureInfo.InvariantCulture, $"expected: {Yaml.Scalar(one.Expected)}\n");
        if (one.Tolerance is { } tolerance)
        {
            text.Append(CultureInfo.InvariantCulture, $"tolerance: {tolerance.ToString("R", CultureInfo.InvariantCulture)}\n");
        }

        if (one.Key is { } key)
        {
            text.Append(CultureInfo.InvariantCulture, $"key: {Yaml.Scalar(key)}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"from: {Yaml.Scalar(one.From)}\nmust: {(one.Must ? "true" : "false")}\nrow:{(one.Row.Count == 0 ? " {}" : "")}\n");
        foreach (var (column, value) in one.Row)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {Yaml.Scalar(column)}: {(value is null ? "~" : Yaml.Scalar(value))}\n");
        }

        return text.ToString();
    }

    /// <summary>Writes a case, replacing the one of the same id. Returns the path relative to the project folder.</summary>
    public static string Add(string projectFolder, CaseRecord one)
    {
        ArgumentNullException.ThrowIfNull(one);
        if (IdOf(one.Id) != one.Id)
        {
            throw new ArgumentException($"\"{one.Id}\" is no name for a case; {nameof(IdOf)} makes one.", nameof(one));
        }

        DurableFile.Write(Path.Combine(projectFolder, Name, one.Id + ".yaml"), Text(one));
        return PathOf(one.Id);
    }

    private static CaseRecord ReadOne(string file, ProjectFile project)
    {
        var shown = $"{Name}/{Path.GetFileName(file)}";
        if (new FileInfo(file).Length > FileBytesMax)
        {
            throw new FaultException(shown, $"The file is larger than {FileBytesMax} bytes.", "A case is one row; look what else stands there.");
        }

        var faults = new FaultList(shown);
        if (YamlTree.Parse(File.ReadAllText(file), shown) is not YamlMap map)
        {
            throw new FaultException($"{shown}:1:1", "A case is a list of \"name: value\" lines.", "Write expected: and row:, as in docs/formats/cases.md.");
        }

        foreach (var (key, _) in map.Entries)
        {
            if (!Known.Contains(key.Value, StringComparer.Ordinal))
            {
                faults.Add(key, $"\"{key.Value}\" is not known here.", $"Use one of: {string.Join(", ", Known)}.{NearestName.Hint(key.Value, Known)}");
            }
            else if (map.Entries.First(e => e.Key.Value == key.Value).Key != key)
            {
                faults.Add(key, $"\"{key.Value}\" stands here twice.", "Keep one.");
            }
        }

        var expected = TextOf(map, "expected", faults);
        if (expected is null && map["expected"] is null)
        {
            faults.Add(map, "expected: is missing.", "Write the right answer: a class as it stands in the data, or a number.");
        }

        var row = RowOf(map, project, faults);
        var tolerance = ToleranceOf(map, expected, project, faults);
        var must = TextOf(map, "must", faults) is not { } flag || flag switch
        {
            "true" => true,
            "false" => false,
            _ => Wrong(map["must"]!, flag, faults),
        };
        faults.ThrowIfAny();
        return new CaseRecord(Path.GetFileNameWithoutExtension(file), row, expected!, tolerance, TextOf(map, "key", faults), TextOf(map, "from", faults) ?? "", must);
    }

    private static bool Wrong(YamlNode at, string flag, FaultList faults)
    {
        faults.Add(at, $"must: is true or false, not \"{flag}\".", "Write true when a wrong answer fails the gate \"cases pass\".");
        return true;
    }

    private static Dictionary<string, string?> RowOf(YamlMap map, ProjectFile project, FaultList faults)
    {
        var row = new Dictionary<string, string?>(StringComparer.Ordinal);
        if (map["row"] is not YamlMap cells)
        {
            faults.Add(map["row"] ?? map, "row: is missing or not \"column: value\" lines.", "Write one indented line per column under row:.");
            return row;
        }

        var columns = project.Columns.Select(c => c.Name).ToArray();
        foreach (var (key, value) in cells.Entries)
        {
            if (!columns.Contains(key.Value, StringComparer.Ordinal))
            {
                faults.Add(key, $"The project has no column \"{key.Value}\".", $"Take the line away or correct the name.{NearestName.Hint(key.Value, columns)}");
            }
            else if (value is not YamlText text)
            {
                faults.Add(value, $"The value of \"{key.Value}\" is not one value.", "Write text, a number, or ~ for missing.");
            }
            else if (!row.TryAdd(key.Value, text.IsNull ? null : text.Value))
            {
                faults.Add(key, $"\"{key.Value}\" stands here twice.", "Keep one.");
            }
        }

        return row;
    }

    private static double? ToleranceOf(YamlMap map, string? expected, ProjectFile project, FaultList faults)
    {
        var numbers = project.Task == ModelTask.Regression;
        if (numbers && expected is not null && !IsNumber(expected, out _))
        {
            faults.Add(map["expected"]!, $"\"{expected}\" is not a number, and {project.Target} is one.", "Write it with a point, such as 12.5.");
        }

        if (TextOf(map, "tolerance", faults) is not { } written)
        {
            return null;
        }

        if (!numbers)
        {
            faults.Add(map["tolerance"]!, $"tolerance: is for numbers, and {project.Target} is a class.", "Take the line away.");
        }
        else if (!IsNumber(written, out var tolerance) || tolerance < 0)
        {
            faults.Add(map["tolerance"]!, $"\"{written}\" is no tolerance.", "Write how far off an answer may be, at least 0, in the target's unit.");
        }
        else
        {
            return tolerance;
        }

        return null;
    }

    private static bool IsNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    private static string? TextOf(YamlMap map, string name, FaultList faults)
    {
        switch (map[name])
        {
            case null or YamlText { IsNull: true }:
                return null;
            case YamlText text:
                return text.Value;
            case var other:
                faults.Add(other, $"{name}: is one value.", "Write it on one line.");
                return null;
        }
    }
}
