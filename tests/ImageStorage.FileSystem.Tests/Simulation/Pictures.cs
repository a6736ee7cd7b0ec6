using System.Collections.Concurrent;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Simulation;

/// <summary>Sample images by length and seed, created once.</summary>
internal static class Pictures
{
    private static readonly ConcurrentDictionary<(int Length, int Seed), byte[]> Made = new();

    public static byte[] Of(int length, int seed = 0) => Made.GetOrAdd((length, seed), wanted => SampleImages.OfLength(wanted.Length, wanted.Seed));
}
