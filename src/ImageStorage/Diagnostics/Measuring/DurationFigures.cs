namespace ImageStorage.Diagnostics.Measuring;

/// <summary>The figures of some durations, in seconds.</summary>
internal readonly record struct DurationFigures(long Count, double Sum, double P50, double P95, double P99);
