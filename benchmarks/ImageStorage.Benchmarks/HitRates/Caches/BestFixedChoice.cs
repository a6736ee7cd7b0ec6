namespace ImageStorage.Benchmarks.HitRates.Caches;

/// <summary>
/// No cache, but what one can hope for at best where requests are independent draws: it holds from the start on the images that are asked for most often for each
/// byte, which no cache can know beforehand.
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
