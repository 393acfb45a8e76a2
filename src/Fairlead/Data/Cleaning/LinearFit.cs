using Fairlead.Models.RowSteps;
using Fairlead.Projects.Sources;

namespace Fairlead.Data.Cleaning;

/// <summary>A linear model of one column by others: least squares by the normal equations of centred and scaled columns, with a trace of ridge so that columns that say the same have one answer.</summary>
/// <remarks>A. E. Hoerl and R. W. Kennard, "Ridge Regression", Technometrics 12(1), 1970; the equations are solved by Cholesky's method. One reading for means and levels, one for the products, on one thread: the same rows give the same bits.</remarks>
internal static class LinearFit
{
    /// <summary>Ridge, as a share of each column's variance.</summary>
    public const double Ridge = 1e-8;

    /// <summary>The step with its model, or null when fewer than <paramref name="least"/> training rows have a value. A missing number counts as its mean, a missing category as a rare one.</summary>
    public static ModelImputeStep? Of(ModelImputeStep step, string rows, Func<string, SqlColumn> column, int least, DataEngine engine)
    {
        var target = column(step.Column).Sql;
        var present = $"(SELECT * FROM {rows} WHERE {target} IS NOT NULL)";
        if (engine.Count($"SELECT count(*) FROM {present}") < least || LinearDesign.Of(step.From, present, column, engine) is not { } design)
        {
            return null;
        }

        var mean = engine.List($"SELECT avg({target}) FROM {present}", reader => reader.GetDouble(0))[0];
        var line = design.Fit($"{target} - {SqlText.Number(mean)}", 1, (vector, row) => (0, vector.Doubles[row]))[0];
        return step with { Intercept = mean + line.Intercept, Coefficients = line.Coefficients, Means = design.Means, Levels = design.Levels };
    }

    /// <summary>The step with a line for each class that enough training rows have, or null when there is none.</summary>
    public static ClassImputeStep? Of(ClassImputeStep step, string rows, Func<string, SqlColumn> column, DataEngine engine)
    {
        var target = column(step.Column).Sql;
        var present = $"(SELECT * FROM {rows} WHERE {target} IS NOT NULL)";
        var names = LinearDesign.Frequent(target, present, ClassImputeStep.ClassesMax, engine).ConvertAll(level => level.Name);
        if (names.Count == 0 || LinearDesign.Of(step.From, present, column, engine) is not { } design)
        {
            return null;
        }

        var lines = design.Fit(LinearDesign.PlaceOf(target, names), names.Count, (vector, row) => ((int)vector.Integers[row], 1));
        return step with { Classes = [.. names.Zip(lines, (name, line) => new LinearClass(name, line.Intercept, line.Coefficients))], Means = design.Means, Levels = design.Levels };
    }

    /// <summary>Solves the normal equations.</summary>
    /// <param name="sums">Row by row of the lower triangle: the product with the target, then with each column up to itself; all of centred columns.</param>
    internal static double[] Solve(IReadOnlyList<double> sums, int size)
    {
        var (matrix, right) = (new double[size, size], new double[size]);
        for (int i = 0, at = 0; i < size; i++)
        {
            right[i] = sums[at++];
            for (var j = 0; j <= i; j++)
            {
                matrix[i, j] = sums[at++];
            }
        }

        return Solve(matrix, [right])[0];
    }

    /// <summary>Solves the normal equations for several targets. Shapes [size, size], its lower triangle, and [targets][size].</summary>
    internal static double[][] Solve(double[,] products, IReadOnlyList<double[]> targets)
    {
        var size = products.GetLength(0);
        var (matrix, scale) = (new double[size, size], new double[size]);
        for (var i = 0; i < size; i++)
        {
            scale[i] = products[i, i] > 0 ? Math.Sqrt(products[i, i]) : 0; // a constant column says nothing
            for (var j = 0; j <= i; j++)
            {
                matrix[i, j] = i == j ? 1 + Ridge : scale[i] == 0 || scale[j] == 0 ? 0 : products[i, j] / (scale[i] * scale[j]);
            }
        }

        Decompose(matrix);
        return [.. targets.Select(target => Solved(matrix, scale, target))];
    }

    private static void Decompose(double[,] matrix)
    {
        for (var i = 0; i < matrix.GetLength(0); i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = matrix[i, j];
                for (var k = 0; k < j; k++)
                {
                    sum -= matrix[i, k] * matrix[j, k];
                }

                matrix[i, j] = i == j ? Math.Sqrt(Math.Max(sum, Ridge / 2)) : sum / matrix[j, j];
            }
        }
    }

    private static double[] Solved(double[,] matrix, double[] scale, double[] target)
    {
        var right = target.Select((value, i) => scale[i] == 0 ? 0 : value / scale[i]).ToArray();
        for (var i = 0; i < right.Length; i++)
        {
            for (var k = 0; k < i; k++)
            {
                right[i] -= matrix[i, k] * right[k];
            }

            right[i] /= matrix[i, i];
        }

        for (var i = right.Length - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < right.Length; k++)
            {
                right[i] -= matrix[k, i] * right[k];
            }

            right[i] /= matrix[i, i];
        }

        return [.. right.Select((value, i) => scale[i] == 0 ? 0 : value / scale[i])];
    }
}
