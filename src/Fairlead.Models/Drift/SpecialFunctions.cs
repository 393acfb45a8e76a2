namespace Fairlead.Models.Drift;

/// <summary>The functions behind the p-values of drift.</summary>
public static class SpecialFunctions
{
    private static readonly double[] Lanczos =
    [
        0.99999999999980993227684700473478, 676.520368121885098567009190444019, -1259.13921672240287047156078755283, 771.3234287776530788486528258894,
        -176.61502916214059906584551354, 12.507343278686904814458936853, -0.13857109526572011689554707, 9.984369578019570859563e-6, 1.50563273514931155834e-7,
    ];

    /// <summary>ln Γ(x) for x > 0; relative error about 1e-14 (C. Lanczos, "A Precision Approximation of the Gamma Function", SIAM J. Numer. Anal. 1, 1964, g = 7, 9 terms).</summary>
    public static double LogGamma(double x)
    {
        if (x < 0.5)
        {
            return Math.Log(Math.PI / Math.Abs(Math.Sin(Math.PI * x))) - LogGamma(1 - x);
        }

        x--;
        var sum = Lanczos[0];
        for (var i = 1; i < Lanczos.Length; i++)
        {
            sum += Lanczos[i] / (x + i);
        }

        var t = x + 7.5;
        return (0.5 * Math.Log(2 * Math.PI)) + ((x + 0.5) * Math.Log(t)) - t + Math.Log(sum);
    }

    /// <summary>Upper tail of the chi-square distribution: P(X >= x) with so many degrees of freedom (> 0, need not be whole). In [0, 1].</summary>
    public static double ChiSquareTail(double x, double degrees) => x <= 0 ? 1 : GammaTail(degrees / 2, x / 2);

    /// <summary>P(|Z| >= |z|) of the standard normal distribution. In [0, 1].</summary>
    public static double NormalTwoSided(double z) => z == 0 ? 1 : GammaTail(0.5, z * z / 2);

    /// <summary>Regularised upper incomplete gamma function Q(a, x), by its series below a + 1 and its continued fraction above (M. Abramowitz, I. Stegun, "Handbook of Mathematical Functions", 6.5.29 and 6.5.31, the fraction by Lentz's method).</summary>
    public static double GammaTail(double a, double x)
    {
        if (x <= 0)
        {
            return 1;
        }

        var front = Math.Exp((a * Math.Log(x)) - x - LogGamma(a));
        if (x < a + 1)
        {
            var (term, sum) = (1 / a, 1 / a);
            for (var n = 1; n < 100_000 && Math.Abs(term) > Math.Abs(sum) * 1e-16; n++)
            {
                term *= x / (a + n);
                sum += term;
            }

            return Math.Clamp(1 - (sum * front), 0, 1);
        }

        const double Tiny = 1e-300;
        var b = x + 1 - a;
        var c = 1 / Tiny;
        var d = 1 / b;
        var h = d;
        for (var i = 1; i < 100_000; i++)
        {
            var an = -i * (i - a);
            b += 2;
            d = (an * d) + b;
            d = Math.Abs(d) < Tiny ? Tiny : d;
            c = b + (an / c);
            c = Math.Abs(c) < Tiny ? Tiny : c;
            d = 1 / d;
            var change = d * c;
            h *= change;
            if (Math.Abs(change - 1) < 1e-15)
            {
                break;
            }
        }

        return Math.Clamp(front * h, 0, 1);
    }
}
