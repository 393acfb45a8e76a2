using Fairlead.Data.Scanning;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;

namespace Fairlead.Data.Cleaning;

/// <summary>What a step did to a row.</summary>
[Flags]
internal enum StepTouch : byte
{
    None = 0,
    Changed = 1,

    /// <summary>The text could not be read as the number or date that the step reads. Then it was changed too.</summary>
    Unreadable = 2,
}

/// <summary>A step of a <see cref="StepScan"/>, with where its columns stand.</summary>
internal sealed class StepInScan
{
    /// <param name="place">Where a column stands.</param>
    /// <param name="stands">Columns that are there before the step; afterwards also those it makes.</param>
    /// <param name="numbers">Columns that hold numbers before the step; afterwards as it leaves them.</param>
    /// <param name="dates">The same of dates, which are numbers too.</param>
    public StepInScan(RowStep step, int at, Func<string, int> place, HashSet<string> stands, HashSet<string> numbers, HashSet<string> dates)
    {
        (Definition, At) = (step, at);
        var written = step.Writes();
        (Reads, Writes) = ([.. step.Reads().Select(place)], [.. written.Select(place)]);
        Stood = [.. written.Select(stands.Contains)];
        bool[] before = [.. written.Select(numbers.Contains)];
        StepChain.Through(step, numbers);
        Becomes = [.. written.Select((name, i) => !Stood[i] || before[i] != numbers.Contains(name))];
        stands.UnionWith(written);
        Examples = new StepExamples(step, dates);
        IsAlone = step.IsAlone();
        IsOfOneColumn = Reads.Length == 1 && Writes.Index().All(write => write.Item == Reads[0] || !Stood[write.Index]);
        FillsOnly = step is GroupImputeStep or ModelImputeStep or ClassImputeStep;
        Look = IsAlone ? StepBytes.Of(step) : null;
    }

    public RowStep Definition { get; }

    public int At { get; }

    public int[] Reads { get; }

    public int[] Writes { get; }

    /// <summary>By column it writes: it was there before.</summary>
    public bool[] Stood { get; }

    /// <summary>By column it writes: it was not there, or held another type.</summary>
    public bool[] Becomes { get; }

    /// <summary>It changes the one column it looks at.</summary>
    public bool IsAlone { get; }

    /// <summary>What it writes depends on the one column it looks at alone.</summary>
    public bool IsOfOneColumn { get; }

    /// <summary>It leaves every row that has a value.</summary>
    public bool FillsOnly { get; }

    public StepBytes.Look? Look { get; }

    /// <summary>How its values are told.</summary>
    public StepExamples Examples { get; }

    public StepMemo? Memo { get; set; }

    /// <summary>What it did to the rows of the batch, where somebody asks.</summary>
    public StepFlags? Flags { get; set; }
}

/// <summary>What a step makes of each entry of a dictionary, by code + 1; the first is a missing value.</summary>
internal sealed class StepMemo(int writes)
{
    /// <summary>By column that it writes.</summary>
    public Cell[][] After { get; } = [.. Enumerable.Range(0, writes).Select(_ => Array.Empty<Cell>())];

    public StepTouch[] Touched { get; private set; } = [];

    /// <summary>One entry at least is touched.</summary>
    public bool Touches { get; set; }

    /// <summary>Entries worked out.</summary>
    public int Known { get; set; }

    public void Room(int count)
    {
        if (Touched.Length < count)
        {
            for (var i = 0; i < After.Length; i++)
            {
                Array.Resize(ref After[i], count);
            }

            var touched = Touched;
            Array.Resize(ref touched, count);
            Touched = touched;
        }
    }
}

/// <summary>What a step did to the rows of a batch, as columns of booleans.</summary>
internal sealed class StepFlags
{
    public ColumnVector Changed { get; } = new(VectorForm.Boolean);

    public ColumnVector Unread { get; } = new(VectorForm.Boolean);

    public void Clear(int rows)
    {
        foreach (var vector in (ReadOnlySpan<ColumnVector>)[Changed, Unread])
        {
            if (vector.Integers.Length < rows)
            {
                (vector.Integers, vector.Missing) = (new long[TableScan.Room(rows)], new bool[TableScan.Room(rows)]);
            }

            vector.Integers.AsSpan(0, rows).Clear();
            vector.Rows = rows;
        }
    }

    public void Set(int row, bool unread) => (Changed.Integers[row], Unread.Integers[row]) = (1, unread ? 1 : 0);
}
