namespace ImageStorage;

/// <summary>Options for one transaction.</summary>
public sealed record TransactionOptions
{
    internal static TransactionOptions Default { get; } = new();

    /// <summary>
    /// Gets the maximum duration of all steps together: 10 milliseconds to a day. The default is 30 seconds. A rollback
    /// may take as long again.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets the number of retries of a step or a compensation after a transient failure: 0 to 20. The default is 2.
    /// </summary>
    public int Retries { get; init; } = 2;

    /// <summary>
    /// Gets the delay before the first retry: zero to a minute. The default is 100 milliseconds. The delay doubles with
    /// each retry.
    /// </summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Gets the time for which the transaction waits for other transactions on its images, in any process: zero to a
    /// day. The default is 5 seconds. Afterwards the call fails with a transient <see cref="ImageConflictException"/>
    /// inside. A transaction does not wait once an action or a custom step has started.
    /// </summary>
    public TimeSpan ContentionTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets the maximum number of image steps that run concurrently: 1 to 64. The default is 8.</summary>
    public int MaxConcurrency { get; init; } = 8;
}
