namespace ImageStorage;

/// <summary>How the calls of one provider are limited in time, repeated and, when too many fail, no longer made for a while.</summary>
public sealed class ResilienceOptions
{
    /// <summary>
    /// The longest that one attempt of a call may take that moves no image, and that an attempt of a save may take no further piece of its source and not
    /// end either, with a second more for each MiB it has taken (the flush of a large image takes its time; the source's own does not
    /// count). 10 seconds unless said otherwise; 5 for a primary with a fallback.
    /// </summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest that a call that moves no image may take with all its attempts and pauses; 30 seconds unless said otherwise, 10 for a primary with a fallback.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest that a save may take, the reading of its source included, with all its attempts; 5 minutes unless said otherwise.</summary>
    public TimeSpan SaveTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How often a call is made again after a transient failure; 3 unless said otherwise (2 for a primary with a fallback), 0 for never. Only what may safely happen twice is repeated: see docs/failover.md.</summary>
    public int MaxRetries { get; set; } = 3;

    /// <summary>
    /// Is a call made again also when the attempt before it was not answered in time? True unless said otherwise; false for a primary with a fallback,
    /// which is there sooner than another attempt has timed out.
    /// </summary>
    public bool RepeatAfterTimeout { get; set; } = true;

    /// <summary>The pause before the first repetition; it doubles each time and is varied at random. 200 milliseconds unless said otherwise.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause before a repetition; 5 seconds unless said otherwise.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The share of failed calls from which on the provider is no longer asked, above 0 and up to 1; 0.5 unless said otherwise.</summary>
    public double BreakerFailureRatio { get; set; } = 0.5;

    /// <summary>How many calls there must be within <see cref="BreakerSamplingDuration"/> for the share to count, 2 or more; 8 unless said otherwise.</summary>
    public int BreakerMinimumCalls { get; set; } = 8;

    /// <summary>The time over which calls are counted; 30 seconds unless said otherwise.</summary>
    public TimeSpan BreakerSamplingDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the provider is not asked then; after it one call tries. 15 seconds unless said otherwise, 5 for a primary with a fallback.</summary>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The most bytes of a source that does not seek that are kept in a temporary file, so that its save can be repeated; 64 MiB unless said otherwise, 0 for none.</summary>
    public long SpoolLimit { get; set; } = 64L << 20;

    /// <summary>Sets the defaults of a provider that a fallback or mirror stands in for: a few quick attempts, and no waiting for one that does not answer.</summary>
    internal void SetBeforeFallback()
    {
        AttemptTimeout = TimeSpan.FromSeconds(5);
        CallTimeout = TimeSpan.FromSeconds(10);
        MaxRetries = 2;
        RepeatAfterTimeout = false;
        BreakDuration = TimeSpan.FromSeconds(5);
    }
}
