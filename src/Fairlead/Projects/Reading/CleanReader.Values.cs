using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;

namespace Fairlead.Projects.Reading;

/// <summary>The steps that read text as numbers and dates, and keep numbers within bounds.</summary>
internal sealed partial class CleanReader
{
    private void ParseNumber(string? column, MapReader arguments)
    {
        var comma = arguments.Choice("decimal", ["point", "comma"]) == "comma";
        var (unit, assumed) = (arguments.Text("unit"), arguments.Text("assumed"));
        if (assumed is not null && (unit is null || !MeasureText.Spellings(unit).Any(known => known.Spelling == PlainText.LowerAscii(assumed))))
        {
            faults.Add(arguments.At("assumed"), unit is null ? "A unit is assumed, but none is wanted." : $"\"{assumed}\" can't be converted to \"{unit}\".", unit is null ? "Add \"unit: kg\", the unit that the numbers shall be in." : $"Use one of: {string.Join(", ", MeasureText.Spellings(unit).Select(known => known.Spelling))}.");
        }

        if (column is not null && MayRead(arguments, column, ColumnKind.Number))
        {
            Reading(new ParseNumberStep(column, comma, unit, assumed));
        }
    }

    private void ParseDate(string? column, MapReader arguments)
    {
        var pivot = arguments.Whole("pivot", 0, 100);
        List<string> formats = [];
        foreach (var format in arguments.Required("formats", "[ymd, dmy]") is null ? [] : arguments.Texts("formats") ?? [])
        {
            if (format.Value is not ("ymd" or "dmy" or "mdy") && !DateFormat.TryParse(format.Value, out _, out var wrong))
            {
                faults.Add(format, $"\"{format.Value}\" is not a date format: {wrong}.", "Write ymd, dmy, mdy, or a pattern such as \"%d %b %Y\".");
            }
            else if (format.Value.Contains("%y", StringComparison.Ordinal) && pivot is null)
            {
                faults.Add(format, "A year of two digits does not say its century.", "Add \"pivot: 50\": years below it are 20yy, others 19yy.");
            }

            formats.Add(format.Value);
        }

        if (formats.Contains("dmy") && formats.Contains("mdy"))
        {
            faults.Add(arguments.At("formats"), "dmy and mdy in one list: 3/4/2024 is then always what stands first.", "Keep the one that the source writes; quarantine or split the others first.");
        }

        if (column is not null && formats.Count > 0 && MayRead(arguments, column, ColumnKind.Date))
        {
            Reading(new ParseDateStep(column, formats, pivot ?? 50));
        }
    }

    private void Cast(string? column, MapReader arguments)
    {
        var to = arguments.Required("to", "number") is null ? null : arguments.Choice("to", ["number", "date"]);
        var format = arguments.Choice("format", ["ymd", "dmy", "mdy"]);
        if (column is not null && to is not null && MayRead(arguments, column, to == "date" ? ColumnKind.Date : ColumnKind.Number))
        {
            Reading(new CastStep(column, to == "date" ? ColumnKind.Date : ColumnKind.Number, format is "ymd" ? null : format));
        }
    }

    private bool MayRead(MapReader arguments, string column, ColumnKind kind)
    {
        var source = !recipe && _source.Contains(column, StringComparer.Ordinal);
        if (source && columns.KindOf(column) != kind)
        {
            faults.Add(arguments.At("column"), $"\"{column}\" is declared as {Kind(column)}.", $"Write \"kind: {kind.ToString().ToLowerInvariant()}\" at the column.");
            return false;
        }

        if (!_read.Add(column) || (!source && IsNumeric(columns.KindOf(column))))
        {
            faults.Add(arguments.At("column"), $"\"{column}\" is read as a {Kind(column)} already.", "Keep one of the steps.");
            return false;
        }

        return true;
    }

    private void Reading(RowStep step)
    {
        if (!recipe && _source.Contains(step.Column, StringComparer.Ordinal))
        {
            _reading.Add(step);
            return;
        }

        _after.Add(step);
        columns.Set(step.Column, step.ReadsAs()!.Value);
    }

    private void Clip(string? column, MapReader arguments)
    {
        var (min, max) = (arguments.Number("min"), arguments.Number("max"));
        double? low = null, high = null;
        if (arguments.Texts("quantiles") is { } quantiles)
        {
            var shares = quantiles.Select(text => NumberText(text.Value) is { } number ? double.Parse(number, System.Globalization.CultureInfo.InvariantCulture) : -1).ToList();
            if (shares is [>= 0 and <= 1, >= 0 and <= 1] && shares[0] < shares[1])
            {
                (low, high) = (shares[0], shares[1]);
            }
            else
            {
                faults.Add(arguments.At("quantiles"), "These are not two quantiles.", "Write two shares from 0 to 1, the lower first: \"quantiles: [0.01, 0.99]\".");
            }
        }

        if (arguments.Has("quantiles") == (min is not null || max is not null))
        {
            faults.Add(arguments.Map, "\"clip\" needs either bounds or quantiles.", "Write \"min: 0, max: 100\", or \"quantiles: [0.01, 0.99]\".");
        }
        else if (min > max)
        {
            faults.Add(arguments.At("min"), "The lower bound is above the upper one.", "Exchange them.");
        }
        else if (column is not null && columns.KindOf(column) != ColumnKind.Number)
        {
            faults.Add(arguments.At("column"), $"\"{column}\" is a {Kind(column)} column; only numbers are clipped.", recipe ? "Read it first with \"parse number\" or \"cast\"." : "Write \"kind: number\" at the column.");
        }
        else if (column is not null)
        {
            _after.Add(new ClipStep(column, min, max, low, high));
        }
    }
}
