using System.Globalization;

namespace ImageStorage.FileSystem.Tests.Simulation;

/// <summary>The seed of a random test: new in each run and printed; IMAGESTORAGE_TEST_SEED repeats a run.</summary>
internal static class TestSeed
{
    public static int Next()
    {
        var wanted = Environment.GetEnvironmentVariable("IMAGESTORAGE_TEST_SEED");
        var seed = wanted is null ? Random.Shared.Next() : int.Parse(wanted, CultureInfo.InvariantCulture);
        TestContext.Out.WriteLine($"seed {seed} (repeat with IMAGESTORAGE_TEST_SEED={seed})");
        return seed;
    }
}
