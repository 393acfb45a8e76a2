using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;

namespace Fairlead.Models.Expressions;

/// <summary>The functions that give a number or a date.</summary>
internal sealed class NumberFunctions(ExpressionCompiler compiler)
{
    public NumberPart Number(CallNode call)
    {
        switch (call.Function)
        {
            case "number":
                return OfAny(call.Arguments[0]);
            case "date":
                var (text, order) = (compiler.CleanText(call.Arguments[0]), (call.Arguments.ElementAtOrDefault(1) as LiteralNode)?.Text);
                return row => text(row) is { } written && DateText.TryParse(PlainText.Trim(written), order, out var days) ? days : double.NaN;
            case "length":
                var counted = compiler.CleanText(call.Arguments[0]);
                return row => counted(row) is { } written ? PlainText.Length(written) : double.NaN;
            case "year" or "month" or "day" or "weekday" or "hour":
                return OfDate(call.Function, compiler.Clean(call.Arguments[0]));
            case "days_between":
                var (from, to) = (compiler.Clean(call.Arguments[0]), compiler.Clean(call.Arguments[1]));
                return row => to(row) - from(row);
            case "min" or "max":
                return Extreme([.. call.Arguments.Select(compiler.Clean)], call.Function == "min");
            case "coalesce":
                NumberPart[] parts = [.. call.Arguments.Select(compiler.Clean)];
                return row => First(parts, row);
            case "power":
                var (value, exponent) = (compiler.Number(call.Arguments[0]), compiler.Number(call.Arguments[1]));
                return row => Arithmetic.Power(value(row), exponent(row));
            case "round":
                var (rounded, scale) = (compiler.Number(call.Arguments[0]), Arithmetic.Scale(call));
                return row => Arithmetic.Round(rounded(row), scale);
            default:
                return OfNumber(call.Function, compiler.Number(call.Arguments[0]));
        }
    }

    private static NumberPart OfNumber(string function, NumberPart value) => function switch
    {
        "abs" => row => Math.Abs(value(row)),
        "floor" => row => Math.Floor(value(row)),
        "ceil" => row => Math.Ceiling(value(row)),
        "log" => row => Arithmetic.Log(value(row)),
        "exp" => row => Math.Exp(value(row)),
        "sqrt" => row => Math.Sqrt(value(row)),
        _ => throw new ArgumentException($"No implementation of {function}.", nameof(function)),
    };

    private NumberPart OfAny(ExpressionNode node)
    {
        switch (node.Type)
        {
            case ExpressionType.Text:
                var text = compiler.CleanText(node);
                return row => text(row) is { } written && NumberText.TryParse(written.AsSpan().Trim(RowStep.WhiteSpace), out var number) ? number : double.NaN;
            case ExpressionType.Boolean:
                var boolean = compiler.Boolean(node);
                return row => boolean(row) is >= 0 and var known ? known : double.NaN;
            default:
                return compiler.Clean(node);
        }
    }

    private static NumberPart OfDate(string part, NumberPart days) => part switch
    {
        "year" => row => days(row) is var at && double.IsNaN(at) ? at : DateParts.Of(at).Year,
        "month" => row => days(row) is var at && double.IsNaN(at) ? at : DateParts.Of(at).Month,
        "day" => row => days(row) is var at && double.IsNaN(at) ? at : DateParts.Of(at).Day,
        "weekday" => row => days(row) is var at && double.IsNaN(at) ? at : (((int)DateParts.Of(at).DayOfWeek + 6) % 7) + 1,
        _ => row => days(row) is var at && double.IsNaN(at) ? at : DateParts.Hour(at),
    };

    /// <summary>Of equals the first, so that 0 and -0 stay as they stand.</summary>
    private static NumberPart Extreme(NumberPart[] parts, bool smallest) => row =>
    {
        var best = double.NaN;
        foreach (var part in parts)
        {
            var value = part(row);
            if (!double.IsNaN(value) && (double.IsNaN(best) || (smallest ? value < best : value > best)))
            {
                best = value;
            }
        }

        return best;
    };

    private static double First(NumberPart[] parts, ReadOnlySpan<Cell> row)
    {
        foreach (var part in parts)
        {
            if (part(row) is var value && !double.IsNaN(value))
            {
                return value;
            }
        }

        return double.NaN;
    }
}

/// <summary>Arithmetic whose result must be the same bits in managed code and in SQL: SQL calls these.</summary>
public static class Arithmetic
{
    /// <summary>ln(value); NaN at and below 0.</summary>
    public static double Log(double value) => value > 0 ? Math.Log(value) : double.NaN;

    public static double Power(double value, double exponent) => double.IsNaN(value) || double.IsNaN(exponent) ? double.NaN : Math.Pow(value, exponent);

    /// <summary>10 to the number of decimals that a call of round asks for.</summary>
    public static double Scale(CallNode round)
    {
        ArgumentNullException.ThrowIfNull(round);
        var scale = 1.0;
        for (var i = 0; i < ((round.Arguments.ElementAtOrDefault(1) as LiteralNode)?.Number ?? 0); i++)
        {
            scale *= 10;
        }

        return scale;
    }

    /// <summary>The nearest multiple of 1 / scale; halves away from 0. What is too large to have such decimals stays.</summary>
    public static double Round(double value, double scale)
    {
        var scaled = value * scale;
        var whole = Math.Truncate(scaled);
        return !double.IsFinite(scaled) ? value : (Math.Abs(scaled - whole) >= 0.5 ? whole + Math.CopySign(1, scaled) : whole) / scale;
    }
}

/// <summary>Parts of a date given as days since 1970-01-01 UTC, to the nearest microsecond.</summary>
public static class DateParts
{
    /// <summary>0001-01-01.</summary>
    public const double First = -719_162;

    /// <summary>The first moment of the year 10000, which is no date any more.</summary>
    public const double Last = 2_932_897;

    private const double HourMicroseconds = 3_600_000_000;

    /// <summary>The day.</summary>
    public static DateOnly Of(double days) =>
        DateOnly.FromDayNumber((int)Math.Floor(Microseconds(days) / DateText.DayMicroseconds) + 719_162);

    /// <summary>0 to 23.</summary>
    public static double Hour(double days) =>
        Math.Floor((((Microseconds(days) % DateText.DayMicroseconds) + DateText.DayMicroseconds) % DateText.DayMicroseconds) / HourMicroseconds);

    /// <summary>As ISO 8601 in UTC: the date alone at midnight, else with the time, which <see cref="DateText"/> reads back.</summary>
    public static string Text(double days)
    {
        var moment = DateTime.UnixEpoch.AddTicks((long)Microseconds(days) * TimeSpan.TicksPerMicrosecond);
        var format = moment.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : moment.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-ddTHH:mm:ss'Z'" : "yyyy-MM-ddTHH:mm:ss.FFFFFF'Z'";
        return moment.ToString(format, System.Globalization.CultureInfo.InvariantCulture);
    }

    private static double Microseconds(double days) => Math.Floor((days * DateText.DayMicroseconds) + 0.5);
}
