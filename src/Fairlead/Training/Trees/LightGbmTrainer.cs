using System.Globalization;
using Fairlead.Models.Contracts;
using Fairlead.Models.Scoring;

namespace Fairlead.Training.Trees;

/// <summary>Trees by the native LightGBM, driven round by round.</summary>
/// <remarks>
/// G. Ke et al., "LightGBM: A Highly Efficient Gradient Boosting Decision Tree", NIPS 2017.
/// With <c>deterministic</c> and <c>force_row_wise</c> a fit is the same bit for bit over runs and thread counts.
/// </remarks>
internal sealed class LightGbmTrainer(int threads = 1) : ITreeTrainer
{
    public bool Native => true;

    public ITreeData Prepare(TreeInputs train, TreeTarget target, TreeInputs? valid) => new LightGbmData(train, target, valid, threads);
}

/// <summary>A native dataset with its validation rows.</summary>
internal sealed unsafe class LightGbmData : ITreeData
{
    private readonly TreeInputs _train;
    private readonly TreeTarget _target;
    private readonly int _threads;
    private readonly int _validRows;
    private nint _dataset;
    private nint _valid;

    public LightGbmData(TreeInputs train, TreeTarget target, TreeInputs? valid, int threads)
    {
        (_train, _target, _threads, _validRows) = (train, target, threads, valid?.Rows ?? 0);
        var categorical = string.Join(',', Enumerable.Range(0, train.Columns).Where(column => train.Categorical[column]));
        // Few rows must still be binned finely; pre-filtering would tie the dataset to one leaf size.
        var parameters = $"verbosity=-1 max_bin=255 min_data_in_bin={(train.Rows < 5_000 ? 1 : 3)} feature_pre_filter=false num_threads={_threads} "
            + "deterministic=true force_row_wise=true data_random_seed=1" + (categorical.Length == 0 ? "" : $" categorical_feature={categorical}");
        try
        {
            _dataset = Create(train, parameters, 0);
            SetLabels(_dataset, target.Values);
            if (valid is not null)
            {
                _valid = Create(valid, parameters, _dataset);
                SetLabels(_valid, new double[valid.Rows]); // it wants labels, though only scores are asked for
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public ITreeFit Start(TreeSettings settings, int seed) => new LightGbmFit(_dataset, _valid, _validRows, _target, Parameters(settings, seed));

    public void Dispose()
    {
        if (_valid != 0)
        {
            _ = LightGbmNative.DatasetFree(_valid);
        }

        if (_dataset != 0)
        {
            _ = LightGbmNative.DatasetFree(_dataset);
        }

        (_valid, _dataset) = (0, 0);
    }

    private static nint Create(TreeInputs inputs, string parameters, nint reference)
    {
        LightGbmNative.Quiet();
        fixed (double* values = inputs.Values)
        {
            LightGbmNative.Check(LightGbmNative.DatasetCreate(values, LightGbmNative.Float64, inputs.Rows, inputs.Columns, 1, parameters, reference, out var dataset));
            return dataset;
        }
    }

    private static void SetLabels(nint dataset, double[] values)
    {
        var labels = Array.ConvertAll(values, value => (float)value); // the interface takes no other type
        fixed (float* pointer = labels)
        {
            LightGbmNative.Check(LightGbmNative.DatasetSetField(dataset, "label", pointer, labels.Length, LightGbmNative.Float32));
        }
    }

    private string Parameters(TreeSettings settings, int seed)
    {
        var objective = _target.Task switch
        {
            ModelTask.Binary => "binary",
            ModelTask.Multiclass => $"multiclass num_class={_target.Classes}",
            _ => "regression",
        };
        // Sub-sampling by bagging; a forest must sample something or all its trees are the same.
        var rows = settings.Forest ? Math.Min(settings.Rows, 0.95) : settings.Rows;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"objective={objective} boosting={(settings.Forest ? "rf" : "gbdt")} metric=none verbosity=-1 deterministic=true force_row_wise=true "
            + $"num_threads={_threads} seed={seed & 0x3fffffff} learning_rate={settings.LearningRate} num_leaves={settings.Leaves} max_depth=-1 "
            + $"min_data_in_leaf={settings.MinLeaf} min_sum_hessian_in_leaf=0.001 feature_fraction={settings.Features} "
            + $"feature_fraction_bynode={(settings.Forest ? 0.5 : 1)} bagging_fraction={rows} bagging_freq={(rows < 1 ? 1 : 0)} lambda_l2={settings.L2} "
            + $"extra_trees={(settings.Extra ? "true" : "false")} min_data_per_group={Math.Clamp(_train.Rows / 50, 5, 100)} feature_pre_filter=false");
    }
}

/// <summary>A native booster.</summary>
internal sealed unsafe class LightGbmFit : ITreeFit
{
    private readonly TreeTarget _target;
    private readonly double[] _columnMajor;
    private nint _booster;

    public LightGbmFit(nint dataset, nint valid, int validRows, TreeTarget target, string parameters)
    {
        _target = target;
        _columnMajor = new double[validRows * target.Outputs];
        LightGbmNative.Quiet();
        LightGbmNative.Check(LightGbmNative.BoosterCreate(dataset, parameters, out _booster));
        if (valid != 0)
        {
            try
            {
                LightGbmNative.Check(LightGbmNative.BoosterAddValidData(_booster, valid));
            }
            catch
            {
                Dispose();
                throw;
            }
        }
    }

    public bool Step()
    {
        LightGbmNative.Quiet();
        LightGbmNative.Check(LightGbmNative.BoosterUpdate(_booster, out var finished));
        return finished == 0;
    }

    public void Predict(double[] raw)
    {
        fixed (double* pointer = _columnMajor)
        {
            LightGbmNative.Check(LightGbmNative.BoosterGetPredict(_booster, 1, out _, pointer));
        }

        // What comes back went through the link function; it is undone here. Log-probabilities of several classes are raw scores but for a constant a row.
        var outputs = _target.Outputs;
        var rows = _columnMajor.Length / outputs;
        for (var output = 0; output < outputs; output++)
        {
            for (var row = 0; row < rows; row++)
            {
                var value = _columnMajor[(output * rows) + row];
                raw[(row * outputs) + output] = _target.Task switch
                {
                    ModelTask.Binary => Math.Log(Math.Clamp(value, 1e-15, 1 - 1e-15) / (1 - Math.Clamp(value, 1e-15, 1 - 1e-15))),
                    ModelTask.Multiclass => Math.Log(Math.Max(value, 1e-15)),
                    _ => value,
                };
            }
        }
    }

    public TreeEnsemble Export(int rounds)
    {
        var text = new byte[1 << 20];
        while (true)
        {
            long length;
            fixed (byte* pointer = text)
            {
                LightGbmNative.Check(LightGbmNative.BoosterSave(_booster, 0, rounds, 0, text.Length, out length, pointer));
            }

            if (length <= text.Length)
            {
                return LightGbmModelText.Read(text.AsSpan(0, (int)length));
            }

            text = new byte[length];
        }
    }

    /// <summary>LightGBM's own raw scores, for tests. Shape [rows x outputs], row-major.</summary>
    internal double[] PredictRaw(TreeInputs inputs, int rounds)
    {
        var result = new double[inputs.Rows * _target.Outputs];
        fixed (double* values = inputs.Values, pointer = result)
        {
            LightGbmNative.Check(LightGbmNative.BoosterPredict(
                _booster, values, LightGbmNative.Float64, inputs.Rows, inputs.Columns, 1, 1, 0, rounds, "num_threads=1", out _, pointer));
        }

        return result;
    }

    public void Dispose()
    {
        if (_booster != 0)
        {
            _ = LightGbmNative.BoosterFree(_booster);
            _booster = 0;
        }
    }
}
