namespace ImageStorage.Benchmarks.Goals;

/// <summary>The median of samples, and the quartiles, which show how much other load the machine had.</summary>
internal sealed record Spread(double Median, double LowerQuartile, double UpperQuartile)
{
    public static Spread Of(double[] samples)
    {
        var sorted = samples.Order().ToArray();
        return new Spread(At(sorted, 0.5), At(sorted, 0.25), At(sorted, 0.75));
    }

    /// <summary>Creates a spread of one sample, for a constant value.</summary>
    public static Spread Of(double value) => new(value, value, value);

    /// <summary>Returns the spread converted to operations per second.</summary>
    public Spread PerSecond() => new(1 / Median, 1 / UpperQuartile, 1 / LowerQuartile);

    private static double At(double[] sorted, double part)
    {
        var position = part * (sorted.Length - 1);
        var below = (int)position;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((sorted[above] - sorted[below]) * (position - below));
    }
}
