namespace ImageStorage;

/// <summary>How one transaction runs.</summary>
public sealed record TransactionOptions
{
    internal static TransactionOptions Default { get; } = new();

    /// <summary>How long its steps may take together, 10 milliseconds to a day; 30 seconds unless said otherwise. Undoing it has as long again.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how often a step or a compensation that fails with a transient failure is retried, 0 to 20. The default is 2.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>The wait before the first repetition, doubling: zero to a minute; 100 milliseconds unless said otherwise.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Gets how long the transaction waits for other transactions that hold its images, in any process: zero to a day; the default is 5 seconds. When this time or
    /// <see cref="Timeout"/> is over, the call fails with a transient <see cref="ImageConflictException"/> inside. Once an application's own step has begun,
    /// the transaction does not wait any more.
    /// </summary>
    public TimeSpan ContentionTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many image steps run at the same time, 1 to 64; 8 unless said otherwise.</summary>
    public int MaxConcurrency { get; init; } = 8;
}
