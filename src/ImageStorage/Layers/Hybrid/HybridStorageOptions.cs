namespace ImageStorage;

/// <summary>Options for a hybrid store.</summary>
public sealed class HybridStorageOptions
{
    /// <summary>The default of <see cref="InlineLimit"/>: 32 KiB.</summary>
    public const long DefaultInlineLimit = 32 << 10;

    /// <summary>
    /// Gets or sets the maximum size, in bytes, of an image that the catalog holds. The default is 32 KiB; 0 stores
    /// every image in the content store. A change applies to later saves. An image of unknown length is held in the
    /// catalog up to at most 512 KiB.
    /// </summary>
    public long InlineLimit { get; set; } = DefaultInlineLimit;

    /// <summary>
    /// Gets or sets the minimum age of content without a record that a sweep may delete. The default is 24 hours; the
    /// minimum is 1 minute. A save in progress stores its content before its record. Use the same value in all
    /// processes of a store.
    /// </summary>
    public TimeSpan OrphanGrace { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// Gets or sets the interval of sweeps in the background. The default is 24 hours; <see langword="null"/> disables
    /// them. In each interval, the first process that writes runs the sweep.
    /// </summary>
    public TimeSpan? SweepInterval { get; set; } = TimeSpan.FromHours(24);
}
