using Fairlead.Data;
using Fairlead.Models.Scoring;

namespace Fairlead.Evaluation;

/// <summary>Answers rows by models that never saw them or their near-duplicates (cross-fitting).</summary>
/// <remarks>
/// A row whose near-duplicate group has no member among the rows the model was fitted on is answered by the final model,
/// one whose group has, by the model of its fold, which was fitted without that fold; folds never cut a group.
/// Rows of another version of the data are looked up by key; their group there counts too.
/// </remarks>
public sealed class UnseenJudge
{
    private const int Final = -1;
    private const int Nobody = -2;

    private readonly Dataset _trained;
    private readonly FittedModel _final;
    private readonly IReadOnlyList<FittedModel> _folds;
    private readonly Dictionary<string, int> _rowOfKey;
    private readonly Dictionary<long, int> _foldOfGroup = [];

    /// <param name="trained">The data set the models were fitted on.</param>
    /// <param name="final">Fitted on all rows that may train.</param>
    /// <param name="folds">Model i was fitted without fold i. May be shorter than the number of folds: rows that need a missing one have no judge.</param>
    public UnseenJudge(Dataset trained, FittedModel final, IReadOnlyList<FittedModel> folds)
    {
        ArgumentNullException.ThrowIfNull(trained);
        (_trained, _final, _folds) = (trained, final, folds);
        _rowOfKey = new Dictionary<string, int>(trained.Count, StringComparer.Ordinal);
        for (var row = 0; row < trained.Count; row++)
        {
            _rowOfKey.TryAdd(trained.Keys[row], row);
            if (Trains(trained, row))
            {
                _foldOfGroup.TryAdd(trained.Groups[row], trained.Folds[row]);
            }
        }
    }

    /// <summary>True when the row may train: on the training side and its label believed.</summary>
    public static bool Trains(Dataset data, int row)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.Sides[row] == Side.Train && !data.JudgeOnly[row];
    }

    /// <summary>Row of a key in the data the models were fitted on; null when it is not there.</summary>
    public int? RowOf(string key) => _rowOfKey.TryGetValue(key, out var row) ? row : null;

    /// <summary>True when the final model saw neither the row nor a near-duplicate of it.</summary>
    public bool FinalNeverSaw(int row) => JudgeOf(row) == Final;

    /// <summary>The model that may judge a row of the data it was fitted on; null when there is none.</summary>
    public FittedModel? ModelFor(int row) => ModelOf(JudgeOf(row));

    /// <summary>Outputs per row of the data the models were fitted on; null where no model may judge it.</summary>
    public double[]?[] Answer(IReadOnlyList<int> rows) => Answer(_trained, rows);

    /// <summary>Outputs for rows of <paramref name="data"/>, which may be another version; null where no model may judge the row.</summary>
    public double[]?[] Answer(Dataset data, IReadOnlyList<int> rows)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(rows);
        var other = !ReferenceEquals(data, _trained);
        var members = other ? Members(data, rows) : [];
        var batches = new SortedDictionary<(int Judge, bool Here), List<int>>();
        for (var i = 0; i < rows.Count; i++)
        {
            var here = _rowOfKey.ContainsKey(data.Keys[rows[i]]);
            var judge = other ? JudgeOf(members[data.Groups[rows[i]]]) : JudgeOf(rows[i]);
            if (ModelOf(judge) is { } model && (here || model.Columns.All(data.Features.Has)))
            {
                if (!batches.TryGetValue((judge, here), out var batch))
                {
                    batches.Add((judge, here), batch = []);
                }

                batch.Add(i);
            }
        }

        var answers = new double[]?[rows.Count];
        foreach (var ((judge, here), batch) in batches)
        {
            // A model reads a row as its own version cleaned it, where it knows the row.
            var frame = here
                ? _trained.Features.Take([.. batch.Select(i => other ? _rowOfKey[data.Keys[rows[i]]] : rows[i])])
                : data.Features.Take([.. batch.Select(i => rows[i])]);
            var model = ModelOf(judge)!;
            var outputs = ManyRows.Score(model, frame);
            for (var i = 0; i < batch.Count; i++)
            {
                answers[batch[i]] = outputs[(i * model.Outputs)..((i + 1) * model.Outputs)];
            }
        }

        return answers;
    }

    private FittedModel? ModelOf(int judge) => judge == Final ? _final : judge >= 0 && judge < _folds.Count ? _folds[judge] : null;

    private int JudgeOf(int row) => _foldOfGroup.TryGetValue(_trained.Groups[row], out var fold) ? fold : Final;

    private int JudgeOf(List<string> keys)
    {
        var judge = Final;
        foreach (var key in keys)
        {
            if (_rowOfKey.TryGetValue(key, out var row) && JudgeOf(row) is >= 0 and var fold)
            {
                judge = judge == Final || judge == fold ? fold : Nobody;
            }

            if (judge == Nobody)
            {
                break;
            }
        }

        return judge;
    }

    private static Dictionary<long, List<string>> Members(Dataset data, IReadOnlyList<int> rows)
    {
        var members = new Dictionary<long, List<string>>();
        foreach (var row in rows)
        {
            members.TryAdd(data.Groups[row], []);
        }

        for (var row = 0; row < data.Count; row++)
        {
            if (members.TryGetValue(data.Groups[row], out var keys))
            {
                keys.Add(data.Keys[row]);
            }
        }

        return members;
    }
}
