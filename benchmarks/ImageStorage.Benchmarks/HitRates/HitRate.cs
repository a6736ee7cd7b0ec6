namespace ImageStorage.Benchmarks.HitRates;

/// <summary>What came of one trace through one cache.</summary>
internal sealed record HitRate
{
    public required string Cache { get; init; }

    public required CacheRole Role { get; init; }

    public required string Trace { get; init; }

    /// <summary>The budget as a share of the bytes of all images.</summary>
    public required double Share { get; init; }

    public required long BudgetBytes { get; init; }

    /// <summary>The most bytes that it held, looked at now and then.</summary>
    public required long MostBytes { get; init; }

    /// <summary>The requests, those of a scan left out.</summary>
    public required int Requests { get; init; }

    /// <summary>How many of them found their image.</summary>
    public required int Hits { get; init; }

    /// <summary>The requests of a scan.</summary>
    public required int ScanRequests { get; init; }

    public required int ScanHits { get; init; }

    public double Rate => (double)Hits / Requests;

    /// <summary>The rate when the requests of a scan count too.</summary>
    public double RateWithScans => (double)(Hits + ScanHits) / (Requests + ScanRequests);
}
