using Fairlead.Models.RowSteps;
using Fairlead.Projects.Sources;

namespace Fairlead.Data.Cleaning;

/// <summary>A linear model of one column by others: least squares by the normal equations of centred and scaled columns, with a trace of ridge so that columns that say the same have one answer.</summary>
/// <remarks>A. E. Hoerl and R. W. Kennard, "Ridge Regression", Technometrics 12(1), 1970; the equations are solved by Cholesky's method. One scan for the means, one for the products.</remarks>
internal static class LinearFit
{
    /// <summary>Ridge, as a share of each column's variance.</summary>
    public const double Ridge = 1e-8;

    /// <summary>The step with its model, or null when fewer than <paramref name="least"/> training rows have a value. A missing value of a column counts as its mean.</summary>
    public static ModelImputeStep? Of(ModelImputeStep step, string rows, Func<string, string> column, int least, DataEngine engine)
    {
        var target = column(step.Column);
        return Fit(target, $"(SELECT * FROM {rows} WHERE {target} IS NOT NULL)", [.. step.From.Select(column)], least, engine) is { } line
            ? step with { Intercept = line.Intercept, Coefficients = line.Coefficients, Means = line.Means } : null;
    }

    /// <summary>The step with a line for each class that enough training rows have, or null when there is none.</summary>
    public static ClassImputeStep? Of(ClassImputeStep step, string rows, Func<string, string> column, DataEngine engine)
    {
        var target = column(step.Column);
        var present = $"(SELECT * FROM {rows} WHERE {target} IS NOT NULL)";
        var names = engine.List($"SELECT {target} FROM {present} GROUP BY 1 HAVING count(*) >= {GroupImputeStep.LeastRows} ORDER BY count(*) DESC, 1 LIMIT {ClassImputeStep.ClassesMax}", reader => reader.GetString(0));
        var lines = names.ConvertAll(name => Fit($"CAST({target} = {SqlText.Text(name)} AS DOUBLE)", present, [.. step.From.Select(column)], 1, engine)!);
        return lines.Count == 0 ? null : step with { Classes = [.. names.Zip(lines, (name, line) => new LinearClass(name, line.Intercept, line.Coefficients))], Means = lines[0].Means };
    }

    /// <param name="value">What is predicted, over the rows of <paramref name="present"/>.</param>
    private static Line? Fit(string value, string present, List<string> from, int least, DataEngine engine)
    {
        var first = engine.List($"SELECT count(*), avg({value}){string.Concat(from.Select(name => $", avg({name})"))} FROM {present}",
            reader => Enumerable.Range(0, from.Count + 2).Select(i => reader.IsDBNull(i) ? 0 : i == 0 ? reader.GetInt64(0) : reader.GetDouble(i)).ToArray())[0];
        if (first[0] < least)
        {
            return null;
        }

        var means = first[2..];
        string Centred(int i) => $"(COALESCE({from[i]}, {SqlText.Number(means[i])}) - {SqlText.Number(means[i])})";
        List<string> products = [];
        for (var i = 0; i < from.Count; i++)
        {
            products.Add($"sum({Centred(i)} * ({value} - {SqlText.Number(first[1])}))");
            for (var j = 0; j <= i; j++)
            {
                products.Add($"sum({Centred(i)} * {Centred(j)})");
            }
        }

        var sums = engine.List($"SELECT {string.Join(", ", products)} FROM {present}", reader => Enumerable.Range(0, products.Count).Select(reader.GetDouble).ToArray())[0];
        var coefficients = Solve(sums, from.Count);
        var intercept = first[1];
        for (var i = 0; i < from.Count; i++)
        {
            intercept -= coefficients[i] * means[i];
        }

        return new Line(intercept, coefficients, means);
    }

    private sealed record Line(double Intercept, IReadOnlyList<double> Coefficients, IReadOnlyList<double> Means);

    /// <param name="sums">Row by row of the lower triangle: the product with the target, then with each column up to itself.</param>
    internal static double[] Solve(IReadOnlyList<double> sums, int size)
    {
        var (matrix, right, scale) = (new double[size, size], new double[size], new double[size]);
        for (int i = 0, at = 0; i < size; i++)
        {
            right[i] = sums[at++];
            for (var j = 0; j <= i; j++)
            {
                matrix[i, j] = sums[at++];
            }

            scale[i] = matrix[i, i] > 0 ? Math.Sqrt(matrix[i, i]) : 0; // a constant column says nothing
        }

        for (var i = 0; i < size; i++)
        {
            right[i] = scale[i] == 0 ? 0 : right[i] / scale[i];
            for (var j = 0; j <= i; j++)
            {
                matrix[i, j] = i == j ? 1 + Ridge : scale[i] == 0 || scale[j] == 0 ? 0 : matrix[i, j] / (scale[i] * scale[j]);
            }
        }

        for (var i = 0; i < size; i++)
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

        for (var i = 0; i < size; i++)
        {
            for (var k = 0; k < i; k++)
            {
                right[i] -= matrix[i, k] * right[k];
            }

            right[i] /= matrix[i, i];
        }

        for (var i = size - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < size; k++)
            {
                right[i] -= matrix[k, i] * right[k];
            }

            right[i] /= matrix[i, i];
        }

        return [.. right.Select((value, i) => scale[i] == 0 ? 0 : value / scale[i])];
    }
}
