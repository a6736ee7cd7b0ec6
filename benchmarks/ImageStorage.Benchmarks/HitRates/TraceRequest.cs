namespace ImageStorage.Benchmarks.HitRates;

/// <summary>One request of a trace.</summary>
/// <param name="Image">The number of the image.</param>
/// <param name="IsScan">Whether the request is a step of the scan. Such a request goes through the cache, but its hits
/// are not counted.</param>
internal readonly record struct TraceRequest(int Image, bool IsScan);
