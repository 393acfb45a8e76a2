using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Fairlead.Customers;

using Fairlead.Iterations;
using Fairlead.Iterations.Erasure;
using Fairlead.Models.Packages;
using Fairlead.Releases;
using Fairlead.Serving;
using Fairlead.Serving.Log;
using Fairlead.Training;
using Fairlead.Workspace;
using Fairlead.Workspace.Backups;

namespace Fairlead.Tests.Iterations.Erasure;

/// <summary>A whole turn of a project whose columns are protected in every way: reading, cleaning, quarantine, training, package, answers in service, a review, feedback. Then what lies in clear, what says a protected cell at all, and what is left of a person who is erased.</summary>
public sealed class WholeTurnAtRestTests : IDisposable
{
    private const int People = 400;
    private const int Erased = 17;

    /// <summary>Fewest characters of a cell that is looked for among random bytes.</summary>
    private const int LengthMin = 8;

    private static readonly string[] Syllables = ["bra", "cle", "dor", "fim", "gul", "hep", "jas", "kro", "lun", "mip", "nor", "pel", "quo", "rix", "sta", "tev"];

    private readonly string _folder = Directory.CreateTempSubdirectory("fairlead-turn-").FullName;

    private string Project => Path.Combine(_folder, "project");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task No_protected_cell_is_in_clear_or_anywhere_but_the_raw_version_and_an_erased_person_is_nowhere()
    {
        var cancel = TestContext.Current.CancellationToken;
        var rows = Enumerable.Range(0, People).Select(Row).ToList();
        Directory.CreateDirectory(Project);
        await File.WriteAllTextAsync(Path.Combine(_folder, "people.csv"), "email,name,phone,born,note,town,income,gone\n" + string.Concat(rows.Select(row => string.Join(',', row) + "\n")), cancel);
        await File.WriteAllTextAsync(Path.Combine(Project, "fairlead.yaml"), Yaml, cancel);
        using var workspace = WorkspaceFolder.Open(Path.Combine(_folder, "workspace"));
        var iteration = await new Iterate.Handler(workspace, (input, blobs, progress, stop) => Task.Run(() => Search.Run(input, blobs, progress, stop), stop)).HandleAsync(new Iterate.Request(Project, Trials: 1), null, null, cancel);
        Assert.Equal((People, 4), (iteration.Data.Read, (int)iteration.Data.Quarantined));
        var package = ModelPackage.Load(AnsweringIteration.PackageFolderOf(workspace, iteration));
        var store = new PredictionStore(workspace);
        var prediction = await AnswerAsync(package, store, rows, cancel);
        await ReviewAsync(workspace, iteration, package, store, prediction);

        // Columns that are protected: no cell of theirs in any byte of the workspace as it lies on the disk, the segment that was just written in clear among them.
        string[] hidden = [.. Cells(rows, 0, 1, 2, 3, 4).Where(cell => !cell.EndsWith("-01-01", StringComparison.Ordinal))]; // the first of a year is what dates are made coarse to
        Assert.Empty(EveryByte.Holding(EveryByte.AsStored(workspace.Folder), hidden));

        // Columns that are not: in clear only where the documentation says so, which is the segment of a server until it ends.
        string[] own = [.. Cells(rows, 5)];
        Assert.Contains(EveryByte.Holding(EveryByte.AsStored(workspace.Folder), own), place => place.StartsWith("predictions", StringComparison.Ordinal));
        Assert.Equal(1, store.SealClosed());
        Assert.Empty(EveryByte.Holding(EveryByte.AsStored(workspace.Folder), own));

        // Nor as UTF-16, inside base64 or compressed, nor in a backup; what people said neither.
        BackUp.Run(workspace, Path.Combine(_folder, "backup"), cancel);
        string[] some = [.. own, .. hidden.Where((_, i) => i % 40 == 7), "as I know them"];
        Assert.Empty(EveryByte.HoldingInAnyForm(EveryByte.AsStored(workspace.Folder).Concat(EveryByte.AsStored(Path.Combine(_folder, "backup"))), some));
        Assert.NotEmpty(EveryByte.HoldingInAnyForm([("found", Encoding.ASCII.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes($"x{own[0]}y"))))], some)); // what looks for it finds it
        Assert.NotEmpty(EveryByte.HoldingInAnyForm([("found", Encoding.Unicode.GetBytes(own[0]))], some));

        // And to who has the key, a protected cell is in the raw version only: not in the quarantine, a record, a card, an answer, a package.
        Assert.All(EveryByte.Holding(EveryByte.Decrypted(workspace), hidden), place => Assert.StartsWith($"table {iteration.Raw.Blob}", place, StringComparison.Ordinal));

        var pseudonym = Fairlead.Data.Privacy.PseudonymKeys.Pseudonyms("5afe0001", workspace.Keys)!;
        string[] theirs = [.. rows[Erased].Where(cell => cell.Length >= LengthMin && rows.Count(row => row.Contains(cell)) == 1)];
        theirs = [.. theirs, .. theirs.Select(pseudonym)];
        Assert.Contains(EveryByte.Holding(EveryByte.Decrypted(workspace), theirs), place => place.StartsWith("segment", StringComparison.Ordinal));
        var outcome = EraseSubject.Run(workspace, new EraseSubject.Request(Project, rows[Erased][0], Sources: true), cancel);
        Assert.Contains(outcome.Erased, trace => trace.Kind == "prediction");
        Assert.Empty(EveryByte.Holding(EveryByte.AsStored(_folder), theirs));
        Assert.Empty(EveryByte.Holding(EveryByte.Decrypted(workspace), theirs));
        Assert.Empty(Fairlead.Iterations.Upkeep.VerifyWorkspace.Run(workspace, cancel).Faults);
    }

    private static string Yaml => """
        project: people
        id: "5afe0001"
        question: Who leaves?
        data:
          source: ../people.csv
          key: email
        target:
          column: gone
          task: binary
          positive: "yes"
        columns:
          email: {kind: id, personal: pseudonym}
          name: {kind: text, personal: drop}
          phone: {kind: category, personal: synthetic}
          born: {kind: date, personal: generalise, to: year}
          note: {kind: text, personal: mask}
          town: category
          income: number
        checks:
          - between: {column: income, min: 0}
        training:
          trials: 1
        """;

    /// <summary>Nobody's cells but theirs, where a column names people; the note is a masked text around an address of theirs.</summary>
    private static string[] Row(int i)
    {
        var random = new Random(i);
        string Word() => string.Concat(Enumerable.Range(0, 4).Select(_ => Syllables[random.Next(Syllables.Length)]));
        var born = new DateTime(1940, 2, 3, 0, 0, 0, DateTimeKind.Utc).AddDays(37 * i);
        return
        [
            $"{Word()}.{Word()}@{Word()}.example", $"{Title(Word())} {Title(Word())}", $"+49 30 {random.Next(1_000_000, 9_999_999).ToString(CultureInfo.InvariantCulture)}",
            born.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), $"asked us to write to {Word()}@{Word()}.example soon", i % 50 == 17 ? Title(Word()) + "stead" : i % 2 == 0 ? "Leeds" : "Turin",
            (i % 100 == 3 ? -5 : 1_000 + (i * 7)).ToString(CultureInfo.InvariantCulture), i % 2 == 0 ? "yes" : i % 5 == 0 ? "yes" : "no",
        ];
    }

    private static string Title(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    /// <summary>Different cells of columns that are long enough and nobody else's.</summary>
    private static IEnumerable<string> Cells(List<string[]> rows, params int[] columns) =>
        columns.SelectMany(column => rows.Select(row => row[column]).GroupBy(cell => cell).Where(same => same.Key.Length >= LengthMin && same.Count() == 1).Select(same => same.Key));

    /// <summary>Answers rows over HTTP as <c>serve</c> does, the erased person's first. Returns its id.</summary>
    private static async Task<string> AnswerAsync(ModelPackage package, PredictionStore store, List<string[]> rows, CancellationToken cancel)
    {
        var id = "";
        using var log = new PredictionLog(package, new PredictionLogOptions { Folder = store.FolderOf("5afe0001") });
        var services = new PredictionServices();
        services.Set(new PredictionService("people", package, log));
        await using var host = await PredictionHost.StartAsync(services, IPAddress.Loopback, 0, cancel);
        using var client = new HttpClient { BaseAddress = host.Url };
        foreach (var row in rows.Where((_, i) => i % 50 == 17).OrderBy(row => row != rows[Erased]))
        {
            var body = JsonSerializer.Serialize(new Dictionary<string, object> { ["email"] = row[0], ["name"] = row[1], ["phone"] = row[2], ["born"] = row[3], ["note"] = row[4], ["town"] = row[5], ["income"] = int.Parse(row[6], CultureInfo.InvariantCulture) });
            using var answer = await client.PostAsync(new Uri("/projects/people/predict", UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"), cancel);
            var text = await answer.Content.ReadAsStringAsync(cancel);
            Assert.True(answer.IsSuccessStatusCode, text);
            using var json = JsonDocument.Parse(text);
            id = id.Length > 0 ? id : json.RootElement.GetProperty("predictions")[0].GetProperty("id").GetString()!;
        }

        return id;
    }

    /// <summary>A review of unseen rows and of answers in service, and what people say: on every card, and on the erased person's answer.</summary>
    private async Task ReviewAsync(WorkspaceFolder workspace, Iteration iteration, ModelPackage package, PredictionStore store, string prediction)
    {
        var project = Fairlead.Projects.ProjectFileReader.Read(Project);
        var opened = await OpenReview.RunAsync(new OpenReview.Request(project, iteration.Number, iteration.Data, package, AnswerReasons.Of, ServedCards.Recent(workspace, store, project, iteration, package)), workspace);
        foreach (var card in ReviewRecords.Cards(workspace.Records, opened.Review))
        {
            await GiveFeedback.RunAsync(GiveFeedback.Subject.Of(opened.Review, card), new GiveFeedback.Request(Verdicts.Right, null, "as I know them", "Ann"), workspace);
        }

        var answered = AnsweredPrediction.Find(workspace, store, project, prediction)!;
        await GiveFeedback.RunAsync(answered.Subject, new GiveFeedback.Request(Verdicts.Wrong, null, "no", "Bo"), workspace);
    }
}
