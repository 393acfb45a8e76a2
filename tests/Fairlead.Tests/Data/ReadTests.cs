using Fairlead.Data;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Tests.Data;

public sealed class ReadTests : DataTest
{
    private static readonly ModelContract Contract = new("p", "?", ModelTask.Binary, "y", null, ["a", "b"], "b", 0.5,
        [new ContractColumn("x", "x", ColumnKind.Number, true, true), new ContractColumn("c", "c", ColumnKind.Category, true, true), new ContractColumn("extra", "extra", ColumnKind.Number, false, true)],
        [new TrimStep("x"), new CastStep("x", ColumnKind.Number)], [], new Wording("Row", null, new Dictionary<string, string>()));

    [Fact]
    public void A_file_to_score_keeps_its_rows_and_the_contracts_columns()
    {
        var frame = DatasetReader.RawFile(Folder.File("s.csv", "c,more,x\nNorth,1, 007\n,2,oops\n"), Contract);

        Assert.Equal(["x", "c", "extra"], frame.Columns.Select(column => column.Name));
        Assert.Equal([" 007", "oops"], frame["x"].Texts!);
        Assert.Equal(["North", null], frame["c"].Texts!);
        Assert.Equal([null, null], frame["extra"].Texts!);
    }

    [Fact]
    public void What_does_not_fit_the_contract_is_a_fault()
    {
        Assert.Contains("s.csv:1: The column \"c\" is not in the file, and the model needs it.", Message("x,C2\n1,a\n2,b\n"), StringComparison.Ordinal);
        Assert.Contains("column x, row 1: No value of \"x\" is a number; \"far\" is not.", Message("x,c\n,a\nfar,b\nnear,b\n"), StringComparison.Ordinal);

        string Message(string content) => Assert.Throws<FaultException>(() => DatasetReader.RawFile(Folder.File("s.csv", content), Contract)).Message;
    }

    [Fact]
    public void Several_files_are_one_table_in_order_whatever_the_order_of_their_columns()
    {
        Folder.File("a.csv", "id,x,y\n" + CleanTests.Many(30, i => $"a{i},{i},{(i % 2 == 0 ? "a" : "b")}"));
        Folder.File("b.jsonl", CleanTests.Many(30, i => $"{{\"y\":\"{(i % 2 == 0 ? "a" : "b")}\",\"x\":{i},\"id\":\"b{i}\"}}"));
        var project = Project("a.csv", "y", key: "id") with { Sources = ["a.csv", "b.jsonl"] };

        var raw = Ingest.Run(project, Blobs, CancellationToken.None);

        Assert.Equal(60, raw.Rows);
        Assert.Equal(["a.csv", "b.jsonl"], raw.Files.Select(file => file.Name));
        var rows = Rows(raw.Blob);
        Assert.Equal(Enumerable.Range(0, 60).Select(i => i < 30 ? $"a{i}" : $"b{i - 30}"), rows.Select(row => row["__key"]));
        Assert.Equal("7", rows[37]["x"]);

        Folder.File("c.csv", "id,z,y\n1,2,a\n");
        Assert.Contains("it lacks x; it has z besides", Assert.Throws<FaultException>(() => Ingest.Run(project with { Sources = ["a.csv", "c.csv"] }, Blobs, CancellationToken.None)).Message, StringComparison.Ordinal);
        var both = Assert.Throws<FaultException>(() => Ingest.Run(project with { Sources = ["a.csv", "none.csv", "also none.csv"] }, Blobs, CancellationToken.None));
        Assert.Equal(2, both.Faults.Count);
    }

    [Fact]
    public void Odd_names_of_columns_and_odd_texts_come_through()
    {
        Folder.File("a.csv", "\"a \"\"b\"\", c\",c0,s0,ünï ☃,y\n" + CleanTests.Many(40, i => $"{i},0{i},it's,\"x\ny\",{(i % 2 == 0 ? "a" : "b")}"));
        var project = Project("a.csv", "y", adjust: (name, column) => name == "c0" ? column with { Kind = ColumnKind.Category } : column) with { TableSteps = [new DropDuplicatesStep([])], Checks = [Check("odd", new NotNullCheck("a \"b\", c"))] };

        var version = Run(project);
        var data = DatasetReader.Load(project, version, Blobs);

        Assert.Equal(["a \"b\", c", "c0", "s0", "ünï ☃"], data.Features.Columns.Select(column => column.Name));
        Assert.Equal(("00", "it's", "x\ny"), (data.Features["c0"].Texts![0], data.Features["s0"].Texts![0], data.Features["ünï ☃"].Texts![0]));
    }

    [Fact]
    public void A_key_that_is_personal_stands_as_its_hash_and_a_missing_one_as_the_rows()
    {
        Folder.File("a.csv", "mail,x,y\n" + CleanTests.Many(40, i => $"{(i == 7 ? "" : $"p{i}@e.org")},{i},{(i % 2 == 0 ? "a" : "b")}"));
        var project = Project("a.csv", "y", key: "mail", adjust: (name, column) => name == "mail" ? column with { Protection = Protection.Drop } : column);

        var version = Run(project);

        var keys = DatasetReader.Load(project, version, Blobs).Keys;
        Assert.All(keys.Where((_, row) => row != 7), key => Assert.Matches("^#[0-9a-f]{32}$", key));
        Assert.Matches("^#[0-9a-f]{4}-[0-9a-f]{32}$", keys[7]); // named under the project's key, whose id stands first
        Assert.Contains(version.Findings, finding => finding.Title == "1 row has no mail.");
    }

    [Fact]
    public void A_cancelled_run_stops()
    {
        Folder.File("a.csv", "id,x,y\n" + CleanTests.Many(40, i => $"{i},{i},{(i % 2 == 0 ? "a" : "b")}"));
        var project = Project("a.csv", "y");

        Assert.Throws<OperationCanceledException>(() => Ingest.Run(project, Blobs, new CancellationToken(true)));
    }

    [Fact] // /dev/full refuses every byte, as a full disk does
    public void A_full_disk_is_a_fault_not_a_crash()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "No /dev/full here.");
        using var engine = new DataEngine(Path.Combine(Folder.Path, "spill"), CancellationToken.None);

        var fault = Assert.Throws<FaultException>(() => engine.Execute("COPY (SELECT * FROM range(1000000)) TO '/dev/full' (FORMAT csv)"));

        Assert.Contains("The disk can't be read or written", fault.Message, StringComparison.Ordinal);
    }
}
