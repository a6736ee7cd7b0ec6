namespace ImageStorage.CrashHarness.Workload;

/// <summary>Combines several numbers to a seed, the same in every process.</summary>
internal static class Seeds
{
    public static int Of(params ReadOnlySpan<int> numbers)
    {
        var seed = 17;
        foreach (var number in numbers)
        {
            // The multiplier of the PCG family; any odd number that spreads the bits works.
            seed = unchecked((seed ^ number) * 747_796_405);
            seed ^= seed >>> 15;
        }

        return seed;
    }
}
