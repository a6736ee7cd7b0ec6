using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Tests;

internal sealed class QuantityTests
{
    [TestCase(0, "0 B")]
    [TestCase(999, "999 B")]
    [TestCase(1000, "1.00 kB")]
    [TestCase(9_994, "9.99 kB")]
    [TestCase(9_996, "10.0 kB")]
    [TestCase(99_960, "100 kB")]
    [TestCase(999_499, "999 kB")]
    [TestCase(999_500, "1.00 MB")]
    [TestCase(1_234_567_890, "1.23 GB")]
    [TestCase(long.MaxValue, "9.22 EB")]
    public void Bytes_has_three_digits(long bytes, string expected) => Assert.That(Quantity.Bytes(bytes), Is.EqualTo(expected));

    [TestCase(1, "1 image")]
    [TestCase(12_345, "12,345 images")]
    public void Count_has_its_noun(long count, string expected) => Assert.That(Quantity.Count(count, "image"), Is.EqualTo(expected));
}
