using ImageStorage.Caching.Entries;
using ImageStorage.Caching.Eviction;

namespace ImageStorage.Caching.Disk;

/// <summary>One file of the disk tier as this process knows it. Changed under the lock of the tier.</summary>
/// <param name="name">Its name.</param>
/// <param name="hash">The hash under which its frequency is counted.</param>
/// <param name="charge">The bytes of the budget that it takes.</param>
/// <param name="storedAt">When it was read from the provider.</param>
internal sealed class DiskEntry(EntryName name, ulong hash, long charge, DateTimeOffset storedAt) : CacheNode(hash, charge)
{
    public EntryName Name { get; } = name;

    public DateTimeOffset StoredAt { get; } = storedAt;

    /// <summary>The version in it; null as long as it was not opened.</summary>
    public ImageETag? ETag { get; set; }

    /// <summary>
    /// The last time at which <em>this</em> process knew that the provider has this version, by the clock's timestamps; null when it never asked, or has written the image since.
    /// What other processes knew is not trusted: they know nothing of this one's writes.
    /// </summary>
    public long? ConfirmedAt { get; set; }

    /// <summary>The number of bytes of the image; 0 as long as it was not opened.</summary>
    public long Length { get; set; }

    /// <summary>How many have it open here.</summary>
    public int Readers { get; set; }

    /// <summary>Is it being dropped? Nobody opens it any more then.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>Was the image written since, so that the file only waits to be dropped?</summary>
    public bool IsDead { get; set; }

    /// <summary>Where the file went when it was dropped while somebody read it.</summary>
    public string? Ghost { get; set; }
}
