using System.Globalization;
using Fairlead.Data;
using Fairlead.Models.Contracts;
using Fairlead.Projects;
using Fairlead.Web.Projects;
using Microsoft.AspNetCore.Http;

namespace Fairlead.Web.Releases;

/// <summary>One field of the form: a column the model looks at, with a widget that fits its values.</summary>
/// <param name="Name">Column; the field's name in the form is its position, so that any column name will do.</param>
/// <param name="Options">Values to choose from, most frequent first; empty for typed values.</param>
/// <param name="Hint">What was seen, such as "0.4 to 86".</param>
public sealed record TryField(int Position, string Name, string Label, ColumnKind Kind, string? Unit, string? Value, IReadOnlyList<string> Options, string? Hint, bool Long)
{
    /// <summary>A category with more values than this is typed, with suggestions.</summary>
    public const int MaxOptions = 20;

    private const int LongestValue = 20_000;

    /// <summary>The columns asked for: what the model looks at, and what names the row.</summary>
    public static IReadOnlyList<TryField> Of(IProjectView view, IReadOnlyDictionary<string, string?>? typed)
    {
        var project = view.Project;
        var profiles = view.Newest?.Data.Profile.ToDictionary(p => p.Name, StringComparer.Ordinal) ?? [];
        return
        [
            .. project.Columns.Select((column, position) => (column, position)).Where(x => Asked(project, x.column)).Select(x =>
            {
                var profile = profiles.GetValueOrDefault(x.column.Name);
                string[] options = x.column.Kind == ColumnKind.Category && profile is { Distinct: <= MaxOptions } ? [.. profile.Top.Select(t => t.Value)] : [];
                return new TryField(
                    x.position, x.column.Name, x.column.Label, x.column.Kind, x.column.Unit,
                    typed is null ? Example(x.column, profile) : typed.GetValueOrDefault(x.column.Name), options, Seen(x.column, profile), x.column.Kind == ColumnKind.Text);
            }),
        ];
    }

    /// <summary>What was typed, by column; an empty field is missing.</summary>
    public static IReadOnlyDictionary<string, string?> Read(IProjectView view, IFormCollection form)
    {
        var project = view.Project;
        return project.Columns.Select((column, position) => (column, position)).Where(x => Asked(project, x.column)).ToDictionary(
            x => x.column.Name,
            x => form["c" + x.position.ToString(CultureInfo.InvariantCulture)].ToString() is { Length: > 0 and <= LongestValue } value ? value : null,
            StringComparer.Ordinal);
    }

    private static bool Asked(ProjectFile project, ProjectColumn column) => column.IsFeature || (column.Name == project.Wording.Name && column.Protection != Protection.Drop);

    /// <summary>A value that is typical, so that the form answers at the first press.</summary>
    private static string? Example(ProjectColumn column, ColumnProfile? profile) => column.Kind switch
    {
        _ when column.Protection != Protection.None => null, // a value of somebody
        ColumnKind.Number when profile?.Median is { } median => Math.Round(median, 4).ToString("R", CultureInfo.InvariantCulture),
        ColumnKind.Date when profile?.Median is { } median => DateTimeOffset.UnixEpoch.AddDays(median).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ColumnKind.Category or ColumnKind.Text => profile?.Top.Count > 0 ? profile.Top[0].Value : null,
        _ => null,
    };

    private static string? Seen(ProjectColumn column, ColumnProfile? profile) => profile is { Min: { } min, Max: { } max }
        ? $"{Design.Charts.Figures.Value(column.Kind, min)} to {Design.Charts.Figures.Value(column.Kind, max)}"
        : null;
}
