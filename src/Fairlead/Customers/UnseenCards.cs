using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Fairlead.Data;
using Fairlead.Models.Contracts;
using Fairlead.Models.Scoring;
using Fairlead.Workspace;

namespace Fairlead.Customers;

/// <summary>Makes cards of exam rows: answers them, chooses, and says them in plain words.</summary>
internal static class UnseenCards
{
    public static IReadOnlyList<ReviewCard> Make(OpenReview.Request request, BlobStore blobs, IReadOnlySet<string> judged)
    {
        var (project, package) = (request.Project, request.Package);
        var contract = package.Contract;
        var data = DatasetReader.Load(project, request.Data, blobs);

        // Rows nobody has judged yet come first; within them by a hash, so that a large exam is sampled fairly.
        var candidates = Enumerable.Range(0, data.Count)
            .Where(i => data.Sides[i] == Side.Exam)
            .OrderBy(i => judged.Contains(data.Keys[i])).ThenBy(i => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(data.Keys[i]))), StringComparer.Ordinal)
            .Take(OpenReview.CandidateRows)
            .ToArray();
        if (candidates.Count(i => !judged.Contains(data.Keys[i])) is var fresh && fresh >= Review.MaxCards)
        {
            candidates = candidates[..fresh];
        }

        var raw = DatasetReader.RawRows(project, request.Data, [.. candidates.Select(i => data.Rows[i])], blobs);
        var answered = new Answered[candidates.Length];
        var scratch = new ModelScratch();
        for (var i = 0; i < candidates.Length; i++)
        {
            answered[i] = CardMaker.Answer(package, RawCells(contract, raw, i), scratch);
        }

        var categories = contract.Columns.Select((column, c) => (column, c))
            .Where(x => x.column.Kind == ColumnKind.Category && x.column.Feature && x.column.Protection != Protection.Drop)
            .Select(x => answered.Select(a => a.Cleaned[x.c].IsMissing ? null : a.Cleaned[x.c].ToString()).ToArray())
            .ToArray();
        var chosen = ChooseCards.Run(
            [.. candidates.Select(i => data.Keys[i])], categories, [.. answered.Select(a => contract.Task == ModelTask.Regression ? "" : a.Answer)], [.. answered.Select(a => a.Confidence)], Review.MaxCards);
        return
        [
            .. chosen.Select(i =>
            {
                var key = data.Keys[candidates[i]];
                return CardMaker.Make(package, answered[i], RawCells(contract, raw, i), key, $"exam-{request.Iteration.ToString(CultureInfo.InvariantCulture)}-{key}", request.Why) with { Recorded = Recorded(data, candidates[i]) };
            }),
        ];
    }

    private static string Recorded(Dataset data, int row) =>
        data.LabelWas[row] ?? (data.Labels.Length > 0 ? data.Classes[data.Labels[row]] : data.Values[row].ToString("R", CultureInfo.InvariantCulture));

    private static Cell[] RawCells(ModelContract contract, Frame raw, int row)
    {
        var cells = new Cell[contract.Columns.Count];
        for (var c = 0; c < cells.Length; c++)
        {
            var column = contract.Columns[c];
            cells[c] = column.Protection != Protection.Drop && raw.Has(column.Name) ? raw[column.Name][row] : Cell.Missing;
        }

        return cells;
    }
}
