using ImageStorage.Caching.Filling;
using ImageStorage.Caching.Memory;
using ImageStorage.Errors;
using ImageStorage.Providers;
using Microsoft.Extensions.Caching.Memory;

namespace ImageStorage.Caching;

/// <summary>
/// Answers reads from memory. A miss is read from the provider once, however many ask; a write through this layer is seen by every read that begins
/// after it returned. docs/caching.md has the rules.
/// </summary>
internal sealed partial class CachingProvider : DelegatingImageProvider, IImageCache
{
    private readonly IMemoryTier _memory;
    private readonly FillTable _fills;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _revalidateAfter;
    private readonly Func<Fill, Task<FillResult>> _fill;
    private readonly ITimer _expiring;
    private long _revalidations;

    public CachingProvider(IImageProvider inner, CacheOptions options, TimeProvider clock, IMemoryCache? applications = null)
        : this(inner, options, clock, MemoryTiers.Create(options, clock, applications))
    {
    }

    private CachingProvider(IImageProvider inner, CacheOptions options, TimeProvider clock, IMemoryTier memory)
        : this(inner, options, clock, memory, new FillTable(memory))
    {
    }

    private CachingProvider(IImageProvider inner, CacheOptions options, TimeProvider clock, IMemoryTier memory, FillTable fills)
        : base(new InvalidatingProvider(inner, fills.Invalidate))
    {
        (_clock, _memory, _fills) = (clock, memory, fills);
        _revalidateAfter = inner.Capabilities.MultiProcess ? options.RevalidateAfter : Timeout.InfiniteTimeSpan;
        _fill = FillAsync;

        // Often enough that what has expired keeps its memory for little longer, and no more than once a second.
        var interval = TimeSpan.FromSeconds(Math.Clamp(options.Expiration.TotalSeconds / 100, 1, 60));
        _expiring = clock.CreateTimer(static memory => ((IMemoryTier)memory!).RemoveExpired(), _memory, interval, interval);
    }

    public override Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<StoredImage?>(cancellationToken);
        }

        var image = _memory.TryGet(key);
        return image is not null && IsFresh(image) && Accepts(options, image)
            ? Task.FromResult<StoredImage?>(Open(image, options))
            : OpenSlowlyAsync(key, options, image, cancellationToken);
    }

    public override Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<ImageInfo?>(cancellationToken);
        }

        if (_memory.Peek(key) is not { } image)
        {
            return Inner.GetInfoAsync(key, cancellationToken);
        }

        var (info, isFresh) = (image.Info, IsFresh(image));
        image.Release();
        return isFresh ? Task.FromResult<ImageInfo?>(info) : Inner.GetInfoAsync(key, cancellationToken);
    }

    public Task InvalidateAsync(ImageKey key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _fills.Invalidate(key);
        return Task.CompletedTask;
    }

    public Task ClearAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _fills.Clear();
        return Task.CompletedTask;
    }

    public CacheStatistics GetStatistics() => new(_memory.GetStatistics(), _fills.Started, _fills.Joined, Volatile.Read(ref _revalidations), _fills.UnderWay);

    public override async ValueTask DisposeAsync()
    {
        Close();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Close();
        }

        base.Dispose(disposing);
    }

    private void Close()
    {
        _expiring.Dispose();
        _fills.Clear();
        _memory.Dispose();
    }

    private bool IsFresh(CachedImage image) => _revalidateAfter == Timeout.InfiniteTimeSpan || _clock.GetElapsedTime(image.ConfirmedAt) < _revalidateAfter;

    // Another version is wanted than the one here: only the provider knows whether it is there.
    private static bool Accepts(GetOptions? options, CachedImage image) => options?.IfMatch is not { } expected || image.Info.ETag == expected;

    /// <summary>A stream of its own over an image that is held, and let go of with the stream.</summary>
    private static StoredImage Open(CachedImage image, GetOptions? options)
    {
        try
        {
            var range = options?.Range?.Resolve(image.Info.Key, image.Length) ?? new ResolvedRange(0, image.Length);
            return new StoredImage(image.Info, new CachedImageStream(image, range), range);
        }
        catch (ImageValidationException)
        {
            image.Release();
            throw;
        }
    }
}
