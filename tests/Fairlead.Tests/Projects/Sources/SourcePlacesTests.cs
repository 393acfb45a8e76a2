using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Tests.Projects.Sources;

public sealed class SourcePlacesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SourcePlacesTests()
    {
        foreach (var name in new[] { "orders/2024/b.csv", "orders/2024/a.csv", "orders/2023/c.csv", "orders/d.csv", "orders/notes.md", "orders/.hidden.csv", "orders/_SUCCESS.csv", "e.csv" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder.Path, name))!);
            File.WriteAllText(Path.Combine(_folder.Path, name), "id,name\n1,x\n");
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("e.csv", "e.csv")]
    [InlineData("orders", "orders/d.csv")]
    [InlineData("orders/", "orders/d.csv")]
    [InlineData("orders/*/*.csv", "orders/2023/c.csv orders/2024/a.csv orders/2024/b.csv")]
    [InlineData("orders/**/*.csv", "orders/2023/c.csv orders/2024/a.csv orders/2024/b.csv orders/d.csv")]
    [InlineData("orders/2024/?.csv", "orders/2024/a.csv orders/2024/b.csv")]
    [InlineData("*.csv", "e.csv")]
    public void Folders_and_patterns_are_files_in_the_order_of_their_names(string name, string expected) =>
        Assert.Equal(expected.Split(' '), SourcePlaces.Find(_folder.Path, name, cancel: TestContext.Current.CancellationToken).Select(place => place.Name));

    [Theory]
    [InlineData("orders/*.jsonl", "No file matches")]
    [InlineData("nowhere/*", "No file matches")]
    public void Nothing_found_is_a_fault(string name, string expected) =>
        Assert.Contains(expected, Assert.Throws<FaultException>(() => SourcePlaces.Find(_folder.Path, name, cancel: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);

    [Fact]
    public void Several_files_are_one_table_with_the_columns_of_the_first()
    {
        File.WriteAllText(Path.Combine(_folder.Path, "orders/2024/b.csv"), "name,id\ny,2\n");

        var source = SourceReader.Open(Path.Combine(_folder.Path, "orders/**/*.csv"));

        Assert.Equal(["id|name", "1|x", "1|x", "2|y", "1|x"], [string.Join('|', source.Columns), .. Rows(source)]);
    }

    [Fact]
    public void Files_of_other_columns_and_files_with_faults_are_all_told()
    {
        File.WriteAllText(Path.Combine(_folder.Path, "orders/2024/a.csv"), "id,size\n1,2\n");
        File.WriteAllText(Path.Combine(_folder.Path, "orders/2024/b.csv"), "");

        var faults = Assert.Throws<FaultException>(() => SourceReader.Open(Path.Combine(_folder.Path, "orders/**/*.csv"))).Faults;

        Assert.Equal(2, faults.Count);
        Assert.Contains("is empty", faults[0].What, StringComparison.Ordinal);
        Assert.Contains("it lacks name; it has size besides", faults[1].What, StringComparison.Ordinal);
    }

    [Fact] // a database would be one more class like this
    public void A_source_that_is_no_file_is_read_like_any_other()
    {
        using var scan = Fairlead.Data.Scanning.TableScan.Open(new Squares(10_000), ["square"]);

        var rows = 0L;
        while (scan.Next(CancellationToken.None) is { } batch)
        {
            Assert.Equal(rows, batch.FirstRow);
            Assert.Equal($"{rows * rows}", batch.Columns[0].Text(0));
            rows += batch.Rows;
        }

        Assert.Equal(10_000, rows);
    }

    private static List<string> Rows(ISource source)
    {
        using var rows = source.Read([.. Enumerable.Range(0, source.Columns.Count)]);
        List<string> read = [];
        while (rows.Next(CancellationToken.None))
        {
            for (var row = 0; row < rows.Block.Rows; row++)
            {
                read.Add(string.Join('|', Enumerable.Range(0, source.Columns.Count).Select(column => System.Text.Encoding.UTF8.GetString(rows.Block.Text(row, column)))));
            }
        }

        return read;
    }

    private sealed class Squares(long count) : ISource
    {
        public string Path => "squares";

        public string Format => "numbers";

        public IReadOnlyList<string> Columns => ["number", "square"];

        public IReadOnlyList<string> Notes => [];

        public bool HasHeader => true;

        public ISourceRows Read(IReadOnlyList<int> places, System.Security.Cryptography.IncrementalHash? digest = null) => new SquareRows(count);

        private sealed class SquareRows(long count) : ISourceRows
        {
            private readonly RowBlockBuilder _rows = new(2);
            private long _number;

            public RowBlock Block => _rows.Block;

            public int RowsMax => RowBlockBuilder.RowsMax;

            public bool Next(CancellationToken cancel)
            {
                for (_rows.Clear(); _number < count && !_rows.IsFull; _number++)
                {
                    _rows.AddRow();
                    _rows.Set(0, System.Text.Encoding.UTF8.GetBytes($"{_number}"));
                    _rows.Set(1, System.Text.Encoding.UTF8.GetBytes($"{_number * _number}"));
                }

                return Block.Rows > 0;
            }

            public void Dispose()
            {
            }
        }
    }
}
