// Makes the table that data care is measured on: 20 columns of numbers, categories, dates, texts and missing values, with 1 to 3 % of faulty values planted. The same rows and seed give the same bytes.
// dotnet run bench/data/make-table.cs OUT.csv [ROWS] [SEED]      1,000,000 rows are about 200 MB
#:property PublishAot=false
#:property RestorePackagesWithLockFile=false
using System.Buffers.Text;
using System.Globalization;
using System.Text;

var rows = args.Length > 1 ? long.Parse(args[1], CultureInfo.InvariantCulture) : 1_000_000;
var random = new SplitMix(args.Length > 2 ? ulong.Parse(args[2], CultureInfo.InvariantCulture) : 7);
using var file = new FileStream(args[0], FileMode.Create, FileAccess.Write, FileShare.None, 0);
var line = new Line();
line.Text("id,region,plan,shop,status,age,visits,amount,score,income,rating,is_member,signed_up,last_seen,email,code,comment,latitude,referrer,days_open\n"u8);
string[] regions = ["north", "south", "east", "west", "overseas"];
string[] plans = ["basic", "plus", "pro", "trial"];
string[] statuses = ["active", "paused", "closed"];
string[] words = ["the", "order", "arrived", "late", "and", "was", "good", "box", "broken", "thanks", "please", "call", "back", "delivery", "price", "again", "never", "always", "support", "helped", "refund", "wrong", "size", "colour", "nice", "quick", "slow", "today", "week", "very", "happy", "bad"];
string[] names = ["anna", "ben", "carla", "dmitri", "eva", "farid", "greta", "hugo", "ines", "jonas", "kira", "liam", "mona", "nils", "olga", "pedro"];
string[] shops = [.. Enumerable.Range(1, 200).Select(i => $"shop_{i:000}")];
var day = new DateTime(2019, 1, 1, 0, 0, 0, DateTimeKind.Utc);
for (var row = 0L; row < rows; row++)
{
    line.Number(row + 1);
    line.Comma();
    line.Text(regions[random.Weighted(0.35, 0.25, 0.2, 0.15, 0.05)]);
    line.Comma();
    var plan = random.Weighted(0.5, 0.25, 0.1, 0.15);
    line.Text(plans[plan]);
    line.Comma();
    line.Text(shops[(int)(200 * random.Share() * random.Share())]);
    line.Comma();
    line.Text(random.Chance(0.01) ? "unknown" : statuses[random.Weighted(0.8, 0.12, 0.08)]); // "unknown" is in no set
    line.Comma();
    line.Number(random.Chance(0.01) ? random.Chance(0.5) ? -1 : 170 + random.Below(30) : 18 + (long)(35 * (random.Share() + random.Share()))); // out of 0 to 120
    line.Comma();
    var visits = (long)(-12 * Math.Log(1 - random.Share()));
    line.Number(visits);
    line.Comma();
    var amount = Math.Exp(3.2 + (0.9 * random.Normal()) + (0.3 * plan));
    line.Decimal(random.Chance(0.01) ? -amount : amount, 2); // below 0
    line.Comma();
    line.Decimal(random.Chance(0.01) ? 1 + random.Share() : random.Share(), 6); // above 1
    line.Comma();
    if (!random.Chance(0.05))
    {
        line.Decimal(28_000 + (9_000 * random.Normal()) + (4_000 * plan), 1);
    }

    line.Comma();
    if (!random.Chance(0.3))
    {
        line.Number(1 + random.Weighted(0.05, 0.1, 0.2, 0.4, 0.25));
    }

    line.Comma();
    line.Text(random.Chance(0.4 + (0.1 * plan)) ? "true" : "false");
    line.Comma();
    var signed = day.AddDays(random.Below(2_000));
    if (random.Chance(0.01))
    {
        line.Text("2021-13-45"u8); // no date
    }
    else
    {
        line.Moment(signed, "yyyy-MM-dd");
    }

    line.Comma();
    var open = random.Below(700);
    line.Moment(signed.AddDays(random.Chance(0.01) ? -1 - random.Below(50) : open).AddSeconds(random.Below(86_400)), "yyyy-MM-ddTHH:mm:ss'Z'"); // before the sign-up
    line.Comma();
    line.Text(names[random.Below(names.Length)]);
    line.Text(random.Chance(0.01) ? "_at_"u8 : "."u8); // an address without @ is none
    line.Number(random.Below(900_000));
    line.Text("@mail.example"u8);
    line.Comma();
    if (random.Chance(0.02))
    {
        line.Text("x-"u8); // not like AB-1234
        line.Number(random.Below(100));
    }
    else
    {
        line.Letter('A' + random.Below(26));
        line.Letter('A' + random.Below(26));
        line.Letter('-');
        line.Number(1_000 + random.Below(9_000));
    }

    line.Comma();
    Comment();
    line.Comma();
    line.Decimal(48 + (3 * random.Normal()), 5);
    line.Comma();
    if (!random.Chance(0.3))
    {
        line.Text("https://www.example/"u8);
        line.Text(words[random.Below(words.Length)]);
        line.Letter('/');
        line.Number(random.Below(5_000));
    }

    line.Comma();
    line.Number(open);
    line.Letter('\n');
    line.WriteTo(file, 1 << 20);
}

line.WriteTo(file, 0);

void Comment()
{
    var count = 3 + random.Below(8);
    var quoted = random.Chance(0.1); // with a comma, and now and then a quote inside
    if (quoted)
    {
        line.Letter('"');
    }

    for (var i = 0; i < count; i++)
    {
        if (i > 0)
        {
            line.Text(quoted && i == 2 ? ", "u8 : " "u8);
        }

        if (quoted && i == 3 && random.Chance(0.2))
        {
            line.Text("\"\"really\"\" "u8);
        }

        line.Text(words[random.Below(words.Length)]);
    }

    if (quoted)
    {
        line.Letter('"');
    }
}

/// <summary>Bytes of lines that are still to be written.</summary>
internal sealed class Line
{
    private readonly byte[] _bytes = new byte[(1 << 20) + 4_096];
    private int _length;

    public void Text(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_bytes.AsSpan(_length));
        _length += text.Length;
    }

    public void Text(string text) => _length += Encoding.ASCII.GetBytes(text, _bytes.AsSpan(_length));

    public void Letter(int letter) => _bytes[_length++] = (byte)letter;

    public void Comma() => Letter(',');

    public void Number(long number)
    {
        _ = Utf8Formatter.TryFormat(number, _bytes.AsSpan(_length), out var written);
        _length += written;
    }

    public void Decimal(double number, byte digits)
    {
        _ = Utf8Formatter.TryFormat((decimal)Math.Round(number, digits), _bytes.AsSpan(_length), out var written, new('F', digits));
        _length += written;
    }

    public void Moment(DateTime moment, string format)
    {
        _ = moment.TryFormat(_bytes.AsSpan(_length), out var written, format, CultureInfo.InvariantCulture);
        _length += written;
    }

    public void WriteTo(Stream stream, int when)
    {
        if (_length >= when)
        {
            stream.Write(_bytes, 0, _length);
            _length = 0;
        }
    }
}

/// <summary>SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014).</summary>
internal sealed class SplitMix(ulong seed)
{
    private ulong _state = seed;

    public double Share()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }

    public bool Chance(double p) => Share() < p;

    public int Below(int count) => (int)(Share() * count);

    /// <summary>Standard normal (Box and Muller, 1958).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Share())) * Math.Cos(2 * Math.PI * Share());

    public int Weighted(params ReadOnlySpan<double> shares)
    {
        var at = Share();
        for (var i = 0; i < shares.Length - 1; i++)
        {
            at -= shares[i];
            if (at < 0)
            {
                return i;
            }
        }

        return shares.Length - 1;
    }
}
