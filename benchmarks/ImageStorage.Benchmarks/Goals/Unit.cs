namespace ImageStorage.Benchmarks.Goals;

/// <summary>What a row counts.</summary>
internal enum Unit
{
    Seconds,
    PerSecond,
    Bytes,
    Requests,
    Share,
}
