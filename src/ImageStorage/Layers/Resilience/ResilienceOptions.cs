namespace ImageStorage;

/// <summary>Options for the time limits, the retries and the circuit breaker of one provider.</summary>
public sealed class ResilienceOptions
{
    /// <summary>
    /// Gets or sets the maximum time of one attempt of a call that moves no image. For a save, the maximum time in
    /// which the provider neither reads another piece of the source nor ends, plus one second for each MiB that it has
    /// read; the time of the source does not count. The default is 10 seconds; 5 seconds for a primary with a fallback
    /// or a mirror.
    /// </summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets or sets the maximum time of a call that moves no image, with all attempts and pauses. The default is 30
    /// seconds; 10 seconds for a primary with a fallback or a mirror.
    /// </summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets the maximum time of a save with all attempts, including the time to read the source. The default is
    /// 5 minutes.
    /// </summary>
    public TimeSpan SaveTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Gets or sets how often a call is repeated after a transient failure. The default is 3; 2 for a primary with a
    /// fallback or a mirror; 0 disables retries. Conditional writes and deletes are never repeated.
    /// </summary>
    public int MaxRetries { get; set; } = 3;

    /// <summary>
    /// Gets or sets a value that indicates whether a call is repeated after a timeout. The default is <see
    /// langword="true"/>; <see langword="false"/> for a primary with a fallback or a mirror, because the other provider
    /// answers sooner than another attempt times out.
    /// </summary>
    public bool RepeatAfterTimeout { get; set; } = true;

    /// <summary>
    /// Gets or sets the pause before the first retry. The pause doubles with each retry and varies at random. The
    /// default is 200 milliseconds.
    /// </summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Gets or sets the maximum pause before a retry. The default is 5 seconds.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gets or sets the ratio of failed calls that opens the circuit breaker, above 0 and up to 1. The default is 0.5.
    /// </summary>
    public double BreakerFailureRatio { get; set; } = 0.5;

    /// <summary>
    /// Gets or sets the minimum number of calls within <see cref="BreakerSamplingDuration"/> for the ratio to count, at
    /// least 2. The default is 8.
    /// </summary>
    public int BreakerMinimumCalls { get; set; } = 8;

    /// <summary>Gets or sets the time over which calls are counted. The default is 30 seconds.</summary>
    public TimeSpan BreakerSamplingDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets how long the circuit breaker stays open. After this time, one call tries the provider. The default
    /// is 15 seconds; 5 seconds for a primary with a fallback or a mirror.
    /// </summary>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Gets or sets the maximum size, in bytes, of the temporary file that keeps a non-seekable source, so that its
    /// save can be repeated. The limit applies to each save. The default is 64 MiB; 0 disables it.
    /// </summary>
    public long SpoolLimit { get; set; } = 64L << 20;

    /// <summary>
    /// Sets the defaults of a primary with a fallback or a mirror: few quick attempts, and no retry after a timeout.
    /// </summary>
    internal void SetBeforeFallback()
    {
        AttemptTimeout = TimeSpan.FromSeconds(5);
        CallTimeout = TimeSpan.FromSeconds(10);
        MaxRetries = 2;
        RepeatAfterTimeout = false;
        BreakDuration = TimeSpan.FromSeconds(5);
    }
}
