using Fairlead.Data;
using Fairlead.Data.Scanning;
using Fairlead.Projects.Sources;

namespace Fairlead.Tests.Data;

/// <summary>A source as a table expression of an engine, every column as text.</summary>
internal static class SourceTable
{
    public static string Of(DataEngine engine, ISource source)
    {
        var rows = 0L;
        using (var scan = new TextScan(source, []))
        {
            while (scan.Next(CancellationToken.None) is { } batch)
            {
                rows += batch.Rows;
            }
        }

        return engine.Relation([.. source.Columns.Select(name => new ScannedColumn(name, VectorForm.Text))], rows,
            columns => new TextScan(source, [.. columns.Select(name => source.Columns.ToList().IndexOf(name))]));
    }
}
