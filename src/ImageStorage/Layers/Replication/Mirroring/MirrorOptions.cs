namespace ImageStorage;

/// <summary>How a store keeps a mirror.</summary>
public sealed class MirrorOptions
{
    /// <summary>
    /// How long a process may go on knowing that neither side is ahead of the other, where several processes share the sides; it looks again
    /// after that. The first write that one side takes alone waits as long before it is acknowledged, so that no process reads an older
    /// state. 1 second unless said otherwise. Sides that only one process can open need neither.
    /// </summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often the background looks whether a side has missed something, and brings it up to date; 5 seconds unless said otherwise. Null: only by hand.</summary>
    public TimeSpan? ReconcileInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a side that did not answer is left alone; after that, one call asks it again, unless the reconciler was faster. 15 seconds unless said otherwise.</summary>
    public TimeSpan RetryPause { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a write waits for the second side once the first one has it; then the second has missed it, and the reconciler brings it there. 30 seconds unless said otherwise.</summary>
    public TimeSpan CopyTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// May a process that has never reached one side since its start, and finds no word on the other that it was complete, go on with
    /// that other one? False unless said otherwise: the store is unavailable then, because the side that is missing may hold newer images. Set it to true when
    /// that side is lost for good, or when an older state is better than none.
    /// </summary>
    public bool TrustLoneSide { get; set; }

    /// <summary>The most bytes of a source that does not seek that are kept in a temporary file, so that its save can go on with the other side; 64 MiB unless said otherwise, 0 for none.</summary>
    public long SpoolLimit { get; set; } = 64L << 20;
}
