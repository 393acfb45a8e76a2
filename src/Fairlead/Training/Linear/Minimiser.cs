using System.Numerics;
using System.Runtime.Intrinsics;

namespace Fairlead.Training.Linear;

/// <summary>Minimises a smooth convex function by L-BFGS: J. Nocedal and S. Wright, "Numerical Optimization", 2nd ed. 2006, algorithms 7.4 (two-loop recursion) and 7.5.</summary>
/// <remarks>
/// Steps are found by backtracking from 1 with quadratic interpolation until the decrease is sufficient (Armijo, c = 1e-4). A pair whose curvature is not positive
/// is left out, which keeps the matrix positive definite. Sums run in a fixed order of four lanes, so the result is the same on any machine with IEEE doubles.
/// </remarks>
internal static class Minimiser
{
    /// <summary>Pairs kept.</summary>
    private const int Memory = 8;

    private const double SufficientDecrease = 1e-4;

    /// <summary>Evaluates the function at a point: writes the gradient, returns the value.</summary>
    public delegate double Objective(double[] point, double[] gradient);

    /// <param name="point">The start; the minimum when it returns.</param>
    /// <param name="iterationsMax">Most iterations.</param>
    /// <param name="tolerance">Stops when two iterations in a row lower the value by less than this share of it.</param>
    /// <param name="stop">Asked before each iteration; true ends with the best point so far.</param>
    /// <returns>The value at <paramref name="point"/>.</returns>
    public static double Run(Objective function, double[] point, int iterationsMax, double tolerance, Func<bool> stop)
    {
        var size = point.Length;
        var gradient = new double[size];
        var value = function(point, gradient);
        var steps = new List<(double[] Step, double[] Change, double Inverse)>();
        var direction = new double[size];
        var next = new double[size];
        var nextGradient = new double[size];
        var coefficients = new double[Memory];
        var quiet = 0;
        for (var iteration = 0; iteration < iterationsMax && quiet < 2 && !stop(); iteration++)
        {
            Direction(gradient, steps, coefficients, direction);
            var slope = Dot(direction, gradient);
            if (!(slope < 0))
            {
                break; // the gradient is zero to working precision
            }

            var length = iteration == 0 ? Math.Min(1, 1 / Math.Sqrt(-slope)) : 1.0;
            double nextValue;
            while (true)
            {
                point.CopyTo(next, 0);
                Add(next, direction, length);
                nextValue = function(next, nextGradient);
                if (nextValue <= value + (SufficientDecrease * length * slope))
                {
                    break;
                }

                // minimum of the parabola through the value, the slope and the new value, kept within a tenth and a half
                var parabola = -slope * length * length / (2 * (nextValue - value - (slope * length)));
                length = double.IsFinite(parabola) ? Math.Clamp(parabola, 0.1 * length, 0.5 * length) : length / 2;
                if (length < 1e-12)
                {
                    return value;
                }
            }

            var (step, change) = steps.Count == Memory ? (steps[0].Step, steps[0].Change) : (new double[size], new double[size]);
            if (steps.Count == Memory)
            {
                steps.RemoveAt(0);
            }

            for (var i = 0; i < size; i++)
            {
                step[i] = next[i] - point[i];
                change[i] = nextGradient[i] - gradient[i];
            }

            var curvature = Dot(step, change);
            if (curvature > 1e-12 * Dot(change, change))
            {
                steps.Add((step, change, 1 / curvature));
            }

            quiet = value - nextValue <= tolerance * Math.Abs(nextValue) ? quiet + 1 : 0;
            value = nextValue;
            next.CopyTo(point, 0);
            (gradient, nextGradient) = (nextGradient, gradient);
        }

        return value;
    }

    /// <summary>target += source * factor, element by element.</summary>
    public static void Add(Span<double> target, ReadOnlySpan<double> source, double factor)
    {
        var i = 0;
        for (; i <= target.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            (new Vector<double>(target[i..]) + (new Vector<double>(source[i..]) * factor)).CopyTo(target[i..]);
        }

        for (; i < target.Length; i++)
        {
            target[i] += source[i] * factor;
        }
    }

    /// <summary>Sum of products, in four lanes.</summary>
    public static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        var lanes = Vector256<double>.Zero;
        var i = 0;
        for (; i <= left.Length - 4; i += 4)
        {
            lanes += Vector256.Create(left.Slice(i, 4)) * Vector256.Create(right.Slice(i, 4));
        }

        var sum = (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
        for (; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }

    private static void Direction(double[] gradient, List<(double[] Step, double[] Change, double Inverse)> steps, double[] coefficients, double[] direction)
    {
        for (var i = 0; i < gradient.Length; i++)
        {
            direction[i] = -gradient[i];
        }

        for (var k = steps.Count - 1; k >= 0; k--)
        {
            coefficients[k] = steps[k].Inverse * Dot(steps[k].Step, direction);
            Add(direction, steps[k].Change, -coefficients[k]);
        }

        if (steps.Count > 0)
        {
            var (_, change, inverse) = steps[^1];
            var scale = 1 / (inverse * Dot(change, change));
            for (var i = 0; i < direction.Length; i++)
            {
                direction[i] *= scale;
            }
        }

        for (var k = 0; k < steps.Count; k++)
        {
            var back = steps[k].Inverse * Dot(steps[k].Change, direction);
            Add(direction, steps[k].Step, coefficients[k] - back);
        }
    }
}
