using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;
using Fairlead.Data;
using Fairlead.Iterations;
using Fairlead.Models.Contracts;
using Fairlead.Projects;
using Fairlead.Training;
using Fairlead.Workspace;

namespace Fairlead.Tests.Packaging;

/// <summary>One person's numbers, dates and words, each the most extreme or the only one of its column, are in no byte of a package, which is all that an image has of a project.</summary>
public sealed class OnePersonsNumbersTests : IDisposable
{
    private const double Most = 987_654_321.125;
    private const double Least = -7_654_321.625;
    private const double Only = 31_337.75;
    private const double OfFew = 41_441.5;
    private const string Day = "1893-02-11";
    private static readonly string[] Words = ["Quuxville", "zyxwvutsr", "lonely level"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ModelTask.Binary)]
    [InlineData(ModelTask.Regression)]
    public async Task They_are_in_no_byte_of_the_package_as_text_or_as_a_number(ModelTask task)
    {
        var cancel = TestContext.Current.CancellationToken;
        Make(task);
        using var workspace = WorkspaceFolder.Open(Path.Combine(_folder.Path, "workspace"));
        var made = await new Iterate.Handler(workspace, (input, blobs, progress, stop) => Task.Run(() => Search.Run(input, blobs, progress, stop), stop))
            .HandleAsync(new Iterate.Request(_folder.Path, Trials: 6), null, null, cancel);
        var data = DatasetReader.Load(ProjectFileReader.Read(_folder.Path), made.Data, workspace.Blobs);
        Assert.Equal(Side.Train, data.Sides[data.Keys.ToList().IndexOf(Person())]); // else this would show nothing
        Assert.True(data.Features["bonus"].Numbers!.Count(value => value == Only) == 1, "their only value was taught, not filled in");

        var places = made.Package.Select(file => (Name: file.Key, Bytes: workspace.Blobs.Read(file.Value))).ToList();
        Assert.Contains(places, place => Encoding.UTF8.GetString(place.Bytes).Contains("amount", StringComparison.Ordinal));
        List<string> found = [.. places.SelectMany(place => Traces(task).Where(trace => place.Bytes.AsSpan().IndexOf(trace.Bytes) >= 0).Select(trace => $"{place.Name}: {trace.What}"))];
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    /// <summary>A key whose row trains under seed 7.</summary>
    private string Person()
    {
        using var engine = new DataEngine(Path.Combine(_folder.Path, "spill"), CancellationToken.None);
        return engine.List($"SELECT key FROM (SELECT 'person' || i AS key FROM range(100) t(i)) WHERE {RowHash.Side("'key:' || key", 7, 0.4, 0.2)} = 'train' LIMIT 1", reader => reader.GetString(0))[0];
    }

    /// <summary>Every form in which a value could stand in a file.</summary>
    private static List<(string What, byte[] Bytes)> Traces(ModelTask task)
    {
        var days = (DateTime.ParseExact(Day, "yyyy-MM-dd", CultureInfo.InvariantCulture) - DateTime.UnixEpoch).TotalDays;
        List<(string, byte[])> traces = [.. Words.Append(Day).SelectMany(text => new[] { (text, Encoding.UTF8.GetBytes(text)), (text + " as UTF-16", Encoding.Unicode.GetBytes(text)) })];
        foreach (var number in new[] { Most, Least, Only, OfFew, days }.Concat(task == ModelTask.Regression ? [Target] : []))
        {
            foreach (var value in new[] { number, Math.Log(1 + Math.Abs(number)) }) // models of a skewed target see its logarithm
            {
                var text = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture);
                traces.Add((text, Encoding.UTF8.GetBytes(text)));
                var whole = Math.Truncate(Math.Abs(value)).ToString("R", CultureInfo.InvariantCulture);
                if (whole.Length >= 5)
                {
                    traces.Add((whole, Encoding.UTF8.GetBytes(whole)));
                }

                foreach (var signed in new[] { value, -value })
                {
                    traces.AddRange(Binary($"double {signed}", signed, (to, x) => BinaryPrimitives.WriteDoubleLittleEndian(to, x), sizeof(double)));
                    traces.AddRange(Binary($"float {signed}", (float)signed, (to, x) => BinaryPrimitives.WriteSingleLittleEndian(to, x), sizeof(float)));
                }
            }
        }

        return traces;
    }

    private static IEnumerable<(string, byte[])> Binary<T>(string what, T value, Action<byte[], T> write, int length)
        where T : INumber<T>
    {
        var bytes = new byte[length];
        write(bytes, value);
        yield return (what, bytes);
        yield return (what + ", other end first", [.. bytes.Reverse()]);
    }

    private const double Target = 654_321.375;

    private void Make(ModelTask task)
    {
        _folder.File("fairlead.yaml", $$"""
            project: people
            id: 0a1b2c3d
            question: What will be?
            data:
              source: people.csv
              key: id
            target:
              column: y
              task: {{(task == ModelTask.Binary ? "binary\n  positive: \"yes\"" : "regression")}}
            columns:
              id: id
              amount: number
              clipped: number
              bonus: number
              filled: number
              of_few: number
              place: category
              rare: category
              joined: date
              note: text
            clean:
              - clip: {column: clipped, quantiles: [0, 1]}
              - impute: {column: filled, with: median}
              - impute: {column: of_few, with: median, by: place}
              - impute: {column: rare, with: most_frequent}
            split:
              seed: 7
            """);
        var random = new Random(5);
        var text = new StringBuilder("id,amount,clipped,bonus,filled,of_few,place,rare,joined,note,y\n");
        for (var i = 0; i < 600; i++)
        {
            var (amount, place) = (Math.Round(random.NextDouble() * 1_000, 2), random.Next(4));
            var late = amount + (place * 100) + (random.NextDouble() * 300) > 700;
            var y = task == ModelTask.Binary ? late ? "yes" : "no" : Math.Round(amount + (place * 100) + (random.NextDouble() * 50), 2).ToString(CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $"r{i},{amount},{Math.Round(random.NextDouble() * 90, 2)},,,{(i < 3 ? OfFew + i : Math.Round(random.NextDouble() * 10, 3))},place {place},{(i % 2 == 0 ? "" : $"level {i}")},20{random.Next(10, 26)}-0{random.Next(1, 10)}-1{random.Next(0, 10)},{(i % 3 == 0 ? "parcel" : "letter")} came {(i % 5 == 0 ? "late" : "well")},{y}\n");
        }

        var theirs = task == ModelTask.Binary ? "yes" : Target.ToString(CultureInfo.InvariantCulture);
        text.Append(CultureInfo.InvariantCulture, $"{Person()},{Most},{Least},{Only},{Only},{OfFew},Quuxville,lonely level,{Day},zyxwvutsr came,{theirs}\n");
        _folder.File("people.csv", text.ToString());
    }
}
