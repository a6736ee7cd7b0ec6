using ImageStorage.Providers;

namespace ImageStorage.Caching;

/// <summary>The way below a failover, on which the cache sees the writes, too.</summary>
internal sealed class InvalidatingRoute(IPrimaryRoute inner, Func<ImageKey, ValueTask> invalidate) : IPrimaryRoute
{
    public IImageProvider Primary { get; } = new InvalidatingProvider(inner.Primary, invalidate);

    public Task EnsureSettledAsync(IReadOnlyList<ImageKey> keys, CancellationToken cancellationToken) => inner.EnsureSettledAsync(keys, cancellationToken);
}
