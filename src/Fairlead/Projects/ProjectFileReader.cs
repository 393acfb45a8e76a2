using System.Text;
using System.Text.RegularExpressions;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Projects.Reading;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Projects;

/// <summary>Reads <c>fairlead.yaml</c>, strictly, and reports every fault at once with its place and the fix. Format: docs/formats/fairlead-yaml.md.</summary>
public static partial class ProjectFileReader
{
    /// <summary>Why a column is no feature that a "drop" step names.</summary>
    public const string DroppedByRecipe = "dropped in cleaning";

    private static readonly string[] Kinds = ["number", "category", "text", "date", "id"];
    private static readonly string[] Tasks = ["binary", "multiclass", "regression"];

    /// <summary>Reads the project of a folder.</summary>
    /// <param name="withSource">Also opens the data files and holds their columns against the declared ones. Costs one scan of each file.</param>
    /// <param name="downloads">Where data files behind addresses are fetched to; null: the usual place.</param>
    /// <exception cref="FaultException">There is no project file, or it or its data is wrong: every fault.</exception>
    public static ProjectFile Read(string folder, bool withSource = true, DownloadFolder? downloads = null)
    {
        var full = Path.GetFullPath(folder);
        var path = Path.Combine(full, ProjectFile.FileName);
        if (!File.Exists(path))
        {
            throw new FaultException(path, Directory.Exists(full) ? "There is no project file in this folder." : "There is no such folder.", "Name a project folder, or make one with \"fairlead new NAME --data FILE --target COL\".");
        }

        try
        {
            var project = Parse(File.ReadAllText(path, new UTF8Encoding(false, throwOnInvalidBytes: true)), full, withSource, downloads);
            return project.Split.Stratified && DealtRows.Read(full) is { } dealt && dealt.Fits(project.Split) ? project with { Split = project.Split with { Dealt = dealt } } : project;
        }
        catch (DecoderFallbackException)
        {
            throw new FaultException(ProjectFile.FileName, "The file is not UTF-8.", "Save it as UTF-8.");
        }
    }

    /// <summary>Reads the text of a project file.</summary>
    /// <param name="folder">Full path of the project folder, which relative data paths start from.</param>
    /// <exception cref="FaultException">Every fault.</exception>
    public static ProjectFile Parse(string text, string folder, bool withSource = false, DownloadFolder? downloads = null)
    {
        var faults = new FaultList(ProjectFile.FileName);
        switch (YamlTree.Parse(text, ProjectFile.FileName))
        {
            case YamlMap map:
                var project = Project(new MapReader(map, "the project file", faults), folder, faults, withSource, downloads);
                faults.ThrowIfAny();
                return project;
            case null:
                throw new FaultException($"{ProjectFile.FileName}:1:1", "The file is empty.", "Make it with \"fairlead new NAME --data FILE --target COL\".");
            case var other:
                throw new FaultException(faults.Where(other), "A project file is made of keys and values.", "Start with \"project: NAME\".");
        }
    }

    /// <summary>1 to 63 of a-z, 0-9 and -, starting with a letter.</summary>
    public static bool IsName(string name) => NamePattern().IsMatch(name);

    private static ProjectFile Project(MapReader map, string folder, FaultList faults, bool withSource, DownloadFolder? downloads)
    {
        var name = map.Text("project", "orders");
        if (name is not null && !NamePattern().IsMatch(name))
        {
            faults.Add(map.At("project"), $"\"{name}\" is not a project name: it is also the model's name on the wire.", "Use 1 to 63 of a-z, 0-9 and -, starting with a letter.");
        }

        var id = map.Text("id", "0a1b2c3d");
        if (id is not null && !IdPattern().IsMatch(id))
        {
            faults.Add(map.At("id"), $"\"{id}\" is not a project id.", "Restore the line from git; an id is 8 of 0-9 and a-f and is written once by \"fairlead new\".");
        }

        var question = map.Text("question", "Which orders will be late?");
        var single = map.Find("data") as YamlText; // "data: orders/*.csv" is short for "data: {source: orders/*.csv}"
        var data = single is not null || map.Required("data", "") is null ? null : map.Child("data");
        var sources = single is not null ? [single] : SourcesOf(data);
        var reading = data is null ? SourceOptions.None : SourceReading.Of(data);
        var checksums = data is null ? [] : SourceReading.Checksums(data, sources);
        var targetMap = map.Required("target", "") is null ? null : map.Child("target");
        var target = targetMap?.Text("column", "NAME");
        targetMap?.Required("task", "binary");
        var taskText = targetMap?.Choice("task", Tasks);
        var task = Array.IndexOf(Tasks, taskText) switch { 1 => ModelTask.Multiclass, 2 => ModelTask.Regression, _ => ModelTask.Binary };

        var formats = new Dictionary<string, string>(StringComparer.Ordinal);
        var columnsMap = map.Required("columns", "") is null ? null : map.Child("columns");
        var declared = columnsMap is null ? [] : ColumnsOf(columnsMap, target, formats);
        var columns = new DeclaredColumns(declared, target, task, faults);
        var key = data is null ? null : columns.Resolve(data, "key");
        var time = data is null ? null : columns.Resolve(data, "time");
        if (time is not null && columns.KindOf(time) != ColumnKind.Date)
        {
            faults.Add(data!.At("time"), $"\"{time}\" is not a date column.", "Set its kind to date under \"columns\".");
        }

        if (key is not null && key == target)
        {
            faults.Add(data!.At("key"), "The target can't be the key: a corrected answer would change the row's side.", "Name another column, or leave \"key\" out.");
        }

        var positive = targetMap?.Text("positive");
        if (taskText is not null && task == ModelTask.Binary && positive is null)
        {
            faults.Add(targetMap!.Map, "A binary task needs its class of interest.", "Add \"positive: CLASS\" under \"target\", as written in the data.");
        }
        else if (taskText is not null && task != ModelTask.Binary && positive is not null)
        {
            faults.Add(targetMap!.At("positive"), $"Only a binary task has a positive class; this one is {taskText}.", "Take the line away.");
        }

        var unit = targetMap?.Text("unit");
        var wording = WordingOf(targetMap, columns, task, taskText is not null);
        data?.Done();
        targetMap?.Done();

        var clean = new CleanReader(columns, faults);
        clean.Read(map.List("clean", "trim: all"));
        var unused = clean.TableSteps.OfType<DropColumnsStep>().SelectMany(step => step.Columns).ToHashSet(StringComparer.Ordinal);
        var quarantineMax = PlanReader.QuarantineMax(map.Child("quarantine"));
        var checks = new CheckReader(columns, faults, inProject: true).Read(map.List("checks", "not_null: NAME"));
        foreach (var rule in checks.Where(rule => rule.BeforeCleaning && clean.Derived.Any(column => column.Name == rule.Row?.Column)))
        {
            faults.Add(new Fault(rule.Where, $"\"{rule.Row!.Column}\" is made in cleaning, so it can't be checked before.", "Write \"when: after\" or nothing."));
        }

        var split = PlanReader.Split(map.Child("split"), columns, faults);
        var training = PlanReader.Training(map.Child("training"), faults);
        var retention = PlanReader.Retention(map.Child("retention"));
        var gates = PlanReader.Gates(map.List("gates", "checks pass"), task, taskText is not null, faults);
        map.Done();

        if (withSource && sources.Count > 0)
        {
            SourceColumns.Check(sources, reading, checksums, columns, columnsMap, targetMap, folder, downloads, faults);
        }

        return new ProjectFile
        {
            Folder = folder,
            Project = name ?? "",
            Id = id ?? "",
            Question = question ?? "",
            Sources = [.. sources.Select(s => s.Value)],
            Reading = reading,
            Checksums = checksums,
            Key = key,
            Time = time,
            Target = target ?? "",
            Task = task,
            Positive = positive,
            Unit = unit,
            Wording = wording,
            Columns = [.. declared.Select(column => unused.Contains(column.Name) && column.Ignore is null ? column with { Ignore = DroppedByRecipe } : column)],
            Derived = [.. clean.Derived.Select(column => unused.Contains(column.Name) ? column with { Ignore = DroppedByRecipe } : column)],
            RowSteps = clean.RowSteps(formats),
            TableSteps = clean.TableSteps,
            Checks = checks,
            QuarantineMax = quarantineMax,
            Split = split,
            Training = training,
            Retention = retention,
            Gates = gates,
        };
    }

    private static IReadOnlyList<YamlText> SourcesOf(MapReader? data)
    {
        if (data is null)
        {
            return [];
        }

        var one = data.Has("source");
        var sources = data.Texts("sources");
        if (one && sources is not null)
        {
            data.Faults.Add(data.At("sources"), "Both \"source\" and \"sources\" are given.", "Keep \"sources: [a.csv, b.csv]\" for several files, \"source: a.csv\" for one.");
        }

        if (one)
        {
            var named = data.Texts("source") ?? [];
            if (named.Count > 1)
            {
                data.Faults.Add(data.At("source"), "\"source\" names several files, and would read the first only.", "Write \"sources: [a.csv, b.csv]\".");
            }

            return [.. named.Take(1)];
        }

        _ = sources is null ? data.Required("source", "data.csv") : null;
        return sources ?? [];
    }

    private static List<ProjectColumn> ColumnsOf(MapReader map, string? target, Dictionary<string, string> formats)
    {
        var columns = new List<ProjectColumn>(map.Map.Entries.Count);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in map.Map.Entries)
        {
            var name = key.Value;
            if (!seen.Add(name))
            {
                continue; // reported as given twice
            }

            if (name == target)
            {
                map.Faults.Add(key, $"\"{name}\" is the target, so it is not among the columns.", "Take the line away.");
            }

            // "tenure: number" is short for "tenure: {kind: number}".
            var column = value switch
            {
                YamlMap inner => new MapReader(inner, $"column \"{name}\"", map.Faults),
                YamlText => new MapReader(new YamlMap([new(new YamlText("kind", true, key.Line, key.Column, 0, 0), value)], true, value.Line, value.Column, 0, 0), $"column \"{name}\"", map.Faults),
                _ => null,
            };
            if (column is null)
            {
                map.Faults.Add(value, $"Column \"{name}\" must be a kind or a mapping.", $"Write \"{name}: number\" or \"{name}: {{kind: number, unit: km}}\".");
                continue;
            }

            columns.Add(ColumnOf(name, column, formats));
        }

        return columns;
    }

    private static ProjectColumn ColumnOf(string name, MapReader column, Dictionary<string, string> formats)
    {
        column.Required("kind", "number");
        var kindText = column.Choice("kind", Kinds);
        var kind = kindText is null ? ColumnKind.Category : (ColumnKind)Array.IndexOf(Kinds, kindText);
        var label = column.Text("label");
        var unit = column.Text("unit");
        var ignore = column.Text("ignore");
        var personal = column.Choice("personal", ["drop", "mask", "keep", "pseudonym", "generalise", "synthetic"]);
        var why = column.Text("why");
        var required = column.YesNo("required");
        var provenance = column.YesNo("provenance") ?? false;
        if (provenance && kindText is not null && kind != ColumnKind.Category)
        {
            column.Faults.Add(column.At("provenance"), $"Only a category says who or what recorded a row; this column is {kindText}.", "Take \"provenance\" away, or write \"kind: category\".");
        }

        var to = column.Text("to");
        var protection = personal switch
        {
            "drop" => Protection.Drop,
            "mask" => Protection.Mask,
            "keep" => Protection.Keep,
            "pseudonym" => Protection.Pseudonym,
            "generalise" => Protection.Generalise,
            "synthetic" => Protection.Synthetic,
            _ => Protection.None,
        };
        ProtectionFaults(column, protection, kindText is null ? null : kind, to);
        if (protection == Protection.Keep && string.IsNullOrWhiteSpace(why))
        {
            column.Faults.Add(column.At("personal"), "Personal data is kept only for a reason.", "Add \"why: …\" to the column, or write \"personal: drop\".");
        }
        else if (protection != Protection.Keep && why is not null)
        {
            column.Faults.Add(column.At("why"), "\"why\" says why personal data is kept.", "Add \"personal: keep\", or take \"why\" away.");
        }

        if (column.Choice("format", ["ymd", "dmy", "mdy"]) is { } format)
        {
            if (kindText is not null && kind != ColumnKind.Date)
            {
                column.Faults.Add(column.At("format"), $"Only a date column has a format; this one is {kindText}.", "Take \"format\" away, or write \"kind: date\".");
            }
            else if (format != "ymd")
            {
                formats[name] = format;
            }
        }

        column.Done();
        var isFeature = ignore is null && kind != ColumnKind.Id && protection.CanTeach;
        return new ProjectColumn(name, kind, label ?? Naming.LabelOf(name).Label, ignore, protection, unit, required ?? isFeature, why, protection == Protection.Generalise ? to : null) { Provenance = provenance };
    }

    /// <summary>Which protection goes with which kind, and how coarse "generalise" makes it.</summary>
    private static void ProtectionFaults(MapReader column, Protection protection, ColumnKind? kind, string? to)
    {
        var name = kind?.ToString().ToLowerInvariant();
        if (protection == Protection.Mask && kind is not (null or ColumnKind.Text))
        {
            column.Faults.Add(column.At("personal"), $"Only free text is masked; this column is {name}.", "Write \"personal: drop\", or \"kind: text\".");
        }
        else if (protection is Protection.Pseudonym or Protection.Synthetic && kind is ColumnKind.Number or ColumnKind.Date)
        {
            column.Faults.Add(column.At("personal"), $"What stands in the place of the value is a text; this column is {name}.", "Write \"kind: category\", or \"personal: generalise\", or \"personal: drop\".");
        }
        else if (protection == Protection.Generalise)
        {
            var fix = kind switch { ColumnKind.Number => "\"to: band 10\"", ColumnKind.Date => "\"to: year\", \"to: month\" or \"to: 10 years\"", _ => "\"to: first 3\"" };
            if (to is null)
            {
                column.Faults.Add(column.At("personal"), "Nothing says how coarse the value becomes.", $"Add {fix}.");
            }
            else if (Generalisation.Parse(to) is not { } coarse || (kind is { } known && coarse.Kind != (known is ColumnKind.Number or ColumnKind.Date ? known : null)))
            {
                column.Faults.Add(column.At("to"), $"A column of this kind can't become \"{to}\".", $"Write {fix}.");
            }
        }

        if (protection != Protection.Generalise && to is not null)
        {
            column.Faults.Add(column.At("to"), "\"to\" says how coarse \"personal: generalise\" makes a value.", "Add \"personal: generalise\", or take \"to\" away.");
        }
    }

    private static Wording WordingOf(MapReader? target, DeclaredColumns columns, ModelTask task, bool taskKnown)
    {
        var thing = target?.Text("thing") ?? "Row";
        var name = target is null ? null : columns.Resolve(target, "name");
        if (name is not null && columns.Columns.FirstOrDefault(c => c.Name == name)?.Protection == Protection.Drop)
        {
            target!.Faults.Add(target.At("name"), $"\"{name}\" is personal data that is dropped, so it can't name a row to people.", "Name another column, or leave \"name\" out.");
        }

        var answers = new Dictionary<string, string>(StringComparer.Ordinal);
        if (target?.Child("says", "\"says\"") is { } says)
        {
            if (taskKnown && task == ModelTask.Regression)
            {
                says.Faults.Add(target.At("says"), "A number is not said in phrases.", "Take \"says\" away; \"unit\" tells what the number counts.");
            }

            foreach (var entry in says.Map.Entries)
            {
                if (says.Text(entry.Key.Value) is { } phrase)
                {
                    answers[entry.Key.Value] = phrase;
                }
                else if (says.Find(entry.Key.Value) is null)
                {
                    says.Faults.Add(entry.Key, $"Nothing says how \"{entry.Key.Value}\" is said.", "Write \"CLASS: will probably …\", with quotes where it holds special characters.");
                }
            }

            says.Done();
        }

        return new Wording(thing, name, answers);
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{0,62}$")]
    private static partial Regex NamePattern();

    [GeneratedRegex("^[0-9a-f]{8}$")]
    private static partial Regex IdPattern();
}
