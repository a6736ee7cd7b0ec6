namespace ImageStorage.Benchmarks.HitRates;

/// <summary>
/// Images and requests, the same for the same arguments. Lengths are log-normal and independent of the popularity of an
/// image; requests are independent draws from a Zipf distribution. A scan, if the shape has one, repeats all images in
/// one random order; each request is the next step of the scan with the probability of the shape.
/// </summary>
internal sealed class ImageTrace
{
    /// <summary>The mean of the lengths, before they are drawn.</summary>
    public const int MeanLength = 201 << 10;

    // Parameters of the logarithm: half of the images are below 134 KB, one in a hundred is over 1 MB.
    private const double Deviation = 0.9;
    private const int LeastLength = 1 << 10;

    private ImageTrace(TraceShape shape, int images, int requests, int seed)
    {
        Shape = shape;
        Lengths = DrawLengths(images, new Random(seed));
        Weights = [.. Enumerable.Range(1, images).Select(rank => Math.Pow(rank, -shape.Exponent))];
        Requests = DrawRequests(requests, new Random(seed + 1));
    }

    public TraceShape Shape { get; }

    /// <summary>The length of each image; its number is its rank, less one.</summary>
    public IReadOnlyList<int> Lengths { get; }

    /// <summary>Gets the relative frequency of requests for each image.</summary>
    public IReadOnlyList<double> Weights { get; }

    public IReadOnlyList<TraceRequest> Requests { get; }

    public long TotalBytes => Lengths.Sum(length => (long)length);

    public static ImageTrace Create(TraceShape shape, int images, int requests, int seed) => new(shape, images, requests, seed);

    private static int[] DrawLengths(int images, Random random)
    {
        var middle = Math.Log(MeanLength) - (Deviation * Deviation / 2);
        var lengths = new int[images];
        for (var image = 0; image < images; image++)
        {
            // Box and Muller; the first draw is never zero.
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            lengths[image] = (int)Math.Max(LeastLength, Math.Exp(middle + (Deviation * normal)));
        }

        return lengths;
    }

    private TraceRequest[] DrawRequests(int count, Random random)
    {
        var sum = 0.0;
        var cumulated = Weights.Select(weight => sum += weight).ToArray();
        var walk = Enumerable.Range(0, Weights.Count).ToArray();
        random.Shuffle(walk);
        var step = 0;
        var requests = new TraceRequest[count];
        for (var request = 0; request < count; request++)
        {
            requests[request] = random.NextDouble() < Shape.ScanShare
                ? new TraceRequest(walk[step++ % walk.Length], IsScan: true)
                : new TraceRequest(Find(cumulated, random.NextDouble() * sum), IsScan: false);
        }

        return requests;
    }

    private static int Find(double[] cumulated, double value)
    {
        var found = Array.BinarySearch(cumulated, value);
        return Math.Min(found < 0 ? ~found : found, cumulated.Length - 1);
    }
}
