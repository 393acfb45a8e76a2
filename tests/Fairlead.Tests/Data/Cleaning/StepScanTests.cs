using Fairlead.Data;
using Fairlead.Data.Cleaning;
using Fairlead.Data.Scanning;
using Fairlead.Models.Contracts;
using Fairlead.Models.Expressions;
using Fairlead.Models.RowSteps;
using Fairlead.Tests.Data.Cleaning.Oracle;

namespace Fairlead.Tests.Data.Cleaning;

/// <summary>Row steps column by column give what they give row by row, and say which rows they touched.</summary>
public sealed class StepScanTests
{
    /// <summary>Runs a scan over the rows in several ways, with codes, without, and going from one to the other, and compares all values and marks with those of single rows.</summary>
    internal static void AssertLikeRows(IReadOnlyList<string> source, IReadOnlyList<string> made, RowStep[] steps, IReadOnlyList<string?[]> rows)
    {
        string[] columns = [.. source, .. made];
        var expected = rows.Select(row => Steps(columns, source.Count, steps, row)).ToList();
        string[] marks = [.. steps.SelectMany((_, i) => new[] { StepScan.ChangedBy(i), StepScan.UnreadBy(i) })];
        foreach (var (batch, plainFrom) in new[] { (41, int.MaxValue), (64, 0), (23, 2) })
        {
            var tally = new StepTally(steps);
            using var scan = new StepScan(new TextRows(source, rows, batch, plainFrom), steps, [.. columns, .. marks], tally);
            for (var row = 0; scan.Next(TestContext.Current.CancellationToken) is { } read;)
            {
                for (var i = 0; i < read.Rows; i++, row++)
                {
                    for (var column = 0; column < columns.Length; column++)
                    {
                        var cell = Of(read.Columns[column], i);
                        Assert.True(cell == expected[row].Cells[column], $"{string.Join(", ", steps.Select(step => step.ToString()))} on {string.Join(" | ", rows[row])}, column {columns[column]}: row by row \"{expected[row].Cells[column]}\", by column \"{cell}\"");
                    }

                    for (var mark = 0; mark < marks.Length; mark++)
                    {
                        Assert.True(read.Columns[columns.Length + mark].Integers[i] == (expected[row].Marks[mark] ? 1 : 0), $"{steps[mark / 2]} on {string.Join(" | ", rows[row])}: {(mark % 2 == 0 ? "touched" : "unread")} must be {expected[row].Marks[mark]}");
                    }
                }
            }

            Assert.Equal(steps.Select((_, i) => (long)expected.Count(row => row.Marks[2 * i])), tally.Outcomes().Select(outcome => outcome.Touched));
            foreach (var (outcome, i) in tally.Outcomes().Select((outcome, i) => (outcome, i)))
            {
                Assert.Equal(Examples(steps, i, expected), outcome.Examples);
            }

            Assert.Equal(steps.Select((_, i) => (long)expected.Count(row => row.Marks[(2 * i) + 1])), tally.Outcomes().Select(outcome => outcome.Unreadable));
        }
    }

    private static Cell Of(ColumnVector vector, int row) => vector.IsMissing(row) ? Cell.Missing : vector.Form == VectorForm.Double ? Cell.Of(vector.Doubles[row]) : Cell.Of(vector.Text(row));

    /// <summary>The first rows that a step changed, then the first that it could not read, each with what the step was given and what it gave, found row by row.</summary>
    private static IEnumerable<RowExample> Examples(RowStep[] steps, int step, List<Walked> rows)
    {
        var dates = steps.Take(step + 1).Aggregate(new HashSet<string>(), (known, one) =>
        {
            var isDate = one is DeriveStep derive ? derive.Parsed().Type == ExpressionType.Date : one is not (SplitStep or JoinStep) && (one.ReadsAs() is { } kind ? kind == ColumnKind.Date : known.Contains(one.Column));
            return isDate ? [.. known, .. one.Writes()] : [.. known.Except(one.Writes())];
        });
        string? Say(Cell cell, string column) => cell.IsMissing ? null : cell.IsNumber && dates.Contains(column) ? DateParts.Text(cell.Number) : cell.ToString();
        string? All(IReadOnlyDictionary<string, Cell> cells, IReadOnlyList<string> names)
        {
            var text = names.Count == 1 ? Say(cells[names[0]], names[0]) : string.Join(", ", names.Select(name => $"{name}: {Say(cells[name], name) ?? "missing"}"));
            return text?.Length > StepTally.SignsShown ? text[..StepTally.SignsShown] : text;
        }

        var (reads, writes) = (steps[step].Reads(), steps[step].Writes());
        RowExample Example((Walked Row, int Index) row) => new(row.Index, All(row.Row.Before[step], writes.Count == 1 && reads.Contains(writes[0]) ? writes : reads), All(row.Row.After[step], writes));
        var (touched, unread) = (2 * step, (2 * step) + 1);
        return [.. rows.Select((row, i) => (row, i)).Where(row => row.row.Marks[touched] && !row.row.Marks[unread]).Take(StepTally.Shown).Select(Example), .. rows.Select((row, i) => (row, i)).Where(row => row.row.Marks[unread]).Take(StepTally.Shown).Select(Example)];
    }

    /// <summary>One row through the steps.</summary>
    /// <param name="Marks">By step: it changed the row, it could not read it.</param>
    /// <param name="Before">By step: the columns as the step finds them.</param>
    private sealed record Walked(Cell[] Cells, bool[] Marks, IReadOnlyList<IReadOnlyDictionary<string, Cell>> Before, IReadOnlyList<IReadOnlyDictionary<string, Cell>> After);

    private static Walked Steps(string[] columns, int source, RowStep[] steps, string?[] row)
    {
        List<IReadOnlyDictionary<string, Cell>> befores = [], afters = [];
        Cell[] cells = [.. columns.Select((_, i) => i < source ? Cell.Of(row[i]) : Cell.Missing)];
        List<bool> marks = [];
        var made = columns.Skip(source).ToHashSet();
        for (var i = 0; i < steps.Length; i++)
        {
            Cell[] before = [.. cells];
            Cell[] raw = [.. columns.Select((_, at) => at < source ? Cell.Of(row[at]) : Cell.Missing)];
            new RowPipeline(columns, steps[..(i + 1)]).Apply(raw);
            cells = raw;
            befores.Add(columns.Zip(before).ToDictionary(pair => pair.First, pair => pair.Second));
            afters.Add(columns.Zip(raw).ToDictionary(pair => pair.First, pair => pair.Second));
            var places = steps[i].Writes().Select(name => Array.IndexOf(columns, name)).ToList();
            var unread = steps[i].ReadsAs() is not null && before[places[0]].Text is not null && cells[places[0]].IsMissing;
            marks.Add(unread || (steps[i].ReadsAs() is not null ? IsReadOtherwise(steps[i], before[places[0]], cells[places[0]]) : places.Exists(at =>
                made.Contains(columns[at]) || Retyped(steps[i]) ? !cells[at].IsMissing : before[at].IsNumber ? !cells[at].IsNumber || before[at].Number != cells[at].Number : before[at] != cells[at])));
            marks.Add(unread);
            made.ExceptWith(steps[i].Writes());
        }

        return new Walked(cells, [.. marks], befores, afters);
    }

    /// <summary>A measure or a date that a plain cast would not have read as this number.</summary>
    private static bool IsReadOtherwise(RowStep step, Cell before, Cell after)
    {
        if (before.Text is not { } text || step is CastStep)
        {
            return false;
        }

        Cell[] cast = [Cell.Of(text)];
        new RowPipeline(["c"], [new TrimStep("c"), new CastStep("c", step.ReadsAs()!.Value)]).Apply(cast);
        return !cast[0].IsNumber || cast[0].Number != after.Number;
    }

    private static bool Retyped(RowStep step) => step is DeriveStep { Column: "c" } derive && derive.Parsed().Type == ExpressionType.Number;

    [Fact]
    public void A_step_says_what_it_changed_and_what_it_could_not_read()
    {
        RowStep[] steps = [new TrimStep("weight"), new ParseNumberStep("weight", Unit: "kg"), new ParseDateStep("born", ["ymd", "dmy"])];
        var tally = new StepTally(steps);
        string?[][] rows = [["12", "2024-02-29"], [" 500 g", "29.2.2024"], ["1,200", "never"], ["heavy", null], [null, "2024-3-1"]];
        using var scan = new StepScan(new TextRows(["weight", "born"], rows, 100, 1), steps, [], tally);
        Assert.NotNull(scan.Next(TestContext.Current.CancellationToken));
        var (trim, number, date) = (tally.Outcomes().First(), tally.Outcomes().ElementAt(1), tally.Outcomes().Last());

        Assert.Equal((1, 0), (trim.Touched, trim.Unreadable));
        // "12" is the number 12 as it stands; 500 g become 0.5 kg, "1,200" is 1200, "heavy" is no number.
        Assert.Equal((3, 1), (number.Touched, number.Unreadable));
        // What each step received: the number's text was trimmed before.
        Assert.Equal([(1, " 500 g", "500 g")], trim.Examples.Select(example => ((int)example.Row, example.Before, example.After)));
        Assert.Equal([(1, "500 g", "0.5"), (2, "1,200", "1200"), (3, "heavy", null)], number.Examples.Select(example => ((int)example.Row, example.Before, example.After)));
        // 2024-02-29 and 2024-3-1 are dates as they stand.
        Assert.Equal((2, 1), (date.Touched, date.Unreadable));
        Assert.Equal([(1, "29.2.2024", "2024-02-29"), (2, "never", null)], date.Examples.Select(example => ((int)example.Row, example.Before, example.After)));
    }

    [Fact]
    public void A_column_with_too_many_texts_for_a_dictionary_comes_out_whole()
    {
        string?[][] rows = [.. Enumerable.Range(0, ColumnDictionary.EntriesMax + 500).Select(i => new[] { $"a{i % 7}", $" B{i} " })];
        RowStep[] steps = [new JoinStep("both", ["code", "name"], "-"), new TrimStep("name"), new CaseStep("name", "lower")];
        AssertLikeRows(["code", "name"], ["both"], steps, rows);
    }
}
