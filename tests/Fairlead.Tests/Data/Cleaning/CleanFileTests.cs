using CsCheck;
using Fairlead.Data.Cleaning;
using Fairlead.Workspace;

namespace Fairlead.Tests.Data.Cleaning;

public sealed class CleanFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string At(string name) => Path.Combine(_folder.Path, name);

    private CleanFile.Outcome Run(string csv, string recipe, string output = "out.csv", string? quarantine = null)
    {
        File.WriteAllText(At("in.csv"), csv);
        File.WriteAllText(At("recipe.yaml"), recipe);
        return CleanFile.Run(new CleanFile.Request(At("in.csv"), At("recipe.yaml"), output.Length == 0 ? null : At(output), quarantine is null ? null : At(quarantine)), CancellationToken.None);
    }

    [Fact]
    public void A_recipe_cleans_a_file_and_says_what_each_step_did()
    {
        var outcome = Run(
            """
            id,weight,born,city,size,price
            1,"1.234,5 kg",29.2.2024,berlin,2x3,10
            2,500 g,1 Mar 24,BERLIN,4x5,
            3,7 miles,2024-03-02,paris,,30
            4,,never,paris,1x1,-5
            4,,never,paris,1x1,-5

            """,
            """
            steps:
              - trim: all
              - parse number: {column: weight, decimal: comma, unit: kg}
              - parse date: {column: born, formats: [ymd, dmy, "%d %b %y"], pivot: 30}
              - case: {column: city, to: title}
              - split: {column: size, by: x, into: {width: number, height: number}}
              - cast: {column: price, to: number}
              - derive: {column: area, as: "width * height"}
              - impute: {column: price, with: mean}
              - drop: [size]
              - drop duplicates
              - quarantine: {where: "price < 0", reason: negative price}
            """, quarantine: "aside.csv");
        Assert.Equal((5, 3, 1, 1), (outcome.Read, outcome.Written, outcome.Quarantined, outcome.Dropped));
        Assert.Equal(1, outcome.QuarantineReasons["negative price"]);
        Assert.Equal(1, outcome.DropReasons["duplicate"]);

        // The mean of the prices 10, 30, -5, -5 is 7.5.
        Assert.Equal(
            """
            id,weight,born,city,price,width,height,area
            1,1234.5,2024-02-29,Berlin,10,2,3,6
            2,0.5,2024-03-01,Berlin,7.5,4,5,20
            3,,2024-03-02,Paris,30,,,

            """, File.ReadAllText(At("out.csv")));
        Assert.Equal("row,reason,id,weight,born,city,size,price\n3,negative price,4,,never,paris,1x1,-5\n", File.ReadAllText(At("aside.csv")));
        var unread = outcome.Steps.Single(step => step.Step == "parse_number");
        Assert.Equal((3, 1), (unread.Touched, unread.Unreadable));
        Assert.Equal([("1.234,5 kg", "1234.5"), ("500 g", "0.5"), ("7 miles", null)], unread.Examples.Select(example => (example.Before, example.After)));
        var titled = outcome.Steps.Single(step => step.Step == "case");
        Assert.Equal(("berlin", "Berlin"), (titled.Examples[0].Before, titled.Examples[0].After));
        Assert.Equal([".csv", ".csv", ".csv", ".yaml"], Directory.GetFiles(_folder.Path).Select(Path.GetExtension).Order()!);
    }

    [Fact]
    public void A_preview_writes_nothing()
    {
        var outcome = Run("a\n 1 \n", "steps: [{trim: all}]", output: "");
        Assert.Equal(1, outcome.Steps[0].Touched);
        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    public void All_faults_of_a_recipe_come_at_once_with_their_place()
    {
        var exception = Assert.Throws<FaultException>(() => Run(
            "price,city,born\n1,a,2024-01-01\n",
            """
            steps:
              - trim: [prise]
              - clip: {column: price, min: 0}
              - parse date: {column: born, formats: ["%d.%m.%y"]}
              - derive: {column: double, as: "city * 2"}
              - derive: {column: long, as: "lenght(city) > 3"}
              - quarantine: {where: "citi = 'x'"}
              - polish: {column: city}
              - impute: {column: city, with: median}
              - split: {column: city, into: [price]}
            """));
        var places = exception.Faults.Select(fault => fault.Where[(fault.Where.IndexOf("yaml:", StringComparison.Ordinal) + 5)..]).ToList();
        Assert.Equal(["2:12", "3:20", "4:42", "5:35", "6:33", "7:26", "8:5", "9:34", "10:12", "10:34"], places);
        Assert.Contains("\"price\"", exception.Faults[0].Fix, StringComparison.Ordinal);
        Assert.Contains("\"city\"", exception.Faults[5].Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Duplicates_are_merged_as_declared()
    {
        Run(
            "name,n,note\nann,1,\nbob,5,x\nann,2,hello\nann,,hi\n",
            """
            steps:
              - cast: {column: n, to: number}
              - drop duplicates: {columns: [name], keep: most complete, merge: {n: sum, note: longest}}
            """);
        Assert.Equal("name,n,note\nbob,5,x\nann,3,hello\n", File.ReadAllText(At("out.csv")));
    }

    [Fact]
    public void Near_duplicates_of_a_block_are_found()
    {
        var outcome = Run(
            "name,street\nMartha Smith,1 High Street\nMarhta Smith,1 High Street\nMartha Jones,7 Low Road\nDwayne,x\nMARTHA SMITH,1 High Stret\n",
            """
            steps:
              - fuzzy duplicates: {columns: [name, street], block: "left(lower(name), 3)", threshold: 0.93}
            """);
        Assert.Equal(2, outcome.Dropped);
        Assert.Equal("name,street\nMartha Smith,1 High Street\nMartha Jones,7 Low Road\nDwayne,x\n", File.ReadAllText(At("out.csv")));
    }

    [Fact]
    public void A_gap_is_filled_from_the_row_before_it()
    {
        Run(
            "shop,day,price\na,1,10\na,3,\nb,2,7\na,2,20\nb,1,\n",
            """
            steps:
              - fill: {column: price, by: shop, order: day}
            """);
        Assert.Equal("shop,day,price\na,1,10\na,3,20\nb,2,7\na,2,20\nb,1,\n", File.ReadAllText(At("out.csv")));
    }

    [Fact]
    public void Groups_models_and_quantiles_are_fitted()
    {
        // g a: 1,2,3,4,5 (median 3); g b has 1 row, under the 5 a table needs, so the overall median 3.5 of 1,2,3,4,5,90 is taken.
        Run(
            "g,x,y\na,1,2\na,2,4\na,3,6\na,4,8\na,5,10\nb,90,\na,,\nb,,7\n",
            """
            steps:
              - cast: {column: x, to: number}
              - cast: {column: y, to: number}
              - impute: {column: x, with: median, by: g}
              - impute: {column: y, with: model, from: [x]}
              - clip: {column: x, max: 10}
              - derive: {column: r, as: "round(y, 1)"}
              - drop: [y]
            """);
        var lines = File.ReadAllLines(At("out.csv"));
        Assert.Equal("a,3,", lines[7][..4]);
        Assert.Equal("b,10,", lines[6][..5]);
        Assert.Equal("b,3.5,7", lines[8]);
    }

    [Fact]
    public void A_missing_category_is_told_from_numbers()
    {
        // Small things weigh 1 to 5 and large ones 21 to 25; "odd" has 2 rows, under the 5 that a class needs. Without a weight the most frequent class is taken.
        Run(
            "size,weight\n" + string.Concat(Enumerable.Range(1, 5).Select(i => $"small,{i}\nlarge,{i + 20}\n")) + "large,26\nodd,100\nodd,100\n,2\n,24\n,\n",
            """
            steps:
              - cast: {column: weight, to: number}
              - impute: {column: size, with: model, from: [weight]}
            """);
        Assert.Equal(["small,2", "large,24", "large,"], File.ReadAllLines(At("out.csv"))[^3..]);
    }

    [Fact]
    public void A_missing_number_is_told_from_categories_too()
    {
        // y is 2x, and 10 more at b, 5 less at c, 7 more at three rare shops together, of which each has 2 rows: under the 5 of a level of its own. A new shop and a missing one count as rare.
        string Rows(string shop, int rows, int more) => string.Concat(Enumerable.Range(1, rows).Select(x => $"{shop},{x},{(2 * x) + more}\n"));
        Run(
            "shop,x,y\n" + Rows("a", 6, 0) + Rows("b", 6, 10) + Rows("c", 6, -5) + Rows("r", 2, 7) + Rows("s", 2, 7) + Rows("t", 2, 7) + "a,1,\nb,3,\nc,2,\nr,4,\nnew,1,\n,2,\n",
            """
            steps:
              - cast: {column: x, to: number}
              - cast: {column: y, to: number}
              - impute: {column: y, with: model, from: [x, shop]}
              - derive: {column: z, as: "round(y, 3)"}
              - drop: [y]
            """);
        Assert.Equal(["a,1,2", "b,3,16", "c,2,-1", "r,4,15", "new,1,9", ",2,11"], File.ReadAllLines(At("out.csv"))[^6..]);
    }

    [Fact]
    public void A_value_that_too_few_rows_have_counts_as_the_mean_of_the_levels()
    {
        // a: 1 in 6 rows, b: 4 in 12. No row is rare, so "c" is (6 * 1 + 12 * 4) / 18 = 3.
        Run(
            "shop,y\n" + string.Concat(Enumerable.Repeat("a,1\n", 6)) + string.Concat(Enumerable.Repeat("b,4\n", 12)) + "c,\na,\n",
            """
            steps:
              - cast: {column: y, to: number}
              - impute: {column: y, with: model, from: [shop]}
              - derive: {column: z, as: "round(y, 3)"}
            """);
        Assert.Equal(["c", "a"], File.ReadAllLines(At("out.csv"))[^2..].Select(line => line.Split(',')[0]));
        Assert.Equal(["3", "1"], File.ReadAllLines(At("out.csv"))[^2..].Select(line => line.Split(',')[2]));
    }

    [Fact]
    public void A_missing_category_is_told_from_another()
    {
        Run(
            "size,shop\n" + string.Concat(Enumerable.Range(0, 6).Select(i => $"small,a\nlarge,b\nhuge,c\nhuge,d{i}\n")) + ",a\n,b\n,c\n,d9\n",
            """
            steps:
              - impute: {column: size, with: model, from: [shop]}
            """);
        Assert.Equal(["small,a", "large,b", "huge,c", "huge,d9"], File.ReadAllLines(At("out.csv"))[^4..]);
    }

    [Fact]
    public void Only_frequent_levels_are_told_apart()
    {
        // 30 shops of 6 to 35 rows: the 20 most frequent are told apart, the 10 others are one level.
        var outcome = Run(
            "shop,y\n" + string.Concat(Enumerable.Range(0, 30).SelectMany(shop => Enumerable.Repeat($"s{shop},{(shop < 10 ? 1 : shop)}\n", 6 + shop))) + "s29,\ns10,\ns9,\ns0,\n",
            """
            steps:
              - cast: {column: y, to: number}
              - impute: {column: y, with: model, from: [shop]}
              - derive: {column: z, as: "round(y, 3)"}
            """);
        Assert.Equal(4, outcome.Steps.Single(step => step.Step == "impute").Touched);
        Assert.Equal(["29", "10", "1", "1"], File.ReadAllLines(At("out.csv"))[^4..].Select(line => line.Split(',')[2]));
    }

    [Fact]
    public void Rows_read_are_written_quarantined_or_dropped() =>
        Gen.Select(Gen.OneOf("a", "b", "B", "", " a "), Gen.OneOf("1", "2", "-3", "x", "")).Array[1, 40].Sample(rows =>
        {
            var outcome = Run(
                "k,v\n" + string.Concat(rows.Select(row => $"{row.Item1},{row.Item2}\n")),
                "steps: [{trim: all}, {cast: {column: v, to: number}}, {quarantine: {where: v < 0}}, {drop duplicates: [k]}]", quarantine: "q.csv");
            Assert.Equal(rows.Length, outcome.Read);
            Assert.Equal(outcome.Read, outcome.Written + outcome.Quarantined + outcome.Dropped);
            Assert.Equal(outcome.Written, File.ReadAllLines(At("out.csv")).Length - 1);
            Assert.Equal(outcome.Quarantined, File.ReadAllLines(At("q.csv")).Length - 1);
        }, iter: 15, seed: "0000KnS0n2Y0", threads: 1);

    [Fact]
    public void Parquet_is_written_with_types_and_read_again()
    {
        Run("n,d\n1.5,2024-02-29\n,\n", "steps: [{cast: {column: n, to: number}}, {cast: {column: d, to: date}}]", output: "out.parquet");
        var again = CleanFile.Run(new CleanFile.Request(At("out.parquet"), WriteRecipe("steps: []"), At("again.csv"), null), CancellationToken.None);
        Assert.Equal(2, again.Written);
        Assert.StartsWith("n,d\n1.5,2024-02-29", File.ReadAllText(At("again.csv")), StringComparison.Ordinal);
    }

    [Fact]
    public void Over_many_batches_the_rows_that_stay_are_those_of_the_definition()
    {
        // Some 50,000 rows are several batches; codes of "b" are too many for a dictionary, those of "a" few.
        var random = new Random(5);
        var rows = Enumerable.Range(0, 50_000).Select(i => (A: $"a{random.Next(40)}", B: random.Next(9) == 0 ? "" : $"b{random.Next(9_000)}", N: random.Next(6) == 0 ? "" : $"{random.Next(-3, 30)}")).ToList();
        var outcome = Run(
            "a,b,n\n" + string.Concat(rows.Select(row => $" {row.A},{row.B},{row.N}\n")),
            """
            steps:
              - trim: all
              - cast: {column: n, to: number}
              - fill: {column: n, by: a, order: n}
              - drop duplicates
              - quarantine: {where: "n < 0", reason: "below, or \"less\""}
            """, quarantine: "aside.csv");

        // Without a value of n there is no order either, so that nothing is filled. Of equal rows the first stays.
        var seen = new HashSet<(string, string, string)>();
        var unique = rows.Select((row, i) => (row, i)).Where(pair => seen.Add(pair.row)).ToList();
        var below = unique.Where(pair => pair.row.N.StartsWith('-')).ToList();
        Assert.Equal((50_000, unique.Count - below.Count, below.Count, 50_000 - unique.Count), (outcome.Read, outcome.Written, outcome.Quarantined, outcome.Dropped));
        Assert.Equal(["a,b,n", .. unique.Except(below).Select(pair => $"{pair.row.A},{pair.row.B},{pair.row.N}")], File.ReadAllLines(At("out.csv")));
        Assert.Equal(["row,reason,a,b,n", .. below.Select(pair => $"{pair.i},\"below, or \"\"less\"\"\", {pair.row.A},{pair.row.B},{pair.row.N}")], File.ReadAllLines(At("aside.csv")));
    }

    [Theory]
    [InlineData("out.csv")]
    [InlineData("out.tsv")]
    [InlineData("out.parquet")]
    public void What_is_written_is_read_again_as_it_was(string output)
    {
        string[] nasty = ["a,b", "tab\there", "a \"quoted\" word", "two\nlines", "\r", " blank ", "'", "", "Ünï😀", "#", "-0", "1e5"];
        var text = "only\n" + string.Concat(nasty.Select(value => $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n"));
        Assert.Equal(nasty.Length, Run(text, "steps: []", output).Written);
        using var scan = Fairlead.Data.Scanning.TableScan.Open(At(output));
        List<string> read = [];
        while (scan.Next(CancellationToken.None) is { } batch)
        {
            read.AddRange(Enumerable.Range(0, batch.Rows).Select(row => batch.Columns[0].Text(row) ?? ""));
        }

        Assert.Equal(nasty, read);
    }

    [Fact]
    public void Values_that_table_steps_gave_stand_in_every_format()
    {
        const string Csv = "shop,day,price,note\na,1,10,x\na,3,,y\nb,2,7,\na,2,20,z\nb,1,,w\na,1,10,v\n";
        const string Steps = """
            steps:
              - cast: {column: day, to: number}
              - cast: {column: price, to: number}
              - fill: {column: price, by: shop, order: day}
              - drop duplicates: {columns: [shop, day], merge: {note: join, price: mean}}
            """;
        Run(Csv, Steps);
        Assert.Equal("shop,day,price,note\na,1,10,v; x\na,3,20,y\nb,2,7,\na,2,20,z\nb,1,,w\n", File.ReadAllText(At("out.csv")));
        Run(Csv, Steps, "out.parquet");
        var again = CleanFile.Run(new CleanFile.Request(At("out.parquet"), WriteRecipe("steps: []"), At("again.csv"), null), CancellationToken.None);
        Assert.Equal(5, again.Written);
        Assert.Equal(File.ReadAllText(At("out.csv")), File.ReadAllText(At("again.csv")));
    }

    [Fact]
    public void An_output_that_can_not_be_written_is_said_before_the_work() =>
        Assert.Equal(2, Assert.Throws<FaultException>(() => Run("a\n1\n", "steps: []", output: "out.xlsx", quarantine: "q.parquet")).Faults.Count);

    [Fact]
    public void A_stop_leaves_the_old_file_and_nothing_beside_it()
    {
        Run("a\n1\n", "steps: []");
        File.WriteAllText(At("in.csv"), "a\n2\n");
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.Throws<OperationCanceledException>(() => CleanFile.Run(new CleanFile.Request(At("in.csv"), At("recipe.yaml"), At("out.csv"), null), stopped.Token));
        Assert.Equal("a\n1\n", File.ReadAllText(At("out.csv")));
        Assert.Equal(3, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    public void Spellings_of_one_name_are_proposed()
    {
        File.WriteAllText(At("in.csv"), "carrier\n" + string.Concat(Enumerable.Repeat("Grünbote\n", 30)) + "GRÜNBOTE\ngruenbote\n" + string.Concat(Enumerable.Repeat("Nordpost\n", 25)) + "Nordposst\n");
        var proposal = Assert.Single(ProposeSpellings.Run(At("in.csv"), null, CancellationToken.None));
        Assert.Equal(["Grünbote", "Nordpost"], proposal.Clusters.Select(cluster => cluster.Name));
        Assert.Equal(30, proposal.Clusters[0].Count);
        var outcome = Run(File.ReadAllText(At("in.csv")), $"steps:\n  - {proposal.Step}\n");
        Assert.Equal(3, outcome.Steps[0].Touched);
    }

    private string WriteRecipe(string text)
    {
        File.WriteAllText(At("recipe.yaml"), text);
        return At("recipe.yaml");
    }
}
