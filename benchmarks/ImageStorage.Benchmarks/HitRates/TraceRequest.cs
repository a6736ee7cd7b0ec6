namespace ImageStorage.Benchmarks.HitRates;

/// <summary>One request of a trace.</summary>
/// <param name="Image">The number of the image.</param>
/// <param name="IsScan">Whether it is a step of the walk. Such a request goes through the cache like any other, but no hit is expected of it and none counted.</param>
internal readonly record struct TraceRequest(int Image, bool IsScan);
