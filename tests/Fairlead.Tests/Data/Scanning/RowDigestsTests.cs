using System.Security.Cryptography;
using CsCheck;
using Fairlead.Data.Scanning;

namespace Fairlead.Tests.Data.Scanning;

public sealed class RowDigestsTests
{
    [Fact] // RFC 1321, A.5
    public void Digests_are_those_of_the_standard()
    {
        var digests = new RowDigests();
        foreach (var text in new[] { "", "a", "abc", "message digest" })
        {
            digests.Append(System.Text.Encoding.ASCII.GetBytes(text));
            digests.End();
        }

        Assert.Equal(
            "d41d8cd98f00b204e9800998ecf8427e0cc175b9c0f1b6a831c399e269772661900150983cd24fb0d6963f7d28e17f72f96b697d7cb7938d525a2f31aaf161d0",
            Convert.ToHexStringLower(digests.Digest()));
    }

    [Fact]
    public void Texts_of_any_lengths_together_are_as_one_by_one() =>
        Gen.Byte.Array[0, 200].Array[0, 40].Sample(texts =>
        {
            var digests = new RowDigests();
            foreach (var text in texts)
            {
                digests.Append(text);
                digests.End();
            }

            Assert.Equal(texts.SelectMany(MD5.HashData), digests.Digest().ToArray());
        }, iter: 200, seed: "0000KnS0n2Y0", threads: 1);
}
