using Fairlead.Projects.Reading;
using Fairlead.Workspace;

namespace Fairlead.Projects;

/// <summary>
/// Edits a project file where a person clicked: one line goes in or changes, every comment and all else stay as they are, so that git shows a small diff.
/// An edit that would make the file wrong is refused and nothing is written.
/// </summary>
public static class ProjectFileEdit
{
    /// <param name="Before">The file before.</param>
    /// <param name="After">The file after.</param>
    /// <param name="Diff">Unified diff of the two.</param>
    public sealed record Change(string Before, string After, string Diff);

    /// <summary>Adds a gate, such as "auc >= 0.80". A gate that is there already changes nothing.</summary>
    /// <exception cref="FaultException">The gate can't be read, or the file is wrong.</exception>
    public static Change AddGate(string folder, string gate) =>
        Apply(folder, text => Items(text, "gates").Any(i => i is YamlText t && t.Value == gate) ? text : AddItem(text, "gates", gate, Yaml.Scalar(gate)));

    /// <summary>Adds a cleaning step at the end, as an item is written: "drop duplicates", "impute: {column: weight_kg, with: median}".</summary>
    /// <param name="write">False: only says what the file would become.</param>
    /// <exception cref="FaultException">The step can't be read, or the file is wrong.</exception>
    public static Change AddCleanStep(string folder, string step, bool write = true) => Apply(folder, text => AddItem(text, "clean", step, step), write);

    /// <summary>Adds a check at the end, as an item is written: "between: {column: weight_kg, min: 0}".</summary>
    /// <exception cref="FaultException">The check can't be read, or the file is wrong.</exception>
    public static Change AddCheck(string folder, string check) => Apply(folder, text => AddItem(text, "checks", check, check));

    /// <summary>Leaves a column out of the model, with the reason.</summary>
    /// <exception cref="FaultException">There is no such column, or the file is wrong.</exception>
    public static Change Ignore(string folder, string column, string reason) => Apply(folder, text => SetColumn(text, column, "ignore", reason));

    /// <summary>Sets one key of a column, such as kind, label, unit, ignore or personal.</summary>
    /// <exception cref="FaultException">There is no such column, the value does not fit, or the file is wrong.</exception>
    public static Change SetColumn(string folder, string column, IReadOnlyDictionary<string, string> values) =>
        Apply(folder, text => values.Aggregate(text, (edited, pair) => SetColumn(edited, column, pair.Key, pair.Value)));

    /// <summary>Deals every class in the wanted shares: another exam, so a new line of iterations.</summary>
    /// <exception cref="FaultException">The file is wrong.</exception>
    public static Change Stratify(string folder) => Apply(folder, text =>
    {
        if (Root(text)["split"] is not YamlMap map)
        {
            var newLine = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
            return $"{text.TrimEnd()}{newLine}{newLine}split:{newLine}  stratified: true{newLine}";
        }

        return map["stratified"] is { } old ? text[..old.Index] + "true" + text[LastIndex(text, old)..] : Entry(text, map, "stratified", "true");
    });

    private static Change Apply(string folder, Func<string, string> edit, bool write = true)
    {
        var path = Path.Combine(Path.GetFullPath(folder), ProjectFile.FileName);
        ProjectFileReader.Read(folder, withSource: false);
        var before = File.ReadAllText(path);
        var after = edit(before);
        if (after != before)
        {
            ProjectFileReader.Parse(after, Path.GetFullPath(folder));
            if (write)
            {
                DurableFile.Write(path, after);
            }
        }

        return new Change(before, after, TextDiff.Unified(ProjectFile.FileName, before, after));
    }

    private static IReadOnlyList<YamlNode> Items(string text, string section) => Root(text)[section] is YamlList list ? list.Items : [];

    private static YamlMap Root(string text) => (YamlMap)YamlTree.Parse(text, ProjectFile.FileName)!;

    /// <param name="item">As written in a block list.</param>
    /// <param name="flow">As written inside brackets.</param>
    private static string AddItem(string text, string section, string item, string flow)
    {
        var newLine = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        if (Root(text)[section] is not YamlList list)
        {
            // Absent, or a key without items.
            var key = Root(text).Entries.FirstOrDefault(e => e.Key.Value == section).Key;
            return key is null
                ? $"{text.TrimEnd()}{newLine}{newLine}{section}:{newLine}  - {item}{newLine}"
                : text.Insert(EndOfLine(text, key.EndIndex), $"{newLine}  - {item}");
        }

        if (list.Flow)
        {
            return list.Items.Count == 0
                ? text[..list.Index].TrimEnd(' ') + $"{newLine}  - {item}" + text[list.EndIndex..]
                : text.Insert(list.EndIndex - 1, ", " + flow);
        }

        return text.Insert(EndOfLine(text, LastIndex(text, list)), newLine + new string(' ', list.Column - 1) + "- " + item);
    }

    private static string SetColumn(string text, string column, string key, string value)
    {
        var node = (Root(text)["columns"] as YamlMap)?[column] ?? throw new FaultException(
            ProjectFile.FileName, $"There is no column \"{column}\".", $"Name one from \"columns\".{NearestName.Hint(column, (Root(text)["columns"] as YamlMap)?.Entries.Select(e => e.Key.Value) ?? [])}");
        var written = Yaml.Scalar(value);
        if (node is not YamlMap map)
        {
            // "number" alone is short for {kind: number}.
            var kind = text[node.Index..node.EndIndex];
            return text[..node.Index] + (key == "kind" ? written : $"{{kind: {kind}, {key}: {written}}}") + text[node.EndIndex..];
        }

        if (map[key] is { } old)
        {
            return text[..old.Index] + written + text[LastIndex(text, old)..];
        }

        return Entry(text, map, key, written);
    }

    /// <summary>One more entry at the end of a map.</summary>
    private static string Entry(string text, YamlMap map, string key, string written) => map.Flow
        ? text.Insert(map.EndIndex - 1, $"{(map.Entries.Count > 0 ? ", " : "")}{key}: {written}")
        : text.Insert(EndOfLine(text, LastIndex(text, map)), $"{(text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n")}{new string(' ', map.Column - 1)}{key}: {written}");

    /// <summary>Just after the last character of a node. The end of a block is found at its last item, since the parser puts it at whatever follows.</summary>
    private static int LastIndex(string text, YamlNode node)
    {
        var last = node switch
        {
            YamlList { Flow: false, Items.Count: > 0 } list => LastIndex(text, list.Items[^1]),
            YamlMap { Flow: false, Entries.Count: > 0 } map => LastIndex(text, map.Entries[^1].Value is YamlText { EndIndex: var end } && end <= map.Entries[^1].Key.EndIndex ? map.Entries[^1].Key : map.Entries[^1].Value),
            _ => node.EndIndex,
        };
        while (last > node.Index && char.IsWhiteSpace(text[last - 1]))
        {
            last--;
        }

        return last;
    }

    private static int EndOfLine(string text, int from)
    {
        var end = text.IndexOf('\n', from);
        return end < 0 ? text.Length : end > 0 && text[end - 1] == '\r' ? end - 1 : end;
    }
}
