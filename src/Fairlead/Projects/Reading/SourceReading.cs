using Fairlead.Projects.Sources;

namespace Fairlead.Projects.Reading;

/// <summary>What the <c>data</c> part of a project file declares about how its sources are written.</summary>
public static class SourceReading
{
    /// <summary>Names of the delimiters that can be declared.</summary>
    public static readonly IReadOnlyList<string> Delimiters = ["comma", "semicolon", "tab", "bar"];

    private const string DelimiterSigns = ",;\t|";

    /// <summary>Names of the encodings that can be declared.</summary>
    public static IReadOnlyList<string> Encodings => [.. TextFormat.Names.Keys];

    /// <summary>The encoding of a name; null for another text.</summary>
    public static TextEncoding? EncodingOf(string name) => TextFormat.Names.TryGetValue(name.ToLowerInvariant(), out var known) ? known : null;

    /// <summary>The sign of a delimiter's name, or of the sign itself; null for another text.</summary>
    public static char? DelimiterOf(string name) =>
        name is [var sign] && DelimiterSigns.Contains(sign, StringComparison.Ordinal) ? sign
        : Delimiters.Index().FirstOrDefault(known => known.Item == name) is { Item: not null } found ? DelimiterSigns[found.Index]
        : null;

    internal static SourceOptions Of(MapReader data)
    {
        var encoding = data.Choice("encoding", [.. Encodings]);
        var delimiter = data.Choice("delimiter", [.. Delimiters]);
        return new SourceOptions(encoding is null ? null : EncodingOf(encoding), delimiter is null ? null : DelimiterOf(delimiter), data.YesNo("quoted"), data.YesNo("header"));
    }

    /// <summary>The checksums, one a source in their order; "none" for one without.</summary>
    internal static IReadOnlyList<string?> Checksums(MapReader data, IReadOnlyList<YamlText> sources)
    {
        var given = data.Texts("sha256") ?? [];
        foreach (var text in given.Where(text => text.Value != "none" && (text.Value.Length != 64 || !text.Value.All(char.IsAsciiHexDigit))))
        {
            data.Faults.Add(text, $"\"{text.Value}\" is no SHA-256.", "Write its 64 hexadecimal digits, or \"none\".");
        }

        if (given.Count > sources.Count)
        {
            data.Faults.Add(data.At("sha256"), $"There are {given.Count} checksums and {sources.Count} sources.", "Give one a source, in the order of the sources.");
        }

        foreach (var (text, source) in given.Zip(sources).Where(pair => pair.First.Value != "none" && !SourceDownload.IsAddress(pair.Second.Value)))
        {
            data.Faults.Add(text, $"A checksum is of a source that is fetched, and \"{source.Value}\" is not.", "Write \"none\" for it; files are told apart by their content anyway.");
        }

        return [.. given.Select(text => text.Value == "none" ? null : text.Value.ToLowerInvariant())];
    }

    /// <summary>The lines of a project file that say the same.</summary>
    internal static IEnumerable<string> Lines(ProjectFile project)
    {
        var reading = project.Reading;
        if (reading.Encoding is { } encoding)
        {
            yield return $"encoding: {TextFormat.Names.First(name => name.Value == encoding).Key}";
        }

        if (reading.Delimiter is { } delimiter)
        {
            yield return $"delimiter: {Delimiters[DelimiterSigns.IndexOf(delimiter, StringComparison.Ordinal)]}";
        }

        if (reading.Quoted is { } quoted)
        {
            yield return $"quoted: {(quoted ? "yes" : "no")}";
        }

        if (reading.Header is { } header)
        {
            yield return $"header: {(header ? "yes" : "no")}";
        }

        if (project.Checksums.Count > 0)
        {
            yield return $"sha256: [{string.Join(", ", project.Checksums.Select(sum => sum ?? "none"))}]";
        }
    }
}
