using System.Security.Cryptography;
using CsCheck;

namespace ImageStorage.Tests;

public class Sha256DigestTests
{
    [Test]
    public void Text_and_bytes_are_those_of_the_digest() => Gen.Byte.Array[32].Sample(bytes =>
    {
        var digest = new Sha256Digest(bytes);
        var copy = new byte[32];
        digest.CopyTo(copy);
        return digest.ToString() == Convert.ToHexStringLower(bytes) && copy.AsSpan().SequenceEqual(bytes)
            && Sha256Digest.TryParse(digest.ToString(), out var parsed) && parsed == digest && parsed.GetHashCode() == digest.GetHashCode()
            && Sha256Digest.TryParse(Convert.ToHexString(bytes), out var upper) && upper == digest;
    });

    [Test]
    public void Digests_that_differ_in_one_bit_are_not_equal()
    {
        var bytes = SHA256.HashData("image"u8);
        var digest = new Sha256Digest(bytes);
        for (var i = 0; i < 256; i++)
        {
            var other = (byte[])bytes.Clone();
            other[i / 8] ^= (byte)(1 << (i % 8));
            Assert.That(new Sha256Digest(other) != digest && !digest.Equals((object)new Sha256Digest(other)), Is.True, $"Bit {i}");
        }
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("abc")]
    [TestCase("g000000000000000000000000000000000000000000000000000000000000000")]
    [TestCase("00000000000000000000000000000000000000000000000000000000000000000")]
    [TestCase("０000000000000000000000000000000000000000000000000000000000000000")]
    public void TryParse_of_other_text_answers_false(string? text)
    {
        Assert.That(Sha256Digest.TryParse(text, out var digest), Is.False);
        Assert.That(digest, Is.EqualTo(default(Sha256Digest)));
    }

    [TestCase(0)]
    [TestCase(31)]
    [TestCase(33)]
    public void Another_number_of_bytes_is_refused(int length) =>
        Assert.That(() => new Sha256Digest(new byte[length]), Throws.ArgumentException.With.Message.Contains($"not {length}"));
}
