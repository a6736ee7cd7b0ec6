namespace ImageStorage.Providers;

/// <summary>The route around failover, for operations that must stay on one provider.</summary>
internal interface IPrimaryRoute
{
    /// <summary>
    /// Gets the primary with its resilience layer. A failed write must not continue on another provider.
    /// </summary>
    IImageProvider Primary { get; }

    /// <summary>Ensures that no fallback has a hint for these images.</summary>
    /// <exception cref="StorageUnavailableException">A fallback has a hint, or does not answer.</exception>
    Task EnsureSettledAsync(IReadOnlyList<ImageKey> keys, CancellationToken cancellationToken);
}
