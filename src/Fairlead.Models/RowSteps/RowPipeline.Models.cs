using Fairlead.Models.Contracts;

namespace Fairlead.Models.RowSteps;

/// <summary>The steps that fill in what a linear model predicts.</summary>
public sealed partial class RowPipeline
{
    private sealed class ModelImputeOperation : Operation
    {
        private readonly LinearTerms _terms;
        private readonly double _intercept;
        private readonly double[] _coefficients;

        public ModelImputeOperation(int column, int[] from, ModelImputeStep step)
            : base(column)
        {
            (_terms, _intercept, _coefficients) = (new LinearTerms(from, step.Means, step.Levels, step), step.Intercept ?? 0, [.. step.Coefficients ?? []]);
            if (!step.IsFitted() || _coefficients.Length != _terms.Count)
            {
                throw new ArgumentException($"The model that fills column \"{step.Column}\" is not fitted.", nameof(step));
            }
        }

        public override void Apply(Span<Cell> row)
        {
            if (row[Column].IsMissing)
            {
                row[Column] = Cell.Of(LinearTerms.Sum(_intercept, _coefficients, _terms.Of(row)));
            }
        }
    }

    private sealed class ClassImputeOperation : Operation
    {
        private readonly LinearTerms _terms;
        private readonly (string Value, double Intercept, double[] Coefficients)[] _classes;

        public ClassImputeOperation(int column, int[] from, ClassImputeStep step)
            : base(column)
        {
            _terms = new LinearTerms(from, step.Means, step.Levels, step);
            _classes = [.. (step.Classes ?? []).Select(one => (one.Value, one.Intercept, (double[])[.. one.Coefficients]))];
            if (_classes.Length == 0 || Array.Exists(_classes, one => one.Coefficients.Length != _terms.Count || one.Value.Length == 0))
            {
                throw new ArgumentException($"The classes that fill column \"{step.Column}\" are not fitted.", nameof(step));
            }
        }

        public override void Apply(Span<Cell> row)
        {
            if (!row[Column].IsMissing)
            {
                return;
            }

            var terms = _terms.Of(row);
            var (best, highest) = (-1, double.NegativeInfinity);
            for (var i = 0; i < _classes.Length; i++)
            {
                var score = LinearTerms.Sum(_classes[i].Intercept, _classes[i].Coefficients, terms);
                if (!double.IsFinite(score))
                {
                    return; // numbers beyond all that was seen: nothing can be said
                }

                (best, highest) = score > highest ? (i, score) : (best, highest);
            }

            row[Column] = Cell.Of(_classes[best].Value);
        }
    }

    /// <summary>The columns that a linear model predicts from, as the terms of its sum.</summary>
    private sealed class LinearTerms
    {
        private readonly int[] _from;
        private readonly double[] _means;
        private readonly Dictionary<string, int>?[] _levels;
        private readonly int[] _first;

        public LinearTerms(int[] from, IReadOnlyList<double>? means, IReadOnlyList<IReadOnlyList<string>?>? levels, RowStep step)
        {
            if (means?.Count != from.Length || (levels is not null && levels.Count != from.Length))
            {
                throw new ArgumentException($"What fills column \"{step.Column}\" is not fitted to the {from.Length} columns it is predicted from.", nameof(step));
            }

            (_from, _means, _first) = (from, [.. means], new int[from.Length]);
            _levels = [.. from.Select((_, i) => levels?[i]?.Select((name, at) => (name, at)).ToDictionary(pair => pair.name, pair => pair.at, StringComparer.Ordinal))];
            for (var i = 0; i < from.Length; i++)
            {
                _first[i] = Count;
                Count += _levels[i] is { } known ? known.Count + 1 : 1;
            }
        }

        /// <summary>Coefficients of a model.</summary>
        public int Count { get; }

        /// <summary>Of each column the coefficient that counts, and what it is multiplied by.</summary>
        public (int Coefficient, double Times)[] Of(ReadOnlySpan<Cell> row)
        {
            var terms = new (int, double)[_from.Length];
            for (var i = 0; i < terms.Length; i++)
            {
                ref readonly var cell = ref row[_from[i]];
                terms[i] = _levels[i] is { } levels
                    ? (_first[i] + (!cell.IsMissing && levels.TryGetValue(cell.ToString(), out var level) ? level : levels.Count), 1)
                    : (_first[i], cell.IsNumber ? cell.Number : _means[i]);
            }

            return terms;
        }

        public static double Sum(double value, double[] coefficients, (int Coefficient, double Times)[] terms)
        {
            foreach (var (coefficient, times) in terms)
            {
                value += coefficients[coefficient] * times;
            }

            return value;
        }
    }
}
