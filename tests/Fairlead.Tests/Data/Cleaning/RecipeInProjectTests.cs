using Fairlead.Data;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Packaging;
using Fairlead.Projects;

namespace Fairlead.Tests.Data.Cleaning;

/// <summary>A recipe inside a project: what training reads is what serving makes of a raw row.</summary>
public sealed class RecipeInProjectTests : DataTest
{
    private const string Yaml = """
        project: test
        id: 0a1b2c3d
        question: Late?
        data: {source: orders.csv, key: id}
        target: {column: late, task: binary, positive: "yes"}
        columns:
          id: id
          weight: {kind: number, unit: kg}
          ordered: date
          promised: date
          carrier: category
          size: text
          note: {kind: text}
        clean:
          - parse number: {column: weight, decimal: comma, unit: kg, assumed: g}
          - parse date: {column: ordered, formats: [ymd, dmy]}
          - map: {column: carrier, values: {x: Express, "?": ""}}
          - impute: {column: weight, with: median, by: carrier}
          - clip: {column: weight, quantiles: [0.05, 0.95]}
          - impute: {column: carrier, with: model, from: [weight, ordered, size]}
          - derive: {column: days, as: "days_between(ordered, promised)"}
          - split: {column: size, by: x, into: {width: number, height: number}}
          - derive: {column: area, as: "width * height"}
          - impute: {column: area, with: model, from: [weight, carrier]}
          - join: {columns: [carrier, size], by: "/", into: shape}
          - drop: [note]
          - quarantine: {where: "days < 0", reason: promised before ordered}
          - drop duplicates: {columns: [id], keep: last}
        checks:
          - between: {column: area, min: 0}
        split: {by: key, exam: 0.2, sealed: 0.1, seed: 7}
        training: {trials: 1, seed: 1}
        """;

    private static string Csv()
    {
        var random = new Random(7);
        var rows = Enumerable.Range(0, 400).Select(i => string.Join(',',
            i % 50 == 49 ? i - 1 : i,
            (i % 5) switch { 0 => $"\"{random.Next(1, 9)},5 kg\"", 1 => $"{random.Next(100, 9000)}", 2 => "", 3 => $"{random.Next(1, 9)} km", _ => $"\"{random.Next(1, 9)}.{random.Next(100, 999)},25 g\"" },
            i % 3 == 0 ? $"2024-03-{1 + (i % 28):00}" : $"{1 + (i % 28)}.3.2024", i % 40 == 0 ? "2024-02-01" : $"2024-04-{1 + (i % 28):00}",
            (i % 4) switch { 0 => "x", 1 => "?", 2 => "Post", _ => "Bote" }, i % 6 == 0 ? "" : $"{random.Next(1, 20)}x{random.Next(1, 20)}", "n", i % 2 == 0 ? "yes" : "no"));
        return "id,weight,ordered,promised,carrier,size,note,late\n" + string.Join('\n', rows) + "\n";
    }

    [Fact]
    public void Serving_makes_of_a_raw_row_what_training_saw()
    {
        File.WriteAllText(Path.Combine(Folder.Path, "orders.csv"), Csv());
        var project = ProjectFileReader.Parse(Yaml, Folder.Path, withSource: true);
        Assert.Equal(["days", "width", "height", "area", "shape"], project.Derived.Select(column => column.Name));
        Assert.Equal(["weight", "ordered", "promised", "carrier", "size", "days", "width", "height", "area", "shape"], project.Features.Select(column => column.Name));

        var version = Run(project);
        Assert.Equal(version.Read, version.Kept + version.Quarantined + version.Dropped);
        Assert.Equal(10, version.QuarantineReasons["promised before ordered"]); // every 40th of 400
        Assert.Equal(8, version.Dropped); // every 50th repeats the id before it
        Assert.DoesNotContain(version.RowSteps, step => !step.IsFitted());

        var data = DatasetReader.Load(project, version, Blobs);
        var contract = ContractBuilder.Build(project, version, data, 0.5);
        Assert.Equal(["days", "width", "height", "area", "shape"], contract.Derived!.Select(column => column.Name));
        Assert.DoesNotContain("days", contract.Columns.Select(column => column.Name));
        var names = contract.Cleaned.Select(column => column.Name).ToList();
        var pipeline = new RowPipeline(names, contract.RowSteps);
        var raw = DatasetReader.RawRows(project, version, data.Rows, Blobs);
        for (var row = 0; row < data.Count; row++)
        {
            var cells = contract.Columns.Select(column => raw[column.Name][row]).Concat(contract.Derived!.Select(_ => Cell.Missing)).ToArray();
            pipeline.Apply(cells);
            foreach (var feature in data.Features.Columns)
            {
                Assert.True(feature[row] == cells[names.IndexOf(feature.Name)], $"row {row}, {feature.Name}: training {feature[row]}, serving {cells[names.IndexOf(feature.Name)]}");
            }
        }
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var project = ProjectFileReader.Parse(Yaml, Folder.Path);
        var again = ProjectFileReader.Parse(ProjectFileWriter.Text(project), Folder.Path);
        Assert.Equal(Json(project), Json(again));
    }

    [Fact]
    public void The_target_is_looked_at_by_no_step_and_a_kind_must_fit()
    {
        var wrong = Yaml.Replace("as: \"width * height\"", "as: \"length(late)\"", StringComparison.Ordinal).Replace("ordered: date", "ordered: text", StringComparison.Ordinal);
        var faults = Assert.Throws<Fairlead.Workspace.FaultException>(() => ProjectFileReader.Parse(wrong, Folder.Path)).Faults;
        Assert.Contains(faults, fault => fault.What.Contains("no column \"late\"", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.What.Contains("\"ordered\" is declared as text", StringComparison.Ordinal));
    }

    private static string Json(ProjectFile project) =>
        string.Join('\n', project.RowSteps.Select(step => System.Text.Json.JsonSerializer.Serialize(step)).Concat(project.TableSteps.Select(step => System.Text.Json.JsonSerializer.Serialize(step))).Concat(project.Derived.Select(column => column.ToString())));
}
