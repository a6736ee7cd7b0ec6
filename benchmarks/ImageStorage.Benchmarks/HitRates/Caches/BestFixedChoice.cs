namespace ImageStorage.Benchmarks.HitRates.Caches;

/// <summary>
/// The upper bound for independent requests: the images with the most requests per byte are cached from the start. A
/// real cache cannot know these images in advance.
/// </summary>
internal sealed class BestFixedChoice : IMeasuredCache
{
    private readonly HashSet<int> _chosen = [];

    public BestFixedChoice(ImageTrace trace, long budget)
    {
        foreach (var image in Enumerable.Range(0, trace.Lengths.Count).OrderByDescending(image => trace.Weights[image] / trace.Lengths[image]))
        {
            if (Bytes + trace.Lengths[image] <= budget)
            {
                Bytes += trace.Lengths[image];
                _chosen.Add(image);
            }
        }
    }

    public string Name => "best fixed choice";

    public long Bytes { get; }

    public ValueTask<bool> RequestAsync(int image) => ValueTask.FromResult(_chosen.Contains(image));

    public void Dispose()
    {
    }
}
