using System.Globalization;
using Fairlead.Models.Contracts;
using Fairlead.Training;

namespace Fairlead.Tests.Training;

/// <summary>Reads the data sets beside the repository in the plainest way, so that tests of training do not hang on the stages before it.</summary>
internal static class RealTable
{
    /// <param name="text">Columns that are free text.</param>
    /// <param name="without">Columns to leave out.</param>
    public static Table Read(string file, string target, string[]? text = null, params string[] without)
    {
        var tab = file.EndsWith(".tsv", StringComparison.Ordinal);
        var lines = tab
            ? File.ReadLines(RealData.File(file)).Select(line => line.Split('\t')).ToList()
            : File.ReadLines(RealData.File(file)).Select(Split).ToList();
        var header = lines[0];
        lines.RemoveAt(0);
        var columns = new List<FrameColumn>();
        for (var c = 0; c < header.Length; c++)
        {
            if (header[c] == target || without.Contains(header[c]))
            {
                continue;
            }

            var cells = lines.Select(line => string.IsNullOrWhiteSpace(line[c]) ? null : line[c]).ToArray();
            columns.Add(text?.Contains(header[c]) == true ? new FrameColumn(header[c], ColumnKind.Text, cells)
                : cells.All(cell => cell is null || double.TryParse(cell, CultureInfo.InvariantCulture, out _))
                    ? new FrameColumn(header[c], ColumnKind.Number, Array.ConvertAll(cells, cell => cell is null ? double.NaN : double.Parse(cell, CultureInfo.InvariantCulture)))
                : new FrameColumn(header[c], ColumnKind.Category, cells));
        }

        var at = Array.IndexOf(header, target);
        return new Table(new Frame(columns), [.. lines.Select(line => line[at])]);
    }

    private static string[] Split(string line)
    {
        var cells = new List<string>();
        var cell = new System.Text.StringBuilder();
        var quoted = false;
        foreach (var character in line)
        {
            if (character == '"')
            {
                quoted = !quoted;
            }
            else if (character == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else
            {
                cell.Append(character);
            }
        }

        cells.Add(cell.ToString());
        return [.. cells];
    }
}

/// <summary>A table with its target apart.</summary>
internal sealed record Table(Frame Features, string[] Target)
{
    /// <summary>Shuffles by seed, keeps four fifths to train on and the rest as exam.</summary>
    public (TrainingInput Input, Frame Exam, double[] ExamTargets) Split(ModelTask task, int seed, double? seconds = null, int? trials = null, int? rowsMax = null)
    {
        var order = Enumerable.Range(0, Target.Length).ToArray();
        new Random(seed).Shuffle(order);
        order = order[..Math.Min(order.Length, rowsMax ?? order.Length)];
        var train = order[..(order.Length * 4 / 5)];
        var exam = order[train.Length..];
        string[] classes = task == ModelTask.Regression ? [] : [.. Target.Distinct().Order(StringComparer.Ordinal)];
        double Value(int row) => task == ModelTask.Regression ? double.Parse(Target[row], CultureInfo.InvariantCulture) : Array.IndexOf(classes, Target[row]);
        var input = new TrainingInput(
            Features.Take(train), [.. train.Select((_, i) => i % 5)], task, classes,
            task == ModelTask.Regression ? [] : [.. train.Select(row => (int)Value(row))],
            task == ModelTask.Regression ? [.. train.Select(Value)] : [], seconds, trials, seed);
        return (input, Features.Take(exam), [.. exam.Select(Value)]);
    }
}
