using System.Text.Json;
using Fairlead.Models.Contracts;
using Fairlead.Models.Features;
using Fairlead.Models.Scoring;

namespace Fairlead.Training.Onnx;

/// <summary>An exported model.</summary>
/// <param name="Bytes">The ONNX file.</param>
/// <param name="StartsFrom">"raw columns" (one input a column), or "features" when text columns come in as term weights.</param>
/// <param name="Output">Name of the one output: doubles, shape [rows, classes] or [rows, 1].</param>
public sealed record OnnxModel(byte[] Bytes, string StartsFrom, IReadOnlyList<OnnxInput> Inputs, string Output);

/// <summary>One input of an exported model, shape [rows, Width].</summary>
/// <param name="Column">The cleaned column it comes from; empty for the input that only counts rows.</param>
/// <param name="Type">double (NaN is missing) or string ("" is missing).</param>
public sealed record OnnxInput(string Name, string Column, string Type, int Width, string Meaning);

/// <summary>Writes a model as one ONNX graph that gives the same answers: no lock-in.</summary>
/// <remarks>
/// The graph starts from cleaned columns: row steps (trim, spellings, casts) are the contract's and come before. Numbers and dates come as doubles,
/// categories as strings. Text columns come as the weights of their terms, since ONNX has no operator that cuts text as we do.
/// Everything is double. Checked on held-out rows by <see cref="OnnxCheck"/>.
/// </remarks>
public sealed class OnnxExport
{
    private readonly OnnxGraph _graph = new();
    private readonly FittedModel _model;
    private readonly List<OnnxInput> _inputs = [];
    private readonly Dictionary<string, string> _columns = new(StringComparer.Ordinal);
    private readonly List<string> _dense = [];
    private readonly List<string> _scaled = [];
    private readonly List<double> _means = [];
    private readonly List<double> _scales = [];
    private readonly List<ScaledInput> _scaledInputs = [];
    private readonly List<Looked> _looked = [];
    private readonly List<Terms> _terms = [];
    private string? _denseMatrix;

    private OnnxExport(FittedModel model) => _model = model;

    /// <param name="classes">Class names in output order; empty for regression.</param>
    /// <param name="name">Name of the graph: the project's.</param>
    /// <exception cref="ArgumentException">The number of classes is not the model's.</exception>
    public static OnnxModel Write(FittedModel model, IReadOnlyList<string> classes, string name)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(classes);
        var expected = model.Task == ModelTask.Regression ? 0 : model.Outputs;
        if (classes.Count != expected)
        {
            throw new ArgumentException($"The model has {expected} classes, not {classes.Count}.", nameof(classes));
        }

        return new OnnxExport(model).Write(classes, name);
    }

    private OnnxModel Write(IReadOnlyList<string> classes, string name)
    {
        var input = 0;
        foreach (var feature in _model.Features)
        {
            AddFeature(feature, input);
            input += LinearEncoder.InputsOf(feature);
        }

        if (_inputs.Count == 0)
        {
            AddInput("row", "", "double", 1, "Any number: the model looks at no column, this only says how many rows there are.");
        }

        var answers = _model.Parts.Select(part => Weighted(Answer(Raw(part.Predictor)), part.Weight)).ToList();
        var answer = answers.Aggregate((sum, next) => _graph.Add("Add", [sum, next]));
        var output = _model.Task == ModelTask.Regression ? "value" : "probabilities";
        while (_inputs.Any(one => one.Name == output))
        {
            output += "_";
        }

        _graph.Add("Identity", [answer], output: output);
        _graph.Output(output, OnnxType.Double, _model.Outputs, classes.Count > 0 ? "Probabilities of " + string.Join(", ", classes) : "The answer, in the target's unit");
        var startsFrom = _terms.Count > 0 ? "features" : "raw columns";
        KeyValuePair<string, string>[] metadata =
        [
            new("classes", JsonSerializer.Serialize([.. classes], OnnxJson.Default.StringArray)),
            new("starts_from", startsFrom),
            new("task", _model.Task switch { ModelTask.Binary => "binary", ModelTask.Multiclass => "multiclass", _ => "regression" }),
        ];
        var documentation = "Starts from cleaned columns: apply the row steps of the package's contract first. NaN and \"\" are missing. "
            + (_terms.Count > 0 ? "Text columns come as the weights of their terms, NaN in all of them when there is no text." : "One input a column.");
        return new OnnxModel(_graph.ToModel(name, documentation, metadata), startsFrom, _inputs, output);
    }

    private void AddFeature(Feature feature, int input)
    {
        switch (feature)
        {
            case NumberFeature number:
                var value = Column(number.Column, "double", "A number; NaN when missing.");
                _dense.Add(value);
                AddScaled(value, input, input + 1, number.Mean, number.Scale);
                break;
            case DateFeature date:
                var dates = new OnnxDates(_graph, Column(date.Column, "double", "Days since 1970-01-01 UTC, the time of day as the fraction; NaN when missing."));
                for (var p = 0; p < date.Parts.Count; p++)
                {
                    var part = dates.Part(date.Parts[p]);
                    _dense.Add(part);

                    // The last part is missing whenever any is.
                    AddScaled(part, input + p, p == date.Parts.Count - 1 ? input + p + 1 : null, date.Means[p], date.Scales[p]);
                }

                break;
            case CategoryFeature category:
                var text = Column(category.Column, "string", "A name; empty when missing.");
                var level = _graph.Add(
                    "LabelEncoder",
                    [text],
                    [
                        OnnxGraph.Integer("default_int64", 0),
                        OnnxGraph.Texts("keys_strings", [.. category.Levels, ""]),
                        OnnxGraph.Integers("values_int64s", Enumerable.Range(1, category.Levels.Count + 1).Select(i => (long)i)),
                    ],
                    domain: "ai.onnx.ml");
                _dense.Add(_graph.Add("Cast", [level], [OnnxGraph.Integer("to", (long)OnnxType.Double)]));
                _looked.Add(new Looked(level, input, category.Levels.Count + 2));
                break;
            case TextFeature words:
                var terms = AddInput(
                    $"{words.Column}.terms", words.Column, "double", words.Terms.Count, "Weights of the column's terms; all NaN when there is no text.");
                if (words.DenseTerms.Count > 0)
                {
                    var indices = _graph.Constant(words.DenseTerms.Select(term => (long)term).ToArray(), words.DenseTerms.Count);
                    _dense.Add(_graph.Add("Gather", [terms, indices], [OnnxGraph.Integer("axis", 1)]));
                }

                _terms.Add(new Terms(terms, input, words.Terms.Count));
                break;
        }
    }

    private string Column(string column, string type, string meaning)
    {
        if (!_columns.TryGetValue(column, out var name))
        {
            _columns.Add(column, name = AddInput(column, column, type, 1, meaning));
        }

        return name;
    }

    private string AddInput(string name, string column, string type, int width, string meaning)
    {
        while (_inputs.Any(input => input.Name == name))
        {
            name += "_"; // a column named like another column's terms
        }

        _graph.Input(name, type == "string" ? OnnxType.Text : OnnxType.Double, width, meaning);
        _inputs.Add(new OnnxInput(name, column, type, width, meaning));
        return name;
    }

    private void AddScaled(string value, int input, int? missingInput, double mean, double scale)
    {
        _scaled.Add(value);
        _means.Add(mean);
        _scales.Add(scale);
        _scaledInputs.Add(new ScaledInput(input, missingInput));
    }

    /// <summary>Raw scores, shape [rows, RawOutputs].</summary>
    private string Raw(Predictor predictor)
    {
        var terms = new List<string>();
        double[] bias;
        if (predictor is TreeEnsemble trees)
        {
            if (OnnxTrees.Write(_graph, trees, _model.FeatureSet, Dense, out bias) is { } scores)
            {
                terms.Add(scores);
            }
        }
        else
        {
            bias = ((LinearModel)predictor).Bias;
            AddLinear((LinearModel)predictor, terms);
        }

        if (terms.Count == 0)
        {
            terms.Add(Zeros());
        }

        return _graph.Add("Add", [terms.Aggregate((sum, next) => _graph.Add("Add", [sum, next])), _graph.Constant(bias, 1, bias.Length)]);
    }

    /// <summary>All dense inputs, shape [rows, DenseWidth].</summary>
    private string Dense() => _denseMatrix ??= _graph.Add("Concat", _dense, [OnnxGraph.Integer("axis", 1)]);

    /// <summary>Shape [rows, RawOutputs], for a predictor that reads nothing.</summary>
    private string Zeros()
    {
        var rows = _graph.Add("Shape", [_inputs[0].Name], [OnnxGraph.Integer("start", 0), OnnxGraph.Integer("end", 1)]);
        var shape = _graph.Add("Concat", [rows, _graph.Constant([_model.RawOutputs], 1)], [OnnxGraph.Integer("axis", 0)]);
        return _graph.Add("Expand", [_graph.Constant([0.0], 1, 1), shape]);
    }

    private void AddLinear(LinearModel linear, List<string> terms)
    {
        double[] Weights(IEnumerable<int?> inputs) =>
            [.. inputs.SelectMany(input => input is { } i ? linear.Weights.Skip(i * linear.Outputs).Take(linear.Outputs) : new double[linear.Outputs])];

        if (_scaled.Count > 0)
        {
            var values = _graph.Add("Concat", _scaled, [OnnxGraph.Integer("axis", 1)]);
            var missing = _graph.Add("IsNaN", [values]);
            var centred = _graph.Add("Sub", [values, _graph.Constant(_means.ToArray(), 1, _means.Count)]);
            var scaled = _graph.Add("Div", [centred, _graph.Constant(_scales.ToArray(), 1, _scales.Count)]);
            var filled = _graph.Add("Where", [missing, _graph.Constant([0.0], []), scaled]);
            var held = _graph.Add(
                "Clip", [filled, _graph.Constant([-LinearEncoder.MaxDeviation], []), _graph.Constant([LinearEncoder.MaxDeviation], [])]);
            terms.Add(_graph.Add("MatMul", [held, _graph.Constant(Weights(_scaledInputs.Select(one => (int?)one.Input)), _scaled.Count, linear.Outputs)]));
            var mask = _graph.Add("Cast", [missing], [OnnxGraph.Integer("to", (long)OnnxType.Double)]);
            terms.Add(_graph.Add("MatMul", [mask, _graph.Constant(Weights(_scaledInputs.Select(one => one.MissingInput)), _scaled.Count, linear.Outputs)]));
        }

        foreach (var category in _looked)
        {
            var weights = _graph.Constant(Weights(Enumerable.Range(category.Input, category.Inputs).Select(i => (int?)i)), category.Inputs, linear.Outputs);
            var found = _graph.Add("Gather", [weights, category.Level], [OnnxGraph.Integer("axis", 0)]); // [rows, 1, outputs]
            terms.Add(_graph.Add("Squeeze", [found, _graph.Constant([1L], 1)]));
        }

        foreach (var text in _terms)
        {
            var filled = _graph.Add("Where", [_graph.Add("IsNaN", [text.Value]), _graph.Constant([0.0], []), text.Value]);
            var weights = linear.Weights.AsSpan(text.Input * linear.Outputs, text.Inputs * linear.Outputs);
            terms.Add(_graph.Add("MatMul", [filled, _graph.Constant(weights, text.Inputs, linear.Outputs)]));
        }
    }

    private string Answer(string raw)
    {
        switch (_model.Task)
        {
            case ModelTask.Regression:
                return _model.Transform == TargetTransform.Log1p
                    ? _graph.Add("Sub", [_graph.Add("Exp", [raw]), _graph.Constant([1.0], [])])
                    : raw;
            case ModelTask.Binary:
                var second = _graph.Add("Sigmoid", [raw]);
                var first = _graph.Add("Sub", [_graph.Constant([1.0], []), second]);
                return _graph.Add("Concat", [first, second], [OnnxGraph.Integer("axis", 1)]);
            default:
                return _graph.Add("Softmax", [raw], [OnnxGraph.Integer("axis", 1)]);
        }
    }

    private string Weighted(string answer, double weight) => weight == 1 ? answer : _graph.Add("Mul", [answer, _graph.Constant([weight], [])]);

    private sealed record ScaledInput(int Input, int? MissingInput);

    private sealed record Looked(string Level, int Input, int Inputs);

    private sealed record Terms(string Value, int Input, int Inputs);
}
