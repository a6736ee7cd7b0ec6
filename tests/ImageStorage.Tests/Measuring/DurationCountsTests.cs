using ImageStorage.Diagnostics.Measuring;

namespace ImageStorage.Tests.Measuring;

public class DurationCountsTests
{
    private const double MaxError = 0.004;

    [Test]
    public void Middle_of_a_bucket_represents_every_duration_of_the_bucket()
    {
        var random = TestContext.CurrentContext.Random;
        for (var round = 0; round < 100_000; round++)
        {
            var duration = (long)Math.Exp(random.NextDouble() * Math.Log(3.6e12));

            Assert.That(DurationScale.MiddleOf(DurationScale.BucketOf(duration)), Is.EqualTo((double)duration).Within(MaxError * duration), $"{duration} ns");
        }
    }

    [TestCase(-1, 0)]
    [TestCase(0, 0)]
    [TestCase(127, 127)]
    [TestCase(255, 255)]
    [TestCase(long.MaxValue, 3.6e12)]
    public void Duration_at_a_limit_is_counted(long nanoseconds, double expected) =>
        Assert.That(DurationScale.MiddleOf(DurationScale.BucketOf(nanoseconds)), Is.EqualTo(expected).Within(MaxError * expected));

    [Test]
    public void Buckets_are_in_the_order_of_their_durations() =>
        Assert.That(Enumerable.Range(0, DurationScale.BucketOf(long.MaxValue) + 1).Select(DurationScale.MiddleOf), Is.Ordered.Ascending);

    [Test]
    public void Packed_histogram_has_the_same_figures()
    {
        var counts = new DurationCounts();
        var random = TestContext.CurrentContext.Random;
        for (var round = 0; round < 1000; round++)
        {
            counts.Add(random.Next(DurationScale.BucketCount), random.Next(1, int.MaxValue));
        }

        counts.Add(DurationScale.BucketCount - 1, 1);
        var unpacked = new DurationCounts();
        unpacked.Add(counts.Pack());

        Assert.That(unpacked.Calculate(), Is.EqualTo(counts.Calculate()));
    }

    [Test]
    public void Empty_histogram_is_packed_in_nothing()
    {
        var counts = new DurationCounts();

        Assert.That(counts.Pack(), Is.Empty);
        Assert.That(counts.Calculate(), Is.EqualTo(default(DurationFigures)));
    }
}
