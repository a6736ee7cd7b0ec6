namespace ImageStorage;

/// <summary>Options for the mirror of a store.</summary>
public sealed class MirrorOptions
{
    /// <summary>
    /// Gets or sets how long a process may rely on its knowledge that neither replica is ahead of the other. The
    /// default is 1 second. The first write that one replica takes alone waits this long before it is acknowledged, so
    /// that no process reads an older version. Not used if only one process can open the replicas.
    /// </summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Gets or sets the interval at which missed writes are copied in the background. The default is 5 seconds; <see
    /// langword="null"/> disables the background, and missed writes are copied only by
    /// <see cref="IStorageFailover.ReconcileAsync"/>.
    /// </summary>
    public TimeSpan? ReconcileInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gets or sets how long a replica that did not answer is left alone. The default is 15 seconds. After the pause, a
    /// single call tries the replica, unless the background was faster.
    /// </summary>
    public TimeSpan RetryPause { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Gets or sets how long a write waits for the second replica after the first has stored the image. The default is
    /// 30 seconds. After this time, the second replica has missed the write, and the background copies the image.
    /// </summary>
    public TimeSpan CopyTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets a value that indicates whether a process that has never reached one replica may continue with the
    /// other replica although that has no record of being complete. The default is <see langword="false"/>: the store
    /// is unavailable, because the missing replica may hold newer images. Set it to <see langword="true"/> if the
    /// missing replica is lost, or if an older version is better than none.
    /// </summary>
    public bool TrustSingleReplica { get; set; }

    /// <summary>
    /// Gets or sets the maximum size, in bytes, of the temporary file that makes a save from a non-seekable source
    /// repeatable on the other replica. The default is 64 MiB; 0 disables the file.
    /// </summary>
    public long SpoolLimit { get; set; } = 64L << 20;
}
