namespace ImageStorage.Benchmarks.HitRates;

/// <summary>What a trace is like.</summary>
/// <param name="Name">How it is called in tables.</param>
/// <param name="Exponent">The image of rank r is asked for in proportion to r to the power of minus this.</param>
/// <param name="ScanShare">The share of the requests that belong to a walk through all images.</param>
internal sealed record TraceShape(string Name, double Exponent, double ScanShare)
{
    public static TraceShape Zipf09 { get; } = new("Zipf(0.9)", 0.9, 0);

    public static TraceShape Zipf10 { get; } = new("Zipf(1.0)", 1.0, 0);

    public static TraceShape Scans { get; } = new("Zipf(1.0) with scans", 1.0, 0.12);

    public static IReadOnlyList<TraceShape> All { get; } = [Zipf09, Zipf10, Scans];
}
