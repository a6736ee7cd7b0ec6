namespace ImageStorage.Benchmarks.Goals;

/// <summary>The unit of a row.</summary>
internal enum Unit
{
    Seconds,
    PerSecond,
    Bytes,
    Requests,
    Share,
}
