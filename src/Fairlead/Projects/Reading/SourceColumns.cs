using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Projects.Reading;

/// <summary>The columns of the data files against those of the project file.</summary>
internal static class SourceColumns
{
    /// <summary>Holds the columns of the data files against the declared ones, both ways: an undeclared column may be personal or a leak, so it is never taken silently.</summary>
    public static void Check(
        IReadOnlyList<YamlText> sources, SourceOptions reading, IReadOnlyList<string?> checksums, DeclaredColumns columns, MapReader? columnsMap, MapReader? targetMap, string folder, DownloadFolder? downloads, FaultList faults)
    {
        foreach (var (source, place) in sources.Select((source, place) => (source, place)))
        {
            var path = Path.Combine(folder, source.Value);
            if (!SourceDownload.IsAddress(source.Value) && !File.Exists(path) && !SourcePlaces.IsMany(folder, source.Value))
            {
                faults.Add(source, $"There is no file \"{path}\".", "Put it there, or correct the path (relative to the project folder).");
                continue;
            }

            ISource opened;
            try
            {
                opened = SourceReader.Open(SourcePlaces.Find(folder, source.Value, place < checksums.Count ? checksums[place] : null, downloads)[0].Path, reading); // the first file of many; ingest holds the others against it
            }
            catch (FaultException exception)
            {
                foreach (var fault in exception.Faults)
                {
                    faults.Add(fault);
                }

                continue;
            }

            var found = opened.Columns.ToHashSet(StringComparer.Ordinal);
            foreach (var entry in columnsMap?.Map.Entries.DistinctBy(e => e.Key.Value) ?? [])
            {
                if (entry.Key.Value != columns.Target && !found.Contains(entry.Key.Value))
                {
                    faults.Add(entry.Key, $"{source.Value} has no column \"{entry.Key.Value}\".", $"Correct the name or take the line away.{NearestName.Hint(entry.Key.Value, opened.Columns)}");
                }
            }

            if (columns.Target is { } target && !found.Contains(target))
            {
                faults.Add(targetMap!.At("column"), $"{source.Value} has no column \"{target}\", the target.", $"Its columns: {string.Join(", ", opened.Columns.Take(50))}.{NearestName.Hint(target, opened.Columns)}");
            }

            var declared = columns.Names.ToHashSet(StringComparer.Ordinal);
            foreach (var undeclared in opened.Columns.Where(c => columnsMap is not null && !declared.Contains(c)))
            {
                faults.Add(columnsMap!.Map, $"{source.Value} has a column \"{undeclared}\" that is not declared, so nothing says whether it is personal, a leak or a feature.", $"Add it under \"columns\", such as \"{Yaml.Scalar(undeclared)}: {{kind: category}}\", or with \"ignore: …\".");
            }
        }
    }
}
