namespace ImageStorage.Benchmarks.HitRates;

/// <summary>The shape of a trace.</summary>
/// <param name="Name">The name in tables.</param>
/// <param name="Exponent">The frequency of the image of rank r is proportional to r to the power of minus this
/// value.</param>
/// <param name="ScanShare">The share of requests that belong to a scan of all images.</param>
internal sealed record TraceShape(string Name, double Exponent, double ScanShare)
{
    public static TraceShape Zipf09 { get; } = new("Zipf(0.9)", 0.9, 0);

    public static TraceShape Zipf10 { get; } = new("Zipf(1.0)", 1.0, 0);

    public static TraceShape Scans { get; } = new("Zipf(1.0) with scans", 1.0, 0.12);

    public static IReadOnlyList<TraceShape> All { get; } = [Zipf09, Zipf10, Scans];
}
