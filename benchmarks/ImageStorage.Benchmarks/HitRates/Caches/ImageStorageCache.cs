using System.Globalization;
using ImageStorage.Caching.Memory;

namespace ImageStorage.Benchmarks.HitRates.Caches;

/// <summary>
/// The memory tier of this library: the tier, its memory, the policy and the limits of the options, called like the
/// caching layer calls it. Two differences: the random numbers have a seed, so that a run can be repeated, and nothing
/// is copied into the reserved memory.
/// </summary>
internal sealed class ImageStorageCache : IMeasuredCache
{
    private readonly IMemoryTier _tier;
    private readonly ImageInfo[] _images;

    public ImageStorageCache(ImageTrace trace, long budget, EvictionPolicy eviction, int seed)
    {
        var options = new CacheOptions();
        (options.Memory.SizeLimitBytes, options.Memory.Eviction) = (budget, eviction);
        _tier = MemoryTierFactory.Create(options, TimeProvider.System, null, new Random(seed));
        _images = [.. trace.Lengths.Select(InfoOf)];
        Name = $"ImageStorage ({eviction})";
    }

    public string Name { get; }

    public long Bytes => _tier.GetStatistics().Bytes;

    public ValueTask<bool> RequestAsync(int image)
    {
        var info = _images[image];
        if (_tier.TryGet(info.Key) is { } found)
        {
            found.Release();
            return ValueTask.FromResult(true);
        }

        if (_tier.TryReserve(info, info.Length) is { } reserved)
        {
            _tier.Publish(reserved);
            reserved.Release();
        }

        return ValueTask.FromResult(false);
    }

    public void Dispose() => _tier.Dispose();

    private static ImageInfo InfoOf(int length, int number) => new()
    {
        Key = new ImageKey(string.Create(CultureInfo.InvariantCulture, $"images/{number:x6}.jpg")),
        ContentType = "image/jpeg",
        Length = length,
        Width = 1024,
        Height = 1024,
        XxHash128 = (UInt128)number,
        CreatedAt = DateTimeOffset.UnixEpoch,
        ModifiedAt = DateTimeOffset.UnixEpoch,
        ETag = default,
    };
}
