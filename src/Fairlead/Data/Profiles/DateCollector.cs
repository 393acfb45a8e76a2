using System.Globalization;
using Fairlead.Models.RowSteps;

namespace Fairlead.Data.Profiles;

/// <summary>Range, weekdays, hours and gaps of dates, from rows counted by day.</summary>
internal sealed class DateCollector
{
    /// <summary>Days of the calendar that are counted one by one, some 1,100 years; days beyond are in the range and in no count.</summary>
    private const int DaysMax = 400_000;

    /// <summary>Years 1 to 9999, what a calendar can say.</summary>
    private const long EarliestSaid = -62_135_596_800_000_000;
    private const long LatestSaid = 253_402_300_799_999_999;

    private const int GapsShown = 5;
    private const long HourMicroseconds = DateText.DayMicroseconds / 24;

    private readonly long[] _hours = new long[24];
    private long[] _days = [];
    private int _firstDay;
    private long _min = long.MaxValue;
    private long _max = long.MinValue;

    public long Count { get; private set; }

    /// <param name="moment">Microseconds since 1970-01-01 UTC.</param>
    public void Add(long moment, long count = 1)
    {
        Count += count;
        _min = Math.Min(_min, moment);
        _max = Math.Max(_max, moment);
        var (day, rest) = Math.DivRem(moment, DateText.DayMicroseconds);
        if (rest < 0)
        {
            (day, rest) = (day - 1, rest + DateText.DayMicroseconds);
        }

        _hours[(int)(rest / HourMicroseconds)] += count;
        var at = day - _firstDay;
        if ((ulong)at >= (ulong)_days.Length)
        {
            if (!Reach((int)day))
            {
                return;
            }

            at = day - _firstDay;
        }

        _days[at] += count;
    }

    public DateProfile Summary(string order, bool hasTime, int bins)
    {
        var (first, last) = (Day(_min), Day(_max));
        var days = new long[bins];
        var weekdays = new long[7];
        var without = (long)last - first + 1;
        for (var i = 0; i < _days.Length; i++)
        {
            if (_days[i] > 0)
            {
                var day = _firstDay + i;
                days[(int)Math.Min(bins - 1, (day - (long)first) * bins / Math.Max(1, (long)last - first + 1))] += _days[i];
                weekdays[Weekday(day)] += _days[i];
                without--;
            }
        }

        return new DateProfile(order, Text(_min, hasTime), Text(_max, hasTime), (long)last - first + 1, without, Gaps(first, last, weekdays), weekdays, hasTime ? _hours : [], days);
    }

    /// <summary>Monday is 0; 1970-01-01 was a Thursday.</summary>
    private static int Weekday(int day) => (int)((((day + 3L) % 7) + 7) % 7);

    private List<DateGap> Gaps(int first, int last, long[] weekdays)
    {
        var gaps = new List<(int From, int Days)>();
        if (first < _firstDay || last >= _firstDay + _days.Length)
        {
            return [];
        }

        for (var day = first; day <= last; day++)
        {
            var from = day;
            var open = false; // a day is missing whose weekday does come elsewhere
            for (; day <= last && _days[day - _firstDay] == 0; day++)
            {
                open |= weekdays[Weekday(day)] > 0;
            }

            if (open)
            {
                gaps.Add((from, day - from));
            }
        }

        return [.. gaps.OrderByDescending(g => g.Days).ThenBy(g => g.From).Take(GapsShown).Select(g => new DateGap(Text(g.From * DateText.DayMicroseconds, false), Text((g.From + g.Days - 1) * DateText.DayMicroseconds, false), g.Days))];
    }

    private static int Day(long moment) => (int)Math.Floor((double)moment / DateText.DayMicroseconds);

    private static string Text(long moment, bool hasTime) =>
        DateTime.UnixEpoch.AddTicks(Math.Clamp(moment, EarliestSaid, LatestSaid) * 10).ToString(hasTime ? "yyyy-MM-ddTHH:mm:ss'Z'" : "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private bool Reach(int day)
    {
        if (_days.Length == 0)
        {
            (_firstDay, _days) = (day - 64, new long[128]);
            return true;
        }

        var (from, to) = (Math.Min(_firstDay, day), Math.Max(_firstDay + _days.Length, day + 1));
        if (to - from > DaysMax)
        {
            return false;
        }

        var spare = Math.Min(DaysMax - (to - from), to - from);
        (from, to) = day < _firstDay ? (from - spare, to) : (from, to + spare);
        var days = new long[to - from];
        _days.CopyTo(days, _firstDay - from);
        (_firstDay, _days) = (from, days);
        return true;
    }
}
