using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsCheck;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Serving.Predict;

namespace Fairlead.Tests.Serving;

/// <summary>Reading rows from JSON, against a reader that takes its time (<see cref="JsonDocument"/>).</summary>
public sealed class RowReadingTests
{
    private static readonly RowReader Reader = new(TinyPackages.Open(TinyPackages.Wide()));
    private static readonly string[] Columns = ["weight", "region", "ordered", "note \"x\"", "note", "distance"];

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.Const("north"), Gen.Const("south"), Gen.Const(""), Gen.Const("2024-02-29"), Gen.Const("1.5"), Gen.Const("äöü"), Gen.String[Gen.Char['\u0001', '\u2fff'], 0, 12]);

    /// <summary>JSON texts of values: of the right kind and of wrong ones.</summary>
    private static readonly Gen<string> Values = Gen.OneOf(
        Texts.Select(text => JsonSerializer.Serialize(text)),
        Texts.Select(text => JsonSerializer.Serialize(text, Relaxed)),
        Gen.Double[-1e6, 1e6].Select(number => number.ToString("R", CultureInfo.InvariantCulture)),
        Gen.Int.Select(number => number.ToString(CultureInfo.InvariantCulture)),
        Pick("null", "true", "false", "1e2", "-0", "0.10", "1e400", "{}", "[1,{\"a\":[]}]", "{\"weight\":1}"));

    private static readonly Gen<string> Names = Gen.OneOf(Pick(Columns), Pick("class", "Weight", "x", "wei\\u0067ht", "note \\u0022x\\u0022"));

    private static readonly Gen<string> Spaces = Pick("", "", " ", "\n\t");

    private static readonly Gen<string> Rows = Gen.Select(Names, Values, Spaces, (name, value, space) =>
            $"{space}\"{(name.Contains("\\u", StringComparison.Ordinal) ? name : JsonEncodedText.Encode(name).ToString())}\"{space}:{space}{value}{space}")
        .Array[0, 8].Select(members => $"{{{string.Join(',', members)}}}");

    [Fact]
    public void Any_row_gives_the_cells_and_faults_that_the_slow_reader_gives() => Rows.Sample(
        row =>
        {
            var (cells, scan) = (new Cell[Columns.Length], new RowScan());
            scan.Start(Columns.Length);
            var json = new Utf8JsonReader(Encoding.UTF8.GetBytes(row));
            json.Read();
            Reader.Read(ref json, scan, cells);
            Assert.False(json.Read()); // it stands at the end of the row

            var (expected, faults) = Slowly(row);
            Assert.Equal(faults, scan.Faults.Select(fault => (fault.Column, fault.Problem)));
            if (faults.Count == 0)
            {
                Assert.Equal(expected, cells);
            }
        },
        iter: 4_000, seed: "0000KnS0n2Y0");

    private static Gen<string> Pick(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    /// <summary>The rules of docs/serving.md, word by word.</summary>
    private static (Cell[] Cells, List<(string Column, string Problem)> Faults) Slowly(string row)
    {
        var (cells, faults, seen) = (new Cell[Columns.Length], new List<(string, string)>(), new HashSet<string>());
        using var json = JsonDocument.Parse(row);
        foreach (var member in json.RootElement.EnumerateObject())
        {
            var column = Array.IndexOf(Columns, member.Name);
            if (column < 0)
            {
                faults.Add((member.Name, member.Name == "class" ? "target_given" : "unknown_column"));
                continue;
            }

            if (!seen.Add(member.Name))
            {
                faults.Add((member.Name, "given_twice"));
            }

            var (isNumber, isDate) = (column is 0 or 5, column == 2);
            switch (member.Value.ValueKind)
            {
                case JsonValueKind.Null:
                    cells[column] = Cell.Missing;
                    break;
                case JsonValueKind.Number when isNumber:
                    cells[column] = Cell.Of(member.Value.GetDouble());
                    if (!double.IsFinite(member.Value.GetDouble()))
                    {
                        faults.Add((member.Name, "wrong_type"));
                    }

                    break;
                case JsonValueKind.String:
                    var text = member.Value.GetString()!;
                    cells[column] = Cell.Of(text);
                    if (text.Length > 0 && ((isNumber && !NumberText.TryParse(text, out _)) || (isDate && text != "2024-02-29")))
                    {
                        faults.Add((member.Name, "wrong_type"));
                    }

                    break;
                case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False when !isNumber && !isDate:
                    cells[column] = Cell.Of(member.Value.GetRawText());
                    break;
                default:
                    faults.Add((member.Name, "wrong_type"));
                    break;
            }
        }

        return (cells, faults);
    }
}
