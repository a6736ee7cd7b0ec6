using ImageStorage.Providers;

namespace ImageStorage.Caching;

/// <summary>Invalidates the cached images of writes to the primary below a failover.</summary>
internal sealed class InvalidatingPrimaryRoute(IPrimaryRoute inner, Func<ImageKey, ValueTask> invalidate) : IPrimaryRoute
{
    public IImageProvider Primary { get; } = new InvalidatingProvider(inner.Primary, invalidate);

    public Task EnsureNoHintsAsync(IReadOnlyList<ImageKey> keys, CancellationToken cancellationToken) => inner.EnsureNoHintsAsync(keys, cancellationToken);
}
