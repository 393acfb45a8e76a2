using Fairlead.Models.Contracts;
using Fairlead.Models.Features;
using Fairlead.Models.Scoring;

namespace Fairlead.Tests.Models;

public sealed class ModelFormatTests
{
    private static readonly FittedModel Model = FittedModelTests.Blend(ModelTask.Multiclass, 3, TargetTransform.None);

    /// <summary>The smallest model with something of everything, byte by byte, as docs/formats/model.md says.</summary>
    private const string Golden =
        "464C4D4F44454C00" + "01000000" + "27010000" + "D878342E" // FLMODEL, version 1, 295 bytes, CRC-32
        + "00000203" // binary, target as it is, 2 outputs, 3 features
        + "01016E000000000000F03F0000000000000040" // number n, mean 1, scale 2
        + "0201630102C3A9" // category c, 1 level: é
        + "0401740201610162" // text t, 2 terms: a, b
        + "02000000000000F03F00000000000000400101" // their idf; 1 dense term: 1
        + "02" // 2 parts
        + "000000000000E03F010100000000000000000102" // half: trees; 1 base score, 0; 1 tree; 2 nodes
        + "010002050000000000002240000000000000E03F" // missing left, input 0, node 1, leaf 2, 9 rows, 0.5
        + "0201010300000000000014400102000000" // levels, input 1, leaf 0, leaf 1, 5 rows, 1 word: level 1
        + "000000000000F03F00000000000000400000000000000040000000000000084000000000000008400000000000001040" // leaves with their rows
        + "000000000000E03F0201000000000000F03F" // half: linear; 1 bias, 1
        + "070000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000" // 7 means
        + "070000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"; // 7 weights

    [Fact]
    public void The_format_is_byte_by_byte_what_the_page_says()
    {
        var features = new FeatureSet(
        [
            new NumberFeature("n", 1, 2),
            new CategoryFeature("c", ["é"]),
            new TextFeature("t", ["a", "b"], [1, 2], [1]),
        ]);
        var tree = new Tree
        {
            Features = [0, 1],
            Thresholds = [0.5, 0],
            Left = [1, ~0],
            Right = [~2, ~1],
            DefaultLeft = [true, false],
            Categories = [null, [2]],
            LeafValues = [1, 2, 3],
            NodeCover = [9, 5],
            LeafCover = [2, 3, 4],
        };
        var model = new FittedModel(
            features, ModelTask.Binary, 2,
            [new BlendPart(new TreeEnsemble(1, [0], [tree]), 0.5), new BlendPart(new LinearModel(1, [1], new double[7], new double[7]), 0.5)]);
        var hex = Convert.ToHexString(FittedModelTests.Bytes(model));
        Assert.Equal(Golden, hex);
        Assert.Equal(hex, Convert.ToHexString(FittedModelTests.Bytes(FittedModel.Load(new MemoryStream(Convert.FromHexString(Golden))))));
    }

    [Fact]
    public void Every_cut_and_every_flipped_byte_is_refused()
    {
        var bytes = FittedModelTests.Bytes(Model);
        for (var length = 0; length < bytes.Length; length += 1 + (length / 50))
        {
            Refused(bytes[..length]);
        }

        for (var at = 0; at < bytes.Length; at += 1 + (at / 50))
        {
            var damaged = bytes.ToArray();
            damaged[at] ^= 0x10;
            Refused(damaged);
        }

        Refused([.. bytes, 0]);
    }

    [Fact] // with the checksum made right again, so that the structure itself is looked at
    public void Damage_behind_a_right_checksum_gives_no_other_exception()
    {
        var bytes = FittedModelTests.Bytes(Model);
        var random = new Random(11);
        var refused = 0;
        for (var i = 0; i < 2_000; i++)
        {
            var damaged = bytes.ToArray();
            damaged[20 + random.Next(i < 1_000 ? 400 : bytes.Length - 20)] = (byte)random.Next(256);
            BitConverter.TryWriteBytes(damaged.AsSpan(16), Crc(damaged.AsSpan(20)));
            try
            {
                FittedModel.Load(new MemoryStream(damaged)).Score(MadeUp.Rows(1, 1));
            }
            catch (InvalidDataException)
            {
                refused++;
            }
            catch (KeyNotFoundException)
            {
                // a column's name changed by a letter: a whole model for another table
            }
        }

        Assert.InRange(refused, 100, 2_000);
    }

    [Fact]
    public void Another_file_and_a_later_version_are_named()
    {
        Assert.Contains("FLMODEL", Refused("PK\u0003\u0004 and more than twenty bytes"u8.ToArray()), StringComparison.Ordinal);
        var later = FittedModelTests.Bytes(Model);
        later[8] = 2;
        Assert.Contains("version 2", Refused(later), StringComparison.Ordinal);
    }

    private static string Refused(byte[] bytes) => Assert.Throws<InvalidDataException>(() => FittedModel.Load(new MemoryStream(bytes))).Message;

    /// <summary>CRC-32, bit by bit: the definition.</summary>
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320u);
            }
        }

        return ~crc;
    }
}
