using Fairlead.Models.Scoring;
using Fairlead.Training.Trees;

namespace Fairlead.Training;

/// <summary>The order in which recipes are tried: what usually wins first, linear models and trees by turns, then random draws around what won.</summary>
/// <remarks>
/// Linear strengths climb towards whichever side is better. Trees begin with settings spread over what differs between data sets (few or many leaves,
/// boosting, extra-trees, a forest), since no one of them wins everywhere; of those still to try, the one with about as many leaves as the best so far comes next.
/// Where there is text, linear models go first: they read all its terms, trees only some. It ends when draws no longer better the best.
/// </remarks>
internal sealed class Portfolio
{
    /// <summary>Draws in a row that may fail to better the best tree by <see cref="GainMin"/> before the search has converged.</summary>
    private const int Patience = 5;

    private const double GainMin = 0.0005;

    /// <summary>Rows times outputs up to which a forest is tried: where it wins, the data is small, and it is slow.</summary>
    private const int ForestSizeMax = 10_000;

    private const double LogarithmGainMin = 0.01;

    /// <summary>Weaker than this lets classes that happen to be separable run to certainty.</summary>
    private const double StrengthMin = 0.003;

    private const double StrengthMax = 10_000;
    private readonly int _rows;
    private readonly bool _trees;
    private readonly Random _random;
    private readonly bool _text;
    private readonly List<TreeSettings> _planned;
    private readonly Queue<Recipe> _opening = [];
    private readonly Dictionary<double, double> _strengths = [];
    private TargetTransform _transform;
    private bool _linearTurn = true;
    private int _tried;
    private int _failed;
    private (Recipe Recipe, double Score)? _best;
    private (TreeSettings Settings, double Score)? _bestTrees;

    /// <param name="rows">Training rows.</param>
    /// <param name="outputs">Trees a round.</param>
    /// <param name="trees">There is something for trees to split on.</param>
    /// <param name="text">There are text terms.</param>
    /// <param name="logarithm">A regression target that is worth trying as a logarithm: see <see cref="Skewed"/>. What does better with the first recipe is kept.</param>
    public Portfolio(int rows, int outputs, bool trees, bool text, bool logarithm, int seed)
    {
        (_rows, _trees, _text, _random) = (rows, trees, text, new Random(seed));
        var leaf = Math.Clamp(rows / 200, 2, 20);
        var few = Math.Max(2, leaf / 4);
        _planned = !trees ? [] :
        [
            text ? Boosted(0.1, 31, leaf, 0.6, 0.8, 1, true) : Boosted(0.1, 15, leaf, 0.8, 1, 1, false),
            Boosted(0.1, 63, few, 0.4, 0.7, 5, false),
            Boosted(0.05, 8, leaf, 0.5, 0.8, 5, false),
            Boosted(0.05, 31, leaf, 0.6, 0.8, 1, false),
            Boosted(0.1, 30, leaf, 0.6, 0.8, 1, true),
            Boosted(0.1, 127, few, 0.4, 0.7, 10, false),
            Boosted(0.05, 4, leaf, 0.4, 0.7, 10, false),
        ];
        if (trees && (long)rows * outputs <= ForestSizeMax)
        {
            _planned.Add(new(true, 100, 1, 100, few, 0.8, 0.7, 0, false));
        }

        if (logarithm)
        {
            _opening.Enqueue(new LinearRecipe(1, TargetTransform.None));
            if (trees)
            {
                _opening.Enqueue(new TreeRecipe(_planned[0], TargetTransform.None));
                _opening.Enqueue(new TreeRecipe(_planned[0], TargetTransform.Log1p));
                _planned.RemoveAt(0);
            }
            else
            {
                _opening.Enqueue(new LinearRecipe(1, TargetTransform.Log1p));
            }
        }
    }

    /// <summary>Every target is &gt;= 0 and the third standardised moment is above 1: money, counts, durations.</summary>
    public static bool Skewed(double[] values)
    {
        var mean = values.Sum() / values.Length;
        var variance = values.Sum(value => (value - mean) * (value - mean)) / values.Length;
        var third = values.Sum(value => (value - mean) * (value - mean) * (value - mean)) / values.Length;
        return variance > 0 && values.All(value => value >= 0) && third / Math.Pow(variance, 1.5) > 1;
    }

    /// <summary>What to try next, or null when draws no longer find anything better.</summary>
    public Recipe? Next()
    {
        if (_opening.TryDequeue(out var opening))
        {
            return opening;
        }

        var linear = NextStrength();
        if (linear is { } strength && (_linearTurn || _text || !_trees))
        {
            _linearTurn = false;
            return new LinearRecipe(strength, _transform);
        }

        _linearTurn = true;
        if (_planned.Count > 0)
        {
            var next = _tried < 2 || _bestTrees is null ? _planned[0] : _planned.MinBy(planned => Math.Abs(Math.Log((double)planned.Leaves / _bestTrees.Value.Settings.Leaves)))!;
            _planned.Remove(next);
            return new TreeRecipe(next, _transform);
        }

        return linear is { } left ? new LinearRecipe(left, _transform)
            : !_trees || _failed >= Patience ? null
            : new TreeRecipe(Draw(), _transform);
    }

    /// <summary>Learns how a recipe did.</summary>
    /// <param name="score">Null when it failed.</param>
    public void Tell(Recipe recipe, double? score)
    {
        // A logarithm must earn its place: it makes answers harder to explain.
        if (score is { } found && (_best is null || found < _best.Value.Score * (recipe.Transform == _best.Value.Recipe.Transform ? 1 : 1 - LogarithmGainMin)))
        {
            _best = (recipe, found);
            if (_opening.Count == 0 && _transform != recipe.Transform)
            {
                _transform = recipe.Transform;
                _strengths.Clear();
            }
        }

        if (recipe is LinearRecipe linear && linear.Transform == _transform)
        {
            _strengths[linear.Strength] = score ?? double.PositiveInfinity;
        }
        else if (recipe is TreeRecipe trees)
        {
            _tried++;
            var better = score is { } value && (_bestTrees is null || value < _bestTrees.Value.Score * (1 - GainMin));
            _failed = better || _planned.Count > 0 ? 0 : _failed + 1;
            if (score is { } reached && (_bestTrees is null || reached < _bestTrees.Value.Score))
            {
                _bestTrees = (trees.Settings, reached);
            }
        }
    }

    /// <summary>Neighbours of the best strength so far, until the best has worse ones on both sides: a factor of 10 away, then of 3. Text wants weak penalties, and is dear: 3 at once.</summary>
    private double? NextStrength()
    {
        if (_strengths.Count == 0)
        {
            return _text ? 0.1 : 1;
        }

        var best = _strengths.MinBy(entry => entry.Value).Key;
        if (_strengths.Count > 1 && _strengths.Values.Order().ElementAt(1) < _strengths[best] * (1 + GainMin))
        {
            return null; // the penalty hardly matters here
        }

        foreach (var factor in (ReadOnlySpan<double>)(_text ? [1 / 3.0, 3] : [0.1, 10, 1 / 3.0, 3]))
        {
            var next = Math.Round(best * factor, 8);
            if (next is >= StrengthMin and <= StrengthMax && !_strengths.Keys.Any(tried => Math.Abs(Math.Log(tried / next)) < 0.3))
            {
                return next;
            }
        }

        return null;
    }

    /// <summary>Boosting with as many rounds as the rate needs; few rows have little to say in them.</summary>
    private TreeSettings Boosted(double rate, int leaves, int leaf, double features, double rows, double l2, bool extra) =>
        new(false, (int)Math.Min(100 + _rows, 80 / rate), rate, leaves, leaf, features, rows, l2, extra);

    private TreeSettings Draw()
    {
        var around = _bestTrees?.Settings;
        T Pick<T>(params ReadOnlySpan<T> values) => values[_random.Next(values.Length)];
        var leaves = around is null || around.Forest ? Pick(7, 15, 31, 63) : Math.Clamp((int)(around.Leaves * Pick(0.5, 0.7, 1, 1.5, 2)), 3, 255);
        var leaf = Math.Clamp(_rows / 200, 2, 20);
        return Boosted(
            around is null || around.Forest ? 0.05 : Math.Round(Math.Clamp(around.LearningRate * Pick(0.5, 0.7, 1), 0.02, 0.1), 3), leaves,
            Math.Max(1, (int)(leaf * Pick(0.25, 0.5, 1, 2, 4))), Pick(0.3, 0.5, 0.7, 0.9), Pick(0.6, 0.8, 1), Pick(0.0, 1, 5, 20),
            around?.Extra == true ? _random.Next(3) > 0 : _random.Next(5) == 0);
    }
}
