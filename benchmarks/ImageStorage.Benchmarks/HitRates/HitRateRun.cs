using ImageStorage.Benchmarks.HitRates.Caches;

namespace ImageStorage.Benchmarks.HitRates;

/// <summary>Sends traces through caches, one cache after the other, each empty at first.</summary>
/// <param name="Images">The number of images.</param>
/// <param name="Seed">The seed of all random numbers.</param>
internal sealed record HitRateRun(int Images, int Seed)
{
    private const int RequestsForEachImage = 20;
    private const int Looks = 100;

    private static readonly (CacheRole Role, Func<HitRateRun, ImageTrace, long, IMeasuredCache> Create)[] Caches =
    [
        (CacheRole.Default, (run, trace, budget) => new ImageStorageCache(trace, budget, new CacheOptions().Memory.Eviction, run.Seed)),
        (CacheRole.LeastRecentlyUsed, (run, trace, budget) => new ImageStorageCache(trace, budget, EvictionPolicy.LeastRecentlyUsed, run.Seed)),
        (CacheRole.Reference, (_, trace, budget) => new ExactLruCache(trace, budget)),
        (CacheRole.Other, (_, trace, budget) => new SizedMemoryCache(trace, budget, awaitsCompaction: false)),
        (CacheRole.Other, (_, trace, budget) => new SizedMemoryCache(trace, budget, awaitsCompaction: true)),
        (CacheRole.Other, (_, trace, budget) => new SizedFusionCache(trace, budget)),
        (CacheRole.Other, (_, trace, budget) => new SizedHybridCache(trace, budget)),
        (CacheRole.Other, (_, trace, budget) => CountedCache.Lru(trace, budget)),
        (CacheRole.Other, (_, trace, budget) => CountedCache.Lfu(trace, budget)),
        (CacheRole.Bound, (_, trace, budget) => new BestFixedChoice(trace, budget)),
    ];

    /// <summary>The shares of the bytes of all images that are cached.</summary>
    public static IReadOnlyList<double> AllShares { get; } = [0.01, 0.05, 0.1];

    public int Requests => Images * RequestsForEachImage;

    /// <summary>Measures every cache, with one trace and one budget after the other.</summary>
    public async IAsyncEnumerable<IReadOnlyList<HitRate>> MeasureAsync(IReadOnlyList<TraceShape> shapes, IReadOnlyList<double> shares)
    {
        foreach (var shape in shapes)
        {
            var trace = ImageTrace.Create(shape, Images, Requests, Seed);
            foreach (var share in shares)
            {
                var rates = new List<HitRate>();
                foreach (var (role, create) in Caches)
                {
                    using var cache = create(this, trace, (long)(trace.TotalBytes * share));
                    rates.Add(await MeasureAsync(role, cache, trace, share));
                }

                yield return rates;
            }
        }
    }

    private static async Task<HitRate> MeasureAsync(CacheRole role, IMeasuredCache cache, ImageTrace trace, double share)
    {
        var (requests, hits, scanRequests, scanHits, mostBytes) = (0, 0, 0, 0, 0L);
        var untilLook = trace.Requests.Count / Looks;
        foreach (var request in trace.Requests)
        {
            var isHit = await cache.RequestAsync(request.Image);
            if (request.IsScan)
            {
                (scanRequests, scanHits) = (scanRequests + 1, scanHits + (isHit ? 1 : 0));
            }
            else
            {
                (requests, hits) = (requests + 1, hits + (isHit ? 1 : 0));
            }

            if (--untilLook == 0)
            {
                mostBytes = Math.Max(mostBytes, cache.Bytes);
                untilLook = trace.Requests.Count / Looks;
            }
        }

        return new HitRate
        {
            Cache = cache.Name,
            Role = role,
            Trace = trace.Shape.Name,
            Share = share,
            BudgetBytes = (long)(trace.TotalBytes * share),
            MostBytes = mostBytes,
            Requests = requests,
            Hits = hits,
            ScanRequests = scanRequests,
            ScanHits = scanHits,
        };
    }
}
