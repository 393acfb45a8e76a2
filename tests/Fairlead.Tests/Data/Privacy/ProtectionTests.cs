using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CsCheck;
using Fairlead.Data;
using Fairlead.Data.Privacy;
using Fairlead.Models.Contracts;
using Fairlead.Models.Personal;
using Fairlead.Models.Predictions;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Workspace;
using Fairlead.Workspace.Keys;

namespace Fairlead.Tests.Data.Privacy;

public sealed class ProtectionTests : DataTest
{
    private const string KeyText = "one key of this class, long enough";

    private static PersonalKey Key(string text = KeyText)
    {
        var key = PersonalKey.Parse(text)!;
        PersonalKey.Hold(key);
        return key;
    }

    private ProjectFile People()
    {
        Folder.File("a.csv", "id,mail,born,zip,income,who,y\n" + string.Concat(Enumerable.Range(0, 40).Select(i =>
            $"{i},secret{i % 10}@example.net,{1950 + i}-0{1 + (i % 9)}-17,SW{i % 9}A 1AA,{1_234 + (i * 7)},Zora Quux{(char)('a' + (i % 7))},{(i % 2 == 0 ? "a" : "b")}\n")) + "40,secret3@example.net,never,SW1A 1AA,-1,Zora Quuxa,a\n");
        var project = Project("a.csv", "y", key: "id", adjust: (name, column) => name switch
        {
            "mail" => column with { Protection = Protection.Pseudonym, Kind = ColumnKind.Category },
            "born" => column with { Protection = Protection.Generalise, Kind = ColumnKind.Date, To = "10 years" },
            "zip" => column with { Protection = Protection.Generalise, Kind = ColumnKind.Category, To = "first 2" },
            "income" => column with { Protection = Protection.Generalise, Kind = ColumnKind.Number, To = "band 100" },
            "who" => column with { Protection = Protection.Synthetic, Kind = ColumnKind.Category },
            _ => column,
        });
        return project with
        {
            RowSteps =
            [
                new PseudonymStep("mail", Key().Id), new TrimStep("born"), new CastStep("born", ColumnKind.Date), new GeneraliseStep("born", "10 years"), new GeneraliseStep("zip", "first 2"),
                new TrimStep("income"), new CastStep("income", ColumnKind.Number), new GeneraliseStep("income", "band 100"), new SyntheticStep("who", Key().Id),
            ],
            Checks = [Check("b", new BetweenCheck("income", 0, null))],
        };
    }

    [Fact]
    public void What_is_stored_and_shown_is_protected_and_the_secret_is_nowhere()
    {
        var project = People();
        var version = Run(project);
        var data = DatasetReader.Load(project, version, Blobs);

        Assert.Equal(["born", "income", "mail", "zip"], data.Features.Columns.Select(column => column.Name).Order(StringComparer.Ordinal)); // a made-up value teaches nothing
        Assert.Equal(Key().Pseudonym("secret3@example.net"), data.Features["mail"].Texts![3]);
        Assert.Equal(10, data.Features["mail"].Texts!.Distinct().Count());
        Assert.Equal(["SW"], data.Features["zip"].Texts!.Distinct());
        Assert.Equal((1_200.0, 1_400.0, 1_500.0), (data.Features["income"].Numbers![0], data.Features["income"].Numbers![25], data.Features["income"].Numbers![39])); // 1234, 1409, 1507
        Assert.Equal(new DateOnly(1980, 1, 1).DayNumber - 719_162, data.Features["born"].Numbers![35]); // 1985-09-17

        var quarantined = Assert.Single(Rows(version.Quarantine));
        Assert.Equal(Key().Pseudonym("secret3@example.net"), quarantined["mail"]);
        Assert.Null(quarantined["born"]);
        Assert.Equal("SW", quarantined["zip"]);
        Assert.Equal("-100", quarantined["income"]);

        var raw = DatasetReader.RawRows(project, version, [35], Blobs);
        Assert.Equal(("1980-01-01", "SW", "1400"), (raw["born"].Texts![0], raw["zip"].Texts![0], raw["income"].Texts![0])); // 1234 + 245 = 1479
        var said = JsonSerializer.Serialize(version) + JsonSerializer.Serialize(raw.Columns.Select(column => column.Texts)) + JsonSerializer.Serialize(Rows(version.Blob)) + JsonSerializer.Serialize(Rows(version.Quarantine));
        foreach (var secret in new[] { "secret", "example.net", "Quux", "1985-09", "1AA", KeyText })
        {
            Assert.DoesNotContain(secret, said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Protected_raw_rows_go_through_the_steps_again_unchanged()
    {
        var project = People();
        var version = Run(project);
        var raw = DatasetReader.RawRows(project, version, [7], Blobs);
        foreach (var name in new[] { "mail", "zip" })
        {
            Cell[] cell = [Cell.Of(raw[name].Texts![0])];
            new RowPipeline([name], [.. version.RowSteps.Where(step => step.Column == name)]).Apply(cell);
            Assert.Equal(raw[name].Texts![0], cell[0].Text);
        }
    }

    [Fact]
    public void Pseudonyms_are_stable_keyed_and_known_again()
    {
        var (key, other) = (Key(), Key("another key of this class, as long"));
        Gen.String[1, 40].Where(text => !text.Any(char.IsSurrogate)).Sample(text =>
        {
            var name = key.Pseudonym(text);
            Assert.Equal(name, PersonalKey.Parse($" {KeyText}\n")!.Pseudonym(text));
            Assert.Equal(name, key.Pseudonym(name));
            Assert.NotEqual(name, other.Pseudonym(text));
            Assert.NotEqual(name, other.Pseudonym(name));
            Assert.Matches("^p-[0-9a-f]{24}$", name);
        }, seed: "0000KkTQwkW4", iter: 500);
    }

    [Fact]
    public void The_keyed_hash_is_hmac_sha256()
    {
        foreach (var text in new[] { "short key of 17 ch", new string('k', 64), new string('k', 65), new string('k', 200) })
        {
            var digest = new byte[32];
            PersonalKey.Parse(text)!.Hmac("use"u8, "välue", digest);
            Assert.Equal(HMACSHA256.HashData(Encoding.UTF8.GetBytes(text), "use\0välue"u8), digest);
        }

        Assert.Null(PersonalKey.Parse("too short"));
    }

    [Fact]
    public void Made_up_values_keep_the_shape()
    {
        var key = Key();
        string Made(string value)
        {
            Cell[] cell = [Cell.Of(value)];
            new RowPipeline(["c"], [new SyntheticStep("c", key.Id)]).Apply(cell);
            return cell[0].Text!;
        }

        Assert.Matches(@"^[A-Z][a-z]{3} [A-Z][a-z]{2}-[A-Z][a-z]$", Made("Anna Lee-Qu"));
        Assert.Matches(@"^\+\d\d \(\d\) \d\d\d\d$", Made("+44 (0) 2079"));
        Assert.Matches(@"^[a-z]+\.[a-z]+@example\.(com|org|net)$", Made("jane.roe@corp.example"));
        Assert.Equal("CREDIT_CARD", PersonalEntities.Name(PersonalScanner.OfThread.Scan("card " + Made("4111 1111 1111 1111"))[0].Entity));
        Assert.Equal(Made("x1"), Made("x1"));
    }

    [Theory]
    [InlineData("5 years", 1, "")]
    [InlineData("month", 0, "2021-03-01")]
    [InlineData("year", 0, "2021-01-01")]
    [InlineData("20 years", 0, "2020-01-01")]
    public void Dates_become_the_start_of_their_band(string to, double far, string expected)
    {
        var cell = Generalisation.Parse(to)!.Apply(Cell.Of(far == 1 ? 1e9 : new DateOnly(2021, 3, 14).DayNumber - 719_162 + 0.75));
        Assert.Equal(expected, cell.IsMissing ? "" : DateOnly.FromDayNumber((int)cell.Number + 719_162).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("0 years")]
    [InlineData("band 0")]
    [InlineData("band x")]
    [InlineData("first 0")]
    [InlineData("decade")]
    public void What_is_no_way_to_make_coarse_is_refused(string to) => Assert.Null(Generalisation.Parse(to));

    [Fact]
    public void A_note_of_an_unreadable_protected_value_does_not_tell_it()
    {
        List<string> notes = [];
        Cell[] cell = [Cell.Of("17 Brumaire")];
        new RowPipeline(["born"], [new CastStep("born", ColumnKind.Date), new GeneraliseStep("born", "year")]).Apply(cell, notes);
        Assert.Equal(["born: the value is not a date"], notes);
    }

    [Fact]
    public void Without_its_key_a_pipeline_says_what_to_give()
    {
        var fault = Assert.Throws<InvalidDataException>(() => new RowPipeline(["c"], [new PseudonymStep("c", "0123456789abcdef")]));
        Assert.Contains("needs the pseudonym key 0123456789abcdef", fault.Message, StringComparison.Ordinal);
        Assert.Contains(PersonalKey.FileVariable, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_workspace_makes_one_key_a_project_and_keeps_it_wrapped()
    {
        using var workspace = WorkspaceFolder.Open(Path.Combine(Folder.Path, "own"), null, () => new KeySettings(null, Path.Combine(Folder.Path, "own.key"), null));
        var project = People() with { Id = "0123abcd", RowSteps = [new PseudonymStep("mail")] };
        var first = PseudonymKeys.Bind(project, workspace);
        var again = PseudonymKeys.Bind(project, workspace);
        var other = PseudonymKeys.Bind(project with { Id = "ffff0000" }, workspace);
        Assert.Equal(first.RowSteps, again.RowSteps);
        Assert.NotEqual(first.RowSteps, other.RowSteps);
        var exported = Path.Combine(Folder.Path, "secret");
        Assert.Equal(((PseudonymStep)first.RowSteps[0]).Key, PseudonymKeys.Export(project, workspace, exported));
        var key = File.ReadAllText(exported).Trim();
        Assert.Equal(64, key.Length);
        Assert.DoesNotContain(key, JsonSerializer.Serialize(first.RowSteps.Cast<object>()), StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFiles(workspace.Folder, "*", SearchOption.AllDirectories), file => File.ReadAllText(file).Contains(key, StringComparison.OrdinalIgnoreCase));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(exported));
        }

        Assert.Throws<FaultException>(() => PseudonymKeys.Export(project, workspace, exported));
        RotateKeys.Run(workspace, forgetOld: false, CancellationToken.None);
        Assert.Equal(first.RowSteps, PseudonymKeys.Bind(project, workspace).RowSteps); // another master key, the same pseudonyms
    }

    [Fact]
    public void A_package_is_not_opened_without_the_key_of_its_steps()
    {
        using var workspace = WorkspaceFolder.Open(Path.Combine(Folder.Path, "without"));
        PseudonymKeys.Hold(workspace, [new TrimStep("mail")]);
        var fault = Assert.Throws<FaultException>(() => PseudonymKeys.Hold(workspace, [new PseudonymStep("mail", "00000000ffffffff")]));
        Assert.Contains("00000000ffffffff", fault.Faults[0].What, StringComparison.Ordinal);
        var bound = PseudonymKeys.Bind(People() with { Id = "1234abcd", RowSteps = [new PseudonymStep("mail")] }, workspace);
        PseudonymKeys.Hold(workspace, bound.RowSteps);
    }

    [Fact]
    public void An_open_personal_column_stops_the_turn_with_the_line_to_write()
    {
        Folder.File("b.csv", "id,contact,note,region,y\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{i},someone{i}@example.net,{(i % 10 == 0 ? $"ring 020 7946 {1000 + i}" : "nothing new")},north,{(i % 2 == 0 ? "a" : "b")}\n")));
        var project = Project("b.csv", "y", key: "id", adjust: (name, column) => name == "note" ? column with { Kind = ColumnKind.Text } : column);
        var raw = Ingest.Run(project, Blobs, CancellationToken.None);
        var faults = Assert.Throws<FaultException>(() => PersonalGuard.Check(project, raw, Blobs, CancellationToken.None)).Faults;
        Assert.Equal(["Column \"contact\" holds personal data (e-mail addresses), and the file does not say what happens to it.", "Column \"note\" holds personal data (phone numbers inside 6 of 60 texts), and the file does not say what happens to it."], faults.Select(fault => fault.What));
        Assert.Contains("contact: {kind: category, personal: drop}", faults[0].Fix, StringComparison.Ordinal);
        Assert.DoesNotContain("someone", string.Concat(faults), StringComparison.Ordinal);

        var declared = project with { Columns = [.. project.Columns.Select(column => column.Name switch { "contact" => column with { Protection = Protection.Keep, Why = "agreed" }, "note" => column with { Protection = Protection.Mask }, _ => column })] };
        PersonalGuard.Check(declared, raw, Blobs, CancellationToken.None);
    }

    [Fact]
    public void The_log_holds_what_is_protected_only_where_a_step_protects_it()
    {
        ContractColumn[] columns =
        [
            new("mail", "Mail", ColumnKind.Category, false, true, Protection.Pseudonym), new("born", "Born", ColumnKind.Date, false, true, Protection.Generalise),
            new("who", "Who", ColumnKind.Category, false, false, Protection.Synthetic), new("x", "X", ColumnKind.Number, false, true),
        ];
        var contract = new ModelContract("p", "?", ModelTask.Regression, "y", null, [], null, 0.5, columns,
            [new PseudonymStep("mail", Key().Id), new GeneraliseStep("born", "year")], [], new Wording("Row", null, new Dictionary<string, string>()));
        Assert.Equal([true, true, false, true], columns.Select(column => SegmentHeader.IsLogged(contract, column)));
        Assert.Equal([true, true, true, false], columns.Select(SegmentHeader.IsLoggedCleaned));
    }

    [Fact]
    public void A_column_that_comes_new_is_left_out_and_told()
    {
        Folder.File("c.csv", "id,x,contact,y\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{i},{i},someone{i}@example.net,{(i % 2 == 0 ? "a" : "b")}\n")));
        var project = Project("c.csv", "y", key: "id");
        var version = Run(project with { Columns = [.. project.Columns.Where(column => column.Name != "contact")] });
        Assert.Contains(version.Findings, finding => finding.Title.EndsWith("It holds personal data: e-mail addresses.", StringComparison.Ordinal));
        Assert.DoesNotContain("someone", JsonSerializer.Serialize(version) + JsonSerializer.Serialize(Rows(version.Blob)), StringComparison.Ordinal);
    }
}
