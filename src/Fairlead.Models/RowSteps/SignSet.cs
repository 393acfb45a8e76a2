namespace Fairlead.Models.RowSteps;

/// <summary>A set of ASCII signs, a bit each.</summary>
/// <param name="Low">Signs 0 to 63.</param>
/// <param name="High">Signs 64 to 127.</param>
internal readonly record struct SignSet(ulong Low, ulong High)
{
    public static SignSet operator |(SignSet left, SignSet right) => new(left.Low | right.Low, left.High | right.High);

    /// <summary>All others.</summary>
    public static SignSet operator ~(SignSet set) => new(~set.Low, ~set.High);

    /// <summary>One sign; none when it is beyond ASCII.</summary>
    public static SignSet One(char sign) => sign < 64 ? new(1UL << sign, 0) : sign < 128 ? new(0, 1UL << (sign - 64)) : default;

    /// <summary>The ASCII signs of a range, both ends included.</summary>
    public static SignSet Between(char from, char to)
    {
        SignSet signs = default;
        for (int sign = from; sign <= Math.Min(to, (char)127); sign++)
        {
            signs |= One((char)sign);
        }

        return signs;
    }

    /// <param name="sign">0 to 127.</param>
    public bool Contains(int sign) => (((sign < 64 ? Low : High) >> (sign & 63)) & 1) != 0;
}
