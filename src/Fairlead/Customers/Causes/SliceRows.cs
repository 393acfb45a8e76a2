using Fairlead.Data;
using Fairlead.Models.Contracts;

namespace Fairlead.Customers.Causes;

/// <summary>Rows of a data set in memory that meet conditions, as the cleaning of a repair finds them in SQL.</summary>
public static class SliceRows
{
    /// <summary>0-based positions, rising. Empty when a column is not there.</summary>
    /// <param name="extra">Columns beside the features, shape [rows]; may be empty.</param>
    public static int[] Of(Dataset data, IReadOnlyList<Condition> where, IReadOnlyList<FrameColumn> extra)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(where);
        var columns = where.Select(condition => Find(data, condition.Column, extra)).ToArray();
        return columns.Contains(null)
            ? []
            : [.. Enumerable.Range(0, data.Count).Where(row => where.Index().All(condition => Meets(columns[condition.Index]!, condition.Item, row)))];
    }

    /// <summary>A feature, an extra column or the file of each row by name; null when there is none.</summary>
    public static FrameColumn? Find(Dataset data, string name, IReadOnlyList<FrameColumn> extra)
    {
        ArgumentNullException.ThrowIfNull(data);
        return name == FileOfRow.Column ? data.File : data.Features.Has(name) ? data.Features[name] : extra.FirstOrDefault(column => column.Name == name);
    }

    /// <summary>A missing value meets no condition.</summary>
    public static bool Meets(FrameColumn column, Condition condition, int row)
    {
        ArgumentNullException.ThrowIfNull(column);
        ArgumentNullException.ThrowIfNull(condition);
        if (column.Texts is { } texts)
        {
            return texts[row] is { } text && text == condition.Level;
        }

        var number = column.Numbers![row];
        return condition.Level is { } level
            ? Cell.Of(number).ToString() == level
            : number >= (condition.Min ?? double.NegativeInfinity) && number < (condition.Max ?? double.PositiveInfinity);
    }
}
