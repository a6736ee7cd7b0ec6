namespace ImageStorage;

/// <summary>Options for <see cref="IImageStorage.GetUsageAsync"/>.</summary>
public sealed record UsageOptions
{
    /// <summary>
    /// Gets the maximum age of the total. The default is zero: the images are counted now. With more, the store object
    /// returns the total of its last count while that is not older (<see cref="StorageUsage.CountedAt"/>). A display that
    /// is refreshed often then costs one count in this time.
    /// </summary>
    public TimeSpan MaxAge { get; init; }
}
