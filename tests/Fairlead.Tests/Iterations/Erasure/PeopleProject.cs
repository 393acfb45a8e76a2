using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Fairlead.Customers;
using Fairlead.Data;
using Fairlead.Data.Privacy;
using Fairlead.Data.Checks;
using Fairlead.Data.Cleaning;
using Fairlead.Data.Scanning;
using Fairlead.Data.Versions;
using Fairlead.Evaluation;
using Fairlead.Evaluation.Cases;
using Fairlead.Iterations;
using Fairlead.Models.Contracts;
using Fairlead.Models.Packages;
using Fairlead.Models.Predictions;
using Fairlead.Projects;
using Fairlead.Tests.Web;
using Fairlead.Workspace;
using Fairlead.Workspace.Keys;

namespace Fairlead.Tests.Iterations.Erasure;

/// <summary>A small project about people, one of whom stands everywhere: in versions, quarantine, steps, reviews, feedback, predictions, corrections and cases.</summary>
internal sealed class PeopleProject : IDisposable
{
    public const string Person = "zoe.quill@example.org";

    /// <summary>What stands in no other row.</summary>
    public static readonly string[] Theirs = [Person, "Zoe Quill", "quixotic", "Zanzibartown", "48211.37"];

    private readonly string _root = Directory.CreateTempSubdirectory("fairlead people ").FullName;

    private readonly PeopleTable? _made;

    /// <param name="others">Rows of other people.</param>
    /// <param name="made">Another table than the usual one.</param>
    /// <param name="partRows">Rows of a part of a stored table.</param>
    public PeopleProject(int others = 60, PeopleTable? made = null, int? partRows = null)
    {
        _made = made;
        Folder = Directory.CreateDirectory(Path.Combine(_root, "project")).FullName;
        Workspace = WorkspaceFolder.Open(Path.Combine(_root, "workspace"));
        Workspace.Blobs.PartRows = partRows ?? Workspace.Blobs.PartRows;
        Source = Path.Combine(_root, "people.csv");
        File.WriteAllText(Source, made?.Sources[0] ?? Csv(others));
        File.WriteAllText(Path.Combine(Folder, ProjectFile.FileName), $$"""
            project: people
            id: "0a1b2c3d"
            question: Who leaves?
            data:
              source: '{{Source}}'
              key: email
            target:
              column: gone
              task: binary
              positive: "yes"
            columns:
            {{made?.Columns ?? "  email: id\n  name: text\n  town: category\n  income: number\n  note: text\n"}}
            checks:
              - between: {column: income, min: 0}
              - max_between: {column: income, min: 0, max: 10000000}
            """);
        Project = PseudonymKeys.Bind(ProjectFileReader.Read(Folder), Workspace);
    }

    public string Folder { get; }

    public string Source { get; }

    public WorkspaceFolder Workspace { get; private set; }

    public ProjectFile Project { get; }

    /// <summary>Where the workspace and the project lie.</summary>
    public string Root => _root;

    public string PredictionId { get; private set; } = "";

    /// <summary>Closes the workspace and opens it again.</summary>
    public void Reopen(Action meanwhile)
    {
        Workspace.Dispose();
        meanwhile();
        Workspace = WorkspaceFolder.Open(Workspace.Folder);
    }

    private string Name => _made?.Name ?? "Zoe Quill";

    private string Email => _made?.Email ?? Person;

    private bool HidesKey => _made is { KeyProtection: Protection.Pseudonym };

    /// <summary>The key of their rows.</summary>
    private string Key => HidesKey ? PseudonymKeys.RowKeyOf(Email, PseudonymKeys.ForRowKeys(Project.Id, Workspace.Keys)) : Email;

    /// <summary>Reads and cleans as the loop does, and records an iteration.</summary>
    public async Task<Iteration> IterateAsync(int number = 1)
    {
        if (_made is not null)
        {
            await File.WriteAllTextAsync(Source, _made.Sources[number - 1]);
        }

        var steps = new StepRunner(Workspace, null);
        var raw = await steps.RunAsync("ingest", StepRunner.Key("ingest", 1, number.ToString(CultureInfo.InvariantCulture)), "", IterationJson.Default.RawVersion, () => Task.FromResult(Ingest.Run(Project, Workspace.Blobs, CancellationToken.None)), made => [made.Blob], _ => "");
        var data = await steps.RunAsync("clean", StepRunner.Key("clean", 1, raw.Blob), "", IterationJson.Default.DatasetVersion, () => Task.FromResult(Clean.Run(Project, raw, SaidOfRows.Nothing, new CheckInputs(Project.Folder, [], null), Workspace.Blobs, ExampleProject.Now, CancellationToken.None)), made => [made.RawBlob, made.Blob, made.Quarantine], _ => "");
        Workspace.Blobs.Remember(new string('a', 64), data.Blob);
        var example = ExampleData.Iteration(ExampleData.Project(ModelTask.Binary, Folder), number, ExampleProject.Now, data.Quarantine);
        var iteration = example with { Number = number, Raw = raw, Data = data, Search = example.Search with { Model = Workspace.Blobs.Put("a model"u8) }, Package = new Dictionary<string, string> { [ModelPackage.ManifestFile] = Workspace.Blobs.Put("a package"u8) } };
        await IterationRecords.AddAsync(Workspace.Records, Project.Id, iteration);
        return iteration;
    }

    /// <summary>Puts the person into everything people and servers write.</summary>
    public async Task SpreadAsync()
    {
        CorrectionsFolder.Add(Folder, new Correction(Key, "gone", "no", "yes", "f1", ExampleProject.Now));
        CorrectionsFolder.Add(Folder, new Correction("p7@example.com", "gone", "no", "yes", "f2", ExampleProject.Now));
        CasesFolder.Add(Folder, new CaseRecord("of-zoe", new Dictionary<string, string?> { ["email"] = Email, ["name"] = Name }, "yes", null, Key, "f1", true));
        CasesFolder.Add(Folder, new CaseRecord("other", new Dictionary<string, string?> { ["income"] = "17" }, "no", null, "p7@example.com", "f2", true));

        var served = WriteSegment();
        PredictionId = served;
        var contract = ExampleData.Contract(ExampleData.Project(ModelTask.Binary, Folder));
        ReviewCard Card(int id, string key, string name) => new(id, name, key, $"card{id}", "yes", 0.7, [new CardCell("name", "Name", name, null)], new Dictionary<string, string?> { ["email"] = key, ["name"] = name }, [], $"{name} will probably leave.", "no");
        var opened = await OpenReview.StoreAsync(Project, 1, contract, [Card(1, Key, Name), Card(2, "p7@example.com", "Person 7")], [], 14, null, Workspace);
        await GiveFeedback.RunAsync(GiveFeedback.Subject.Of(opened.Review, Card(1, Key, Name)), new GiveFeedback.Request(Verdicts.Wrong, null, $"{Name} never left", "Ann"), Workspace);
        await GiveFeedback.RunAsync(GiveFeedback.Subject.Of(opened.Review, Card(2, "p7@example.com", "Person 7")), new GiveFeedback.Request(Verdicts.Wrong, null, $"mixed up with {Name}", "Ann"), Workspace);
        await GiveFeedback.RunAsync(new GiveFeedback.Subject(Project.Id, null, null, served, 1, null, "yes", ModelTask.Binary, ["no", "yes"]), new GiveFeedback.Request(Verdicts.Right, null, "yes indeed", "Bob"), Workspace);
    }

    /// <summary>Every place under workspace and project folder where a byte of the person stands: all files as they are, all tables read.</summary>
    public List<string> Found(bool withRaw = true)
    {
        var found = new List<string>();
        foreach (var path in Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var bytes = File.ReadAllBytes(path);
            found.AddRange(Theirs.Where(text => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0).Select(text => $"{Path.GetRelativePath(_root, path)}: {text}"));
        }

        // Every table there is, whether a record names it or not; parts too.
        var raw = IterationRecords.All(Workspace.Records).SelectMany(iteration => new[] { iteration.Raw.Blob, iteration.Data.RawBlob }).SelectMany(blob => Workspace.Blobs.PartsOf(blob).Select(part => part.Id).Prepend(blob)).ToHashSet();
        foreach (var blob in KeyPaths.Blobs(Workspace.Folder).Where(id => Workspace.Blobs.IsTable(id) && (withRaw || !raw.Contains(id))))
        {
            using var scan = ComparedTable.Stored(blob, blob, Workspace.Blobs).Open(null);
            for (TableBatch? batch; (batch = scan.Next(CancellationToken.None)) is not null;)
            {
                found.AddRange(from column in batch.Columns from row in Enumerable.Range(0, batch.Rows) let text = column.Text(row) where text is not null && Theirs.Any(theirs => text.Contains(theirs, StringComparison.Ordinal)) select $"blob {blob}: {text}");
            }
        }

        return found;
    }

    public void Dispose()
    {
        Workspace.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    private static string Csv(int others)
    {
        var lines = new StringBuilder("email,name,town,income,note,gone\n");
        for (var i = 0; i < others; i++)
        {
            lines.Append(CultureInfo.InvariantCulture, $"p{i}@example.com,Person {i},{(i % 2 == 0 ? "Leeds" : "Turin")},{1_000 + i},said nothing,{(i % 3 == 0 ? "yes" : "no")}\n");
            if (i is 10 or 20 or 30)
            {
                lines.Append(CultureInfo.InvariantCulture, $"{(i == 20 ? $" {Person} " : Person)},Zoe Quill,Zanzibartown,{(i == 30 ? "-48211.37" : "48211.37")},a quixotic remark {i},{(i == 10 ? "yes" : "no")}\n");
            }
        }

        return lines.ToString();
    }

    /// <summary>Two answers in service, the first to the person. Returns its id.</summary>
    private string WriteSegment()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Workspace.Folder, "predictions", Project.Id, Fairlead.Models.Predictions.PredictionId.NameOf(7))).FullName;
        var header = new SegmentHeader(SegmentHeader.FormatVersion, Fairlead.Models.Predictions.PredictionId.NameOf(7), 1, "people", new string('b', 64), ModelTask.Binary, ["no", "yes"], [new SegmentColumn("email", false), new SegmentColumn("name", false)]);
        using var writer = SegmentWriter.Create(Path.Combine(folder, "00000001.log"), header, 12345, 1 << 16);
        Assert.True(writer.TryAppend(Payload(HidesKey ? PseudonymKeys.Pseudonyms(Project.Id, Workspace.Keys)!(Email) : Email, Name), out var offset));
        Assert.True(writer.TryAppend(Payload("p7@example.com", "Person 7"), out _));
        return new Fairlead.Models.Predictions.PredictionId(7, 1, offset).ToString();
    }

    private static byte[] Payload(params string[] texts)
    {
        using var payload = new MemoryStream();
        Span<byte> head = stackalloc byte[16 + 16];
        BinaryPrimitives.WriteDoubleLittleEndian(head[24..], 1);
        payload.Write(head);
        Span<byte> length = stackalloc byte[4];
        foreach (var text in texts)
        {
            payload.WriteByte(2);
            BinaryPrimitives.WriteInt32LittleEndian(length, Encoding.UTF8.GetByteCount(text));
            payload.Write(length);
            payload.Write(Encoding.UTF8.GetBytes(text));
        }

        return payload.ToArray();
    }
}
