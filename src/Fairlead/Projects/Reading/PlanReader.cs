using System.Globalization;
using Fairlead.Models.Contracts;

namespace Fairlead.Projects.Reading;

/// <summary>Reads how many rows may be set aside (<c>quarantine:</c>), how rows are dealt (<c>split:</c>), what the search may spend (<c>training:</c>), how long data is kept (<c>retention:</c>) and what an iteration must meet (<c>gates:</c>).</summary>
internal static class PlanReader
{
    public const double DefaultExam = 0.2;
    public const double DefaultSealed = 0.1;

    public static SplitRule Split(MapReader? map, DeclaredColumns columns, FaultList faults)
    {
        if (map is null)
        {
            return new SplitRule("key", null, DefaultExam, DefaultSealed, 1);
        }

        var by = map.Choice("by", ["key", "time", "group"]) ?? "key";
        var column = columns.Resolve(map, "column");
        var seed = map.Whole("seed", 0, int.MaxValue) ?? 1;
        var exam = map.Number("exam", 0.01, 0.5) ?? DefaultExam;
        var sealedShare = map.Number("sealed", 0, 0.3) ?? DefaultSealed;
        DateTimeOffset? examFrom = Moment("exam_from"), sealedFrom = Moment("sealed_from");
        if (by == "key" && map.Has("column"))
        {
            faults.Add(map.At("column"), "A split by key needs no column here: \"data: key\" names it.", "Take \"column\" away, or write \"by: group\".");
        }
        else if (by != "key" && !map.Has("column"))
        {
            faults.Add(map.Map, $"A split by {by} needs its column.", "Add \"column: NAME\" under \"split\".");
        }
        else if (by == "time" && column is not null && columns.KindOf(column) != ColumnKind.Date)
        {
            faults.Add(map.At("column"), $"\"{column}\" is not a date column.", "Name one of kind date.");
        }
        else if (by != "key" && column is not null && column == columns.Target)
        {
            faults.Add(map.At("column"), "The target can't deal the rows: a corrected answer would change the row's side.", "Name another column.");
        }

        if (by == "time")
        {
            foreach (var share in new[] { "exam", "sealed" }.Where(map.Has))
            {
                faults.Add(map.At(share), $"A split by time has no share \"{share}\": its sides are fixed by moments.", $"Write \"{share}_from: 2026-01-31\".");
            }

            if (examFrom is null && !map.Has("exam_from"))
            {
                faults.Add(map.Map, "A split by time needs the exam's first moment.", "Add \"exam_from: 2026-01-31\" under \"split\".");
            }

            if (sealedFrom <= examFrom)
            {
                faults.Add(map.At("sealed_from"), "The sealed part must start after the exam starts.", "Move \"sealed_from\" to a later date.");
            }
        }
        else
        {
            foreach (var moment in new[] { "exam_from", "sealed_from" }.Where(map.Has))
            {
                faults.Add(map.At(moment), $"\"{moment}\" belongs to a split by time.", "Take it away, or write \"by: time\".");
            }
        }

        var stratified = map.YesNo("stratified") ?? false;
        if (stratified && by == "time")
        {
            faults.Add(map.At("stratified"), "A split by time can't be stratified: its sides are fixed by moments.", "Take \"stratified\" away, or split by key or group.");
        }

        map.Done();
        return new SplitRule(by, column, exam, by == "time" && sealedFrom is null ? 0 : sealedShare, seed, examFrom, sealedFrom) { Stratified = stratified };

        DateTimeOffset? Moment(string key)
        {
            if (map.Text(key) is not { } text)
            {
                return null;
            }

            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment))
            {
                return moment;
            }

            faults.Add(map.At(key), $"\"{text}\" is not a date.", "Write year-month-day, such as 2026-01-31.");
            return null;
        }
    }

    /// <summary>Reads <c>quarantine: {max: 0.2}</c>: the largest share of rows in quarantine.</summary>
    public static double QuarantineMax(MapReader? map)
    {
        var max = map?.Number("max", 0.0001, 1) ?? ProjectFile.DefaultQuarantineMax;
        map?.Done();
        return max;
    }

    public static TrainingRule Training(MapReader? map, FaultList faults)
    {
        if (map is null)
        {
            return new TrainingRule(TrainingRule.DefaultSeconds, null, 1);
        }

        var seconds = map.Number("seconds", 1, 86_400);
        var trials = map.Whole("trials", 1, 10_000);
        var seed = map.Whole("seed", 0, int.MaxValue) ?? 1;
        var least = map.Whole("least_rows", 2, 1_000_000) ?? TrainingRule.DefaultLeastRows;
        if (map.Has("seconds") && map.Has("trials"))
        {
            faults.Add(map.At("trials"), "Both \"seconds\" and \"trials\" are given.", "Keep one: seconds bound the time, trials give the same answer on every machine.");
        }

        map.Done();
        return new TrainingRule(trials is null ? seconds ?? TrainingRule.DefaultSeconds : null, trials, seed, least);
    }

    public static RetentionRule? Retention(MapReader? map)
    {
        if (map is null)
        {
            return null;
        }

        const int DaysMax = 36_500;
        var rule = new RetentionRule(
            map.Whole("versions", 1, int.MaxValue), map.Whole("version_days", 1, DaysMax), map.Whole("quarantine_days", 1, DaysMax),
            map.Whole("prediction_days", 1, DaysMax), map.Whole("feedback_days", 1, DaysMax));
        map.Done();
        return rule;
    }

    public static IReadOnlyList<GateRule> Gates(IReadOnlyList<YamlNode> items, ModelTask task, bool taskKnown, FaultList faults)
    {
        var gates = new List<GateRule>();
        foreach (var item in items)
        {
            if (item is not YamlText text)
            {
                faults.Add(item, "A gate is one line of text.", "Write \"- auc >= 0.80\".");
            }
            else if (taskKnown && !GateSyntax.TryParse(text.Value, task, out _, out var what, out var fix))
            {
                faults.Add(item, what, fix);
            }
            else
            {
                gates.Add(new GateRule(text.Value, faults.Where(item)));
            }
        }

        return gates;
    }
}
