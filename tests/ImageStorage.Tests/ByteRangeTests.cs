using CsCheck;

namespace ImageStorage.Tests;

public class ByteRangeTests
{
    private static readonly ImageKey Key = "a.png";

    [Test]
    public void Resolve_fits_or_refuses_whatever_is_asked_for() => Gen.Select(Edge, Gen.OneOf(Edge.Select(length => (long?)length), Gen.Const(default(long?))), Gen.Long[1, 5_000]).Sample((offset, length, total) =>
    {
        var range = new ByteRange(offset, length);
        try
        {
            var resolved = range.Resolve(Key, total);
            return resolved.Offset >= 0 && resolved.Length >= 1 && resolved.Offset + resolved.Length <= total
                && (length is null || resolved.Length <= length)
                && (offset < 0 || resolved.Offset == offset)
                && (length is not null || resolved.Offset + resolved.Length == total);
        }
        catch (ImageRangeException exception)
        {
            return exception.Key == Key && (length <= 0 || offset >= total);
        }
    });

    [TestCase(1, 99, 1)]
    [TestCase(30, 70, 30)]
    [TestCase(100, 0, 100)]
    [TestCase(101, 0, 100)]
    [TestCase(long.MaxValue, 0, 100)]
    public void Last_counts_from_the_end(long last, long offset, long length) =>
        Assert.That(ByteRange.Last(last).Resolve(Key, 100), Is.EqualTo(new ResolvedRange(offset, length)));

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(long.MinValue + 1)]
    public void Last_of_nothing_is_refused(long last) =>
        Assert.That(() => ByteRange.Last(last).Resolve(Key, 100), Throws.TypeOf<ImageRangeException>().With.Message.Contains("a.png"));

    [Test]
    public void Range_after_the_end_is_refused_with_the_length() =>
        Assert.That(() => new ByteRange(100, 5).Resolve(Key, 100), Throws.TypeOf<ImageRangeException>().With.Message.Contains("100 bytes (0 to 99)"));

    private static Gen<long> Edge { get; } = Gen.OneOf(Gen.Long[-6_000, 6_000], Gen.OneOf(long.MinValue, long.MinValue + 1, -1L, 0L, 1L, long.MaxValue - 1, long.MaxValue), Gen.Long);
}
