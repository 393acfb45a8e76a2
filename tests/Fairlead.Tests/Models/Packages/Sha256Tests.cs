using System.Security.Cryptography;
using CsCheck;
using Fairlead.Models.Packages;

namespace Fairlead.Tests.Models.Packages;

public sealed class Sha256Tests
{
    [Fact]
    public void The_published_values_come_out()
    {
        // FIPS 180-4 example: SHA-256("abc"); and the empty text
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", Sha256.Hex("abc"u8));
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Sha256.Hex([]));
    }

    [Fact]
    public void It_is_the_hash_of_the_platform_at_every_length() =>
        Gen.Byte.Array[0, 300].Sample(bytes => Sha256.Hex(bytes) == Convert.ToHexStringLower(SHA256.HashData(bytes)), iter: 600, seed: "0000KnS0n2Y0");
}
