namespace ImageStorage.CrashHarness.Workload;

/// <summary>Makes one seed of several numbers, the same in every process.</summary>
internal static class Seeds
{
    public static int Of(params ReadOnlySpan<int> numbers)
    {
        var seed = 17;
        foreach (var number in numbers)
        {
            // The multiplier of the PCG family; any odd number that spreads the bits would do.
            seed = unchecked((seed ^ number) * 747_796_405);
            seed ^= seed >>> 15;
        }

        return seed;
    }
}
