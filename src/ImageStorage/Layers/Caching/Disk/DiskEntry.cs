using ImageStorage.Caching.Entries;
using ImageStorage.Caching.Eviction;

namespace ImageStorage.Caching.Disk;

/// <summary>One file of the disk tier in the index of this process. Changed under the lock of the tier.</summary>
/// <param name="name">The name of the file.</param>
/// <param name="hash">The hash for the eviction policy.</param>
/// <param name="charge">The charged bytes.</param>
/// <param name="storedAt">The time at which the image was read from the provider.</param>
internal sealed class DiskEntry(EntryName name, ulong hash, long charge, DateTimeOffset storedAt) : CacheNode(hash, charge)
{
    public EntryName Name { get; } = name;

    public DateTimeOffset StoredAt { get; } = storedAt;

    /// <summary>Gets or sets the version in the file; null until the file is opened.</summary>
    public ImageETag? ETag { get; set; }

    /// <summary>
    /// Gets or sets the last time at which <em>this</em> process confirmed the version with the provider, as a
    /// timestamp; null if it never did, or has written the image since. Confirmations of other processes are not
    /// trusted: those processes do not know the writes of this process.
    /// </summary>
    public long? ConfirmedAt { get; set; }

    /// <summary>Gets or sets the number of bytes of the image; 0 until the file is opened.</summary>
    public long Length { get; set; }

    /// <summary>Gets or sets the number of readers in this process.</summary>
    public int Readers { get; set; }

    /// <summary>
    /// Gets or sets a value that indicates whether the file is being dropped. Such a file is no longer opened.
    /// </summary>
    public bool IsBeingDropped { get; set; }

    /// <summary>Gets or sets a value that indicates whether the file is queued to be dropped.</summary>
    public bool IsDropPending { get; set; }

    /// <summary>Gets or sets the path of a file that was dropped while it was being read.</summary>
    public string? HiddenPath { get; set; }
}
