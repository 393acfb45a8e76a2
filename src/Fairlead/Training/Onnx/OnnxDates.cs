namespace Fairlead.Training.Onnx;

/// <summary>Calendar arithmetic as ONNX operators: the parts of <see cref="Models.Features.DateParts"/> from days since 1970.</summary>
/// <remarks>
/// Month and day by H. Hinnant, "chrono-Compatible Low-Level Date Algorithms" (civil_from_days), on days counted from 0000-03-01.
/// Everything before the cut into day and time of day is exact: milliseconds are whole numbers far below 2^53.
/// </remarks>
internal sealed class OnnxDates
{
    private readonly OnnxGraph _graph;
    private readonly string _days;
    private readonly string _known;
    private readonly string _missing;
    private readonly string _hour;
    private readonly string _day0;

    /// <param name="days">Days since 1970-01-01 UTC, shape [rows, 1]; NaN is missing.</param>
    public OnnxDates(OnnxGraph graph, string days)
    {
        (_graph, _days) = (graph, days);
        _missing = graph.Constant([double.NaN], []);
        var milliseconds = graph.Add("Round", [graph.Add("Mul", [days, Number(86_400_000)])]);
        _known = graph.Add(
            "And",
            [
                graph.Add("GreaterOrEqual", [milliseconds, Number(-62_135_596_800_000)]), // 0001-01-01
                graph.Add("LessOrEqual", [milliseconds, Number(253_402_300_799_999)]), // 9999-12-31
            ]);
        var safe = graph.Add("Where", [_known, milliseconds, Number(0)]);
        var day = graph.Add("Floor", [graph.Add("Div", [safe, Number(86_400_000)])]);
        var time = graph.Add("Sub", [safe, graph.Add("Mul", [day, Number(86_400_000)])]);
        _hour = graph.Add("Floor", [graph.Add("Div", [time, Number(3_600_000)])]);
        _day0 = graph.Add("Add", [graph.Add("Cast", [day], [OnnxGraph.Integer("to", (long)OnnxType.Int64)]), Whole(719_468)]);
    }

    /// <summary>One part, shape [rows, 1].</summary>
    public string Part(string part) => part switch
    {
        "days" => _days,
        "hour" => Known(_hour),
        "weekday" => Known(ToDouble(_graph.Add("Mod", [_graph.Add("Add", [_day0, Whole(2)]), Whole(7)]))),
        "month" => Known(ToDouble(Civil().Month)),
        "day" => Known(ToDouble(Civil().Day)),
        _ => throw new ArgumentException($"A date has no part named {part}.", nameof(part)),
    };

    private (string Month, string Day) Civil()
    {
        var dayOfEra = Mod(_day0, 146_097);
        var yearOfEra = Div(
            Sub(Sub(_graph.Add("Add", [dayOfEra, Div(dayOfEra, 36_524)]), Div(dayOfEra, 1_460)), Div(dayOfEra, 146_096)), 365);
        var before = Sub(_graph.Add("Add", [Mul(yearOfEra, 365), Div(yearOfEra, 4)]), Div(yearOfEra, 100));
        var dayOfYear = Sub(dayOfEra, before);
        var marchMonth = Div(_graph.Add("Add", [Mul(dayOfYear, 5), Whole(2)]), 153);
        var firstDay = Div(_graph.Add("Add", [Mul(marchMonth, 153), Whole(2)]), 5);
        var day = _graph.Add("Add", [Sub(dayOfYear, firstDay), Whole(1)]);
        var month = _graph.Add("Add", [Mod(_graph.Add("Add", [marchMonth, Whole(2)]), 12), Whole(1)]); // March is 0
        return (month, day);
    }

    private string Number(double value) => _graph.Constant([value], []);

    private string Whole(long value) => _graph.Constant([value], []);

    private string Known(string value) => _graph.Add("Where", [_known, value, _missing]);

    private string ToDouble(string value) => _graph.Add("Cast", [value], [OnnxGraph.Integer("to", (long)OnnxType.Double)]);

    private string Sub(string left, string right) => _graph.Add("Sub", [left, right]);

    private string Mul(string value, long by) => _graph.Add("Mul", [value, Whole(by)]);

    private string Div(string value, long by) => _graph.Add("Div", [value, Whole(by)]);

    private string Mod(string value, long by) => _graph.Add("Mod", [value, Whole(by)]);
}
