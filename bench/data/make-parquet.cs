// Makes a Parquet file of 10 columns (numbers, categories, dates, missing values) to measure tables larger than memory with. Streams: a row group of 1,000,000 rows at a time. The same rows and seed give the same values.
// dotnet run bench/data/make-parquet.cs OUT.parquet [ROWS] [SEED]      100,000,000 rows are about 3 GB
#:package ParquetSharp
#:property PublishAot=false
#:property AllowUnsafeBlocks=true
#:property RestorePackagesWithLockFile=false
using System.Globalization;
using System.Runtime.InteropServices;
using ParquetSharp;

const int GroupRows = 1_000_000;
var rows = args.Length > 1 ? long.Parse(args[1], CultureInfo.InvariantCulture) : 100_000_000;
var state = args.Length > 2 ? ulong.Parse(args[2], CultureInfo.InvariantCulture) : 7;
Column[] columns =
[
    new Column<long>("id"), new Column<DateTime>("at"), new Column<string>("region"), new Column<string>("shop"), new Column<int>("age"),
    new Column<long>("units"), new Column<double>("price"), new Column<double?>("score"), new Column<bool>("is_member"), new Column<Date>("ordered_on"),
];
string[] regions = ["north", "south", "east", "west", "overseas"];
string[] shops = [.. Enumerable.Range(1, 200).Select(i => $"shop_{i:000}")];
var (regionBytes, shopBytes) = (Pin(regions), Pin(shops));
using var properties = new WriterPropertiesBuilder().Compression(Compression.Zstd).CompressionLevel(1)
    .DisableDictionary("id").DisableDictionary("at").DisableDictionary("price").DisableDictionary("score").Build();
using var writer = new ParquetFileWriter(args[0], columns, properties);
for (var first = 0L; first < rows; first += GroupRows)
{
    var count = (int)Math.Min(GroupRows, rows - first);
    using var group = writer.AppendRowGroup();
    Numbers<long>(group, count, i => first + i);
    var moment = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(first);
    Numbers<DateTime>(group, count, i => moment.AddSeconds(i));
    Texts(group, count, regionBytes, () => (int)(5 * Share() * Share()));
    Texts(group, count, shopBytes, () => (int)(200 * Share()));
    Numbers<int>(group, count, _ => Share() < 0.01 ? 200 : 18 + (int)(70 * Share())); // 200: out of range
    Numbers<long>(group, count, _ => (long)(-8 * Math.Log(1 - Share())));
    Numbers<double>(group, count, _ => Math.Round(Math.Exp(2 + (2 * Share())), 2));
    Numbers<double?>(group, count, _ => Share() < 0.05 ? null : Share());
    Numbers<bool>(group, count, _ => Share() < 0.4);
    Numbers<Date>(group, count, _ => new Date(18_262 + (int)(1_500 * Share())));
}

writer.Close();

double Share()
{
    state += 0x9E3779B97F4A7C15;
    var z = state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
}

static void Numbers<T>(RowGroupWriter group, int count, Func<int, T> value)
{
    var values = new T[count];
    for (var i = 0; i < count; i++)
    {
        values[i] = value(i);
    }

    using var column = group.NextColumn().LogicalWriter<T>();
    column.WriteBatch(values);
}

static unsafe void Texts(RowGroupWriter group, int count, (IntPtr At, int Length)[] levels, Func<int> level)
{
    var values = new ByteArray[count];
    for (var i = 0; i < count; i++)
    {
        var (at, length) = levels[level()];
        values[i] = new ByteArray(at, length);
    }

    var present = new short[count];
    Array.Fill(present, (short)1);
    using var column = (ColumnWriter<ByteArray>)group.NextColumn();
    column.WriteBatch(count, present, [], values);
}

static (IntPtr At, int Length)[] Pin(string[] levels) => [.. levels.Select(level =>
{
    var bytes = System.Text.Encoding.UTF8.GetBytes(level);
    var at = Marshal.AllocHGlobal(bytes.Length); // held until the program ends
    Marshal.Copy(bytes, 0, at, bytes.Length);
    return (at, bytes.Length);
})];
