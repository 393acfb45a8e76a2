using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;

namespace Fairlead.Projects.Reading;

/// <summary>The steps that fill what is missing.</summary>
internal sealed partial class CleanReader
{
    private void Impute(string? column, MapReader arguments)
    {
        var value = arguments.Text("value");
        var fit = arguments.Choice("with", [ImputeStep.Median, ImputeStep.Mean, ImputeStep.MostFrequent, "mode", "model"]);
        fit = fit == "mode" ? ImputeStep.MostFrequent : fit;
        var by = arguments.Has("by") ? columns.Resolve(arguments, "by") : null;
        var from = arguments.Texts("from")?.Select(name => (name, Column: columns.Resolve(name))).ToList();
        if (arguments.Has("value") == arguments.Has("with"))
        {
            faults.Add(arguments.Map, "\"impute\" needs either a value or how to find it.", "Write \"value: 0\", or \"with: median\" (numbers) or \"with: most_frequent\".");
            return;
        }

        if (column is null || (value is null && fit is null))
        {
            return;
        }

        var isNumber = columns.KindOf(column) == ColumnKind.Number;
        if (column == columns.Target)
        {
            faults.Add(arguments.At("column"), "The target is never filled in: an invented answer is no answer.", "Take the step away; rows without a target are quarantined.");
        }
        else if (value is not null && isNumber && NumberText(value) is null)
        {
            faults.Add(arguments.At("value"), $"\"{value}\" is not a number, but \"{column}\" is a number column.", "Write a number with a point.");
        }
        else if (value is not null && columns.KindOf(column) == ColumnKind.Date && NumberText(value) is null)
        {
            faults.Add(arguments.At("value"), $"\"{value}\" is not a number of days, which a date column holds.", "Write the days since 1970-01-01.");
        }
        else if (fit is ImputeStep.Median or ImputeStep.Mean && !isNumber)
        {
            faults.Add(arguments.At("with"), $"\"{column}\" has no {fit}: it is a {Kind(column)} column.", "Write \"with: most_frequent\".");
        }
        else if (fit == "model" && columns.KindOf(column) == ColumnKind.Date)
        {
            faults.Add(arguments.At("with"), $"No model predicts dates, and \"{column}\" is a date column.", "Write \"with: most_frequent\", or derive a number of days and fill that.");
        }
        else if (fit == "model")
        {
            Model(column, from, arguments);
        }
        else if (by is not null && fit is not null)
        {
            _ = NotTarget(by, arguments.At("by")) && Readable(arguments.At("by"), by) && Added(new GroupImputeStep(column, by, fit));
        }
        else
        {
            _after.Add(new ImputeStep(column, value is null ? "" : isNumber ? NumberText(value)! : value, fit));
        }
    }

    private bool Added(RowStep step)
    {
        _after.Add(step);
        return true;
    }

    private void Model(string column, List<(YamlText Name, string? Column)>? from, MapReader arguments)
    {
        foreach (var (name, used) in from ?? [])
        {
            if (used is not null && (columns.KindOf(used) == ColumnKind.Id || used == column || used == columns.Target))
            {
                faults.Add(name, $"\"{used}\" can't predict \"{column}\": {(used == column ? "it is the column itself" : used == columns.Target ? "it is the target" : "it is an id, of which nearly every value is another one")}.", "Name number, date or category columns.");
            }
        }

        if (from is not { Count: > 0 })
        {
            faults.Add(arguments.Map, "A model needs columns to predict from.", "Add \"from: [height, width]\".");
        }
        else
        {
            List<string> used = [.. from.Select(pair => pair.Column).OfType<string>().Distinct(StringComparer.Ordinal)];
            _after.Add(columns.KindOf(column) == ColumnKind.Number ? new ModelImputeStep(column, used) : new ClassImputeStep(column, used));
        }
    }
}
