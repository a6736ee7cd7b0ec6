namespace ImageStorage;

/// <summary>How a store goes on with its fallbacks.</summary>
public sealed class FailoverOptions
{
    /// <summary>
    /// How long a process may go on knowing that nothing waits on a fallback that several processes share; it looks again
    /// after that. The first write that is handed off in an outage waits as long before it is acknowledged, so that no process reads an older
    /// state. 1 second unless said otherwise. A fallback that only one process can open needs neither.
    /// </summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often the background looks whether something waits, and brings it to the primary; 5 seconds unless said otherwise. Null: only by hand.</summary>
    public TimeSpan? ReconcileInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The most images that may wait on one fallback; 10,000 unless said otherwise. Listing while some wait reads the note of each.</summary>
    public int MaxBacklog { get; set; } = 10_000;

    /// <summary>
    /// How much newer, by the clock, a version on the primary must be than one that waits to be taken for newer: below that, the one that
    /// waits counts, as all processes with these fallbacks leave the primary alone meanwhile. 1 minute unless said otherwise.
    /// </summary>
    public TimeSpan ClockTolerance { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The most bytes of a source that does not seek that are kept in a temporary file, so that its save can go to the next provider after one has failed; 64 MiB unless said otherwise, 0 for none.</summary>
    public long SpoolLimit { get; set; } = 64L << 20;

    /// <summary>
    /// Gets or sets the id of a recorded chain of fallbacks that the configured chain replaces; the default is null, which replaces none. The refusal of a changed chain names the id.
    /// Set it to add, remove, reorder or exchange fallbacks, after everything that waits on them is replayed and all processes are stopped. It has no effect once the chain is replaced.
    /// </summary>
    public string? ReplaceChain { get; set; }
}
