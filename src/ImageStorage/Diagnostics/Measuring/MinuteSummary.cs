namespace ImageStorage.Diagnostics.Measuring;

/// <summary>The figures of one minute of an operation: 40 bytes. Durations are in seconds, without failed operations.</summary>
/// <param name="Bytes">The bytes of the images that were saved or opened.</param>
/// <param name="Minute">The number of the minute.</param>
/// <param name="Count">The number of operations.</param>
/// <param name="Errors">The number of errors.</param>
/// <param name="Average">The average duration.</param>
/// <param name="P50">The median.</param>
/// <param name="P95">The 95th percentile.</param>
/// <param name="P99">The 99th percentile.</param>
internal readonly record struct MinuteSummary(long Bytes, int Minute, uint Count, uint Errors, float Average, float P50, float P95, float P99);
