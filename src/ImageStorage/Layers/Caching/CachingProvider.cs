using ImageStorage.Caching.Filling;
using ImageStorage.Caching.Memory;
using ImageStorage.Providers;

namespace ImageStorage.Caching;

/// <summary>
/// The layer that serves reads from memory, from disk or from a distributed cache. A missing image is read from the
/// provider once for all concurrent callers. A write through this layer is seen by every read that begins after the
/// write has returned. docs/design/caching.md has the rules.
/// </summary>
internal sealed partial class CachingProvider : WriteLayer, IImageCache
{
    private readonly CacheTiers _tiers;
    private readonly IMemoryTier _memory;
    private readonly FillTable _fills;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _revalidateAfter;
    private readonly Func<Fill, Task<FillResult>> _fill;
    private readonly ITimer _maintaining;
    private readonly PreloadQueue _preloads = new();
    private long _revalidations;

    public CachingProvider(IImageProvider inner, CacheOptions options, TimeProvider clock, CacheServices? services = null)
        : this(inner, options, RevalidateAfter(inner, options), clock, services ?? new CacheServices())
    {
    }

    private CachingProvider(IImageProvider inner, CacheOptions options, TimeSpan revalidateAfter, TimeProvider clock, CacheServices services)
        : this(inner, options, revalidateAfter, clock, CacheTiers.Create(inner, options, revalidateAfter, clock, services))
    {
    }

    private CachingProvider(IImageProvider inner, CacheOptions options, TimeSpan revalidateAfter, TimeProvider clock, CacheTiers tiers)
        : base(inner)
    {
        (_clock, _tiers, _memory, _fills, _revalidateAfter) = (clock, tiers, tiers.Memory, tiers.Fills, revalidateAfter);
        _fill = FillAsync;

        // Expired images are dropped soon, but the timer fires at most once a second. The first call, at once, builds
        // the index of the disk tier.
        var interval = TimeSpan.FromSeconds(Math.Clamp(options.Expiration.TotalSeconds / 100, 1, 60));
        _maintaining = clock.CreateTimer(static tiers => ((CacheTiers)tiers!).Maintain(), tiers, TimeSpan.Zero, interval);
    }

    public override Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<StoredImage?>(cancellationToken);
        }

        if (options is { Cache: not CacheMode.ReadThrough })
        {
            return options.Cache == CacheMode.Bypass ? Inner.OpenReadAsync(key, options, cancellationToken) : OpenCachedAsync(key, options, cancellationToken);
        }

        var image = _memory.TryGet(key);
        return image is not null && IsFresh(image) && Accepts(options, image.Info)
            ? Task.FromResult<StoredImage?>(Open(image, options))
            : OpenByFillAsync(key, options, image, cancellationToken);
    }

    public override Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<ImageInfo?>(cancellationToken);
        }

        if (_memory.Peek(key) is not { } image)
        {
            return _tiers.Disk is { } disk ? GetInfoAsync(disk, key, cancellationToken) : Inner.GetInfoAsync(key, cancellationToken);
        }

        var (info, isFresh) = (image.Info, IsFresh(image));
        image.Release();
        return isFresh ? Task.FromResult<ImageInfo?>(info) : Inner.GetInfoAsync(key, cancellationToken);
    }

    /// <summary>Resolves the identity of the store and connects to the distributed cache.</summary>
    public Task WarmUpAsync(CancellationToken cancellationToken) => _tiers.WarmUpAsync(cancellationToken);

    public async Task InvalidateAsync(ImageKey key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await _tiers.InvalidateAsync(key).ConfigureAwait(false);
    }

    public Task ClearAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _tiers.ClearAsync(cancellationToken);
    }

    public CacheStatistics GetStatistics()
    {
        var (queued, running) = _preloads.Count();
        return _tiers.GetStatistics(Volatile.Read(ref _revalidations)) with { PreloadsQueued = queued, PreloadsRunning = running };
    }

    public override string ToString() => _tiers.IsMemoryOnly ? base.ToString() : $"Caching[{_tiers}]({Inner})";

    public override async ValueTask DisposeAsync()
    {
        await _maintaining.DisposeAsync().ConfigureAwait(false);
        _tiers.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _maintaining.Dispose();
            _tiers.Dispose();
        }

        base.Dispose(disposing);
    }

    // A copy writes bytes that the cache does not hold, so the provider may copy them.
    protected override ValueTask<CopyRequest?> BeforeCopyAsync(CopyRequest request, CancellationToken cancellationToken) => new(request);

    /// <summary>
    /// Invalidates the image after the write, because a read during the write may return the old version; and also after
    /// a failed write, because its effect is unknown.
    /// </summary>
    protected override ValueTask AfterWriteAsync(ImageKey key, WriteOutcome outcome) => _tiers.InvalidateAsync(key);

    private static TimeSpan RevalidateAfter(IImageProvider inner, CacheOptions options) => inner.Capabilities.MultiProcess ? options.RevalidateAfter : Timeout.InfiniteTimeSpan;

    private bool IsFresh(CachedImage image) => IsFresh(image.ConfirmedAt);

    private bool IsFresh(long confirmedAt) => _revalidateAfter == Timeout.InfiniteTimeSpan || _clock.GetElapsedTime(confirmedAt) < _revalidateAfter;

    // A read of another version than the cached one goes to the provider, which alone knows whether that version is
    // current.
    private static bool Accepts(GetOptions? options, ImageInfo info) => options?.IfMatch is not { } expected || info.ETag == expected;
}
