using Fairlead.Models.Contracts;
using Fairlead.Models.Scoring;
using Fairlead.Training;
using Fairlead.Training.Trees;

namespace Fairlead.Tests.Training;

public sealed class TreeTrainerTests
{
    private static readonly TreeSettings _boosting = new(false, 60, 0.1, 15, 10, 0.8, 0.8, 1, false);

    [Theory]
    [InlineData("telco_churn.csv", "Churn", ModelTask.Binary)]
    [InlineData("bank_marketing_full.csv", "deposit", ModelTask.Binary)]
    [InlineData("wine_all_header.csv", "quality", ModelTask.Multiclass)]
    [InlineData("california_housing.csv", "median_house_value", ModelTask.Regression)]
    public void The_converted_trees_score_bit_for_bit_as_LightGBM_does(string file, string target, ModelTask task)
    {
        Assert.SkipUnless(LightGbmNative.Available, "The native library does not load here.");
        var (inputs, wanted) = Dense(RealTable.Read(file, target, null, "customerID"), task);
        using var data = new LightGbmTrainer().Prepare(inputs, wanted, null);
        using var fit = (LightGbmFit)data.Start(_boosting, 1);
        for (var round = 0; round < 30; round++)
        {
            Assert.True(fit.Step());
        }

        var ensemble = fit.Export(30);
        Assert.Equal(30 * wanted.Outputs, ensemble.Trees.Count);
        Assert.Equal(fit.PredictRaw(inputs, 30), Score(ensemble, inputs));
        Assert.Equal(fit.PredictRaw(inputs, 7), Score(fit.Export(7), inputs));
        if (task == ModelTask.Binary)
        {
            Assert.Contains(ensemble.Trees, tree => tree.Categories.Any(set => set is not null));
        }

        // the cover of a node is what its children hold
        var first = ensemble.Trees[0];
        double Cover(int child) => child >= 0 ? first.NodeCover[child] : first.LeafCover[~child];
        Assert.All(Enumerable.Range(0, first.Features.Length), node => Assert.Equal(first.NodeCover[node], Cover(first.Left[node]) + Cover(first.Right[node])));
    }

    [Fact]
    public void A_fit_is_the_same_over_runs_and_threads()
    {
        Assert.SkipUnless(LightGbmNative.Available, "The native library does not load here.");
        var (inputs, wanted) = Dense(RealTable.Read("telco_churn.csv", "Churn", null, "customerID"), ModelTask.Binary);
        var scores = new List<double[]>();
        foreach (var threads in new[] { 1, 1, 2, 4 })
        {
            using var data = new LightGbmTrainer(threads).Prepare(inputs, wanted, null);
            using var fit = data.Start(_boosting with { Extra = true }, 5);
            for (var round = 0; round < 20; round++)
            {
                fit.Step();
            }

            scores.Add(Score(fit.Export(20), inputs));
        }

        Assert.All(scores, score => Assert.Equal(scores[0], score));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_forest_and_boosting_learn_and_their_scores_while_training_are_the_exported_models(bool native)
    {
        Assert.SkipWhen(native && !LightGbmNative.Available, "The native library does not load here.");
        ITreeTrainer trainer = native ? new LightGbmTrainer() : new ManagedTreeTrainer();
        foreach (var (file, target, task) in new[] { ("telco_churn.csv", "Churn", ModelTask.Binary), ("penguins.csv", "species", ModelTask.Multiclass), ("insurance.csv", "charges", ModelTask.Regression) })
        {
            var (all, wanted) = Dense(RealTable.Read(file, target, null, "customerID"), task);
            var (train, valid) = Halves(all, wanted);
            foreach (var settings in new[] { _boosting with { MinLeaf = 5 }, _boosting with { Forest = true, Rows = 0.7, MinLeaf = 5 }, _boosting with { Extra = true, MinLeaf = 5 } })
            {
                using var data = trainer.Prepare(train.Inputs, train.Target, valid.Inputs);
                using var fit = data.Start(settings, 3);
                for (var round = 0; round < 40; round++)
                {
                    Assert.True(fit.Step());
                }

                var raw = new double[valid.Inputs.Rows * wanted.Outputs];
                fit.Predict(raw);
                var answers = Losses.Answers(task, wanted.Outputs, raw);
                var exported = Losses.Answers(task, wanted.Outputs, Score(fit.Export(40), valid.Inputs));
                for (var i = 0; i < answers.Length; i++)
                {
                    Assert.Equal(exported[i], answers[i], 1e-9 * Math.Max(1, Math.Abs(answers[i])));
                }

                // A constant answer (shares or mean of the training half) loses by a third at least, telco by a tenth.
                var constant = Losses.Mean(task, Constant(train.Target, valid.Inputs.Rows), valid.Target.Values);
                var loss = Losses.Mean(task, answers, valid.Target.Values);
                Assert.True(loss < constant * (task == ModelTask.Binary ? 0.9 : 0.67), $"{file} {settings}: {loss} against {constant}");
            }
        }
    }

    [Fact]
    public void The_managed_fallback_is_near_the_native_trainer()
    {
        Assert.SkipUnless(LightGbmNative.Available, "The native library does not load here.");
        var (all, wanted) = Dense(RealTable.Read("california_housing.csv", "median_house_value"), ModelTask.Regression);
        var (train, valid) = Halves(all, wanted);
        double Error(ITreeTrainer trainer)
        {
            using var data = trainer.Prepare(train.Inputs, train.Target, valid.Inputs);
            using var fit = data.Start(_boosting, 3);
            for (var round = 0; round < 60; round++)
            {
                fit.Step();
            }

            var raw = new double[valid.Inputs.Rows];
            fit.Predict(raw);
            return Losses.Mean(ModelTask.Regression, raw, valid.Target.Values);
        }

        Assert.InRange(Error(new ManagedTreeTrainer()) / Error(new LightGbmTrainer()), 0.9, 1.1);
    }

    /// <summary>Categories as whole numbers by first sight, for tests only.</summary>
    internal static (TreeInputs Inputs, TreeTarget Target) Dense(Table table, ModelTask task)
    {
        var (columns, rows) = (table.Features.Columns.Count, table.Features.Rows);
        var values = new double[rows * columns];
        for (var c = 0; c < columns; c++)
        {
            var levels = new Dictionary<string, int>();
            for (var row = 0; row < rows; row++)
            {
                var cell = table.Features.Columns[c][row];
                values[(row * columns) + c] = cell.IsMissing ? double.NaN : cell.IsNumber ? cell.Number
                    : levels.TryGetValue(cell.Text!, out var level) ? level : levels[cell.Text!] = levels.Count;
            }
        }

        // missing cells and a level never seen in training, to be sure of both
        for (var row = 0; row < rows; row += 7)
        {
            values[(row * columns) + (row % columns)] = double.NaN;
        }

        var (input, _, _) = table.Split(task, 1);
        double[] targets = task == ModelTask.Regression
            ? Array.ConvertAll(table.Target, text => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture))
            : Array.ConvertAll(table.Target, name => (double)input.Classes.ToList().IndexOf(name));
        return (new TreeInputs(values, rows, [.. table.Features.Columns.Select(column => column.Texts is not null)]), new TreeTarget(task, Math.Max(1, input.Classes.Count), targets));
    }

    private static ((TreeInputs Inputs, TreeTarget Target) Train, (TreeInputs Inputs, TreeTarget Target) Valid) Halves(TreeInputs all, TreeTarget wanted)
    {
        var order = Enumerable.Range(0, all.Rows).ToArray();
        new Random(11).Shuffle(order);
        (TreeInputs, TreeTarget) Pick(int[] rows) =>
            (new TreeInputs([.. rows.SelectMany(row => all.Values[(row * all.Columns)..((row + 1) * all.Columns)])], rows.Length, all.Categorical),
                wanted with { Values = [.. rows.Select(row => wanted.Values[row])] });
        return (Pick(order[..(order.Length / 2)]), Pick(order[(order.Length / 2)..]));
    }

    private static double[] Constant(TreeTarget target, int rows)
    {
        double[] answer = target.Task == ModelTask.Regression
            ? [target.Values.Average()]
            : [.. Enumerable.Range(0, target.Classes).Select(k => target.Values.Count(value => value == k) / (double)target.Values.Length)];
        return [.. Enumerable.Repeat(answer, rows).SelectMany(values => values)];
    }

    private static double[] Score(TreeEnsemble ensemble, TreeInputs inputs)
    {
        var raw = new double[inputs.Rows * ensemble.Outputs];
        for (var row = 0; row < inputs.Rows; row++)
        {
            ensemble.Base.CopyTo(raw, row * ensemble.Outputs);
            for (var i = 0; i < ensemble.Trees.Count; i++)
            {
                var tree = ensemble.Trees[i];
                var node = tree.Features.Length == 0 ? ~0 : 0;
                while (node >= 0)
                {
                    var value = inputs.Values[(row * inputs.Columns) + tree.Features[node]];
                    var left = tree.Categories[node] is { } set
                        ? value >= 0 && (int)value / 32 < set.Length && ((set[(int)value / 32] >> ((int)value % 32)) & 1) != 0
                        : double.IsNaN(value) ? tree.DefaultLeft[node] : value <= tree.Thresholds[node];
                    node = left ? tree.Left[node] : tree.Right[node];
                }

                raw[(row * ensemble.Outputs) + (i % ensemble.Outputs)] += tree.LeafValues[~node];
            }
        }

        return raw;
    }
}
