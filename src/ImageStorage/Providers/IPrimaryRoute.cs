namespace ImageStorage.Providers;

/// <summary>Gives access to the primary below a failover, for work that must stay on one provider.</summary>
internal interface IPrimaryRoute
{
    /// <summary>Gets the primary with its resilience layer. Writes to it are never handed to a fallback.</summary>
    IImageProvider Primary { get; }

    /// <summary>Verifies that none of the images has a hint.</summary>
    /// <exception cref="StorageUnavailableException">An image has a hint, or may have one.</exception>
    Task EnsureNoHintsAsync(IReadOnlyList<ImageKey> keys, CancellationToken cancellationToken);
}
