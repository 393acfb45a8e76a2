using System.Globalization;
using System.Text;
using System.Text.Json;
using Fairlead.Models.Personal;
using Fairlead.Models.Predictions;

namespace Fairlead.Tests.Serving;

/// <summary>The model server as a process, of a model whose features are pseudonyms: with the key as a mounted file, and without it.</summary>
public sealed class PseudonymServerTests : IDisposable
{
    internal const string Secret = "a key of thirty-two signs or more.";

    private static readonly PersonalKey Key = PersonalKey.Parse(Secret)!;

    private readonly TemporaryFolder _folder = new();
    private readonly string _model;
    private readonly string _secret;

    public PseudonymServerTests()
    {
        _model = TinyPackages.Lay(TinyPackages.Customers(Key), Path.Combine(_folder.Path, "model"));
        _secret = _folder.File("pseudonym-key", Secret + "\n");
    }

    private string Log => Path.Combine(_folder.Path, "log");

    public void Dispose() => _folder.Dispose();

    [Theory] // 1 / (1 + e^-1.5) and so on: the model's level is the pseudonym, so another feature would give 0.5
    [InlineData("ann", 0.8175744761936437)]
    [InlineData(" bob ", 0.3775406687981454)]
    [InlineData("carl", 0.5)]
    public async Task With_the_key_in_a_mounted_file_it_answers_by_the_features_of_training(string customer, double yes)
    {
        var cancel = TestContext.Current.CancellationToken;
        using (var server = await ServerProcess.StartAsync(Environment(_secret), "--model", _model, "--log", Log))
        {
            using var client = new HttpClient { BaseAddress = server.Url };
            using var row = new StringContent($"{{\"customer\":\"{customer}\"}}", Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri("/projects/customers/predict", UriKind.Relative), row, cancel);
            using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancel));
            Assert.Equal(yes, json.RootElement.GetProperty("predictions")[0].GetProperty("probabilities").GetProperty("yes").GetDouble(), 1e-15);
            Assert.Equal(0, await server.TerminateAsync());
        }

        // Its log has the pseudonym; neither the value nor the key.
        var logged = Directory.GetFiles(Log, "*.log", SearchOption.AllDirectories).SelectMany(path => SegmentReader.Open(path)!.Read()).Single();
        Assert.Equal(Key.Pseudonym(customer.Trim()), logged.Row["customer"].ToString());
        foreach (var file in Directory.GetFiles(Log, "*", SearchOption.AllDirectories))
        {
            var bytes = await File.ReadAllBytesAsync(file, cancel);
            Assert.All(new[] { customer.Trim(), Secret }, text => Assert.Equal(-1, bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text))));
        }
    }

    [Fact]
    public async Task Without_it_it_does_not_start_and_names_the_key_it_needs_and_where_to_give_it()
    {
        var (code, error) = await ServerProcess.RunAsync("--model", _model, "--log", Log, "--port", "0");
        Assert.Equal((1, $"The model needs the pseudonym key {Key.Id}, and there is none. Give it in {PersonalKey.Variable}, or mount it as a file and name that in {PersonalKey.FileVariable}."), (code, error.Trim()));
        Assert.False(Directory.Exists(Log)); // nothing was begun
    }

    [Fact]
    public async Task With_another_key_it_names_both()
    {
        var other = _folder.File("other", "another key of enough signs");
        var (code, error) = await ServerProcess.RunAsync(Environment(other), "--model", _model, "--log", Log, "--port", "0");
        Assert.Equal(1, code);
        Assert.Contains($"needs the pseudonym key {Key.Id}; the one given is {PersonalKey.Parse("another key of enough signs")!.Id}", error, StringComparison.Ordinal);
        Assert.DoesNotContain("another key", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mount_that_is_not_there_or_holds_half_a_key_is_named()
    {
        var missing = Path.Combine(_folder.Path, "not mounted");
        var (code, error) = await ServerProcess.RunAsync(Environment(missing), "--model", _model, "--log", Log, "--port", "0");
        Assert.Equal(1, code);
        Assert.Contains($"{PersonalKey.FileVariable}: {missing} can't be read", error, StringComparison.Ordinal);

        var half = _folder.File("half", Secret[..(PersonalKey.LengthMin - 1)]);
        (code, error) = await ServerProcess.RunAsync(Environment(half), "--model", _model, "--log", Log, "--port", "0");
        Assert.Equal(1, code);
        Assert.Contains($"{half}: the pseudonym key is shorter than {PersonalKey.LengthMin.ToString(CultureInfo.InvariantCulture)} characters", error, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Environment(string file) => new() { [PersonalKey.FileVariable] = file };
}
