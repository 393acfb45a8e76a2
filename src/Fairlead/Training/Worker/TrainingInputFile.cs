using Fairlead.Models.Contracts;
using Fairlead.Workspace.Sealing;

namespace Fairlead.Training.Worker;

/// <summary>A <see cref="TrainingInput"/> as one encrypted file, to hand to another process: see docs/formats/search-request.md. Text values stand once and are referred to by number.</summary>
internal static class TrainingInputFile
{
    /// <summary>First bytes of the file: "FLTI" and the format's version.</summary>
    private const uint Magic = 0x49_54_4C_46;
    private const int Version = 2;

    public static void Write(TrainingInput input, string path, byte[] key)
    {
        using var encrypted = new SealedWriter(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16), key);
        using var writer = new BinaryWriter(encrypted);
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write((int)input.Task);
        writer.Write(input.Seed);
        writer.Write(input.Seconds ?? double.NaN);
        writer.Write(input.Trials ?? -1);
        writer.Write(input.LeastRows);
        WriteStrings(writer, input.Classes);
        WriteIntegers(writer, input.Folds);
        WriteIntegers(writer, input.Labels);
        WriteNumbers(writer, input.Values);
        writer.Write(input.Features.Columns.Count);
        foreach (var column in input.Features.Columns)
        {
            writer.Write(column.Name);
            writer.Write((int)column.Kind);
            writer.Write(column.Texts is not null);
            if (column.Texts is { } texts)
            {
                var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
                WriteIntegers(writer, Array.ConvertAll(texts, text => text is null ? -1 : numbers.TryGetValue(text, out var number) ? number : numbers[text] = numbers.Count));
                WriteStrings(writer, [.. numbers.Keys]);
            }
            else
            {
                WriteNumbers(writer, column.Numbers!);
            }
        }

        writer.Write(Magic); // a file cut short is known by its missing end
        writer.Flush();
        encrypted.Finish();
    }

    /// <exception cref="InvalidDataException">Not such a file, of another version, or cut short.</exception>
    public static TrainingInput Read(string path, byte[] key)
    {
        using var reader = new BinaryReader(new SealedReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16), key, path));
        try
        {
            if (reader.ReadUInt32() != Magic || reader.ReadInt32() != Version)
            {
                throw new InvalidDataException($"{path} is not the input of a search of version {Version}.");
            }

            var task = (ModelTask)reader.ReadInt32();
            var seed = reader.ReadInt32();
            var seconds = reader.ReadDouble();
            var trials = reader.ReadInt32();
            var leastRows = reader.ReadInt32();
            var classes = ReadStrings(reader);
            var (folds, labels, values) = (ReadIntegers(reader), ReadIntegers(reader), ReadNumbers(reader));
            var columns = new FrameColumn[reader.ReadInt32()];
            for (var c = 0; c < columns.Length; c++)
            {
                var (name, kind) = (reader.ReadString(), (ColumnKind)reader.ReadInt32());
                if (reader.ReadBoolean())
                {
                    var numbers = ReadIntegers(reader);
                    var texts = ReadStrings(reader);
                    columns[c] = new FrameColumn(name, kind, Array.ConvertAll(numbers, number => number < 0 ? null : texts[number]));
                }
                else
                {
                    columns[c] = new FrameColumn(name, kind, ReadNumbers(reader));
                }
            }

            return reader.ReadUInt32() == Magic
                ? new TrainingInput(
                    new Frame(columns), folds, task, classes, labels, values, double.IsNaN(seconds) ? null : seconds, trials < 0 ? null : trials, seed, leastRows)
                : throw new InvalidDataException($"{path} is damaged.");
        }
        catch (EndOfStreamException exception)
        {
            throw new InvalidDataException($"{path} is cut short.", exception);
        }
    }

    private static void WriteStrings(BinaryWriter writer, IReadOnlyList<string> values)
    {
        writer.Write(values.Count);
        foreach (var value in values)
        {
            writer.Write(value);
        }
    }

    private static string[] ReadStrings(BinaryReader reader)
    {
        var values = new string[reader.ReadInt32()];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = reader.ReadString();
        }

        return values;
    }

    private static void WriteIntegers(BinaryWriter writer, int[] values)
    {
        writer.Write(values.Length);
        foreach (var value in values)
        {
            writer.Write(value);
        }
    }

    private static int[] ReadIntegers(BinaryReader reader)
    {
        var values = new int[reader.ReadInt32()];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = reader.ReadInt32();
        }

        return values;
    }

    private static void WriteNumbers(BinaryWriter writer, double[] values)
    {
        writer.Write(values.Length);
        foreach (var value in values)
        {
            writer.Write(value);
        }
    }

    private static double[] ReadNumbers(BinaryReader reader)
    {
        var values = new double[reader.ReadInt32()];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = reader.ReadDouble();
        }

        return values;
    }
}
