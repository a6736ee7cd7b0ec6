namespace ImageStorage;

/// <summary>Options for the failover of a store.</summary>
public sealed class FailoverOptions
{
    /// <summary>
    /// Gets or sets how long a process relies on its knowledge that a shared fallback has no hints before it asks
    /// again. The default is 1 second; the maximum is 1 minute. In each process, the first write of an outage takes
    /// this much longer, so that no process reads an older state. Must be equal in all processes. A fallback that only
    /// one process can open needs no lease.
    /// </summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Gets or sets the interval at which hints are replayed in the background. The default is 5 seconds; <see
    /// langword="null"/> disables it, and hints are replayed only by <see cref="IStorageFailover.ReconcileAsync"/>.
    /// </summary>
    public TimeSpan? ReconcileInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gets or sets the maximum number of images with a hint on one fallback. The default is 10,000. Every page of a
    /// listing reads every hint. Each process counts the hints at its last reconciliation and its own new ones.
    /// </summary>
    public int MaxBacklog { get; set; } = 10_000;

    /// <summary>
    /// Gets or sets how much later than a hint, by the primary's clock, a version on the primary must have been written
    /// to count as newer. The hint is then a conflict. Must be longer than the clock skew of the processes, and than the
    /// copy of the largest image takes. The default is 1 minute.
    /// </summary>
    public TimeSpan ClockTolerance { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Gets or sets the maximum size, in bytes, of the temporary file that keeps a non-seekable source, so that a save
    /// can continue with the next provider. The limit applies to each save. The default is 64 MiB; 0 disables it.
    /// </summary>
    public long SpoolLimit { get; set; } = 64L << 20;

    /// <summary>
    /// Gets or sets the id of a recorded chain of fallbacks that the configured chain replaces. The default is <see
    /// langword="null"/>, which replaces none. A refused chain is reported with this id. Set it to add, remove, reorder
    /// or exchange fallbacks, after all hints are replayed and all processes are stopped. It has no effect once the
    /// chain is replaced.
    /// </summary>
    public string? ReplaceChain { get; set; }
}
