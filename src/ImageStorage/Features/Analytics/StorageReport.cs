namespace ImageStorage;

/// <summary>
/// The figures of a store in one window, as one process sees the store. Durations are rounded to 100 nanoseconds, and
/// percentiles have an error of at most 0.4 %.
/// </summary>
public sealed record StorageReport
{
    /// <summary>Gets the name of the store; <c>default</c> for the store without a name.</summary>
    public required string Store { get; init; }

    /// <summary>Gets the time since when this process records the figures.</summary>
    public required DateTimeOffset ProcessSince { get; init; }

    /// <summary>Gets the time at which the window begins.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Gets the time of the report.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Gets the window that was asked for.</summary>
    public required TimeSpan Window { get; init; }

    /// <summary>
    /// Gets the operations that this process has called since its start: those of the store, and then those that the
    /// application records itself.
    /// </summary>
    public required IReadOnlyList<OperationReport> Operations { get; init; }

    /// <summary>Gets the parts of the store, in the order of the health report.</summary>
    public required IReadOnlyList<PartReport> Parts { get; init; }

    /// <summary>Gets the tiers of the cache, the fastest first; empty without a cache.</summary>
    public required IReadOnlyList<CacheTierReport> Cache { get; init; }

    /// <summary>Gets the active alerts, and the alerts that were resolved in the window, the newest first.</summary>
    public required IReadOnlyList<StorageAlert> Alerts { get; init; }

    /// <summary>Gets the figures of each minute for charts, one series for each operation of the store.</summary>
    public required IReadOnlyList<OperationSeriesReport> Series { get; init; }

    /// <summary>Gets the number of operations of the store.</summary>
    public long Count => Operations.Where(operation => !operation.IsApplication).Sum(operation => operation.Count);

    /// <summary>Gets the number of operations of the store that ended with an error.</summary>
    public long Errors => Operations.Where(operation => !operation.IsApplication).Sum(operation => operation.Errors);

    /// <summary>Gets the share of operations of the store that ended with an error, 0 to 1; 0 without operations.</summary>
    public double ErrorRate => Count == 0 ? 0 : (double)Errors / Count;

    /// <summary>Returns the members as text.</summary>
    public override string ToString() => RecordText.Of(
        nameof(StorageReport),
        (nameof(Store), Store), (nameof(ProcessSince), ProcessSince), (nameof(From), From), (nameof(At), At), (nameof(Window), Window),
        (nameof(Operations), Operations.Select(operation => operation.Operation)), (nameof(Parts), Parts.Select(part => part.Name)),
        (nameof(Cache), Cache.Select(tier => tier.Tier)), (nameof(Alerts), Alerts.Select(alert => alert.Id)), (nameof(Count), Count), (nameof(Errors), Errors));
}

/// <summary>The figures of some operations.</summary>
public abstract record OperationFigures
{
    /// <summary>Gets the number of operations, whatever their outcome.</summary>
    public long Count { get; init; }

    /// <summary>
    /// Gets the number of operations that ended with an error: unavailable, full, corrupted, or another error. Refused input,
    /// conflicts, missing images and cancelled operations are no errors.
    /// </summary>
    public long Errors { get; init; }

    /// <summary>Gets the share of operations that ended with an error, 0 to 1; 0 without operations.</summary>
    public double ErrorRate => Count == 0 ? 0 : (double)Errors / Count;

    /// <summary>Gets the number of operations with each outcome that occurred.</summary>
    public IReadOnlyDictionary<OperationOutcome, long> Outcomes { get; init; } = new Dictionary<OperationOutcome, long>();

    /// <summary>
    /// Gets the average duration of the operations without an error; <see langword="null"/> without such operations. The time
    /// of the source of a save does not count.
    /// </summary>
    public TimeSpan? Average { get; init; }

    /// <summary>Gets the median duration of the operations without an error.</summary>
    public TimeSpan? P50 { get; init; }

    /// <summary>Gets the duration that 95 % of the operations without an error did not exceed.</summary>
    public TimeSpan? P95 { get; init; }

    /// <summary>Gets the duration that 99 % of the operations without an error did not exceed.</summary>
    public TimeSpan? P99 { get; init; }

    /// <summary>Gets the duration that 95 % of the operations with an error did not exceed.</summary>
    public TimeSpan? ErrorP95 { get; init; }

    /// <summary>Gets the bytes of the images that were saved or opened.</summary>
    public long Bytes { get; init; }

    // The operation or the part.
    private protected abstract string Subject { get; }

    /// <summary>Returns the most important members as text.</summary>
    public sealed override string ToString() => RecordText.Of(
        GetType().Name,
        (nameof(Subject), Subject), (nameof(Count), Count), (nameof(Errors), Errors), (nameof(Outcomes), Outcomes.Select(outcome => $"{outcome.Key}: {outcome.Value}")),
        (nameof(Average), Average), (nameof(P50), P50), (nameof(P95), P95), (nameof(P99), P99), (nameof(Bytes), Bytes));
}

/// <summary>The figures of one operation, as its callers see the operation: hits of the cache are included.</summary>
public sealed record OperationReport : OperationFigures
{
    /// <summary>Gets the name of the operation, such as <c>save</c>, <c>get</c> or <c>get_info</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>Gets a value that indicates whether the application records the operation itself.</summary>
    public bool IsApplication { get; init; }

    private protected override string Subject => Operation;
}

/// <summary>
/// The figures of one part of a store: its calls for images, each attempt apart. Calls for documents, probes and
/// verifications do not count.
/// </summary>
public sealed record PartReport : OperationFigures
{
    /// <summary>Gets the name of the part (<see cref="StorePart.Name"/>).</summary>
    public required string Name { get; init; }

    /// <summary>Gets the role of the part.</summary>
    public required ProviderRole Role { get; init; }

    /// <summary>
    /// Gets the last count of the images of the part, with <see cref="StorageUsage.CountedAt"/>; <see langword="null"/> if this
    /// process has not counted the images. The report does not count.
    /// </summary>
    public StorageUsage? Usage { get; init; }

    /// <summary>
    /// Gets the number of bytes that the medium has left, at most a minute old; <see langword="null"/> if the number is unknown.
    /// </summary>
    public long? AvailableBytes { get; init; }

    /// <summary>Gets the size of the medium in bytes; <see langword="null"/> if the size is unknown.</summary>
    public long? TotalBytes { get; init; }

    /// <summary>
    /// Gets the state of the circuit breaker; <see langword="null"/> for a part without a resilience layer.
    /// </summary>
    public BreakerState? Breaker { get; init; }

    /// <summary>
    /// Gets the number of hints on the part, at most a minute old; <see langword="null"/> if the part cannot have hints or the
    /// number is unknown.
    /// </summary>
    public int? Hints { get; init; }

    /// <summary>Gets the time at which this process last found damaged data on the part; <see langword="null"/> for never.</summary>
    public DateTimeOffset? DamagedAt { get; init; }

    private protected override string Subject => $"{Role} {Name}";
}

/// <summary>The figures of one tier of the cache.</summary>
public sealed record CacheTierReport
{
    /// <summary>Gets the tier.</summary>
    public required CacheTier Tier { get; init; }

    /// <summary>Gets the number of reads in the window that found their image in the tier.</summary>
    public required long Hits { get; init; }

    /// <summary>Gets the number of reads in the window that did not find their image in the tier.</summary>
    public required long Misses { get; init; }

    /// <summary>Gets the share of reads that found their image in the tier, 0 to 1; 0 without reads.</summary>
    public double HitRate => Hits + Misses == 0 ? 0 : (double)Hits / (Hits + Misses);

    /// <summary>Gets the number of images in the tier at the time of the report.</summary>
    public required long Entries { get; init; }

    /// <summary>Gets the bytes of the budget in use at the time of the report.</summary>
    public required long Bytes { get; init; }

    /// <summary>Gets the budget in bytes; <see langword="null"/> if another component limits the tier.</summary>
    public required long? LimitBytes { get; init; }

    /// <summary>Gets the figures of each minute with reads, in their order.</summary>
    public required IReadOnlyList<CachePoint> Points { get; init; }

    /// <summary>Returns the members as text.</summary>
    public override string ToString() => RecordText.Of(
        nameof(CacheTierReport), (nameof(Tier), Tier), (nameof(Hits), Hits), (nameof(Misses), Misses), (nameof(Entries), Entries), (nameof(Bytes), Bytes), (nameof(LimitBytes), LimitBytes));
}

/// <summary>The reads of one tier of the cache in one minute.</summary>
/// <param name="At">The beginning of the minute.</param>
/// <param name="Hits">The number of reads that found their image in the tier.</param>
/// <param name="Misses">The number of reads that did not find their image in the tier.</param>
public readonly record struct CachePoint(DateTimeOffset At, long Hits, long Misses);

/// <summary>The figures of one operation for each minute.</summary>
public sealed record OperationSeriesReport
{
    /// <summary>Gets the name of the operation.</summary>
    public required string Operation { get; init; }

    /// <summary>Gets the figures of each minute with operations, in their order.</summary>
    public required IReadOnlyList<SeriesPoint> Points { get; init; }

    /// <summary>Returns the members as text.</summary>
    public override string ToString() => RecordText.Of(nameof(OperationSeriesReport), (nameof(Operation), Operation), (nameof(Points), Points));
}

/// <summary>The figures of one operation in one minute. Durations are those of the operations without an error.</summary>
/// <param name="At">The beginning of the minute.</param>
/// <param name="Count">The number of operations.</param>
/// <param name="Errors">The number of operations that ended with an error.</param>
/// <param name="Average">The average duration.</param>
/// <param name="P50">The median duration.</param>
/// <param name="P95">The duration that 95 % of the operations did not exceed.</param>
/// <param name="P99">The duration that 99 % of the operations did not exceed.</param>
/// <param name="Bytes">The bytes of the images that were saved or opened.</param>
public readonly record struct SeriesPoint(DateTimeOffset At, long Count, long Errors, TimeSpan Average, TimeSpan P50, TimeSpan P95, TimeSpan P99, long Bytes);
