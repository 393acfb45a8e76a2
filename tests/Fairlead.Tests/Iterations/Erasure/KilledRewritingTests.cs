using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using DuckDB.NET.Data;
using Fairlead.Data.Scanning;
using Fairlead.Projects.Sources;

namespace Fairlead.Tests.Iterations.Erasure;

/// <summary>The built program, killed (SIGKILL) or out of disk while it rewrites source files without a person: each file is the old or the new whole one, and erasing again ends it.</summary>
public sealed class KilledRewritingTests : IDisposable
{
    private const int Rows = 60_000;
    private const string Person = "zoe.quill@example.org";
    private const int RandomKills = 3;

    private readonly string _folder = Directory.CreateTempSubdirectory("fairlead-rewriting-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("people.csv.gz")]
    [InlineData("people.json")]
    [InlineData("people.parquet")]
    public async Task Killed_at_any_moment_the_source_is_old_or_new_and_the_next_call_ends_it(string name)
    {
        var cancel = TestContext.Current.CancellationToken;
        var data = Directory.CreateDirectory(At("data")).FullName;
        var source = Path.Combine(data, name);
        Project($"[{source}]");
        Make(source);
        var old = await File.ReadAllBytesAsync(source, cancel);
        Assert.Equal(Rows + 2, Emails(source).Count);
        var watch = Stopwatch.StartNew();
        await EndAsync();
        var took = watch.Elapsed;
        var expected = Emails(source);
        Assert.Equal(Rows, expected.Count);
        Assert.DoesNotContain(Person, expected);
        var size = new FileInfo(source).Length;

        // As soon as the next content is begun, at some of its size, when it has its place and the old one is still there; then at random moments of the whole call.
        var beside = Path.Combine(data, $".{name}.");
        Func<bool>[] moments =
        [
            () => File.Exists(beside + "erasing"), () => Length(beside + "erasing") > size / 3, () => Length(beside + "erasing") > size * 9 / 10, () => File.Exists(beside + "erased"),
            () => File.Exists(beside + "erased") && !File.Exists(beside + "erasing"), .. Enumerable.Repeat<Func<bool>>(() => false, RandomKills),
        ];
        var (random, killed, midway) = (new Random(20261126), 0, 0);
        foreach (var (kill, moment) in moments.Index())
        {
            await File.WriteAllBytesAsync(source, old, cancel);
            using (var process = Start())
            {
                var end = kill < moments.Length - RandomKills ? TimeSpan.FromMinutes(1) : took * (0.4 + (0.6 * random.NextDouble()));
                for (var start = Stopwatch.GetTimestamp(); !process.HasExited && !moment() && Stopwatch.GetElapsedTime(start) < end; Thread.Sleep(1))
                {
                }

                killed += process.HasExited ? 0 : 1;
                process.Kill();
                await process.WaitForExitAsync(cancel);
            }

            midway += Directory.GetFiles(data).Length > 1 ? 1 : 0;
            var found = await File.ReadAllBytesAsync(source, cancel);
            Assert.True(found.AsSpan().SequenceEqual(old) || Emails(source).SequenceEqual(expected), string.Create(CultureInfo.InvariantCulture, $"Kill {kill} left {found.Length} bytes."));
            if (kill % 2 == 1)
            {
                await EndAsync();
                Assert.Equal(expected, Emails(source));
                Assert.Equal([name], Directory.GetFiles(data).Select(Path.GetFileName));
            }
        }

        Assert.InRange(killed, 3, moments.Length);
        Assert.InRange(midway, 2, moments.Length);
        TestContext.Current.SendDiagnosticMessage($"{name}: {killed} kills, {midway} while the file was written");
        await EndAsync();
        Assert.Equal(expected, Emails(source));
        Assert.Equal([name], Directory.GetFiles(data).Select(Path.GetFileName));
    }

    [Fact] // a file system of memory that is filled but for some kilobytes, in a name space of its own
    public async Task On_a_full_disk_every_source_stays_whole_and_is_rewritten_once_there_is_room()
    {
        var cancel = TestContext.Current.CancellationToken;
        string[] names = ["people.csv.gz", "people.json", "people.parquet"];
        var (disk, made, after) = (Directory.CreateDirectory(At("disk")).FullName, Directory.CreateDirectory(At("made")).FullName, Directory.CreateDirectory(At("after")).FullName);
        foreach (var name in names)
        {
            Make(Path.Combine(made, name));
        }

        Project($"[{string.Join(", ", names.Select(name => Path.Combine(disk, name)))}]");
        var script = At("full.sh");
        await File.WriteAllTextAsync(script, $$"""
            mount -t tmpfs -o size=64m none '{{disk}}' || exit 77
            cp '{{made}}'/* '{{disk}}/'
            erase() { '{{Host}}' exec '{{Program}}' data erase '{{At("project")}}' --subject {{Person}} --sources --json > /dev/null; echo "code $?"; (cd '{{disk}}'; sha256sum people.*; ls -A | grep -v '^people' | grep -v filler | sed 's/^/left /'); }
            for left in 0 4 256 4096; do
              room=$(df -k --output=avail '{{disk}}' | tail -1)
              dd if=/dev/zero of='{{disk}}/filler' bs=1k count=$((room - left)) 2> /dev/null
              erase
              rm '{{disk}}/filler'
            done
            erase
            cp '{{disk}}'/people.* '{{after}}/'
            """, cancel);
        var info = Info("/bin/sh", ["-c", $"command -v unshare > /dev/null || exit 77; exec unshare -rm /bin/sh '{script}'"]);
        using var program = Process.Start(info)!;
        var saying = program.StandardError.ReadToEndAsync(cancel);
        var lines = (await program.StandardOutput.ReadToEndAsync(cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var said = await saying;
        await program.WaitForExitAsync(cancel);

        Assert.SkipWhen(program.ExitCode == 77 || said.Contains("unshare", StringComparison.Ordinal), "No file system can be mounted here.");
        Assert.True(program.ExitCode == 0, said);
        Assert.Equal(["code 1", "code 0"], new[] { lines[0], lines.Last(line => line.StartsWith("code", StringComparison.Ordinal)) });
        Assert.All(said.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Contains("space", line, StringComparison.Ordinal)); // each says to free some
        string Sum(string path) => $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))}  {Path.GetFileName(path)}";
        var whole = names.SelectMany(name => new[] { Sum(Path.Combine(made, name)), Sum(Path.Combine(after, name)) }).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(2 * names.Length, whole.Count);
        Assert.All(lines.Where(line => !line.StartsWith("code", StringComparison.Ordinal)), line => Assert.Contains(line, whole)); // neither half a file nor anything left beside it
        Assert.All(names, name => Assert.Equal(Emails(Path.Combine(made, name)).Where(email => email != Person), Emails(Path.Combine(after, name))));
    }

    private string At(string name) => Path.Combine(_folder, name);

    private static string Host => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static string Program => Path.Combine(AppContext.BaseDirectory, "fairlead-cli.dll");

    private void Project(string sources)
    {
        Directory.CreateDirectory(At("project"));
        File.WriteAllText(Path.Combine(At("project"), "fairlead.yaml"), $$"""
            project: people
            id: "0a1b2c3d"
            question: Who leaves?
            data: {sources: {{sources}}, key: email}
            target: {column: gone, task: binary, positive: "yes"}
            columns: {email: id, note: text}
            """);
    }

    /// <summary>Two rows of the person among the others.</summary>
    private static void Make(string path)
    {
        var random = new Random(3);
        var rows = Enumerable.Range(0, Rows + 2).Select(i => (Email: i is 20_000 or 50_000 ? Person : $"p{i}@example.com", Note: $"{random.NextInt64():x}{random.NextInt64():x}", Gone: i % 3 == 0 ? "yes" : "no")).ToList();
        if (path.EndsWith(".parquet", StringComparison.Ordinal))
        {
            var csv = path + ".csv";
            File.WriteAllText(csv, "email,note,gone\n" + string.Concat(rows.Select(row => $"{row.Email},{row.Note},{row.Gone}\n")));
            using var connection = new DuckDBConnection("DataSource=:memory:");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = $"COPY (FROM read_csv('{csv}', all_varchar = true)) TO '{path}' (FORMAT parquet)";
            command.ExecuteNonQuery();
            File.Delete(csv);
            return;
        }

        var text = path.EndsWith(".json", StringComparison.Ordinal)
            ? "[" + string.Join(",\n", rows.Select(row => $"{{\"email\":\"{row.Email}\",\"note\":\"{row.Note}\",\"gone\":\"{row.Gone}\"}}")) + "]"
            : "email,note,gone\n" + string.Concat(rows.Select(row => $"{row.Email},{row.Note},{row.Gone}\n"));
        using var file = File.Create(path);
        using var packed = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Fastest) : null;
        ((Stream?)packed ?? file).Write(Encoding.UTF8.GetBytes(text));
    }

    private static List<string?> Emails(string path)
    {
        List<string?> values = [];
        using var scan = TableScan.Open(path, ["email"], SourceOptions.None);
        while (scan.Next(CancellationToken.None) is { } batch)
        {
            values.AddRange(Enumerable.Range(0, batch.Rows).Select(row => batch.Columns[0].Text(row)));
        }

        return values;
    }

    private static long Length(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true } file ? file.Length : 0;
        }
        catch (FileNotFoundException)
        {
            return 0; // it has its place meanwhile
        }
    }

    private ProcessStartInfo Info(string file, string[] arguments)
    {
        var info = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        info.Environment["FAIRLEAD_WORKSPACE"] = At("workspace");
        return info;
    }

    private Process Start()
    {
        var process = Process.Start(Info(Host, ["exec", Program, "data", "erase", At("project"), "--subject", Person, "--sources", "--json"]))!;
        _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        return process;
    }

    private async Task EndAsync()
    {
        using var process = Start();
        var said = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, said);
    }
}
