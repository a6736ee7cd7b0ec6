using System.ComponentModel;
using System.Globalization;

namespace ImageStorage.Benchmarks.HitRates.Caches;

/// <summary>What the other caches hold in place of an image. Marked as immutable, so that HybridCache hands it out without a copy.</summary>
/// <param name="Length">The bytes that it stands for.</param>
[ImmutableObject(true)]
internal sealed record CachedValue(int Length)
{
    /// <summary>One for each image, and their keys.</summary>
    public static (string Key, CachedValue Value)[] AllOf(ImageTrace trace) =>
        [.. trace.Lengths.Select((length, number) => (string.Create(CultureInfo.InvariantCulture, $"images/{number:x6}.jpg"), new CachedValue(length)))];
}
