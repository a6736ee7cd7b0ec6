namespace ImageStorage.Benchmarks.HitRates;

/// <summary>The result of one trace through one cache.</summary>
internal sealed record HitRate
{
    public required string Cache { get; init; }

    public required CacheRole Role { get; init; }

    public required string Trace { get; init; }

    /// <summary>The budget as a share of the bytes of all images.</summary>
    public required double Share { get; init; }

    public required long BudgetBytes { get; init; }

    /// <summary>Gets the maximum number of bytes in the cache, sampled from time to time.</summary>
    public required long MostBytes { get; init; }

    /// <summary>Gets the number of requests without the requests of a scan.</summary>
    public required int Requests { get; init; }

    /// <summary>Gets the number of these requests that were hits.</summary>
    public required int Hits { get; init; }

    /// <summary>Gets the number of requests of a scan.</summary>
    public required int ScanRequests { get; init; }

    public required int ScanHits { get; init; }

    public double Rate => (double)Hits / Requests;

    /// <summary>Gets the hit rate including the requests of a scan.</summary>
    public double RateWithScans => (double)(Hits + ScanHits) / (Requests + ScanRequests);
}
