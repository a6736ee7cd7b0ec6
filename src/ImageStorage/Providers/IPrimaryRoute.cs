namespace ImageStorage.Providers;

/// <summary>Gives access to the primary below a failover, for work that must stay on one provider.</summary>
internal interface IPrimaryRoute
{
    /// <summary>Gets the primary with its resilience layer. Writes to it are never handed to a fallback.</summary>
    IImageProvider Primary { get; }

    /// <summary>
    /// Gets a value that indicates whether writes without a precondition go to a fallback without asking the primary,
    /// because the primary has failed a write and the background has not probed it successfully since.
    /// </summary>
    bool IsPassedOver { get; }

    /// <summary>Reports that a call before a write has failed, as if the write had failed on the primary.</summary>
    void ReportFailedWrite(StorageUnavailableException failure);

    /// <summary>Verifies that none of the images has a hint.</summary>
    /// <exception cref="StorageUnavailableException">An image has a hint, or may have one.</exception>
    Task EnsureNoHintsAsync(IReadOnlyList<ImageKey> keys, CancellationToken cancellationToken);
}
