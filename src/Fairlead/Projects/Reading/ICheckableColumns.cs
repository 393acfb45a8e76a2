using Fairlead.Models.Contracts;

namespace Fairlead.Projects.Reading;

/// <summary>The columns that checks may name: those a project declares, or those a file has.</summary>
internal interface ICheckableColumns
{
    IEnumerable<string> Names { get; }

    /// <summary>What its values mean; null when nothing is declared, and values are looked at as they are written.</summary>
    ColumnKind? KindOf(string name);

    /// <summary>The name when there is such a column, or null and a fault.</summary>
    string? Resolve(YamlText? name);
}
