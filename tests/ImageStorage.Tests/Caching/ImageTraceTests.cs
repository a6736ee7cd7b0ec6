using ImageStorage.Benchmarks.HitRates;

namespace ImageStorage.Tests.Caching;

internal sealed class ImageTraceTests
{
    private const int Images = 2_000;
    private const int Requests = 200_000;
    private const int Seed = 20261125;

    [Test]
    public void Same_seed_creates_the_same_trace_and_another_seed_another_trace()
    {
        var trace = ImageTrace.Create(TraceShape.Scans, Images, Requests, Seed);
        var again = ImageTrace.Create(TraceShape.Scans, Images, Requests, Seed);
        var other = ImageTrace.Create(TraceShape.Scans, Images, Requests, Seed + 1);

        Assert.That(again.Lengths, Is.EqualTo(trace.Lengths));
        Assert.That(again.Requests.SequenceEqual(trace.Requests), Is.True);
        Assert.That(other.Requests.SequenceEqual(trace.Requests), Is.False);
    }

    [Test]
    public void All_shapes_have_the_same_images() =>
        Assert.That(TraceShape.All.Select(shape => ImageTrace.Create(shape, Images, 1, Seed).Lengths), Is.All.EqualTo(ImageTrace.Create(TraceShape.Zipf10, Images, 1, Seed).Lengths));

    [Test]
    public void Lengths_have_the_stated_mean_and_spread()
    {
        var lengths = ImageTrace.Create(TraceShape.Zipf10, 100_000, 1, Seed).Lengths;

        Assert.That(lengths.Average(), Is.EqualTo(ImageTrace.MeanLength).Within(2).Percent);
        Assert.That(lengths.Order().ElementAt(lengths.Count / 2), Is.EqualTo(134 << 10).Within(2).Percent);
        Assert.That(lengths.Count(length => length > 1 << 20) / (double)lengths.Count, Is.EqualTo(0.012).Within(0.002));
    }

    [TestCaseSource(nameof(Shapes))]
    public void Images_are_requested_according_to_their_rank(TraceShape shape)
    {
        var trace = ImageTrace.Create(shape, Images, Requests, Seed);
        var asked = trace.Requests.Where(request => !request.IsScan).CountBy(request => request.Image).ToDictionary();
        var (all, weights) = (asked.Values.Sum(), Enumerable.Range(1, Images).Select(rank => Math.Pow(rank, -shape.Exponent)).ToArray());

        foreach (var image in (int[])[0, 1, 9, 99])
        {
            var expected = all * weights[image] / weights.Sum();
            Assert.That(asked[image], Is.EqualTo(expected).Within(5 * Math.Sqrt(expected)), $"image {image}");
        }
    }

    [Test]
    public void Scan_walks_through_all_images_and_again_in_the_same_order()
    {
        var walk = ImageTrace.Create(TraceShape.Scans, Images, Requests, Seed).Requests.Where(request => request.IsScan).Select(request => request.Image).ToList();

        Assert.That(walk, Has.Count.EqualTo(Requests * TraceShape.Scans.ScanShare).Within(3).Percent);
        Assert.That(walk.Take(Images).Order(), Is.EqualTo(Enumerable.Range(0, Images)));
        Assert.That(walk.Skip(Images), Is.EqualTo(walk.SkipLast(Images)));
    }

    [Test]
    public void Trace_without_scans_has_none() => Assert.That(ImageTrace.Create(TraceShape.Zipf09, Images, Requests, Seed).Requests.Count(request => request.IsScan), Is.Zero);

    private static IEnumerable<TraceShape> Shapes() => TraceShape.All;
}
