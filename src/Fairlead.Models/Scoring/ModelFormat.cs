using System.Buffers.Binary;
using System.Text;
using Fairlead.Models.Contracts;
using Fairlead.Models.Features;

namespace Fairlead.Models.Scoring;

/// <summary>The file format of <see cref="FittedModel"/>: docs/formats/model.md. Little endian, no timestamps, no maps: the same model, the same bytes.</summary>
internal static class ModelFormat
{
    /// <summary>Version written. All versions from 1 to this are read.</summary>
    public const int Version = 1;

    private static ReadOnlySpan<byte> Magic => "FLMODEL\0"u8;

    private const int HeaderLength = 8 + 4 + 4 + 4;

    public static void Write(FittedModel model, Stream stream)
    {
        using var payload = new MemoryStream();
        using (var writer = new BinaryWriter(payload, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write((byte)model.Task);
            writer.Write((byte)model.Transform);
            writer.Write7BitEncodedInt(model.Outputs);
            writer.Write7BitEncodedInt(model.Features.Count);
            foreach (var feature in model.Features)
            {
                WriteFeature(writer, feature);
            }

            writer.Write7BitEncodedInt(model.Parts.Count);
            foreach (var part in model.Parts)
            {
                writer.Write(part.Weight);
                switch (part.Predictor)
                {
                    case TreeEnsemble trees:
                        writer.Write((byte)1);
                        WriteTrees(writer, trees);
                        break;
                    case LinearModel linear:
                        writer.Write((byte)2);
                        WriteDoubles(writer, linear.Bias);
                        WriteDoubles(writer, linear.Means);
                        WriteDoubles(writer, linear.Weights);
                        break;
                }
            }
        }

        var bytes = payload.GetBuffer().AsSpan(0, checked((int)payload.Length));
        Span<byte> header = stackalloc byte[HeaderLength];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], bytes.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], Crc32.Of(bytes));
        stream.Write(header);
        stream.Write(bytes);
    }

    public static FittedModel Read(Stream stream)
    {
        var header = new byte[HeaderLength];
        if (stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length || !header.AsSpan(0, 8).SequenceEqual(Magic))
        {
            throw new InvalidDataException("This is not a Fairlead model: it does not begin with FLMODEL.");
        }

        var version = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(8));
        if (version is < 1 or > Version)
        {
            throw new InvalidDataException($"The model has format version {version}; this program reads 1 to {Version}. Use a newer Fairlead.");
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(12));
        using var rest = new MemoryStream();
        stream.CopyTo(rest);
        if (length != rest.Length)
        {
            throw new InvalidDataException($"The model is cut off or has a tail: its header says {length} bytes, {rest.Length} follow.");
        }

        var bytes = rest.GetBuffer().AsSpan(0, length);
        if (Crc32.Of(bytes) != BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(16)))
        {
            throw new InvalidDataException("The model is damaged: its checksum is not the header's.");
        }

        return ReadPayload(new ModelReader(bytes));
    }

    private static FittedModel ReadPayload(ModelReader reader)
    {
        var task = (ModelTask)reader.Byte("task", (byte)ModelTask.Regression);
        var transform = (TargetTransform)reader.Byte("target transform", (byte)TargetTransform.Log1p);
        var outputs = reader.Int("outputs");
        var features = new Feature[reader.Count("features", 2)];
        for (var f = 0; f < features.Length; f++)
        {
            features[f] = ReadFeature(ref reader);
        }

        var parts = new BlendPart[reader.Count("parts", 9)];
        for (var p = 0; p < parts.Length; p++)
        {
            var weight = reader.Double("weight");
            parts[p] = new BlendPart(
                reader.Byte("predictor", 2) switch
                {
                    1 => ReadTrees(ref reader),
                    2 => ReadLinear(ref reader),
                    _ => throw new InvalidDataException("The model has a predictor of kind 0."),
                },
                weight);
        }

        reader.End();
        try
        {
            return new FittedModel(new FeatureSet(features), task, outputs, parts, transform);
        }
        catch (ArgumentException wrong)
        {
            throw new InvalidDataException($"The model does not fit together: {wrong.Message}", wrong);
        }
    }

    private static void WriteFeature(BinaryWriter writer, Feature feature)
    {
        switch (feature)
        {
            case NumberFeature number:
                writer.Write((byte)1);
                writer.Write(number.Column);
                writer.Write(number.Mean);
                writer.Write(number.Scale);
                break;
            case CategoryFeature category:
                writer.Write((byte)2);
                writer.Write(category.Column);
                WriteTexts(writer, category.Levels);
                break;
            case DateFeature date:
                writer.Write((byte)3);
                writer.Write(date.Column);
                WriteTexts(writer, date.Parts);
                WriteDoubles(writer, date.Means);
                WriteDoubles(writer, date.Scales);
                break;
            case TextFeature text:
                writer.Write((byte)4);
                writer.Write(text.Column);
                WriteTexts(writer, text.Terms);
                WriteDoubles(writer, text.Idf);
                writer.Write7BitEncodedInt(text.DenseTerms.Count);
                foreach (var term in text.DenseTerms)
                {
                    writer.Write7BitEncodedInt(term);
                }

                break;
        }
    }

    private static Feature ReadFeature(ref ModelReader reader)
    {
        var kind = reader.Byte("feature kind", 4);
        var column = reader.Text("column");
        switch (kind)
        {
            case 1:
                return new NumberFeature(column, reader.Double("mean"), reader.Double("scale"));
            case 2:
                return new CategoryFeature(column, reader.Texts("levels"));
            case 3:
                var parts = reader.Texts("date parts");
                var (means, scales) = (reader.Doubles("means"), reader.Doubles("scales"));
                return means.Length == parts.Length && scales.Length == parts.Length && parts.All(DateParts.Names.Contains)
                    ? new DateFeature(column, parts, means, scales)
                    : throw new InvalidDataException($"The model's date column {column} has parts that are not known, or too few means.");
            case 4:
                var (terms, idf) = (reader.Texts("terms"), reader.Doubles("idf"));
                var dense = new int[reader.Count("dense terms", 1)];
                for (var i = 0; i < dense.Length; i++)
                {
                    dense[i] = reader.Int("dense term");
                }

                return idf.Length == terms.Length && dense.All(term => term < terms.Length)
                    ? new TextFeature(column, terms, idf, dense)
                    : throw new InvalidDataException($"The model's text column {column} has {terms.Length} terms, {idf.Length} weights or a dense term beyond them.");
            default:
                throw new InvalidDataException("The model has a feature of kind 0.");
        }
    }

    private static void WriteTrees(BinaryWriter writer, TreeEnsemble trees)
    {
        WriteDoubles(writer, trees.Base);
        writer.Write7BitEncodedInt(trees.Trees.Count);
        foreach (var tree in trees.Trees)
        {
            writer.Write7BitEncodedInt(tree.Features.Length);
            for (var n = 0; n < tree.Features.Length; n++)
            {
                var set = tree.Categories[n];
                writer.Write((byte)((tree.DefaultLeft[n] ? 1 : 0) | (set is null ? 0 : 2)));
                writer.Write7BitEncodedInt(tree.Features[n]);
                WriteChild(writer, tree.Left[n]);
                WriteChild(writer, tree.Right[n]);
                writer.Write(tree.NodeCover[n]);
                if (set is null)
                {
                    writer.Write(tree.Thresholds[n]);
                    continue;
                }

                writer.Write7BitEncodedInt(set.Length);
                foreach (var word in set)
                {
                    writer.Write(word);
                }
            }

            for (var l = 0; l < tree.LeafValues.Length; l++)
            {
                writer.Write(tree.LeafValues[l]);
                writer.Write(tree.LeafCover[l]);
            }
        }
    }

    private static TreeEnsemble ReadTrees(ref ModelReader reader)
    {
        var bases = reader.Doubles("base scores");
        var trees = new Tree[reader.Count("trees", 17)];
        for (var t = 0; t < trees.Length; t++)
        {
            var nodes = reader.Count("nodes", 20);
            var tree = new Tree
            {
                Features = new int[nodes],
                Thresholds = new double[nodes],
                Left = new int[nodes],
                Right = new int[nodes],
                DefaultLeft = new bool[nodes],
                Categories = new uint[]?[nodes],
                NodeCover = new double[nodes],
                LeafValues = new double[nodes + 1],
                LeafCover = new double[nodes + 1],
            };
            for (var n = 0; n < nodes; n++)
            {
                var flags = reader.Byte("node flags", 3);
                tree.DefaultLeft[n] = (flags & 1) != 0;
                tree.Features[n] = reader.Int("node input");
                tree.Left[n] = ReadChild(ref reader);
                tree.Right[n] = ReadChild(ref reader);
                tree.NodeCover[n] = reader.Double("node cover");
                if ((flags & 2) == 0)
                {
                    tree.Thresholds[n] = reader.Double("threshold");
                    continue;
                }

                var set = tree.Categories[n] = new uint[reader.Count("level set", 4)];
                for (var w = 0; w < set.Length; w++)
                {
                    set[w] = reader.Word("level set");
                }
            }

            for (var l = 0; l <= nodes; l++)
            {
                tree.LeafValues[l] = reader.Double("leaf");
                tree.LeafCover[l] = reader.Double("leaf cover");
            }

            trees[t] = tree;
        }

        return new TreeEnsemble(bases.Length, bases, trees);
    }

    private static LinearModel ReadLinear(ref ModelReader reader)
    {
        var bias = reader.Doubles("bias");
        var means = reader.Doubles("means");
        return new LinearModel(bias.Length, bias, reader.Doubles("weights"), means);
    }

    /// <summary>A child in one number: twice the node, or twice the leaf and one.</summary>
    private static void WriteChild(BinaryWriter writer, int child) => writer.Write7BitEncodedInt(child >= 0 ? child << 1 : (~child << 1) | 1);

    private static int ReadChild(ref ModelReader reader)
    {
        var child = reader.Int("child");
        return (child & 1) == 0 ? child >> 1 : ~(child >> 1);
    }

    private static void WriteTexts(BinaryWriter writer, IReadOnlyList<string> texts)
    {
        writer.Write7BitEncodedInt(texts.Count);
        foreach (var text in texts)
        {
            writer.Write(text);
        }
    }

    private static void WriteDoubles(BinaryWriter writer, IReadOnlyList<double> values)
    {
        writer.Write7BitEncodedInt(values.Count);
        foreach (var value in values)
        {
            writer.Write(value);
        }
    }
}
