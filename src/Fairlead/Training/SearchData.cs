using System.Diagnostics;
using Fairlead.Data;
using Fairlead.Models.Contracts;
using Fairlead.Models.Features;
using Fairlead.Models.Scoring;
using Fairlead.Training.Trees;

namespace Fairlead.Training;

/// <summary>The rows of a search, cut into parts: part i trains without fold i, the last part trains on all rows.</summary>
internal sealed class SearchData : IDisposable
{
    /// <summary>The part that trains on all rows.</summary>
    public const int All = DatasetVersion.Folds;

    /// <summary>Rows times outputs up to which every fold is evaluated; beyond, two folds are, and the others are fitted for the chosen model only.</summary>
    private const int SmallSize = 40_000;

    private readonly Lazy<SearchPart>[] _parts;

    public SearchData(TrainingInput input, ITreeTrainer trainer)
    {
        (Input, Trainer) = (input, trainer);
        Outputs = input.Task == ModelTask.Multiclass ? input.Classes.Count : 1;
        Targets = input.Task == ModelTask.Regression ? input.Values : Array.ConvertAll(input.Labels, label => (double)label);
        _parts = [.. Enumerable.Range(0, All + 1).Select(part => new Lazy<SearchPart>(() => new SearchPart(this, part)))];
        Fitted = [.. Enumerable.Range(0, All).Where(fold => input.Folds.Contains(fold) && input.Folds.Any(other => other != fold))];
        Evaluated = (long)Targets.Length * Outputs <= SmallSize || Targets.Length <= 5_000 ? Fitted : Fitted[..Math.Min(2, Fitted.Length)];
    }

    public TrainingInput Input { get; }

    public ITreeTrainer Trainer { get; }

    /// <summary>Raw scores a model has.</summary>
    public int Outputs { get; }

    /// <summary>Shape [rows]: class index or value.</summary>
    public double[] Targets { get; }

    /// <summary>Folds that have rows, and rows beside them: the fold models that can be fitted.</summary>
    public int[] Fitted { get; }

    /// <summary>Folds that every candidate is judged on.</summary>
    public int[] Evaluated { get; }

    public SearchPart this[int part] => _parts[part].Value;

    /// <summary>Seconds that making one part's inputs took, on average of those made.</summary>
    public double PrepareSeconds => _parts.Where(part => part.IsValueCreated).Select(part => part.Value.PrepareSeconds).DefaultIfEmpty(0).Average();

    public bool Has(int part) => _parts[part].IsValueCreated;

    /// <summary>Rows of the folds that candidates are judged on, in order.</summary>
    public int[] EvaluatedRows() => [.. Enumerable.Range(0, Targets.Length).Where(row => Evaluated.Contains(Input.Folds[row]))];

    public void Dispose()
    {
        foreach (var part in _parts.Where(part => part.IsValueCreated))
        {
            part.Value.Dispose();
        }
    }
}

/// <summary>Inputs of one part, features fitted on its training rows only.</summary>
internal sealed class SearchPart : IDisposable
{
    private readonly SearchData _data;
    private readonly Lock _lock = new();
    private readonly Dictionary<TargetTransform, ITreeData> _trees = [];
    private TreeInputs? _denseValid;
    private TreeInputs? _dense;
    private SparseMatrix? _sparse;

    public SearchPart(SearchData data, int part)
    {
        var start = Stopwatch.GetTimestamp();
        _data = data;
        var input = data.Input;
        TrainRows = [.. Enumerable.Range(0, input.Features.Rows).Where(row => input.Folds[row] != part)];
        ValidRows = [.. Enumerable.Range(0, input.Features.Rows).Where(row => input.Folds[row] == part)];
        var frame = TrainRows.Length == input.Features.Rows ? input.Features : input.Features.Take(TrainRows);
        Features = new FeatureSet(FeatureFitter.Fit(
            frame, input.Task, Pick(input.Labels, TrainRows), Pick(input.Values, TrainRows), input.LeastRows));
        var categorical = new bool[Features.DenseWidth];
        foreach (var index in Features.CategoricalInputs)
        {
            categorical[index] = true;
        }

        var encoder = new LinearEncoder(Features);
        var train = Features.Transform(frame);
        _dense = new TreeInputs(train.Dense, train.Rows, categorical);
        CanSplit = _dense.CanSplit();
        _sparse = encoder.Encode(train);
        (Columns, SparseMeans) = (_sparse.Columns, _sparse.ColumnMeans());
        if (ValidRows.Length > 0)
        {
            var valid = Features.Transform(input.Features.Take(ValidRows));
            _denseValid = new TreeInputs(valid.Dense, valid.Rows, categorical);
            SparseValid = encoder.Encode(valid);
        }

        PrepareSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public int[] TrainRows { get; }

    public int[] ValidRows { get; }

    public FeatureSet Features { get; }

    /// <summary>Trees have something to split on.</summary>
    public bool CanSplit { get; }

    /// <summary>Training rows as linear models take them.</summary>
    public SparseMatrix Sparse => _sparse ?? throw new InvalidOperationException("The part's rows were released.");

    /// <summary>Columns of <see cref="Sparse"/>.</summary>
    public int Columns { get; }

    public double[] SparseMeans { get; }

    /// <summary>Null for the part that has all rows.</summary>
    public SparseMatrix? SparseValid { get; private set; }

    public double PrepareSeconds { get; }

    public TreeTarget Target(TargetTransform transform) =>
        new(_data.Input.Task, Math.Max(1, _data.Input.Classes.Count), Array.ConvertAll(TrainRows, row => TargetTransforms.Apply(transform, _data.Targets[row])));

    /// <summary>Binned rows, made at the first call.</summary>
    public ITreeData Trees(TargetTransform transform)
    {
        lock (_lock)
        {
            if (!_trees.TryGetValue(transform, out var made))
            {
                _trees.Add(transform, made = _data.Trainer.Prepare(_dense ?? throw new InvalidOperationException("The part's rows were released."), Target(transform), _denseValid));
            }

            return made;
        }
    }

    /// <summary>Lets go of the rows once nothing more is fitted on this part: they are most of what a search holds. Features and means stay.</summary>
    public void Release()
    {
        lock (_lock)
        {
            Dispose();
            (_dense, _denseValid, _sparse, SparseValid) = (null, null, null, null);
        }
    }

    public void Dispose()
    {
        foreach (var made in _trees.Values)
        {
            made.Dispose();
        }

        _trees.Clear();
    }

    /// <summary>One of the two targets is empty: see <see cref="TrainingInput"/>.</summary>
    private static T[] Pick<T>(T[] values, int[] rows) => values.Length == 0 ? [] : Array.ConvertAll(rows, row => values[row]);
}
