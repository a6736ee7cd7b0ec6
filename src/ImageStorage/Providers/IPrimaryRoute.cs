namespace ImageStorage.Providers;

/// <summary>The way below a failover for work that must stay on one provider.</summary>
internal interface IPrimaryRoute
{
    /// <summary>The primary with its resilience. What is written there must not go on elsewhere when it fails.</summary>
    IImageProvider Primary { get; }

    /// <summary>Makes sure that nothing of these images waits on the fallback.</summary>
    /// <exception cref="StorageUnavailableException">Something waits, or nobody can tell.</exception>
    Task EnsureSettledAsync(IReadOnlyList<ImageKey> keys, CancellationToken cancellationToken);
}
