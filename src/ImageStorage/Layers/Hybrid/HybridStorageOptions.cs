namespace ImageStorage;

/// <summary>How a hybrid store divides its images, and when it takes left-over bytes away.</summary>
public sealed class HybridStorageOptions
{
    /// <summary>The inline limit unless said otherwise: 32 KiB.</summary>
    public const long DefaultInlineLimit = 32 << 10;

    /// <summary>
    /// The most bytes that an image may have to be kept in the catalog, from 0 (none is). A change applies to what is saved from
    /// then on. An image whose length is not known beforehand is kept in the catalog up to 512 KiB at most.
    /// </summary>
    public long InlineLimit { get; set; } = DefaultInlineLimit;

    /// <summary>
    /// How old bytes that no record names must be before a sweep deletes them: a save under way has its bytes stored before its
    /// record. 24 hours unless said otherwise, 1 minute at least. All processes on one store need the same value.
    /// </summary>
    public TimeSpan OrphanGrace { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How often a sweep runs in the background, in whichever process writes first. 24 hours unless said otherwise; null for never.</summary>
    public TimeSpan? SweepInterval { get; set; } = TimeSpan.FromHours(24);
}
