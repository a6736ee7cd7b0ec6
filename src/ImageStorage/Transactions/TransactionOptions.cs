namespace ImageStorage.Transactions;

/// <summary>How one transaction runs.</summary>
public sealed record TransactionOptions
{
    internal static TransactionOptions Default { get; } = new();

    /// <summary>How long its steps may take together, 10 milliseconds to a day; 30 seconds unless said otherwise. Undoing it has as long again.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many more times a step or a compensation is tried that fails with a transient failure, and the whole when another transaction is at its images: 0 to 20; 2 unless said otherwise.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>The wait before the first repetition, doubling: zero to a minute; 100 milliseconds unless said otherwise.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How many image steps run at the same time, 1 to 64; 8 unless said otherwise.</summary>
    public int MaxConcurrency { get; init; } = 8;
}
